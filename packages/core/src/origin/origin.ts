import { endToEnd } from '../http/end-to-end.ts';
import type { HttpHeaders } from '../http/message.ts';

/** What the engine asks of an origin. */
export interface OriginRequest {
  /** Ask conditionally with this entity tag, as the origin last gave it (RFC 9110 §13.1.2). */
  readonly ifNoneMatch?: string | undefined;
  /** Ask conditionally with this date, as the origin last gave it (RFC 9110 §13.1.3). */
  readonly ifModifiedSince?: string | undefined;
  /** `source` of the answer the two validators came from. */
  readonly source?: string | undefined;
  /** The answer must come from the origin itself and the bytes be read again: set after a purge. */
  readonly noCache: boolean;
  /** A body over this many bytes must be refused with `ORIGINAL_TOO_LARGE`. */
  readonly maxBytes: number;
  /** Those of the client's header fields that the origin `forwards`: lower-case names, one line each. */
  readonly fields?: Readonly<Record<string, string>> | undefined;
  /** The client's query, without the question mark and without what the dialect reads, where the origin `takesQuery`. */
  readonly query?: string | undefined;
  /**
   * The endpoint passes on what is no image: an answer of any final status is wanted as it is, with its body, whatever
   * its content coding. Without it only 200, 304, 404 and 410 are answers, and an encoded body is none.
   */
  readonly passthrough?: boolean | undefined;
  /** With `passthrough`: bodies are wanted of found originals (200) alone. */
  readonly onlyFound?: boolean | undefined;
  /**
   * Waits until there is room in memory for a body of so many bytes. To be called before a body is read whose length is
   * known, or known to be at least that; what throws is thrown on. Without it the bytes are counted when they are there.
   */
  readonly admit?: ((bytes: number) => Promise<void>) | undefined;
  /** Aborted at the deadline: an answer after it is nobody's. */
  readonly signal?: AbortSignal | undefined;
}

/** What an origin answers, in the terms of HTTP whatever it is. */
export interface OriginResponse {
  /**
   * 200 with a body; 304 only to a conditional request; 404 or 410 where there is nothing; to a request with
   * `passthrough` also any other final status (RFC 9110 §15), 200 to 999 but 206.
   * Whatever else goes wrong is thrown as a `TintypeError` (`ORIGIN_FAILED`, `ORIGIN_TIMEOUT`, `ORIGINAL_TOO_LARGE`,
   * `CLOSED`); any other error counts as `ORIGIN_FAILED`.
   */
  readonly status: number;
  /** End-to-end fields (RFC 9110 §7.6.1), lower-case names. All are kept, but for cookies. */
  readonly headers: HttpHeaders;
  /** Present with 200, whole and undecoded; to a request with `passthrough` also with others that have one. */
  readonly body?: Uint8Array | undefined;
  /**
   * Seconds after which a question costs so little that it is asked again, whatever the lifetime: a folder says 1, so
   * that an edited file shows. Undefined: the lifetime alone decides.
   */
  readonly recheck?: number | undefined;
  /** Which of several origins answered; handed back with the validators. */
  readonly source?: string | undefined;
}

/** Where originals live. */
export interface Origin {
  /**
   * Names the origin in keys: two origins that share a store must differ, two processes with the same pictures agree.
   * An origin without a name gets the endpoint's.
   */
  readonly name?: string;
  /** Whether a copy of the originals should be kept in the store, because reading them is dear. Default false. */
  readonly keepOriginals?: boolean;
  /**
   * Header fields of clients that it wants to see, lower-case names: those that its answers name in Vary become part of
   * the key. Default none: what a client sends never reaches an origin.
   */
  readonly forwards?: readonly string[];
  /** Whether it wants to see the client's query: then each query has a record of its own. Default false. */
  readonly takesQuery?: boolean;
  /** Whether its paths are absolute URLs, such as `/https://pictures.example/cat.jpg`, or plain ones. Default plain. */
  readonly paths?: 'plain' | 'url';
  /**
   * Reads the original at `path`: canonical, decoded, with a leading slash, such as `/cats/1.jpg`. May be called
   * concurrently. An own origin may simply answer with the bytes, or with undefined where there is nothing. The bytes
   * must not change afterwards.
   */
  read(path: string, request: OriginRequest): Promise<OriginResponse | Uint8Array | undefined>;
  /** Frees sockets and timers. May be called more than once, because endpoints can share an origin. */
  close?(): Promise<void>;
}

/**
 * The answer of any origin in its one form: the short answers of an own origin spelt out, names of fields in lower case,
 * null for undefined, as plain JavaScript has them.
 *
 * @throws Error where the answer, or a field of it, is of no form that can be kept.
 */
export function toOriginResponse(answer: OriginResponse | Uint8Array | undefined | null): OriginResponse {
  if (answer === undefined || answer === null) return { status: 404, headers: {} };
  if (answer instanceof Uint8Array) return { status: 200, headers: {}, body: answer };
  const { recheck, source } = answer;
  if (recheck !== undefined && typeof recheck !== 'number') throw new Error('recheck is not a number of seconds');
  if (source !== undefined && typeof source !== 'string') throw new Error('source is not a text');
  return { ...answer, headers: endToEnd(toHeaders(answer.headers ?? {})) };
}

function toHeaders(given: unknown): HttpHeaders {
  const fields = Symbol.iterator in Object(given) ? [...(given as Iterable<unknown>)] : Object.entries(Object(given));
  const headers: Record<string, string | readonly string[]> = {};
  for (const [name, value] of fields as Iterable<readonly [unknown, unknown]>) {
    if (value === undefined || value === null) continue;
    if (typeof name !== 'string' || ![value].flat().every((line) => typeof line === 'string')) {
      throw new Error(`the header field ${String(name)} is not text`);
    }
    headers[name.toLowerCase()] = value as string | readonly string[];
  }
  return headers;
}

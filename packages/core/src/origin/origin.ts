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
  /** Aborted when nobody waits for the answer any more. */
  readonly signal?: AbortSignal | undefined;
}

/** What an origin answers, in the terms of HTTP whatever it is. */
export interface OriginResponse {
  /**
   * 200 with a body; 304 only to a conditional request; 404 or 410 where there is nothing.
   * Whatever else goes wrong is thrown as a `TintypeError` (`ORIGIN_FAILED`, `ORIGIN_TIMEOUT`, `ORIGINAL_TOO_LARGE`,
   * `CLOSED`); any other error counts as `ORIGIN_FAILED`.
   */
  readonly status: 200 | 304 | 404 | 410;
  /**
   * End-to-end fields, lower-case names: `cache-control`, `age`, `date`, `expires`, `etag` and `last-modified` are acted
   * on; `vary`, `content-type`, `cache-tag` and `surrogate-key` are kept.
   */
  readonly headers: HttpHeaders;
  /** Present exactly with 200, whole and undecoded. */
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
  return { ...answer, headers: toHeaders(answer.headers ?? {}) };
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

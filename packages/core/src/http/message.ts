import { fieldValue } from './field-syntax.ts';
import type { MountOptions } from './mount.ts';

/** Header fields as Node gives them: lower-case names. */
export type HttpHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What an adapter hands to the engine. */
export interface HttpRequest {
  /** Upper case, as on the wire. */
  readonly method: string;
  /** The raw request target as the client sent it (`originalUrl`): not decoded, not rewritten, query included. */
  readonly target: string;
  /** The part of the raw path that the framework's mount took, such as `/images`; empty at the root. */
  readonly mount: string;
  readonly headers: HttpHeaders;
  /** What the mount wants otherwise than its endpoint. */
  readonly options?: MountOptions;
  /** Has a listener called when the client has gone, or has its answer. Used only where an answer is waited for. */
  readonly onGone?: ((listener: () => void) => void) | undefined;
}

/** What the engine answers. An adapter writes it as it is. */
export interface HttpResponse {
  readonly status: number;
  /** Lower-case names. `vary` is to be merged with what stands on the answer already. */
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined where the answer has no body: HEAD, 204 and 304. */
  readonly body: Uint8Array | undefined;
}

/** A field of an origin's answer as it may be sent on; undefined where it is absent, or cannot be. */
export function sendable(headers: HttpHeaders, name: string): string | undefined {
  const value = header(headers, name);
  return value !== undefined && fieldValue.test(value) ? value : undefined;
}

/** One header field as a single string; several lines are joined with commas (RFC 9110 §5.3). */
export function header(headers: HttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' || value === undefined ? value : value.join(', ');
}

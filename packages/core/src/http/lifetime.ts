import type { CacheControl } from './cache-control.ts';
import { dateIn, parseHttpDate } from './date.ts';
import { type HttpHeaders, header } from './message.ts';

/** Seconds that a lifetime may be guessed at most: a day. */
const longestGuess = 86_400;

/** RFC 9110 §15.1: statuses whose answers may be kept on a guess. */
const guessable = new Set([200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501]);

/**
 * RFC 9110 §15, RFC 5861 and their like: the statuses whose meaning for caches this one knows, which `must-understand`
 * asks for (RFC 9111 §5.2.2.3). 206 and 304 are no answers to keep.
 */
const understood = new Set([
  ...[200, 201, 202, 203, 204, 205, 300, 301, 302, 303, 307, 308],
  ...[400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 421, 422, 426, 429],
  ...[500, 501, 502, 503, 504, 505],
]);

/** Whether this cache knows what a status means for caching. */
export function isUnderstood(status: number): boolean {
  return understood.has(status);
}

/** RFC 9111 §5.3: Expires less Date, or less the time of receipt; in seconds, undefined where there is no Expires. */
export function expiresLifetime(headers: HttpHeaders, responseTime: number): number | undefined {
  const expires = header(headers, 'expires');
  if (expires === undefined) return undefined;
  const date = dateIn(headers, 'date', responseTime) ?? responseTime;
  // RFC 9111 §5.3: an invalid date, "0" above all, means "already expired".
  const until = parseHttpDate(expires, responseTime) ?? date;
  return Math.max(0, Math.floor((until - date) / 1000));
}

/**
 * RFC 9111 §4.2.2: a tenth of the time since the last change where the status, or `public`, allows a guess; in seconds,
 * 0 where there is nothing to guess by.
 */
export function heuristicLifetime(
  status: number,
  headers: HttpHeaders,
  control: CacheControl,
  responseTime: number,
): number {
  if (!guessable.has(status) && !control.public) return 0;
  const date = dateIn(headers, 'date', responseTime) ?? responseTime;
  const modified = dateIn(headers, 'last-modified', responseTime) ?? date;
  return Math.min(Math.max(0, Math.floor((date - modified) / 10_000)), longestGuess);
}

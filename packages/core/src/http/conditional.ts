import { splitOutsideQuotes } from './cache-control.ts';
import { parseHttpDate } from './date.ts';
import { type HttpHeaders, header } from './message.ts';

/** The validators of a representation. */
export interface Validators {
  /** With its quotes. */
  readonly etag: string;
  /** An HTTP-date, or undefined. */
  readonly lastModified: string | undefined;
}

/**
 * Whether a client holds the representation already, so that 304 is the answer (RFC 9110 §13.2.2 for GET and HEAD).
 * If-None-Match decides alone where it is present.
 */
export function isNotModified(headers: HttpHeaders, validators: Validators, now: number): boolean {
  const ifNoneMatch = header(headers, 'if-none-match');
  if (ifNoneMatch !== undefined) return matchesAny(ifNoneMatch, validators.etag);
  const ifModifiedSince = header(headers, 'if-modified-since');
  if (ifModifiedSince === undefined || validators.lastModified === undefined) return false;
  const since = parseHttpDate(ifModifiedSince.trim(), now);
  const modified = parseHttpDate(validators.lastModified, now);
  return since !== undefined && modified !== undefined && modified <= since;
}

/** RFC 9110 §13.1.2: a list of tags or `*`, by the weak comparison of §8.8.3.2. */
function matchesAny(field: string, etag: string): boolean {
  if (field.trim() === '*') return true;
  return splitOutsideQuotes(field, 'literal').some((tag) => opaque(tag) === opaque(etag));
}

const opaque = (tag: string): string => tag.replace(/^W\//, '');

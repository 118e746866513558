import { splitOutsideQuotes } from './cache-control.ts';
import { parseHttpDate } from './date.ts';
import { type HttpHeaders, header } from './message.ts';

/** The validators of a representation. */
export interface Validators {
  /** With its quotes, or as malformed as the origin sent it. */
  readonly etag: string | undefined;
  /** An HTTP-date, or undefined. */
  readonly lastModified: string | undefined;
  /** When it was sent or received, an HTTP-date. */
  readonly date?: string | undefined;
}

/** What the conditions of a GET or HEAD come to (RFC 9110 §13.2.2): 200, 304 or 412. */
export type Condition = 'met' | 'not modified' | 'failed';

/**
 * Evaluates the conditions of a GET or HEAD in the order of RFC 9110 §13.2.2, up to If-Range.
 *
 * @param role a cache leaves If-Match and If-Unmodified-Since alone (RFC 9111 §4.3.2; RFC 9110 §13.1.1 and §13.1.4).
 * @param now milliseconds since the epoch.
 */
export function evaluateConditions(
  headers: HttpHeaders,
  validators: Validators,
  role: 'origin' | 'cache',
  now: number,
): Condition {
  if (role === 'origin' && hasFailed(headers, validators, now)) return 'failed';
  // RFC 9111 §4.3.2: a cache has the Date where there is no Last-Modified; RFC 9110 §13.1.3: an origin has nothing.
  const modified = validators.lastModified ?? (role === 'cache' ? validators.date : undefined);
  return isCurrent(headers, validators.etag, modified, now) ? 'not modified' : 'met';
}

/** Whether a 304 with one tag is about what is held under another: strong tags exactly, a weak one by what it names. */
export function isSameTag(named: string, held: string | undefined): boolean {
  return held !== undefined && (named.startsWith('W/') ? isSameWeakTag(named, held) : named === held);
}

/** RFC 9110 §13.1.1 and §13.1.4: If-Match decides alone where it is present. */
function hasFailed(headers: HttpHeaders, { etag, lastModified }: Validators, now: number): boolean {
  const ifMatch = header(headers, 'if-match');
  if (ifMatch !== undefined) return !matchesAny(ifMatch, etag, isSameStrongTag);
  const unmodified = header(headers, 'if-unmodified-since');
  return unmodified !== undefined && compareDates(lastModified, unmodified, now) === 'later';
}

/** RFC 9110 §13.1.2 and §13.1.3: If-None-Match decides alone where it is present. */
function isCurrent(headers: HttpHeaders, etag: string | undefined, modified: string | undefined, now: number): boolean {
  const ifNoneMatch = header(headers, 'if-none-match');
  if (ifNoneMatch !== undefined) return matchesAny(ifNoneMatch, etag, isSameWeakTag);
  const since = header(headers, 'if-modified-since');
  return since !== undefined && compareDates(modified, since, now) === 'not later';
}

/** `*`, or a list of tags. A malformed tag of an origin may hold a comma, so the field is also compared as a whole. */
function matchesAny(field: string, etag: string | undefined, isSame: (one: string, other: string) => boolean): boolean {
  const text = field.trim();
  if (text === '*') return true;
  if (etag === undefined) return false;
  return isSame(text, etag) || splitOutsideQuotes(text, 'literal').some((tag) => isSame(tag, etag));
}

/** RFC 9110 §8.8.3.2, strong comparison. A lower-case `w/` marks nothing, but who wrote it did not mean a strong tag. */
function isSameStrongTag(one: string, other: string): boolean {
  return one === other && !/^w\//i.test(one);
}

/** RFC 9110 §8.8.3.2, weak comparison. */
function isSameWeakTag(one: string, other: string): boolean {
  return opaque(one) === opaque(other);
}

const opaque = (tag: string): string => tag.replace(/^W\//, '');

/**
 * Where a modification date stands to a client's date; undefined where either is none, a list among them, so that the
 * field is ignored. A client's date in the future is a date as others are: RFC 2616 §14.25 called it invalid, RFC 9110
 * §13.1.3 has it read by the origin's clock.
 */
function compareDates(modified: string | undefined, field: string, now: number): 'later' | 'not later' | undefined {
  if (modified === undefined) return undefined;
  const theirs = parseHttpDate(field.trim(), now);
  const ours = parseHttpDate(modified, now);
  if (theirs === undefined || ours === undefined) return undefined;
  return ours > theirs ? 'later' : 'not later';
}

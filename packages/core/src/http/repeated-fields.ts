import { type HttpHeaders, sendable } from './message.ts';

/** The name of a field (RFC 9110 §5.1). */
export const fieldName: RegExp = /^[\w!#$%&'*+.^`|~-]+$/;

/**
 * Fields that a derivative states for itself, or that would be untrue of it: of bytes, of lifetimes, of this connection.
 */
const ownFields = new Set([
  ...['accept-ranges', 'age', 'cache-control', 'cache-status', 'connection', 'date', 'etag', 'expires', 'keep-alive'],
  ...['last-modified', 'pragma', 'proxy-authenticate', 'proxy-authentication-info', 'proxy-authorization'],
  ...['proxy-connection', 'set-cookie', 'set-cookie2', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'vary'],
  ...['content-encoding', 'content-length', 'content-md5', 'content-range', 'content-type', 'content-digest'],
  ...['digest', 'repr-digest', 'content-security-policy', 'x-content-type-options', 'access-control-allow-origin'],
]);

/** Fields that say how long something lives to some caches, in place of Cache-Control: `CDN-Cache-Control` and its like. */
export function isLifetimeField(name: string): boolean {
  return name === 'expires' || name === 'pragma' || name === 'surrogate-control' || name.endsWith('-cache-control');
}

/** Whether `repeatFields` may name it: a field, or the beginning of some with a `*`. */
export function isRepeatable(pattern: string): boolean {
  const name = pattern.toLowerCase();
  return fieldName.test(name) && name !== '*' && !name.slice(0, -1).includes('*') && !ownFields.has(name);
}

/** Whether a field is named by one of the patterns; a beginning never brings in those that a derivative states itself. */
export function fieldFilter(patterns: readonly string[]): (name: string) => boolean {
  const lower = patterns.map((pattern) => pattern.toLowerCase());
  const names = new Set(lower.filter((pattern) => !pattern.endsWith('*')));
  const beginnings = lower.filter((pattern) => pattern.endsWith('*')).map((pattern) => pattern.slice(0, -1));
  return (name) =>
    names.has(name) || (!ownFields.has(name) && beginnings.some((beginning) => name.startsWith(beginning)));
}

/** Those fields that a filter takes, each in one line. */
export function fieldsWhere(headers: HttpHeaders, isTaken: (name: string) => boolean): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const name in headers) {
    const value = fieldName.test(name) && isTaken(name) ? sendable(headers, name) : undefined;
    if (value !== undefined) fields[name] = value;
  }
  return fields;
}

/** What a passed-on answer states itself, whatever its origin said. */
const ofTheAnswer = new Set([
  ...['accept-ranges', 'age', 'cache-control', 'cache-status', 'content-length', 'content-type', 'date', 'etag'],
  ...['last-modified', 'set-cookie', 'set-cookie2', 'vary', 'x-content-type-options'],
]);

/** Digests and lengths of bytes that have been coded since. */
const ofUncodedBytes = new Set(['content-md5', 'content-digest', 'digest', 'repr-digest']);

/** All that goes out of what an origin says that clients have named: nothing that would speak for our host. */
const ofStrangers = new Set(['content-disposition', 'content-encoding', 'content-language', 'expires']);

/** The fields of an origin's answer that is passed on as it is (RFC 9110 §7.6.1). */
export interface PassedFields {
  /** Whether the operator chose the origin. */
  readonly isTrusted: boolean;
  /** Whether the bytes have been coded on the way. */
  readonly isCoded: boolean;
  /** Whether what it says of lifetimes goes out too. */
  readonly isRepeated: boolean;
  /** Whether the mount says itself who may read it with scripts. */
  readonly hasCors: boolean;
}

/** Gives them. */
export function passedFields(
  headers: HttpHeaders,
  { isTrusted, isCoded, isRepeated, hasCors }: PassedFields,
): Record<string, string> {
  return fieldsWhere(headers, (name) => {
    if (!isTrusted && !ofStrangers.has(name)) return false;
    if (ofTheAnswer.has(name)) return false;
    if (isCoded && ofUncodedBytes.has(name)) return false;
    if (hasCors && name.startsWith('access-control-')) return false;
    return isRepeated || !isLifetimeField(name);
  });
}

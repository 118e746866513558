import { betweenNeighbours, ofTheAnswer, ofTheBytes, ofTheMount, settingCookies } from './field-kinds.ts';
import { fieldName } from './field-syntax.ts';
import { type HttpHeaders, sendable } from './message.ts';

/** What a derivative states for itself, or what would be untrue of it: of bytes, of lifetimes, of this connection. */
const ownFields = new Set([
  ...betweenNeighbours,
  ...ofTheAnswer,
  ...ofTheBytes,
  ...ofTheMount,
  ...settingCookies,
  ...['content-security-policy', 'expires', 'pragma'],
]);

const lifetimeFields = new Set(['edge-control', 'expires', 'pragma', 'surrogate-control', 'x-accel-expires']);

/** Fields that say how long something lives to some caches, in place of Cache-Control: `CDN-Cache-Control` and its like. */
export function isLifetimeField(name: string): boolean {
  return lifetimeFields.has(name) || name.endsWith('-cache-control');
}

/** Whether `repeatFields` may name it: a field, or the beginning of some with a `*`. */
export function isRepeatable(pattern: string): boolean {
  const name = pattern.toLowerCase();
  return fieldName.test(name) && name !== '*' && !name.slice(0, -1).includes('*') && !isOwn(name);
}

/** Whether a field is named by one of the patterns; a beginning never brings in those that a derivative states itself. */
export function fieldFilter(patterns: readonly string[]): (name: string) => boolean {
  const lower = patterns.map((pattern) => pattern.toLowerCase());
  const names = new Set(lower.filter((pattern) => !pattern.endsWith('*')));
  const beginnings = lower.filter((pattern) => pattern.endsWith('*')).map((pattern) => pattern.slice(0, -1));
  return (name) => names.has(name) || (!isOwn(name) && beginnings.some((beginning) => name.startsWith(beginning)));
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

/** Who may read it with scripts is the mount's to say. */
function isOwn(name: string): boolean {
  return ownFields.has(name) || name.startsWith('access-control-');
}

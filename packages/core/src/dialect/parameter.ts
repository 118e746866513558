import { TintypeError } from '../errors.ts';
import { canonicalPath, encodePath } from '../origin/path.ts';
import { isUrlPath } from '../origin/url-path.ts';
import type { ValueType } from './value.ts';

/** Which part of a picture's making a parameter belongs to: as the docs and a page of controls order them. */
export const groups = [
  'size',
  'crop',
  'turn',
  'colour',
  'effect',
  'frame',
  'overlay',
  'text',
  'output',
  'request',
] as const;
export type Group = (typeof groups)[number];

/** One row of a grammar: how a parameter is read, and its line in the docs. */
export interface Parameter<T> extends ValueType<T> {
  readonly group: Group;
  /** Other names that are read as this one. */
  readonly aliases: readonly string[];
  /** Its meaning, and its default where there is one. */
  readonly doc: string;
}

/** Makes a row. */
export function parameter<T>(
  group: Group,
  type: ValueType<T>,
  doc: string,
  ...aliases: readonly string[]
): Parameter<T> {
  return { ...type, group, doc, aliases };
}

/**
 * The path of another original, spelt like the path of a request. Reading throws what {@link canonicalPath} throws, so
 * that what may not be asked for alone may not be asked for here.
 */
export function originPath(): ValueType<string> {
  return {
    read: (text) => (text.startsWith('/') ? canonicalPath(text) : undefined),
    write: writePath,
    allowed: 'an origin path such as /logo.png',
  };
}

/** Once for the path; the query is encoded over it. A bar would begin another stage. */
function writePath(path: string): string {
  if (!isUrlPath(path)) return path.replaceAll('%', '%25').replaceAll('|', '%7C');
  return path.includes('|') ? encodePath(path) : path;
}

/**
 * Reads one parameter.
 *
 * @throws TintypeError `INVALID_PARAMETER`, in one line that names the parameter, the value and what is allowed.
 */
export function readParameter<T>(name: string, text: string, type: Pick<ValueType<T>, 'read' | 'allowed'>): T {
  const value = type.read(text);
  if (value !== undefined) return value;
  throw refusal(name, text, `is not allowed; expected ${type.allowed}`);
}

/** The refusal of a value, in one line. */
export function refusal(name: string, text: string, reason: string): TintypeError {
  const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  // JSON escapes some of what breaks or hides the one line, the rest goes as it would in a URL.
  const quoted = JSON.stringify(shown).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, encodeURIComponent);
  return new TintypeError('INVALID_PARAMETER', { message: `${name}: ${quoted} ${reason}.` });
}

import { TintypeError } from '../errors.ts';
import { canonicalPath } from '../origin/path.ts';
import { isUrlPath } from '../origin/url-path.ts';
import type { Length } from '../transform/overlay.ts';

/** Reads one value: gives it typed, or undefined where the text is not allowed. */
export interface ParameterType<T> {
  readonly read: (text: string) => T | undefined;
  /** Writes a value so that `read` gives it again; left out where the text will do as it was given. */
  write?(value: T): string;
  /** What is allowed, as an error and the docs say it. */
  readonly allowed: string;
}

/** A whole number in plain decimal digits: no sign, no leading zero. */
export function wholeNumber(least: number, most: number): ParameterType<number> {
  return {
    read: (text) => {
      if (!/^(0|[1-9]\d{0,6})$/.test(text)) return undefined;
      const value = Number(text);
      return value >= least && value <= most ? value : undefined;
    },
    allowed: `a whole number from ${least} to ${most}`,
  };
}

/** A number with at most two decimal places. */
export function decimal(least: number, most: number): ParameterType<number> {
  return {
    read: (text) => {
      if (!/^\d{1,3}(\.\d{1,2})?$/.test(text)) return undefined;
      const value = Number(text);
      return value >= least && value <= most ? value : undefined;
    },
    allowed: `a number from ${least} to ${most} with at most two decimal places`,
  };
}

/** One of several words, each perhaps with second spellings. */
export function word<T extends string>(
  words: readonly T[],
  spellings: Readonly<Record<string, T>> = {},
): ParameterType<T> {
  const known = new Map<string, T>([...words.map((each) => [each, each] as const), ...Object.entries(spellings)]);
  return { read: (text) => known.get(text), allowed: `one of ${words.join(', ')}` };
}

/** A short token that names a version. */
export function token(longest: number): ParameterType<string> {
  return {
    read: (text) => (text.length <= longest && /^[\w.-]+$/.test(text) ? text : undefined),
    allowed: `1 to ${longest} letters, digits, ".", "_" or "-"`,
  };
}

/** A whole number of pixels; with a decimal point a share: `0.25` is a quarter of the picture's side. */
export function length(most: number): ParameterType<Length> {
  const pixels = wholeNumber(1, most);
  return {
    read: (text) => {
      const percent = /^(0\.\d{1,2}|1\.00?)$/.test(text) ? Math.round(Number(text) * 100) : 0;
      if (percent > 0) return { percent };
      const value = pixels.read(text);
      return value === undefined ? undefined : { pixels: value };
    },
    allowed: `a whole number from 1 to ${most}, or a decimal from 0.01 to 1.00`,
  };
}

/**
 * The path of another original, spelt like the path of a request. Reading throws what {@link canonicalPath} throws, so
 * that what may not be asked for alone may not be asked for here.
 */
export function originPath(): ParameterType<string> {
  return {
    read: (text) => (text.startsWith('/') ? canonicalPath(text) : undefined),
    // Once for the path; the query is encoded over it.
    write: (path) => (isUrlPath(path) ? path : path.replaceAll('%', '%25')),
    allowed: 'an origin path such as /logo.png',
  };
}

/**
 * Refuses a query that is too long to be read.
 *
 * @throws TintypeError `MALFORMED_REQUEST`.
 */
export function checkQueryLength(query: string): void {
  if (query.length <= 2048) return;
  throw new TintypeError('MALFORMED_REQUEST', { message: 'The query is over 2048 characters.' });
}

/** A query, read. */
export interface ReadQuery {
  readonly values: ReadonlyMap<string, string>;
  /** The pairs that are not known, as they came; undefined where there are none. */
  readonly rest: string | undefined;
}

/**
 * Reads the known parameters of a query. Unknown ones are passed over, so that what campaigns and caches append makes no
 * second derivative; a known one that comes twice is refused, because readers disagree on which counts.
 *
 * @throws TintypeError `INVALID_PARAMETER` or `MALFORMED_REQUEST`.
 */
export function readQuery(query: string, known: ReadonlySet<string>): ReadQuery {
  checkQueryLength(query);
  const values = new Map<string, string>();
  const rest: string[] = [];
  for (const pair of query.split('&').filter((each) => each !== '')) {
    const { name, value } = splitPair(pair);
    if (name === undefined || !known.has(name)) {
      rest.push(pair);
      continue;
    }
    if (values.has(name)) throw new TintypeError('INVALID_PARAMETER', { message: `${name}: given more than once.` });
    values.set(name, decode(value) ?? refuseEncoding());
  }
  return { values, rest: rest.length === 0 ? undefined : rest.join('&') };
}

function splitPair(pair: string): { readonly name: string | undefined; readonly value: string } {
  const equals = pair.indexOf('=');
  if (equals === -1) return { name: decode(pair), value: '' };
  return { name: decode(pair.slice(0, equals)), value: pair.slice(equals + 1) };
}

function refuseEncoding(): never {
  throw new TintypeError('MALFORMED_REQUEST', { message: 'The query is not valid percent-encoding.' });
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

/**
 * Reads one parameter.
 *
 * @throws TintypeError `INVALID_PARAMETER`, in one line that names the parameter, the value and what is allowed.
 */
export function readParameter<T>(name: string, text: string, type: ParameterType<T>): T {
  const value = type.read(text);
  if (value !== undefined) return value;
  const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  // JSON escapes some of what breaks or hides the one line, the rest goes as it would in a URL.
  const quoted = JSON.stringify(shown).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, encodeURIComponent);
  const message = `${name}: ${quoted} is not allowed; expected ${type.allowed}.`;
  throw new TintypeError('INVALID_PARAMETER', { message });
}

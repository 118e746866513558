import { TintypeError } from '../errors.ts';

/** Bytes of a URL with its leading slash. */
const maxUrlBytes = 2048;

/** The two spellings of a request target: the URL as it is, and percent-encoded as one segment. */
const plainSpelling = /^\/https?:\/\//i;
const encodedSpelling = /^\/https?%3A%2F%2F[^/]*$/i;

const loneSurrogate = /\p{Surrogate}/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const controlCharacter = /[\x00-\x1f\x7f]/;
const encodedControlCharacter = /%(?:[01][\da-f]|7f)/i;
/** Authority, and path up to the query. */
const parts = /^https?:\/\/([^/?]*)([^?]*)/i;

type Refusal = 'MALFORMED_REQUEST' | 'NOT_FOUND';

/**
 * The URL that a raw path spells, in either spelling, not yet checked.
 *
 * @returns undefined where the path is a plain one.
 * @throws TintypeError `MALFORMED_REQUEST` for broken percent-encoding.
 */
export function urlText(rawPath: string): string | undefined {
  if (plainSpelling.test(rawPath)) return rawPath.slice(1);
  if (!encodedSpelling.test(rawPath)) return undefined;
  try {
    return decodeURIComponent(rawPath.slice(1));
  } catch (cause) {
    throw new TintypeError('MALFORMED_REQUEST', { cause });
  }
}

/**
 * The one spelling of a URL as a path: a slash, and the URL as the WHATWG's standard serialises it, so that scheme and
 * host are in lower case and a default port is left out. What that standard would resolve, turn or drop without a word
 * (dot segments, backslashes, blanks at the end) is refused, and so are credentials and fragments.
 *
 * @returns undefined where the path is a plain one.
 * @throws TintypeError as {@link canonicalPath} does.
 */
export function canonicalUrlPath(rawPath: string): string | undefined {
  const text = urlText(rawPath);
  if (text === undefined) return undefined;
  const refusal = refuse(text);
  if (refusal !== undefined) throw new TintypeError(refusal);
  const path = `/${new URL(text).href}`;
  if (path.length > maxUrlBytes) throw new TintypeError('NOT_FOUND');
  return path;
}

/** Whether a canonical path is the URL of an original, such as `/https://pictures.example/cat.jpg`. */
export function isUrlPath(path: string): boolean {
  if (!path.startsWith('/http')) return false;
  try {
    // The URL as it is: where it is canonical, it stays what it is.
    return urlText(path) === path.slice(1) && canonicalUrlPath(path) === path;
  } catch {
    return false;
  }
}

/** Whether a canonical path, or the beginning of one, is spelt as a URL: no plain one has a colon. */
export function beginsAsUrl(path: string): boolean {
  return plainSpelling.test(path);
}

function refuse(text: string): Refusal | undefined {
  // A byte takes three characters at most.
  if (text.length > maxUrlBytes * 3) return 'NOT_FOUND';
  if (controlCharacter.test(text) || loneSurrogate.test(text)) return 'MALFORMED_REQUEST';
  if (/[\\#]| $/.test(text)) return 'NOT_FOUND';
  const [, authority = '', path = ''] = parts.exec(text) ?? [];
  if (authority === '' || authority.includes('@')) return 'NOT_FOUND';
  if (encodedControlCharacter.test(path)) return 'MALFORMED_REQUEST';
  if (leadsUp(path)) return 'NOT_FOUND';
  return URL.canParse(text) ? undefined : 'MALFORMED_REQUEST';
}

/** Whether a server could take a path for one with dot segments, or for one with backslashes. */
function leadsUp(path: string): boolean {
  // Not decodeURIComponent: URLs in older encodings than UTF-8 name pictures too.
  const decoded = path.replace(/%2e/gi, '.').replace(/%2f/gi, '/').replace(/%5c/gi, '\\');
  return decoded.includes('\\') || decoded.split('/').some((segment) => segment === '.' || segment === '..');
}

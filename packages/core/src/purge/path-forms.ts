import { TintypeError, toTintypeError } from '../errors.ts';
import { canonicalPath } from '../origin/path.ts';
import { urlText } from '../origin/url-path.ts';

/** Says which rule a target breaks. */
export function invalid(rule: string, cause?: unknown): TintypeError {
  return new TintypeError('INVALID_PURGE', { message: `The purge target is not valid: ${rule}.`, cause });
}

/**
 * What stands before the asterisk at the end of a path or URL; undefined where there is none.
 *
 * @throws TintypeError `INVALID_PURGE` where an asterisk stands elsewhere, or beside a query.
 */
export function wildcardOf(text: string): string | undefined {
  const first = text.indexOf('*');
  if (first === -1) return undefined;
  if (text.includes('?')) throw invalid('"*" and a query do not go together');
  if (first < text.length - 1) throw invalid('"*" is the last character, or part of a name and written %2A');
  return text.slice(0, -1);
}

/**
 * Reads an origin path as that of a request is read, its query dropped.
 *
 * @throws TintypeError `INVALID_PURGE`.
 */
export function readPath(rawPath: string): string {
  const path = withSlash(rawPath).split('?', 1)[0] ?? '';
  return requestable(() => canonicalPath(path));
}

/**
 * Reads the beginning of origin paths, each segment percent-decoded once as in a path: whole names, then perhaps the
 * beginning of one. A URL begins with its whole host, since what stands before its end may be another's.
 *
 * @param rawPrefix such as `/cats/`, `/cats/a` or `/https://pictures.example/`.
 * @throws TintypeError `INVALID_PURGE`.
 */
export function readPrefix(rawPrefix: string): string {
  const prefix = withSlash(rawPrefix);
  const url = requestable(() => urlText(prefix));
  if (url !== undefined && !wholeHost.test(url)) throw invalid('before the "*" of a URL stand its host and a slash');
  // A letter more makes a whole path of it, and cannot be taken for part of a percent-encoding.
  const begun = (): string => canonicalPath(`${prefix}x`).slice(0, -1);
  try {
    return begun();
  } catch {
    // The name that is as long as a name may be begins with itself alone.
    return requestable(() => canonicalPath(prefix));
  }
}

const wholeHost = /^https?:\/\/[^/?]+[/?]/i;

function withSlash(path: string): string {
  if (path.startsWith('/')) return path;
  throw invalid(
    /^https?:/i.test(path) ? 'a path begins with "/"; a URL is given as { url }' : 'a path begins with "/"',
  );
}

/** A path that no request can have was never cached; saying so beats a purge of nothing. */
export function requestable<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    const known = toTintypeError(error, 'MALFORMED_REQUEST');
    if (known.code === 'INVALID_PURGE') throw error;
    throw invalid(`no request can have this path: ${reasonOf(known)}`, error);
  }
}

/** What a path means that is refused by a dialect is told in the dialect's own words. */
function reasonOf({ code, message }: TintypeError): string {
  if (code === 'NOT_FOUND') return neverServed;
  return code === 'INVALID_PARAMETER' ? message.replace(/\.$/, '') : 'it is malformed';
}

const neverServed =
  'names that are empty, too long, begin or end with a dot, end with a blank, are devices, or hold an encoded slash, ' +
  'a backslash or a colon are never served, nor are URLs with dot segments, credentials or a fragment';

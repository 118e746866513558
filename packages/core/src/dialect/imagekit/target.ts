import { TintypeError } from '../../errors.ts';
import type { Target } from '../../http/target.ts';

/** The parts of a raw target, none of them decoded but the names of pairs. */
export interface Located {
  /** Raw path of the original. */
  readonly path: string;
  /** What is to be done to it, as it came, and where it stood; undefined where nothing is said. */
  readonly steps: { readonly text: string; readonly isQuery: boolean } | undefined;
  /** Whether one page of the file is meant. */
  readonly isThumbnail: boolean;
  readonly pairs: readonly Pair[];
}

/** A pair of the query. */
export interface Pair {
  readonly name: string;
  /** As it came. */
  readonly value: string;
  /** The whole pair, as it came. */
  readonly text: string;
}

/** Characters of a query or a path, above which nobody reads it: the longest text of a layer, and what goes with it. */
const longest = 8000;

/**
 * Takes a raw target apart: transformations stand in one segment of the path that begins with `tr:`, or in the query
 * under `tr`. Text all the way, because an encoded slash belongs to a value.
 *
 * @throws TintypeError `INVALID_PARAMETER` or `MALFORMED_REQUEST`.
 */
export function locate(target: Target): Located {
  if (target.path.length + target.query.length > longest) {
    throw new TintypeError('MALFORMED_REQUEST', { message: `The URL is over ${longest} characters.` });
  }
  const { path, text } = withoutSteps(target.path);
  const pairs = pairsOf(target.query);
  const [inQuery, ...others] = pairs.filter(({ name }) => name === 'tr');
  if (others.length > 0) throw twice('the query has several');
  if (inQuery !== undefined && text !== undefined) throw twice('one stands in the path and one in the query');
  const said = inQuery?.value ?? text;
  const named = withoutSuffix(path);
  const plain = withoutThumbnail(named);
  return {
    path: plain,
    isThumbnail: plain !== named,
    steps: said === undefined ? undefined : { text: said, isQuery: inQuery !== undefined },
    pairs,
  };
}

/** The pairs of a query that are not empty. */
export function pairsOf(query: string): readonly Pair[] {
  return query
    .split('&')
    .filter((text) => text !== '')
    .map((text) => {
      const equals = text.indexOf('=');
      const [name, value] = equals === -1 ? [text, ''] : [text.slice(0, equals), text.slice(equals + 1)];
      return { name: decoded(name), value, text };
    });
}

/** A name that cannot be decoded is none that is known. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

const marker = /^tr(?::|%3a)/i;

/**
 * Takes the segment of the transformations out of a path, or out of the beginning of one.
 *
 * @throws TintypeError `INVALID_PARAMETER` where there are several, or nothing comes after.
 */
export function withoutSteps(path: string): { readonly path: string; readonly text: string | undefined } {
  const segments = path.split('/');
  // What comes after the scheme of a URL is its own.
  const end = segments.findIndex((segment) => /^https?(?::|%3a)/i.test(segment));
  const own = end === -1 ? segments : segments.slice(0, end);
  const at = own.findIndex((segment) => marker.test(segment));
  if (at === -1) return { path, text: undefined };
  if (own.findLastIndex((segment) => marker.test(segment)) !== at) throw twice('the path has several');
  if (at === segments.length - 1) {
    throw new TintypeError('INVALID_PARAMETER', { message: 'tr: no image comes after it in the path.' });
  }
  const text = (segments[at] ?? '').replace(marker, '');
  return { path: [...segments.slice(0, at), ...segments.slice(at + 1)].join('/'), text };
}

const suffixed = '/ik-seo/';

/** Whether a path ends in a name made for search engines. */
export function isSuffixed(path: string): boolean {
  return path.startsWith(suffixed);
}

/** The path of the original where another name stands behind its own: `/ik-seo/cats/1/tabby.jpg` is `/cats/1.jpg`. */
function withoutSuffix(path: string): string {
  if (!isSuffixed(path)) return path;
  const [, stem, extension] = /^(.*)\/[^/]*?(\.[^./]+)$/.exec(path.slice(suffixed.length - 1)) ?? [];
  if (stem === undefined || stem === '' || extension === undefined) throw new TintypeError('NOT_FOUND');
  return stem + extension;
}

const thumbnail = '/ik-thumbnail.jpg';

/** The path of the original where one page of it is meant: `/a.gif/ik-thumbnail.jpg` is of `/a.gif`. */
export function withoutThumbnail(path: string): string {
  return path.endsWith(thumbnail) && path !== thumbnail ? path.slice(0, -thumbnail.length) : path;
}

function twice(where: string): TintypeError {
  return new TintypeError('INVALID_PARAMETER', { message: `tr: given more than once; ${where}.` });
}

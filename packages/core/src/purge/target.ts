import type { Dialect, DialectRequest } from '../dialect/dialect.ts';
import type { Target } from '../http/target.ts';
import type { PurgeTarget } from '../journal/journal.ts';
import { type OriginalId, originalId } from '../origin/identity.ts';
import { encodePath } from '../origin/path.ts';
import { invalid, readPath, readPrefix, wildcardOf } from './path-forms.ts';
import { belowMounts } from './url-forms.ts';

/**
 * What to purge, in origin paths: `/cats/1.jpg`, or all that begins so: `/cats/*`, `/cats/a*`; the same as an object; a
 * tag; everything of this origin; or what a full URL is made from. One target for each call.
 */
export type PurgeRequest =
  | string
  | { readonly path: string }
  /** Ends in `/` or in `*`: `/cats/` is the folder, `/cats*` all that begins so. */
  | { readonly prefix: string }
  | { readonly tag: string }
  | { readonly all: true }
  /** `https://cdn.example/images/cats/1.jpg?w=400`, whatever its host; a `*` at its end as in a path. */
  | { readonly url: string };

/** A target understood. */
export interface UnderstoodTarget {
  readonly target: PurgeTarget;
  /** Which original it is, where it is one. */
  readonly id: OriginalId | undefined;
  /** Percent-encoded path, with a `*` at the end of a prefix; `tag:` and the tag; `*` for all. */
  readonly name: string;
}

/** What a target is understood by. */
export interface TargetContext {
  /** Name of the origin. */
  readonly origin: string;
  readonly dialect: Dialect;
  /** The mounts under which the endpoint answers, as they stand in URLs: such as `/images`, or empty. */
  mounts(): readonly string[];
}

type Understand = (value: unknown, context: TargetContext) => readonly UnderstoodTarget[];

/** The kinds of target, by the one member that tells them. */
const kinds: Readonly<Record<string, Understand>> = {
  path: (path, { origin }) => [pathTarget(text('path', path), origin)],
  prefix: (prefix, { origin }) => [prefixTarget(folderOrWildcard(text('prefix', prefix)), origin)],
  tag: (tag, { origin }) => [tagTarget(tag, origin)],
  all: (all, { origin }) => {
    if (all !== true) throw invalid('all is true, or left out');
    return [{ target: { kind: 'all', origin }, id: undefined, name: '*' }];
  },
  url: (url, context) => urlTargets(text('url', url), context),
};

/** Names of all kinds of target. */
export const targetKinds: readonly string[] = Object.keys(kinds);

/**
 * Understands a purge request. A path is taken as a request's would be: percent-encoded or not, with a query or
 * without, so that it names the same original. A URL may lie below several mounts: then it is what it names below each.
 *
 * @returns at least one target.
 * @throws TintypeError `INVALID_PURGE`.
 */
export function understandPurge(request: unknown, context: TargetContext): readonly UnderstoodTarget[] {
  const members = Object.entries(typeof request === 'string' ? { path: request } : (request ?? {})).filter(
    ([, value]) => value !== undefined,
  );
  const [kind = '', value] = members[0] ?? [];
  const understand = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (understand === undefined || members.length !== 1) {
    throw invalid(`expected a path, or an object with one of ${targetKinds.join(', ')}`);
  }
  return understand(value, context);
}

/** Understands an origin path, or a prefix where it ends in an asterisk. */
export function pathTarget(path: string, origin: string): UnderstoodTarget {
  const prefix = wildcardOf(path);
  return prefix === undefined ? exactTarget(readPath(path), origin) : prefixTarget(prefix, origin);
}

function exactTarget(path: string, origin: string): UnderstoodTarget {
  const id = originalId(origin, path);
  return { target: { kind: 'exact', origin, hash: id.hash }, id, name: nameOf(path) };
}

function prefixTarget(rawPrefix: string, origin: string): UnderstoodTarget {
  const prefix = readPrefix(rawPrefix);
  return { target: { kind: 'prefix', origin, prefix }, id: undefined, name: `${nameOf(prefix)}*` };
}

function folderOrWildcard(prefix: string): string {
  const wildcard = wildcardOf(prefix);
  if (wildcard !== undefined) return wildcard;
  if (prefix.includes('?')) throw invalid('a prefix takes no query');
  if (prefix.endsWith('/')) return prefix;
  throw invalid('a prefix ends in "/" for a folder, or in "*" for all that begins so; this one could mean either');
}

function tagTarget(tag: unknown, origin: string): UnderstoodTarget {
  const isTag = typeof tag === 'string' && /^[^\p{Cc}\p{Cs}]{1,256}$/u.test(tag);
  if (!isTag) throw invalid('a tag is a string of 1 to 256 characters without control characters');
  return { target: { kind: 'tag', origin, tag }, id: undefined, name: `tag:${tag}` };
}

function urlTargets(url: string, { origin, dialect, mounts }: TargetContext): readonly UnderstoodTarget[] {
  const isWildcard = wildcardOf(url) !== undefined;
  const found = belowMounts(url, mounts(), (target) => {
    if (isWildcard) return pathTarget(dialect.originPath?.(target.path, 'beginning') ?? target.path, origin);
    // Whatever it asks for: a dialect may keep transformations in the path.
    const path = (): string => dialect.originPath?.(target.path, 'whole') ?? target.path;
    const asked = readable(target, dialect) ?? dialect.parse({ path: path(), query: '' });
    if (asked === undefined) throw invalid('this URL names no image; { all: true } purges everything');
    return exactTarget(asked.path, origin);
  });
  return [...new Map(found.map((each) => [each.name, each])).values()];
}

/** What is asked for where it may be: there are dialects that take no path alone. */
function readable(target: Target, dialect: Dialect): DialectRequest | undefined {
  try {
    return dialect.parse(target);
  } catch {
    return undefined;
  }
}

/** An asterisk of a name is written %2A, so that the name can be given again. */
function nameOf(path: string): string {
  return encodePath(path).replaceAll('*', '%2A');
}

function text(member: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw invalid(`${member} is a string`);
}

import { hashOf } from '../hash.ts';
import { fieldName } from '../http/field-syntax.ts';
import { isRepeatable } from '../http/repeated-fields.ts';
import type { PurgeTarget, Reachable } from '../journal/journal.ts';
import { type Expectation, oneOf } from '../options.ts';

/** The field that tells a CDN in front what an answer is made from, so that the CDN can be purged by that. */
export interface SurrogateKeys {
  /** Name of the field, such as `Surrogate-Key` (Fastly), `Cache-Tag` (Cloudflare) or `xkey` (Varnish). */
  readonly header: string;
  /**
   * What stands between two keys: a blank or a comma.
   * @default ' '
   */
  readonly separator?: ' ' | ',';
  /**
   * Bytes that the field's value may have.
   * @default 4096
   */
  readonly maxBytes?: number;
  /**
   * Keys that an answer may have.
   * @default as many as `maxBytes` allows
   */
  readonly maxKeys?: number;
}

/** What each of them accepts. */
export const surrogateKeyExpectations: Readonly<Record<keyof SurrogateKeys, Expectation>> = {
  header: [
    'the name of a field that is not ours already',
    (value) => typeof value === 'string' && fieldName.test(value) && !value.includes('*') && isRepeatable(value),
  ],
  separator: oneOf(' ', ','),
  maxBytes: ['a whole number of bytes from 128', (value) => Number.isSafeInteger(value) && (value as number) >= 128],
  maxKeys: ['a whole number from 3', (value) => Number.isSafeInteger(value) && (value as number) >= 3],
};

/** How many folders of a path have keys: the outermost. What lies deeper is purged with the last of them. */
const deepest = 8;

/** What a key stands for, and the letter that it begins with. */
const letters = { all: 'a', original: 'o', folder: 'f', tag: 't', rest: 'r' } as const;

/**
 * The keys of an original: of everything of its origin, of itself, of its folders from the outermost, of its tags. Each is
 * a letter and 16 hexadecimal digits, which every CDN takes.
 */
export function keysOf({ origin, path, hash, tags }: Reachable): readonly string[] {
  return [
    keyOf('all', origin),
    keyOf('original', hash),
    ...foldersOf(path).map((folder) => keyOf('folder', origin, folder)),
    ...tags.map((tag) => keyOf('tag', origin, tag)),
  ];
}

/**
 * The keys by which a purge reaches all answers that its targets are part of, and sometimes more: a prefix that ends inside
 * of a name is purged with its folder.
 *
 * @param origin name of the origin of all of them.
 */
export function keysOfTargets(targets: readonly PurgeTarget[], origin: string): readonly string[] {
  const all = keyOf('all', origin);
  const keys = new Set(targets.map(keyOfTarget));
  return keys.has(all) ? [all] : [...keys, keyOf('rest', origin)];
}

/** The key of everything of an origin. */
export function keyOfAll(origin: string): string {
  return keyOf('all', origin);
}

/**
 * The value of the field. Where the keys of an answer are too many for it, one stands for those that are left out, and
 * every purge names that one too.
 *
 * @param keys of all originals that the answer is made from, as {@link keysOf} gives them; repetitions are left out.
 * @param origin name of their origin.
 */
export function writeKeys(keys: readonly string[], origin: string, field: SurrogateKeys): string {
  const { separator = ' ' } = field;
  const unique = [...new Set(keys)];
  const room = roomOf(field);
  if (unique.length <= room) return unique.join(separator);
  const [all = '', ...others] = unique;
  return [all, keyOf('rest', origin), ...others.slice(0, room - 2)].join(separator);
}

/** All keys are of one length. */
const keyLength = 17;

function roomOf({ maxBytes = 4096, maxKeys = Number.POSITIVE_INFINITY }: SurrogateKeys): number {
  return Math.min(maxKeys, Math.floor((maxBytes + 1) / (keyLength + 1)));
}

function keyOfTarget(target: PurgeTarget): string {
  if (target.kind === 'exact') return keyOf('original', target.hash);
  if (target.kind === 'tag') return keyOf('tag', target.origin, target.tag);
  const folder = target.kind === 'prefix' ? foldersOf(target.prefix).at(-1) : undefined;
  return folder === undefined ? keyOf('all', target.origin) : keyOf('folder', target.origin, folder);
}

/** The folders that a path lies in, or a prefix begins with, from the outermost; not the root, which is everything. */
function foldersOf(path: string): readonly string[] {
  const folders: string[] = [];
  for (
    let slash = path.indexOf('/', 1);
    slash !== -1 && folders.length < deepest;
    slash = path.indexOf('/', slash + 1)
  ) {
    folders.push(path.slice(0, slash + 1));
  }
  return folders;
}

function keyOf(kind: keyof typeof letters, ...named: readonly string[]): string {
  const hash = Buffer.from(hashOf(kind, ...named), 'base64url');
  return letters[kind] + hash.toString('hex', 0, (keyLength - 1) / 2);
}

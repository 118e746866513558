import { inspect } from 'node:util';
import { header } from '../http/message.ts';
import type { OriginalSummary } from '../http/ttl.ts';

/** Gives the tags of an original, by which it can be purged: `({ path }) => path.startsWith('/cats/') ? ['cats'] : []`. */
export type TagRule = (original: OriginalSummary) => readonly string[];

/**
 * The tags of an original: what the rule says, and what the origin says in `Cache-Tag` (separated by commas) and
 * `Surrogate-Key` (separated by blanks). Case counts.
 *
 * @throws TypeError where the rule gives something else than tags.
 */
export function tagsOf(original: OriginalSummary, rule: TagRule | undefined): readonly string[] {
  const cacheTags = (header(original.headers, 'cache-tag') ?? '').split(',').map((tag) => tag.trim());
  // Several lines of the field are joined with commas by then.
  const surrogateKeys = (header(original.headers, 'surrogate-key') ?? '').split(/[\s,]+/);
  const said = [...cacheTags, ...surrogateKeys].filter((tag) => tag !== '');
  if (rule === undefined) return said.length === 0 ? said : [...new Set(said)];
  return [...new Set([...said, ...ruled(original, rule)])];
}

function ruled(original: OriginalSummary, rule: TagRule): readonly string[] {
  const tags: unknown = rule(original);
  if (Array.isArray(tags) && tags.every((tag) => typeof tag === 'string' && tag !== '')) return tags as string[];
  throw new TypeError(`Expected an array of non-empty strings from tags but received ${inspect(tags)}`);
}

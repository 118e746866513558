import type { Purged } from '@tintype/core';
import { type Expectation, listMatching } from './options.ts';
import { type ByUrlOptions, overlaysExpectation, placesOf } from './places.ts';

/** What a cache must be told that removes one URL at a time. */
export interface ListedUrls extends ByUrlOptions {
  /**
   * All queries that pictures are asked for with, as they stand in URLs: `['', 'w=400', 'w=800&format=auto']`. What is
   * asked for with another is not purged, so have the cache, or `widths` and `onlyPresets`, refuse the rest.
   */
  readonly queries: readonly string[];
}

/** What each of them accepts. */
export const listedExpectations: Readonly<Record<keyof ListedUrls, Expectation>> = {
  // What a target may have behind its question mark (RFC 3986 §3.4).
  queries: listMatching("a list of queries such as 'w=400'", /^[\w\-.~!$&'()*+,;=:@/?%|]*$/),
  overlays: overlaysExpectation,
};

/**
 * The request targets of what was purged.
 *
 * @throws Error for what cannot be listed: prefixes, tags, everything, and pictures laid over others.
 */
export function listedOf(purged: Purged, { queries, overlays }: ListedUrls): readonly string[] {
  const { paths, beginnings } = placesOf(purged, overlays);
  if (beginnings.length > 0) throw new Error('cannot purge a folder, a prefix or everything URL by URL');
  return paths.flatMap((path) => queries.map((query) => (query === '' ? path : `${path}?${query}`)));
}

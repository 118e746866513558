import { hashOf } from '../hash.ts';

/**
 * What names an original everywhere: caching and purging share it, so they cannot disagree. Its version is no part of
 * it, so that a purge covers every version.
 */
export interface OriginalId {
  /** Name of the origin. */
  readonly origin: string;
  /** Canonical path. */
  readonly path: string;
  /** H(origin, path): the form in which it enters keys and the journal. */
  readonly hash: string;
}

/** Names the original at a canonical path of an origin. */
export function originalId(origin: string, path: string): OriginalId {
  return { origin, path, hash: hashOf(origin, path) };
}

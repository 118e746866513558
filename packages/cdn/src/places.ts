import type { Purged } from '@tintype/core';
import { listMatching } from './options.ts';

/** What a purge by URL must be told, because no URL says it. */
export interface ByUrlOptions {
  /**
   * Origin paths, or their beginnings, of pictures that are laid over others, such as `['/logos/']`: no URL tells over
   * which, so a purge that touches one fails by URL, and the status says so. `[]` where nothing is ever laid over anything.
   */
  readonly overlays: readonly string[];
}

/** What `overlays` accepts. */
export const overlaysExpectation: ReturnType<typeof listMatching> = listMatching(
  'a list of origin paths, or of their beginnings',
  /^\//,
);

/** Where purged pictures are, in paths of URLs. */
export interface Places {
  /** Paths of pictures, without a query. */
  readonly paths: readonly string[];
  /** Beginnings of paths. */
  readonly beginnings: readonly string[];
}

/**
 * Where what was purged is found by URL.
 *
 * @throws Error for what URLs cannot tell: tags, pictures laid over others, and mounts that nobody knows.
 */
export function placesOf({ all, paths, prefixes, tags, mounts }: Purged, overlays: readonly string[]): Places {
  if (mounts.length === 0) throw new Error('cannot purge by URL: no mount is known; give createTintype its mounts');
  if (all) return { paths: [], beginnings: mounts.map((mount) => `${mount}/`) };
  if (tags.length > 0) throw new Error('cannot purge by tag: URLs do not tell tags');
  const laid = overlays.map(encodeOverlay);
  const isLaid = (path: string): boolean => laid.some((overlay) => path.startsWith(overlay));
  const touches = (prefix: string): boolean => isLaid(prefix) || laid.some((overlay) => overlay.startsWith(prefix));
  const overlay = paths.find(isLaid) ?? prefixes.find(touches);
  if (overlay !== undefined) throw new Error('cannot purge what is laid over other pictures: URLs do not tell which');
  const below = (names: readonly string[]): readonly string[] =>
    mounts.flatMap((mount) => names.map((name) => mount + name));
  return { paths: below(paths), beginnings: below(prefixes) };
}

/** As the paths of a purge are written. */
function encodeOverlay(path: string): string {
  const encode = (segment: string): string =>
    encodeURIComponent(segment)
      .replace(/%(?:24|26|2B|2C|3B|3D|40)/g, decodeURIComponent)
      .replaceAll('*', '%2A');
  return path.split('/').map(encode).join('/');
}

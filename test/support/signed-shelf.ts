import type { SigningOptions, Tintype, TintypeOptions } from '@tintype/core';
import { openEngine } from './engines.ts';
import { type ManualClock, manualClock } from './manual-clock.ts';
import { type ShelfOrigin, shelfOrigin } from './shelf-origin.ts';

export const key = 'a key that is long enough';
export const otherKey = 'another key of some bytes';

/** What makes an endpoint take signed URLs. */
export const signed = (signing: SigningOptions = { keys: key }): Partial<TintypeOptions> => ({ signing });

/** An endpoint for signed URLs, what it serves, and the clock by which they expire. */
export interface Shelf {
  readonly images: Tintype;
  readonly origin: ShelfOrigin;
  readonly clock: ManualClock;
  /** So many seconds from now on, since the epoch. */
  readonly inSeconds: (seconds: number) => number;
}

/** Opens one with pictures at `/cat.png`, `/dog.png` and `/deep/café 1.png`. */
export function openShelf(options: Partial<TintypeOptions> = {}, signing?: SigningOptions): Shelf {
  const [origin, clock] = [shelfOrigin(), manualClock()];
  origin.put('/cat.png', 1);
  origin.put('/dog.png', 2);
  origin.put('/deep/café 1.png', 3);
  const images = openEngine({ origin, clock, ...signed(signing), ...options });
  return { images, origin, clock, inSeconds: (seconds) => clock.now() / 1000 + seconds };
}

import type { Dialect, Tintype, TintypeOptions } from '@tintype/core';
import type { SigningOptions } from '../../packages/core/src/dialect/signature.ts';
import { openEngine } from './engines.ts';
import { type ManualClock, manualClock } from './manual-clock.ts';
import { type ShelfOrigin, shelfOrigin } from './shelf-origin.ts';
import { signedNative } from './signed-native.ts';

export const key = 'a key that is long enough';
export const otherKey = 'another key of some bytes';

/** A dialect that signs. Once `native` does it itself, it is `native({ signing })`, and `signedNative` goes. */
export const signedDialect = (signing: SigningOptions): Dialect => signedNative(signing);

/** What makes an endpoint take signed URLs. Once `createTintype` has the option, it is `{ signing }`. */
export const signed = (signing: SigningOptions = { keys: key }): Partial<TintypeOptions> => ({
  dialect: signedDialect(signing),
});

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

import type { Tintype, TintypeOptions } from '@tintype/core';
import { openEngine } from './engines.ts';
import { type Held, type LateOrigin, lateOrigin } from './late-origin.ts';
import { type ManualClock, manualClock } from './manual-clock.ts';

/** An endpoint, its origin and the clock by which it ages what it holds. */
export interface Cached {
  readonly origin: LateOrigin;
  readonly images: Tintype;
  readonly clock: ManualClock;
}

/** Opens one whose origin answers conditional questions honestly. */
export function cached(held: Partial<Held>, options: Partial<TintypeOptions> = {}): Cached {
  const clock = manualClock();
  const origin = lateOrigin({ conditional: 'honest', ...held });
  return { origin, clock, images: openEngine({ origin, clock, ...options }) };
}

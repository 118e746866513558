import type { Clock } from '@tintype/core';

/** A clock that a test moves. */
export interface ManualClock extends Clock {
  advance(seconds: number): void;
}

/** Creates a clock that stands at noon of a day in 2024 until it is moved. */
export function manualClock(): ManualClock {
  let now = Date.UTC(2024, 4, 6, 12);
  return {
    now: () => now,
    advance(seconds) {
      now += seconds * 1000;
    },
  };
}

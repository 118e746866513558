/** Tells the wall-clock time. Injected, so that tests choose it. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
}

/** The machine's own clock: the only caller of `Date.now` in this package. */
export const systemClock: Clock = { now: () => Date.now() };

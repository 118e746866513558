/** How often processes may be started, so that pictures that end them do not keep a machine busy with that. */
export interface StartAllowance {
  /** Takes the next start, and gives the milliseconds until it may be made. */
  next(): number;
}

/**
 * Creates an allowance: so many at once, and then one each so often.
 *
 * @param interval milliseconds.
 */
export function createStartAllowance(atOnce: number, interval: number): StartAllowance {
  /** When the next would be made, were all made one after the other. */
  let next = Number.NEGATIVE_INFINITY;
  return {
    next() {
      const now = performance.now();
      next = Math.max(next, now - atOnce * interval) + interval;
      return Math.max(0, next - now);
    },
  };
}

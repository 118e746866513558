/** How often processes may be started, so that pictures that end them do not keep a machine busy with that. */
export interface StartAllowance {
  /**
   * Takes the next start, and gives the milliseconds until it may be made.
   *
   * @param longest milliseconds that may be waited.
   * @returns undefined, with nothing taken, where it is longer until then.
   */
  next(longest: number): number | undefined;
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
    next(longest) {
      const now = performance.now();
      const following = Math.max(next, now - atOnce * interval) + interval;
      const wait = Math.max(0, following - now);
      if (wait > longest) return undefined;
      next = following;
      return wait;
    },
  };
}

/** Work that is done again and again, never twice at once. */
export interface Rounds {
  /** Resolves when a round has ended that began after the call. All who wait for the next round share it. */
  take(): Promise<void>;
}

/** Creates rounds of some work, which never rejects. */
export function createRounds(work: () => Promise<void>): Rounds {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;

  const begin = (): Promise<void> => {
    running = work().then(() => {
      running = undefined;
    });
    return running;
  };

  return {
    async take() {
      // One that is to begin may not have begun yet, though the one before has ended.
      if (running === undefined) return next ?? begin();
      next ??= running.then(() => {
        next = undefined;
        return begin();
      });
      return next;
    },
  };
}

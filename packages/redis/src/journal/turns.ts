/** Work that is done again and again, never twice at once. */
export interface Turns {
  /** Resolves when a turn has ended that began after the call. All who wait for the next turn share it. */
  take(): Promise<void>;
}

/** Creates turns of some work, which never rejects. */
export function createTurns(work: () => Promise<void>): Turns {
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

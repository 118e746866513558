/** Milliseconds: a timer that shall wait longer does not wait at all. */
const longest = 2 ** 31 - 1;

/** What is done once more, some time later. */
export interface SecondDeletions {
  /** Lets it be done later. */
  schedule(act: () => Promise<unknown>): void;
  /** Lets everything that waits be done now, and resolves when it is. */
  hurry(): Promise<void>;
}

/**
 * Creates the list of deletions to be repeated, one at a time: each may walk through a whole store.
 *
 * @param after milliseconds; nothing is kept alive by them.
 */
export function createSecondDeletions(after: number): SecondDeletions {
  const waiting = new Map<() => Promise<unknown>, NodeJS.Timeout>();
  let last: Promise<unknown> = Promise.resolve();

  const begin = (act: () => Promise<unknown>): void => {
    clearTimeout(waiting.get(act));
    waiting.delete(act);
    last = last.then(act).catch(() => undefined);
  };

  return {
    schedule(act) {
      waiting.set(act, setTimeout(begin, Math.min(after, longest), act).unref());
    },
    async hurry() {
      for (const act of [...waiting.keys()]) begin(act);
      await last;
    },
  };
}

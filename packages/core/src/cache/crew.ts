/** Those who wait for one piece of work. */
export interface Crew {
  /** Aborted while nobody is there before the work is done: another one, once somebody has come again. */
  readonly signal: AbortSignal;
  /** @param gone aborted when the one who comes has gone again; undefined for one who stays. */
  board(gone: AbortSignal | undefined): void;
  /** The work is done: nobody need be counted any more. */
  land(): void;
}

/** Creates a crew of nobody. */
export function createCrew(): Crew {
  let abandoned = new AbortController();
  /** Each of them lets one go unwatched. One signal for all would warn of a leak from the eleventh on. */
  const watches = new Set<() => void>();
  let aboard = 0;
  let hasLanded = false;
  return {
    get signal() {
      return abandoned.signal;
    },
    board(gone) {
      if (hasLanded) return;
      const leave = (): void => {
        aboard--;
        if (aboard === 0) abandoned.abort(gone?.reason);
      };
      aboard++;
      // The signal of one who has gone before tells nobody any more.
      if (gone?.aborted) return leave();
      if (abandoned.signal.aborted) abandoned = new AbortController();
      if (gone === undefined) return;
      gone.addEventListener('abort', leave, { once: true });
      watches.add(() => gone.removeEventListener('abort', leave));
    },
    land() {
      hasLanded = true;
      for (const letGo of watches) letGo();
      watches.clear();
    },
  };
}

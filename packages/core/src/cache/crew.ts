/** Those who wait for one piece of work. */
export interface Crew {
  /** Aborted when all have gone before the work was done; another, once somebody comes again. */
  readonly signal: AbortSignal;
  /** @param gone aborted when the one who comes has gone again; undefined for one who stays. */
  board(gone: AbortSignal | undefined): void;
  /** The work is done: nobody need be counted any more. */
  land(): void;
}

/** Creates a crew of nobody. */
export function createCrew(): Crew {
  let abandoned = new AbortController();
  let aboard = 0;
  let hasLanded = false;
  return {
    get signal() {
      return abandoned.signal;
    },
    board(gone) {
      aboard++;
      if (abandoned.signal.aborted) abandoned = new AbortController();
      const leave = (): void => {
        aboard--;
        if (aboard === 0 && !hasLanded) abandoned.abort(gone?.reason);
      };
      gone?.addEventListener('abort', leave, { once: true });
    },
    land() {
      hasLanded = true;
    },
  };
}

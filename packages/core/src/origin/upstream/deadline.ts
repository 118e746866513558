/** The time that something may take. */
export interface Deadline {
  /** Aborted when it is over, or whoever began it gives up. */
  readonly signal: AbortSignal;
  /** Rejects when the signal is aborted. */
  readonly over: Promise<never>;
  /** Ends the watch: nothing is held any longer by a timer or a signal of somebody else's. */
  end(): void;
}

/**
 * Begins one. Not `AbortSignal.timeout`: whatever was raced against such a signal is held until its time is over, and an
 * original is some megabytes.
 */
export function beginDeadline(milliseconds: number, waiting: AbortSignal | undefined): Deadline {
  const controller = new AbortController();
  const { signal } = controller;
  const timer = setTimeout(() => {
    controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
  }, milliseconds);
  timer.unref();
  const giveUp = (): void => controller.abort(waiting?.reason);
  if (waiting?.aborted) giveUp();
  waiting?.addEventListener('abort', giveUp, { once: true });
  const over = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  over.catch(() => undefined);
  return {
    signal,
    over,
    end() {
      clearTimeout(timer);
      waiting?.removeEventListener('abort', giveUp);
    },
  };
}

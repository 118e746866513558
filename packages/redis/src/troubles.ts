/** What goes wrong with a link by itself. */
export interface Troubles {
  /** Resolves at the first that was reported. */
  readonly promise: Promise<void>;
  /** The last error that was noted. */
  readonly error: unknown;
  /** Notes an error, but for those that follow from a trouble. */
  note(error: unknown): void;
  /** Reports that the link ought to be replaced. */
  report(): void;
}

/** Creates the troubles of a link that has none. */
export function createTroubles(): Troubles {
  let last: unknown;
  let isReported = false;
  let resolved = (): void => undefined;
  const promise = new Promise<void>((resolve) => {
    resolved = resolve;
  });
  return {
    promise,
    get error() {
      return last;
    },
    note(error) {
      if (!isReported) last = error;
    },
    report() {
      isReported = true;
      resolved();
    },
  };
}

/** The writes that a store has not settled yet, bounded in bytes. */
export interface PendingWrites {
  /** Admits a write; undefined where too many bytes are pending. Whoever gets `settle` calls it once, however late. */
  begin(bytes: number): (() => void) | undefined;
  /** Resolves when none of those pending now is pending any more. */
  settled(): Promise<void>;
}

/** Creates an empty list of writes. */
export function createPendingWrites(maxBytes: number): PendingWrites {
  const writes = new Set<Promise<void>>();
  let pending = 0;
  return {
    begin(bytes) {
      if (pending + bytes > maxBytes) return undefined;
      pending += bytes;
      let settle = (): void => undefined;
      const write = new Promise<void>((resolve) => {
        settle = () => {
          pending -= bytes;
          writes.delete(write);
          resolve();
        };
      });
      writes.add(write);
      return settle;
    },
    async settled() {
      await Promise.all(writes);
    },
  };
}

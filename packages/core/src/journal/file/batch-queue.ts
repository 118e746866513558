/** Work that comes one by one and is done many at once. */
export interface BatchQueue<Item> {
  add(item: Item): void;
  /** Resolves once nothing is left. */
  idle(): Promise<void>;
}

/** Something with a line to write. */
export interface WithLine {
  readonly line: Buffer;
}

/**
 * Creates a queue. What comes in one run of the event loop, or while a batch is being done, goes into the next batch.
 *
 * @param maxBytes how long all lines of a batch may be, unless one alone is more.
 * @param settle does a batch. Never rejects.
 */
export function createBatchQueue<Item extends WithLine>(
  maxBytes: number,
  settle: (batch: readonly Item[]) => Promise<void>,
): BatchQueue<Item> {
  let queue: Item[] = [];
  let working: Promise<void> | undefined;

  const work = async (): Promise<void> => {
    // The others of this run come into the same batch.
    await Promise.resolve();
    while (queue.length > 0) {
      const length = lengthWithin(queue, maxBytes);
      const batch = queue.slice(0, length);
      queue = queue.slice(length);
      await settle(batch);
    }
    // Here and not in a step of its own: in between, one could come that nobody works on.
    working = undefined;
  };

  return {
    add(item) {
      queue.push(item);
      working ??= work();
    },
    async idle() {
      await working;
    },
  };
}

/** How many items from the first fit, and one at least. */
function lengthWithin(items: readonly WithLine[], maxBytes: number): number {
  let bytes = 0;
  const end = items.findIndex(({ line }) => {
    bytes += line.length;
    return bytes > maxBytes;
  });
  return end === -1 ? items.length : Math.max(1, end);
}

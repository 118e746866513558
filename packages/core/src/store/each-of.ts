/** Operations at once: renders and reads wait in the same places. */
const concurrency = 4;

/**
 * Visits each of many, four at once. After one visit has failed none begins any more.
 *
 * @throws what the first visit that fails throws.
 */
export async function eachOf<T>(
  items: Iterable<T> | AsyncIterable<T>,
  visit: (item: T) => Promise<void>,
): Promise<void> {
  const rest = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  let isStopped = false;
  const work = async (): Promise<void> => {
    while (!isStopped) {
      const next = await rest.next();
      if (next.done) return;
      await visit(next.value);
    }
  };
  const stop = (error: unknown): never => {
    isStopped = true;
    throw error;
  };
  try {
    await Promise.all(Array.from({ length: concurrency }, () => work().catch(stop)));
  } finally {
    // Does nothing to what has come to its end; a folder that is still open is closed.
    await rest.return?.();
  }
}

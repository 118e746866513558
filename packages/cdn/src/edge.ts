import type { Purged, PurgedHook, SurrogateKeys } from '@tintype/core';

/**
 * A cache in front of an endpoint: two options of `createTintype`, to be spread into the others. Of several, give lists,
 * the one nearest to us first: `onPurged: [near.onPurged, far.onPurged]`, and `surrogateKeys` likewise.
 */
export interface Edge {
  /** Purges it after each purge of ours. What fails stands in the purge's status, under the name of the cache. */
  readonly onPurged: PurgedHook;
  /** The field by which it is told what an answer is made from; an empty list where it is purged by URL. */
  readonly surrogateKeys: readonly SurrogateKeys[];
}

/** What every cache in front has as options. */
export interface EdgeOptions {
  /**
   * Seconds that all requests of one purge may take together, 30 at most: so long a hook may run.
   * @default 25
   */
  readonly timeout?: number | undefined;
}

/** One request of a purge: what it is called where it fails, and what sends it. */
export interface EdgeTask {
  readonly name: string;
  run(time: TimeLeft): Promise<void>;
}

/** How long the requests of a purge may still take. */
export interface TimeLeft {
  /** Aborted when it is over. */
  readonly signal: AbortSignal;
  /** When it is over, by `performance.now()`. */
  readonly end: number;
}

/** Requests that are under way at once. */
const concurrency = 4;

/**
 * Puts a cache in front together.
 *
 * @param name under which its step stands in the status.
 * @param tasksOf gives the requests of a purge; throws what cannot be done, and then nothing is.
 */
export function createEdge(
  name: string,
  surrogateKeys: readonly SurrogateKeys[],
  { timeout = 25 }: EdgeOptions,
  tasksOf: (purged: Purged) => readonly EdgeTask[],
): Edge {
  const onPurged: PurgedHook = async (purged) => {
    const tasks = tasksOf(purged);
    const end = performance.now() + timeout * 1000;
    await performAll(tasks, { signal: AbortSignal.any([purged.signal, AbortSignal.timeout(timeout * 1000)]), end });
  };
  return { onPurged: Object.defineProperty(onPurged, 'name', { value: name }), surrogateKeys };
}

/** Runs all, whatever becomes of each. */
async function performAll(tasks: readonly EdgeTask[], time: TimeLeft): Promise<void> {
  const rest = tasks.values();
  const failures: Error[] = [];
  const work = async (): Promise<void> => {
    for (const { name, run } of rest) {
      await run(time).catch((cause: unknown) => void failures.push(new Error(name, { cause })));
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  if (failures.length === 0) return;
  const counted = tasks.length === 1 ? 'the request failed' : `${failures.length} of ${tasks.length} requests failed`;
  throw new AggregateError(failures, counted);
}

/** Cuts a list into parts that a vendor takes at once. */
export function inBatches<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  const batches: T[][] = [];
  for (let start = 0; start < items.length; start += size) batches.push(items.slice(start, start + size));
  return batches;
}

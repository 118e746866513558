import { type PurgeTarget, type Reachable, reaches } from '../journal/journal.ts';
import { eachOf } from '../store/each-of.ts';
import type { GuardedStore } from '../store/guarded.ts';
import type { MemoryStore } from '../store/memory.ts';
import type { StoreIndex } from '../store/store-index.ts';
import { copiesInMemory, copyKinds, hearMemory, isCopy, storedCopies } from './copy-search.ts';
import { createEvidence, type Evidence } from './evidence.ts';

/** How many copies there are of what some purges reach. */
export interface CopyCount {
  readonly records: number;
  readonly originals: number;
  readonly derivatives: number;
}

/** Everything kept of originals: records, copies of originals, derivatives, composites included; in the store and here. */
export interface Copies {
  /** Whether every layer has an index: without one nothing can be counted or deleted. */
  readonly isComplete: boolean;
  /**
   * Counts what is kept of what the targets reach, each key once over all layers; undefined without an index.
   *
   * @throws where a layer does not say all it has.
   */
  count(targets: readonly PurgeTarget[]): Promise<CopyCount | undefined>;
  /**
   * Deletes what is kept of what the targets reach: records, then originals, then derivatives; from the store, then from
   * this process's memory. What is set meanwhile may stay.
   *
   * @returns the number of distinct keys.
   * @throws Error without an index, AggregateError where any deletion may have failed (all others have been tried), and
   * whatever the search for the keys throws.
   */
  delete(targets: readonly PurgeTarget[]): Promise<number>;
  /** Drops what the targets reach from this process's memory alone, at once; `everything` where nobody knows what. */
  forget(targets: readonly PurgeTarget[] | 'everything'): void;
}

/** Where copies are kept. */
export interface CopiesOptions {
  readonly store: GuardedStore | undefined;
  readonly memory: MemoryStore;
  readonly records: {
    /** The originals whose records are remembered, each as often as it has records. */
    originals(): Iterable<Reachable>;
    /** Drops remembered records that are reached; gives their keys. */
    drop(isReached: (original: Reachable) => boolean): readonly string[];
  };
}

/** How many failures an error lists. */
const listed = 10;
/** Failures in a row after which the store counts as gone: each may have taken half a minute. */
const hopeless = 64;

/** Creates the copies of one endpoint. */
export function createCopies({ store, memory, records }: CopiesOptions): Copies {
  const isComplete = store === undefined || store.index !== undefined;

  /** Hears what memory says. */
  const hearHere = (evidence: Evidence): void => {
    for (const original of records.originals()) evidence.hear(original);
    hearMemory(memory, evidence);
  };

  const search = async (evidence: Evidence): Promise<readonly string[]> => {
    hearHere(evidence);
    if (store?.index !== undefined) return storedCopies(store.index, evidence);
    evidence.conclude();
    return [];
  };

  const dropHere = (targets: readonly PurgeTarget[], evidence: Evidence): readonly string[] => {
    const isReached = (original: Reachable): boolean =>
      evidence.reached.has(original.hash) || targets.some((target) => reaches(target, original));
    const dropped = records.drop(isReached);
    const keys = copiesInMemory(memory, evidence);
    for (const key of keys) memory.delete(key);
    return [...dropped, ...keys];
  };

  return {
    isComplete,
    async count(targets) {
      if (!isComplete) return undefined;
      const evidence = createEvidence(targets);
      const stored = await search(evidence);
      const keys = new Set([...stored, ...copiesInMemory(memory, evidence)]);
      return countOf(keys, rememberedOf(records, evidence));
    },
    async delete(targets) {
      if (!isComplete) throw new Error(`The ${store?.kind} store has no index to find all copies by`);
      const evidence = createEvidence(targets);
      const stored = await search(evidence);
      const failures = store?.index === undefined ? [] : await removeAll(store.index, stored);
      // Memory last, because what still was in the store may have come from there meanwhile.
      hearHere(evidence);
      const deleted = new Set([...stored, ...dropHere(targets, evidence)]);
      if (failures.length === 0) return deleted.size;
      throw new AggregateError(
        failures,
        `Not all of ${stored.length} copies could be deleted from the ${store?.kind} store`,
      );
    },
    forget(targets) {
      if (targets === 'everything') {
        records.drop(() => true);
        for (const key of memory.keys()) if (isCopy(key)) memory.delete(key);
        return;
      }
      const evidence = createEvidence(targets);
      hearHere(evidence);
      evidence.conclude();
      dropHere(targets, evidence);
    },
  };
}

/** Removes all, or as many as can be, and gives the first failures. */
async function removeAll(index: StoreIndex, keys: readonly string[]): Promise<readonly unknown[]> {
  const failures: unknown[] = [];
  let inARow = 0;
  const remove = async (key: string): Promise<void> => {
    if (inARow >= hopeless) return;
    try {
      await index.remove(key);
      inARow = 0;
    } catch (error) {
      inARow++;
      if (failures.length < listed) failures.push(error);
    }
  };
  for (const kind of copyKinds) {
    await eachOf(
      keys.filter((key) => key.startsWith(kind)),
      remove,
    );
  }
  return failures;
}

/** How many records of each reached original are remembered. */
function rememberedOf(records: CopiesOptions['records'], { reached }: Evidence): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { hash } of records.originals()) {
    if (reached.has(hash)) counts.set(hash, (counts.get(hash) ?? 0) + 1);
  }
  return counts;
}

function countOf(keys: ReadonlySet<string>, remembered: ReadonlyMap<string, number>): CopyCount {
  const [records = 0, originals = 0, derivatives = 0] = copyKinds.map(
    (kind) => [...keys].filter((key) => key.startsWith(kind)).length,
  );
  return { records: records + notStored(keys, remembered), originals, derivatives };
}

/** How many records are remembered and not stored: what is both has one key, so the larger number of an original counts. */
function notStored(keys: ReadonlySet<string>, remembered: ReadonlyMap<string, number>): number {
  const stored = new Map<string, number>();
  for (const key of keys) {
    const [kind, hash = ''] = key.split(':');
    if (kind === 'p') stored.set(hash, (stored.get(hash) ?? 0) + 1);
  }
  return [...remembered].reduce((sum, [hash, count]) => sum + Math.max(0, count - (stored.get(hash) ?? 0)), 0);
}

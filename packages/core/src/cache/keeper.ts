import type { GuardedStore } from '../store/guarded.ts';
import type { MemoryStore } from '../store/memory.ts';
import type { MaybePromise } from '../store/store.ts';
import { inputsOfKey } from './derivative.ts';

/** Whether something may be written still: not once a takedown may have reached what it was made from. */
export interface Permission {
  /** By the newest view of the journal that memory has been held against: what comes later drops what is there. */
  now(): boolean;
  /** By a look at the journal. */
  surely(): MaybePromise<boolean>;
}

/** Where bytes lie: memory in front, and the store behind it where there is another than memory. */
export interface Tiers {
  readonly memory: MemoryStore;
  readonly store: GuardedStore | undefined;
  readonly keeper: Keeper;
}

/** The one way by which entries come into memory and into the store. */
export interface Keeper {
  /** Puts an entry into memory if that is still allowed. */
  remember(key: string, frame: Uint8Array, may: Permission): void;
  /**
   * Puts an entry into the store if that is still allowed, and takes it out again where a takedown came while it was
   * written: the takedown's own deletion may have been there before. Nobody need wait for it.
   */
  store(key: string, frame: Uint8Array, may: Permission): void;
  /** Resolves when nothing is being written to the store under a key. Never rejects. */
  written(key: string): Promise<void>;
  /** Takes an entry out of the store, after whatever is being written to it. */
  remove(key: string): void;
  /** Resolves when nothing is being written any more, or waited for longer than closing may. */
  settled(): Promise<void>;
}

/** Creates the keeper of an endpoint; without a store memory is all there is. */
export function createKeeper(store: GuardedStore | undefined, memory: MemoryStore): Keeper {
  const underWay = new Set<Promise<void>>();
  /** The newest write of each key that is being written. */
  const newest = new Map<string, Promise<void>>();

  const track = (work: Promise<void>): void => {
    const tracked = work.finally(() => underWay.delete(tracked));
    underWay.add(tracked);
  };

  const takeBack = async (from: GuardedStore, key: string, may: Permission): Promise<void> => {
    if (await may.surely()) return;
    // Not the guarded way, which may skip it. What fails is published, and the takedown deletes once more.
    await (from.index === undefined ? from.delete(key) : from.index.remove(key).catch(() => undefined));
  };

  const write = async (to: GuardedStore, key: string, frame: Uint8Array, may: Permission): Promise<void> => {
    if (!(await may.surely())) return;
    // A process that was stopped may find its time up, and the write still under way.
    await to.set(key, frame, inputsOfKey(key), () => track(takeBack(to, key, may)));
    await takeBack(to, key, may);
  };

  /** One after the other, so that an older record never takes the place of a newer one. */
  const inTurn = (key: string, act: () => Promise<unknown>): void => {
    // Neither a guarded store nor a look at the journal ever rejects.
    const before = newest.get(key) ?? Promise.resolve();
    const acting = before
      .then(act)
      .then(() => undefined)
      .finally(() => {
        if (newest.get(key) === acting) newest.delete(key);
      });
    newest.set(key, acting);
    track(acting);
  };

  return {
    remember(key, frame, may) {
      if (!may.now()) return;
      for (const input of inputsOfKey(key)) memory.link(input, key);
      memory.set(key, frame);
    },
    store(key, frame, may) {
      if (store !== undefined) inTurn(key, () => write(store, key, frame, may));
    },
    written: async (key) => newest.get(key),
    remove(key) {
      if (store !== undefined) inTurn(key, () => store.delete(key));
    },
    async settled() {
      await Promise.all(underWay);
      await store?.settled();
    },
  };
}

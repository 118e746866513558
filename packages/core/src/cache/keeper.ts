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
  /** Resolves when nothing is being written any more, or waited for longer than closing may. */
  settled(): Promise<void>;
}

/** Creates the keeper of an endpoint; without a store memory is all there is. */
export function createKeeper(store: GuardedStore | undefined, memory: MemoryStore): Keeper {
  const underWay = new Set<Promise<void>>();

  const write = async (to: GuardedStore, key: string, frame: Uint8Array, may: Permission): Promise<void> => {
    if (!(await may.surely())) return;
    await to.set(key, frame, inputsOfKey(key));
    if (await may.surely()) return;
    // Not the guarded way, which may skip it. What fails is published, and the takedown deletes once more.
    await (to.index === undefined ? to.delete(key) : to.index.remove(key).catch(() => undefined));
  };

  return {
    remember(key, frame, may) {
      if (!may.now()) return;
      for (const input of inputsOfKey(key)) memory.link(input, key);
      memory.set(key, frame);
    },
    store(key, frame, may) {
      if (store === undefined) return;
      // Neither a guarded store nor a look at the journal ever rejects.
      const writing = write(store, key, frame, may).finally(() => underWay.delete(writing));
      underWay.add(writing);
    },
    async settled() {
      await Promise.all(underWay);
      await store?.settled();
    },
  };
}

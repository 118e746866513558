import type { StoreLock } from '@tintype/core';
import { type HeldStore, heldStore } from './held-store.ts';

/** A store with locks, as several processes share one, and what was done with them. */
export interface LockingStore extends HeldStore {
  /** The locks that somebody holds. */
  readonly locks: ReadonlySet<string>;
  /** How often each lock was taken. */
  readonly taken: ReadonlyMap<string, number>;
  /** How often one was refused. */
  refused(): number;
  lock(key: string): StoreLock | undefined;
  /** Takes a lock as a process does that dies with it. */
  seize(key: string): void;
  /** Makes the lock of a dead process lapse. */
  lapse(): void;
}

/** Creates an empty one. */
export function lockingStore(): LockingStore {
  const locks = new Set<string>();
  const seized = new Set<string>();
  const taken = new Map<string, number>();
  let refusals = 0;
  return {
    ...heldStore(),
    locks,
    taken,
    refused: () => refusals,
    lock(key) {
      if ([...seized].some((start) => key.startsWith(start)) || locks.has(key)) {
        refusals++;
        return undefined;
      }
      locks.add(key);
      taken.set(key, (taken.get(key) ?? 0) + 1);
      return { release: () => void locks.delete(key) };
    },
    seize: (key) => void seized.add(key),
    lapse: () => seized.clear(),
  };
}

import { setTimeout as delay } from 'node:timers/promises';
import type { Hand } from '../load/hand.ts';
import type { GuardedLock } from '../store/locking.ts';
import type { Tiers } from './keeper.ts';

/** What all processes want, each of which could make it. */
export interface Turn<T> {
  /** What the lock is taken of. */
  readonly lock: string;
  /** Under which the result lies in the store. */
  readonly key: string;
  /** Of the request that would make it. */
  readonly hand: Hand;
  /** Looks whether another process has made it. */
  find(): Promise<T | undefined>;
  make(): Promise<T>;
}

/**
 * Has one process of those that share a store make what all of them want, while the others wait for it in the store.
 * Saves work and decides nothing: whoever has waited for one other in vain, or for too long, makes it itself.
 */
export type TakeTurns = <T>(turn: Turn<T>) => Promise<T>;

/** Milliseconds between two looks: a little longer each time. */
const firstPause = 5;
const longestPause = 50;
/** Milliseconds that anybody waits for another process. */
const patience = 10_000;
/** The same for whoever holds a place meanwhile, for which others of its own process wait. */
const patienceInPlace = 1000;

/** Creates the turns of the processes that share a store. */
export function createTurns({ store, keeper }: Pick<Tiers, 'store' | 'keeper'>): TakeTurns {
  if (store === undefined) return ({ make }) => make();

  const makeInTurn = async <T>({ key, find, make }: Turn<T>, lock: GuardedLock): Promise<T> => {
    try {
      // Another may have made it between our last look and now.
      return (await find()) ?? (await make());
    } finally {
      // Others find it once it is written; who asked for it here does not wait for that.
      void keeper.written(key).then(lock.release);
    }
  };

  /** What another process makes meanwhile; undefined where it ended without, or takes too long. */
  const awaitOther = async <T>({ lock: name, hand, find }: Turn<T>): Promise<T | undefined> => {
    const started = performance.now();
    const isOver = (): boolean => performance.now() - started >= (hand.isHeld() ? patienceInPlace : patience);
    for (let pause = firstPause; !isOver(); pause = Math.min(pause * 1.5, longestPause)) {
      await delay(pause * (0.5 + Math.random()));
      const found = await find();
      if (found !== undefined) return found;
      const lock = await store.lock(name);
      if (lock === 'held') continue;
      if (lock !== 'none') lock.release();
      // It may have written and ended since the look above.
      return find();
    }
    return undefined;
  };

  return async (turn) => {
    const lock = await store.lock(turn.lock);
    if (lock === 'none') return turn.make();
    if (lock === 'held') return (await awaitOther(turn)) ?? turn.make();
    return makeInTurn(turn, lock);
  };
}

import type { Attempts } from './attempts.ts';
import type { Store, StoreLock } from './store.ts';

/** The right to make an entry while others wait for it; giving it up never fails. */
export interface GuardedLock {
  release(): void;
}

/**
 * Takes the lock of a key: `held` where somebody else has it, `none` where the store has no locks or does not say in
 * time.
 */
export type TakeLock = (key: string) => Promise<GuardedLock | 'held' | 'none'>;

/** Creates what takes the locks of a store. */
export function createLocking(store: Store, attempt: Attempts['attempt'], fail: (error: unknown) => void): TakeLock {
  const give = async (lock: StoreLock): Promise<void> => {
    try {
      await lock.release();
    } catch (error) {
      // It lapses by itself.
      fail(error);
    }
  };

  return async (key) => {
    if (store.lock === undefined) return 'none';
    let isAwaited = true;
    const outcome = await attempt('other', async () => {
      const lock = await store.lock?.(key);
      if (lock && !isAwaited) void give(lock);
      return lock;
    });
    isAwaited = false;
    if (outcome.state !== 'done') return 'none';
    const lock = outcome.value ?? undefined;
    return lock === undefined ? 'held' : { release: () => void give(lock) };
  };
}

import type { Clock } from '../clock.ts';
import type { MaybePromise } from './store.ts';
import { isThenable } from './within.ts';

/** The calls that a store should have answered by now and has not. */
export interface Overdue {
  /** Makes a call, which counts from the end of its time until it is settled. */
  watch<T>(call: () => MaybePromise<T>, ms: number): MaybePromise<T>;
  /** Whether there are any. */
  any(): boolean;
}

/** Milliseconds after which a call that was never settled counts no more: the store is tried again. */
const forgotten = 2000;

/** Creates an empty list. */
export function createOverdue(clock: Clock): Overdue {
  /** When each became overdue. */
  const since = new Map<object, number>();
  return {
    watch(call, ms) {
      const result = call();
      if (!isThenable(result)) return result;
      const token = {};
      const timer = setTimeout(() => since.set(token, clock.now()), ms).unref();
      return Promise.resolve(result).finally(() => {
        clearTimeout(timer);
        since.delete(token);
      });
    },
    any() {
      for (const [token, at] of since) {
        const age = clock.now() - at;
        if (age >= 0 && age < forgotten) return true;
        since.delete(token);
      }
      return false;
    },
  };
}

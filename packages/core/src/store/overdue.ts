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
const patience = 2000;

/** Creates an empty list. */
export function createOverdue(clock: Clock): Overdue {
  /** When each became overdue, by the number of the call. */
  const since = new Map<number, number>();
  let calls = 0;
  /** The newest that was answered: those before it are slow, and the store is not. */
  let answered = 0;
  return {
    watch(call, ms) {
      const result = call();
      if (!isThenable(result)) return result;
      const number = ++calls;
      const timer = setTimeout(() => since.set(number, clock.now()), ms).unref();
      const settle = (): void => {
        clearTimeout(timer);
        since.delete(number);
      };
      const answer = (value: Awaited<typeof result>) => {
        answered = Math.max(answered, number);
        return value;
      };
      return Promise.resolve(result).then(answer).finally(settle);
    },
    any() {
      for (const [number, at] of since) {
        const age = clock.now() - at;
        if (number > answered && age >= 0 && age < patience) return true;
        since.delete(number);
      }
      return false;
    },
  };
}

import type { MaybePromise } from './store.ts';

/** Settles as the call does, or rejects when its time, in milliseconds, is up; what comes later is ignored. */
export async function within<T>(ms: number, call: () => MaybePromise<T>): Promise<T> {
  const result = call();
  if (!isThenable(result)) return result;
  return new Promise((resolve, reject) => {
    // Not unref'd: a request waits for this.
    const timer = setTimeout(() => reject(new Error(`No answer within ${ms} ms`)), ms);
    Promise.resolve(result)
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}

/** Whether a value must be waited for; a store may be written in plain JavaScript. */
export function isThenable<T>(value: MaybePromise<T>): value is Promise<T> {
  return typeof (value as { then?: unknown } | undefined)?.then === 'function';
}

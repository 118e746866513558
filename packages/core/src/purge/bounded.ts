/**
 * Does something until its time is up or everything closes; what comes of it later is ignored.
 *
 * @param ms how long it may take; as long as it likes where undefined.
 * @throws what it throws, or why it was cut short.
 */
export async function bounded<T>(
  ms: number | undefined,
  closing: AbortSignal,
  act: (signal: AbortSignal) => T | Promise<T>,
): Promise<T> {
  closing.throwIfAborted();
  const controller = new AbortController();
  const { signal } = controller;
  const close = (): void => controller.abort(closing.reason);
  closing.addEventListener('abort', close);
  // Not unref'd: somebody may wait for this.
  const timer =
    ms === undefined ? undefined : setTimeout(() => controller.abort(new Error(`Not done after ${ms / 1000} s`)), ms);
  try {
    return await new Promise<T>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
      Promise.resolve(act(signal)).then(resolve, reject);
    });
  } finally {
    clearTimeout(timer);
    closing.removeEventListener('abort', close);
  }
}

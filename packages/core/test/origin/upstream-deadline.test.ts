import { getEventListeners } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it, vi } from 'vitest';
import { beginDeadline } from '../../src/origin/upstream/deadline.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

it('is over after its time', async () => {
  const { signal, over } = beginDeadline(1, undefined);
  await expect(over).rejects.toMatchObject({ name: 'TimeoutError' });
  expect(signal.aborted).toBe(true);
});

it('is over when whoever began it gives up, before or after', async () => {
  const waiting = new AbortController();
  const { over } = beginDeadline(60_000, waiting.signal);
  waiting.abort(new Error('gone'));
  await expect(over).rejects.toThrow('gone');
  await expect(beginDeadline(60_000, waiting.signal).over).rejects.toThrow('gone');
});

it('leaves nothing behind on the signal of another', () => {
  const { signal } = new AbortController();
  const deadline = beginDeadline(60_000, signal);
  expect(getEventListeners(signal, 'abort')).toHaveLength(1);
  deadline.end();
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});

it('holds nothing of what was raced against it once it has ended', async () => {
  const waiting = new AbortController();
  const exchange = async (): Promise<WeakRef<object>> => {
    const { over, end } = beginDeadline(600_000, waiting.signal);
    const body = { bytes: new Uint8Array(1000) };
    await Promise.race([Promise.resolve(body), over]);
    end();
    return new WeakRef(body);
  };
  const references = [await exchange(), await exchange(), await exchange()];
  await vi.waitFor(() => {
    collectGarbage();
    // No object in the expectation: a failed one is kept.
    expect(references.filter((reference) => reference.deref() !== undefined).length).toBe(0);
  });
});

import { getEventListeners } from 'node:events';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { bounded } from '../../src/purge/bounded.ts';

const never = (): Promise<never> => new Promise(() => undefined);

describe('bounded', () => {
  it('settles as what it does', async () => {
    const { signal } = new AbortController();
    expect(await bounded(1000, signal, () => 'now')).toBe('now');
    expect(await bounded(undefined, signal, async () => 'later')).toBe('later');
    await expect(bounded(1000, signal, () => Promise.reject(new Error('rejected')))).rejects.toThrow('rejected');
    const thrown = bounded(1000, signal, () => {
      throw new Error('thrown');
    });
    await expect(thrown).rejects.toThrow('thrown');
  });

  it('leaves no timer and no listener behind', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const { signal } = new AbortController();
    await bounded(1000, signal, async () => expect(getEventListeners(signal, 'abort')).toHaveLength(1));
    await bounded(1000, signal, () => Promise.reject()).catch(() => undefined);
    expect([vi.getTimerCount(), getEventListeners(signal, 'abort').length]).toEqual([0, 0]);
  });

  it('ends when its time is up, and says so to whom it waits for', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    let told: AbortSignal | undefined;
    const ended = bounded(1500, new AbortController().signal, (signal) => {
      told = signal;
      return never();
    }).catch((error) => error);
    await vi.advanceTimersByTimeAsync(1499);
    expect(told?.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await ended).toEqual(new Error('Not done after 1.5 s'));
    expect(told?.aborted).toBe(true);
  });

  it('ends when everything closes, and does not begin afterwards', async () => {
    const closing = new AbortController();
    const ended = bounded(undefined, closing.signal, never);
    const reason = new Error('closed');
    closing.abort(reason);
    await expect(ended).rejects.toBe(reason);
    const act = vi.fn();
    await expect(bounded(undefined, closing.signal, act)).rejects.toBe(reason);
    expect(act).not.toHaveBeenCalled();
  });
});

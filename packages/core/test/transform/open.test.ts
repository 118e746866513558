import sharp, { type Sharp } from 'sharp';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultLimits } from '../../src/transform/limits.ts';
import { createOpener } from '../../src/transform/open.ts';

/** The end that sharp was given, in seconds. */
const timeoutOf = (picture: Sharp): unknown =>
  (picture as unknown as { options: { timeoutSeconds: number } }).options.timeoutSeconds;

describe('createOpener', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('shares the time of a render among its passes, and begins none when it is over', async () => {
    const bytes = await sharp({ create: { width: 2, height: 2, channels: 3, background: '#123456' } })
      .png()
      .toBuffer();
    const open = createOpener(defaultLimits, 30);
    const left = () => [
      timeoutOf(open.encoded(bytes, 'png', 0)),
      timeoutOf(open.raw({ input: Buffer.alloc(4), raw: { width: 1, height: 1, channels: 4 } })),
    ];
    expect(left()).toEqual([30, 30]);
    vi.advanceTimersByTime(10_500);
    expect(left()).toEqual([20, 20]);
    vi.advanceTimersByTime(19_400);
    expect(left()).toEqual([1, 1]);
    vi.advanceTimersByTime(100);
    expect(left).toThrow(expect.objectContaining({ code: 'RENDER_TIMEOUT' }));
  });
});

import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { framesOf, playbackOf, stripOf } from '../../src/transform/frames.ts';
import type { RawPicture } from '../../src/transform/open.ts';
import { animation } from './probe/pictures.ts';

/** Three frames of 2 × 2 pixels: the first all ones, then twos, then threes. */
const strip = (): RawPicture => ({
  input: Buffer.concat([1, 2, 3].map((value) => Buffer.alloc(16, value))),
  raw: { width: 2, height: 6, channels: 4 },
});

describe('framesOf', () => {
  it('gives the frames of a strip from the top', () => {
    const frames = framesOf(strip(), 3);
    expect(frames.map(({ raw }) => raw)).toEqual(Array(3).fill({ width: 2, height: 2, channels: 4 }));
    expect(frames.map(({ input }) => [...input])).toEqual([1, 2, 3].map((value) => Array(16).fill(value)));
  });

  it('gives a still as its one frame', () => {
    const still = strip();
    expect(framesOf(still, 1)).toEqual([still]);
  });

  it('copies no pixels', () => {
    const whole = strip();
    const [, second] = framesOf(whole, 3);
    whole.input.fill(9);
    expect([...(second?.input ?? [])]).toEqual(Array(16).fill(9));
  });
});

describe('stripOf', () => {
  it('is undone by framesOf', () => {
    const frames = framesOf(strip(), 3);
    const made = stripOf(frames);
    expect(made.raw).toEqual({ width: 2, height: 6, channels: 4, pageHeight: 2 });
    expect(made.input.equals(strip().input)).toBe(true);
    expect(framesOf(made, 3)).toEqual(frames);
  });

  it('is an animation to sharp', async () => {
    const whole = strip();
    for (const [index, value] of [...whole.input].entries()) whole.input[index] = index % 4 === 3 ? 255 : value * 60;
    const { input, raw } = stripOf(framesOf(whole, 3));
    const made = await sharp(input, { raw })
      .webp({ lossless: true, delay: [10, 20, 30] })
      .toBuffer();
    expect(await sharp(made, { animated: true }).metadata()).toMatchObject({ pages: 3, width: 2, pageHeight: 2 });
  });
});

describe('playbackOf', () => {
  it.each(['gif', 'webp'] as const)('reads how a %s plays', async (format) => {
    const delay = [100, 200, 300];
    for (const loop of [0, 3]) {
      const bytes = await animation(4, 4, 3).toFormat(format, { delay, loop }).toBuffer();
      expect(await playbackOf(sharp(bytes, { animated: true }))).toEqual({ delay, loop });
    }
  });

  it('of a still is that of an animation that nobody timed', async () => {
    const bytes = await sharp({ create: { width: 2, height: 2, channels: 3, background: '#123456' } })
      .png()
      .toBuffer();
    expect(await playbackOf(sharp(bytes))).toEqual({ delay: [], loop: 0 });
  });
});

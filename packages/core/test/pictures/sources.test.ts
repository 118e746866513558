import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { chartAt, chartSize, glassAt } from './charts.ts';
import { bounds, expectColour, lab, rgbOf, sizeOf } from './judge.ts';
import { decoded, make, pixels, type Rgb, type Rgba } from './make.ts';
import { muted, type SourceName, source, sourceNames, sourceOf } from './sources.ts';

const { width, height } = chartSize;

/** Where colours are looked at: away from the edges of the chart, where encoders ring. */
const places = [
  [20, 10],
  [60, 10],
  [20, 54],
  [60, 54],
  [24, 32],
  [36, 32],
  [52, 32],
  [76, 32],
] as const;

/** The colour of a source's chart at a place. */
function chartOf(name: SourceName, x: number, y: number): Rgba {
  const { isGlass, isGrey, isMuted } = sourceOf(name);
  const drawnColour = chartAt(x, y, width, height);
  const colour = isMuted ? muted(drawnColour) : drawnColour;
  return [...(isGrey ? greyOf(colour) : colour), isGlass ? glassAt(x, width) : 255];
}

function greyOf(colour: Rgb): Rgb {
  return rgbOf([lab(colour)[0], 0, 0]);
}

const within = (name: SourceName, isLossy: boolean): number => {
  const own = bounds[sourceOf(name).kind];
  return isLossy ? Math.max(own, bounds.lossy) : own;
};

describe.each(sourceNames)('%s', (name) => {
  it.each([
    ['png', false],
    ['webp&lossless=1', false],
    ['avif&lossless=1', false],
    ['webp&q=95', true],
    ['avif&q=95', true],
  ] as const)('keeps its colours and its alpha in %s', async (format, isLossy) => {
    const made = await pixels(await source(name), `format=${format}`);
    expect(sizeOf(made)).toEqual([width, height]);
    // A GIF may be transparent, as far as its header says.
    if (name !== 'a GIF') expect(made.channels).toBe(sourceOf(name).isGlass ? 4 : 3);
    for (const [x, y] of places) expectColour(made.at(x, y), chartOf(name, x, y), within(name, isLossy), `${x},${y}`);
  });

  it('is laid on white in JPEG', async () => {
    const made = await pixels(await source(name), 'format=jpeg&q=95');
    expect(made.channels).toBe(3);
    for (const [x, y] of places) {
      const [r, g, b, alpha] = chartOf(name, x, y);
      const onWhite = [r, g, b].map((value) => 255 + ((value - 255) * alpha) / 255) as unknown as Rgb;
      expectColour(made.at(x, y), onWhite, within(name, true), `${x},${y}`);
    }
  });

  it.each(['jpeg', 'png', 'webp', 'avif', 'gif'])(
    'becomes a %s of sRGB and 8 bits without metadata',
    async (format) => {
      const { bytes } = await make(await source(name), `format=${format}&w=48`);
      const metadata = await sharp(bytes).metadata();
      expect(metadata).toMatchObject({ width: 48, height: 32, space: 'srgb', depth: 'uchar' });
      expect(metadata.icc ?? metadata.exif ?? metadata.xmp).toBeUndefined();
      const { at } = await decoded(bytes);
      const alpha = sourceOf(name).isGlass && format !== 'jpeg' ? 0 : 255;
      expect(Math.abs(at(1, 16)[3] - alpha)).toBeLessThanOrEqual(bounds.lossless);
    },
  );
});

describe('a lossless way', () => {
  it.each([
    ['a PNG', 'png'],
    ['a PNG', 'webp&lossless=1'],
    ['a PNG with alpha', 'png'],
    ['a PNG with alpha', 'webp&lossless=1'],
    ['a PNG with alpha', 'avif&lossless=1'],
    ['a lossless WebP', 'png'],
    ['an interlaced PNG', 'png'],
    ['a PNG with a palette', 'png'],
    ['a GIF', 'png'],
  ] as const)('from %s to %s keeps every pixel', async (name, format) => {
    const original = await source(name);
    const [before, after] = [
      await sharp(original).ensureAlpha().raw().toBuffer(),
      await pixels(original, `format=${format}`),
    ];
    const all = Array.from({ length: width * height }, (_, index) => index);
    const changed = all.filter((index) => {
      const was = [...before.subarray(index * 4, index * 4 + 4)];
      const is = after.at(index % width, Math.floor(index / width));
      // What is not there has no colour.
      return was[3] === 0 ? is[3] !== 0 : was.some((value, channel) => value !== is[channel]);
    });
    expect(changed).toEqual([]);
  });
});

describe('progressive', () => {
  it.each([
    ['jpeg', '&progressive=1', true],
    ['jpeg', '', false],
    ['png', '&progressive=1', true],
    ['png', '', false],
  ] as const)('%s%s', async (format, more, isProgressive) => {
    const { bytes } = await make(await source('a PNG'), `format=${format}${more}`);
    expect((await sharp(bytes).metadata()).isProgressive).toBe(isProgressive);
  });
});

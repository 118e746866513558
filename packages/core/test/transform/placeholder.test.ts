import sharp from 'sharp';
import { thumbHashToApproximateAspectRatio, thumbHashToAverageRGBA, thumbHashToRGBA } from 'thumbhash';
import { describe, expect, it } from 'vitest';
import { dataUriOf, type Miniature, placeholderOf, thumbnailSize } from '../../src/transform/placeholder.ts';

type Pixel = readonly [red: number, green: number, blue: number, alpha: number];

/** A miniature drawn pixel by pixel. */
function draw(width: number, height: number, pixel: (x: number, y: number) => Pixel): Miniature {
  const rows = Array.from({ length: height }, (_, y) => Array.from({ length: width }, (_, x) => pixel(x, y)));
  return { data: Uint8Array.from(rows.flat(2)), width, height };
}

const red: Pixel = [220, 20, 30, 255];
const blue: Pixel = [10, 20, 230, 255];
const clear: Pixel = [255, 255, 255, 0];

function decodeHash(thumbhash: string): Uint8Array {
  return new Uint8Array(Buffer.from(thumbhash, 'base64'));
}

/** The mean of a miniature's visible colour, 0–1 each, as the hash's own decoder tells it. */
function meanOf({ data }: Miniature): { r: number; g: number; b: number; a: number } {
  const sum = [0, 0, 0, 0];
  for (let at = 0; at < data.length; at += 4) {
    const alpha = (data[at + 3] ?? 0) / 255;
    [0, 1, 2].forEach((channel) => {
      sum[channel] = (sum[channel] ?? 0) + ((data[at + channel] ?? 0) / 255) * alpha;
    });
    sum[3] = (sum[3] ?? 0) + alpha;
  }
  const [r = 0, g = 0, b = 0, a = 0] = sum;
  return { r: r / a, g: g / a, b: b / a, a: (a * 4) / data.length };
}

describe('the dominant colour', () => {
  it.each<readonly [string, Miniature, string]>([
    ['red with a bit of blue is red', draw(40, 30, (x) => (x < 5 ? blue : red)), '#dc141e'],
    ['a logo on transparent ground is the logo', draw(50, 50, (x, y) => (x > 20 && y > 20 ? blue : clear)), '#0a14e6'],
    ['a few opaque pixels outweigh many faint ones', draw(10, 10, (x) => (x < 2 ? red : [0, 255, 0, 50])), '#dc141e'],
    ['a gradient is the flat part of it', draw(100, 10, (x) => [Math.min(200, x * 4), 0, 0, 255]), '#c80000'],
    ['colours of one bin are averaged', draw(2, 1, (x) => [x === 0 ? 160 : 170, 0, 0, 255]), '#a50000'],
    ['of two equals the darker wins', draw(2, 1, (x) => (x === 0 ? [200, 0, 0, 255] : [40, 0, 0, 255])), '#280000'],
    ['nothing visible is black', draw(9, 9, () => clear), '#000000'],
    ['white is white', draw(3, 3, () => [255, 255, 255, 255]), '#ffffff'],
    ['1 × 1 is its pixel', draw(1, 1, () => red), '#dc141e'],
    ['100 × 1', draw(100, 1, (x) => (x < 60 ? red : blue)), '#dc141e'],
    ['1 × 100', draw(1, 100, (_, y) => (y < 40 ? red : blue)), '#0a14e6'],
  ])('%s', (_, miniature, expected) => {
    expect(placeholderOf(miniature).color).toBe(expected);
  });
});

describe('the ThumbHash', () => {
  const samples: readonly (readonly [string, Miniature])[] = [
    ['flat', draw(60, 60, () => red)],
    ['two colours', draw(100, 50, (x) => (x < 30 ? blue : red))],
    ['upright gradient', draw(50, 100, (x, y) => [x * 5, y * 2, 128, 255])],
    ['half transparent', draw(80, 80, (x) => (x < 40 ? clear : red))],
    ['1 × 1', draw(1, 1, () => blue)],
    ['100 × 1', draw(100, 1, (x) => [x * 2, 0, 0, 255])],
    ['1 × 100', draw(1, 100, (_, y) => [y * 2, 0, 0, 255])],
  ];

  it.each(samples)('decodes to the average colour: %s', (_, miniature) => {
    const mean = meanOf(miniature);
    const average = thumbHashToAverageRGBA(decodeHash(placeholderOf(miniature).thumbhash));
    for (const channel of ['r', 'g', 'b', 'a'] as const) {
      expect(Math.abs(average[channel] - mean[channel])).toBeLessThan(0.04);
    }
  });

  it.each([
    [100, 50],
    [50, 100],
    [100, 100],
    [100, 75],
  ])('decodes to the aspect ratio of %i × %i', (width, height) => {
    const hash = decodeHash(placeholderOf(draw(width, height, () => red)).thumbhash);
    const ratio = thumbHashToApproximateAspectRatio(hash);
    expect(Math.abs(Math.log(ratio / (width / height)))).toBeLessThan(0.16);
  });

  it('decodes to a picture with the same sides: blue left, red right', () => {
    const { w, h, rgba } = thumbHashToRGBA(
      decodeHash(placeholderOf(draw(100, 100, (x) => (x < 50 ? blue : red))).thumbhash),
    );
    const middle = (h >> 1) * w;
    const left = (middle + 3) * 4;
    const right = (middle + w - 4) * 4;
    expect(rgba[left + 2]).toBeGreaterThan(rgba[left] ?? 0);
    expect(rgba[right]).toBeGreaterThan(rgba[right + 2] ?? 0);
  });

  it('is of pixels that sharp decoded', async () => {
    const { data, info } = await sharp({ create: { width: 90, height: 60, channels: 3, background: '#3366cc' } })
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const { color, thumbhash } = placeholderOf({ data, width: info.width, height: info.height });
    expect(color).toBe('#3366cc');
    expect(decodeHash(thumbhash).length).toBeGreaterThanOrEqual(5);
  });
});

describe('placeholderOf', () => {
  it.each<readonly [string, Miniature]>([
    ['a side over 100', draw(101, 1, () => red)],
    ['no pixel', draw(0, 0, () => red)],
    ['three channels', { data: new Uint8Array(12), width: 2, height: 2 }],
    ['half a pixel', { data: new Uint8Array(4), width: 0.5, height: 2 }],
  ])('refuses %s', (_, miniature) => {
    expect(() => placeholderOf(miniature)).toThrow(RangeError);
  });
});

describe('thumbnailSize', () => {
  it.each([
    [4000, 3000, { width: 100, height: 75 }],
    [3000, 4000, { width: 75, height: 100 }],
    [100, 100, { width: 100, height: 100 }],
    [30, 20, { width: 30, height: 20 }],
    [10_000, 3, { width: 100, height: 1 }],
    [3, 10_000, { width: 1, height: 100 }],
    [1, 1, { width: 1, height: 1 }],
    [199, 200, { width: 100, height: 100 }],
  ])('reduces %i × %i', (width, height, expected) => {
    expect(thumbnailSize(width, height)).toEqual(expected);
  });

  it('takes another longest side', () => {
    expect(thumbnailSize(400, 200, 32)).toEqual({ width: 32, height: 16 });
  });
});

describe('dataUriOf', () => {
  it('holds the bytes, also those of a view into a larger buffer', async () => {
    const webp = await sharp({ create: { width: 4, height: 3, channels: 3, background: 'red' } })
      .webp()
      .toBuffer();
    const uri = dataUriOf(Buffer.concat([Buffer.alloc(7), webp, Buffer.alloc(5)]).subarray(7, 7 + webp.length));
    expect(uri.startsWith('data:image/webp;base64,')).toBe(true);
    const metadata = await sharp(Buffer.from(uri.slice(uri.indexOf(',') + 1), 'base64')).metadata();
    expect(metadata).toMatchObject({ format: 'webp', width: 4, height: 3 });
  });
});

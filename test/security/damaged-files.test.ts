import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTintype, type Tintype } from '../../packages/core/src/index.ts';
import { probe } from '../../packages/core/src/transform/probe/probe.ts';
import { isTiff, readTiff } from '../../packages/core/src/transform/probe/tiff.ts';
import { animation, picture } from '../../packages/core/test/transform/probe/pictures.ts';
import { createRandom } from '../model/random.ts';

/** Of each kind, in each way. */
const files = 60;

const kinds: readonly (readonly [string, () => Sharp])[] = [
  ['JPEG', () => grain().jpeg()],
  ['progressive JPEG', () => grain().jpeg({ progressive: true })],
  ['grey JPEG', () => grain().greyscale().jpeg()],
  ['CMYK JPEG', () => grain().toColourspace('cmyk').jpeg()],
  [
    'JPEG with EXIF',
    () =>
      grain()
        .withExif({ IFD0: { Orientation: '6', Copyright: 'x' } })
        .jpeg(),
  ],
  ['JPEG with a profile', () => grain().withIccProfile('p3').jpeg()],
  ['PNG', () => grain().png()],
  ['interlaced PNG', () => grain().png({ progressive: true })],
  ['PNG with a palette', () => picture(7, 5, 4).png({ palette: true })],
  ['PNG with a profile', () => grain().withIccProfile('p3').png()],
  ['16-bit PNG', () => grain().toColourspace('rgb16').png()],
  ['WebP', () => grain().webp()],
  ['WebP with alpha', () => picture(41, 25, 4).webp()],
  ['lossless WebP', () => grain().webp({ lossless: true })],
  ['animated WebP', () => animation(12, 10, 4).webp()],
  ['AVIF', () => grain().avif()],
  ['AVIF with alpha', () => picture(41, 25, 4).avif()],
  ['GIF', () => grain().gif()],
  ['animated GIF', () => animation(12, 10, 5).gif()],
  ['TIFF', () => grain().tiff({ compression: 'none' })],
  ['TIFF in LZW', () => grain().tiff({ compression: 'lzw', predictor: 'horizontal' })],
  ['TIFF in JPEG', () => grain().tiff({ compression: 'jpeg' })],
  ['TIFF in tiles', () => grain().tiff({ compression: 'deflate', tile: true, tileWidth: 16, tileHeight: 16 })],
  ['16-bit TIFF with alpha', () => picture(41, 25, 4).toColourspace('rgb16').tiff({ compression: 'deflate' })],
  ['grey TIFF in fax codes', () => grain().toColourspace('b-w').tiff({ compression: 'ccittfax4', bitdepth: 1 })],
];

/** A picture that compresses badly, so that damage hits pixels. */
function grain(): Sharp {
  const pixels = new Uint8Array(40 * 24 * 3).map((_, index) => (index * index * 31) % 251);
  return sharp(pixels, { raw: { width: 40, height: 24, channels: 3 } });
}

type Damage = (bytes: Buffer, random: () => number) => Buffer;

/** Mostly in the header, where what is damaged still makes sense. */
const placeIn = (bytes: Buffer, random: () => number): number =>
  Math.floor(random() * (random() < 0.7 ? Math.min(700, bytes.length) : bytes.length));

const ways: readonly (readonly [string, Damage])[] = [
  ['cut short', (bytes, random) => bytes.subarray(0, random() * bytes.length)],
  [
    'with bits turned over',
    (bytes, random) => {
      const damaged = Buffer.from(bytes);
      for (let left = 1 + random() * 3; left > 0; left -= 1) {
        const at = placeIn(bytes, random);
        damaged[at] = (damaged[at] ?? 0) ^ (1 << (random() * 8));
      }
      return damaged;
    },
  ],
  [
    'with lengths of nothing and of everything',
    (bytes, random) => {
      const at = placeIn(bytes, random);
      const value = [0, 1, 0x7f, 0xff][Math.floor(random() * 4)] ?? 0;
      return Buffer.from(bytes).fill(value, at, Math.min(bytes.length, at + 1 + Math.floor(random() * 4)));
    },
  ],
  [
    'with a part left out or there twice',
    (bytes, random) => {
      const [start, length] = [placeIn(bytes, random), random() * 60];
      const [first, second] = random() < 0.5 ? [start, start + length] : [start + length, start];
      return Buffer.concat([bytes.subarray(0, first), bytes.subarray(second)]);
    },
  ],
];

describe('a damaged original', () => {
  let images: Tintype;
  let original: Buffer;
  let asked = 0;
  beforeAll(() => {
    const origin = { name: 'damaged', read: async () => original };
    images = createTintype({ origin, tiff: 'decode', ttl: { negative: 0 } });
  });
  afterAll(() => images.close());

  async function answerTo(bytes: Buffer, query: string) {
    original = bytes;
    return images.handle({ method: 'GET', target: `/${asked++}.jpg?${query}`, mount: '', headers: {} });
  }

  describe.each(kinds)('%s', (kind, make) => {
    let whole: Buffer;
    beforeAll(async () => {
      whole = await make().toBuffer();
    });

    it.each(ways)('%s is answered 200, 413, 415 or 422, and is as large as its header says', async (way, damage) => {
      const random = createRandom(kind.length * 100 + way.length).fraction;
      const answered = new Set<number | undefined>();
      for (let left = files; left > 0; left -= 1) {
        const bytes = damage(whole, random);
        const answer = await answerTo(bytes, left % 2 === 0 ? 'w=20&format=webp' : 'format=png');
        expect([200, 413, 415, 422], bytes.toString('base64')).toContain(answer?.status);
        if (answer?.status === 200) await expectSizeOf(bytes);
        answered.add(answer?.status);
      }
      // Damage that breaks nothing would show nothing.
      expect([...answered].some((status) => status !== 200)).toBe(true);
    });
  });
});

/** Whether limits were checked against the size that is decoded. */
async function expectSizeOf(bytes: Buffer): Promise<void> {
  const { width, height } = isTiff(bytes) ? readTiff(bytes) : probe(bytes);
  const decoded = await sharp(bytes, { limitInputPixels: false }).metadata();
  expect({ width, height }, bytes.toString('base64')).toEqual({ width: decoded.width, height: decoded.height });
}

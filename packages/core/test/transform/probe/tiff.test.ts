import fc from 'fast-check';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { type TiffEntry, type TiffForm, type TiffPage, tiffOf } from '../../../../../test/support/hostile/tiff.ts';
import { TintypeError } from '../../../src/errors.ts';
import type { ImageInfo } from '../../../src/transform/image.ts';
import { isTiff, readTiff } from '../../../src/transform/probe/tiff.ts';
import { picture } from './pictures.ts';

const kinds: readonly (readonly [string, () => Sharp])[] = [
  ['plain', () => picture().tiff({ compression: 'none' })],
  ['in LZW with a predictor', () => picture().tiff({ compression: 'lzw', predictor: 'horizontal' })],
  ['in deflate', () => picture().tiff({ compression: 'deflate' })],
  ['in PackBits', () => picture().tiff({ compression: 'packbits' })],
  ['in JPEG', () => picture().tiff({ compression: 'jpeg' })],
  [
    'in fax codes',
    () => picture().greyscale().threshold().toColourspace('b-w').tiff({ compression: 'ccittfax4', bitdepth: 1 }),
  ],
  ['in tiles', () => picture(300, 200).tiff({ compression: 'deflate', tile: true, tileWidth: 64, tileHeight: 32 })],
  ['with alpha', () => picture(7, 5, 4).tiff({ compression: 'lzw' })],
  ['of 16 bits', () => picture().toColourspace('rgb16').tiff({ compression: 'deflate' })],
  ['grey', () => picture().greyscale().tiff({ compression: 'lzw' })],
  [
    'grey of 4 bits',
    () => picture().greyscale().toColourspace('b-w').tiff({ compression: 'packbits', predictor: 'none', bitdepth: 4 }),
  ],
  ['CMYK', () => picture().toColourspace('cmyk').tiff({ compression: 'lzw' })],
  ['with a profile', () => picture().withIccProfile('p3').tiff({ compression: 'lzw' })],
  ['turned', () => picture().withMetadata({ orientation: 6 }).tiff({ compression: 'lzw' })],
  ['big end first', () => sharp(tiffOf([{}], { bigEndian: true })).tiff({ compression: 'none' })],
];

function failure(bytes: Uint8Array): unknown {
  try {
    return readTiff(bytes) && undefined;
  } catch (error) {
    return error;
  }
}

const withEntries = (...entries: readonly TiffEntry[]): TiffPage => ({ entries });

describe('a TIFF', () => {
  it.each(kinds)('is read as the decoder does: %s', async (_kind, make) => {
    const bytes = await make().toBuffer();
    const { width, height, orientation = 1, hasAlpha } = await sharp(bytes).metadata();
    expect(isTiff(bytes)).toBe(true);
    expect(readTiff(bytes)).toMatchObject({ format: 'tiff', width, height, orientation, alpha: hasAlpha, frames: 1 });
  });

  it.each([{ bigEndian: false }, { bigEndian: true }])('is read in either order of bytes: %o', async (form) => {
    const bytes = tiffOf([{ width: 9, height: 7, entries: [[274, 3, [5]]] }], form);
    const { width, height, orientation } = await sharp(bytes).metadata();
    expect([width, height, orientation]).toEqual([9, 7, 5]);
    expect(readTiff(bytes)).toMatchObject({ width: 9, height: 7, orientation: 5, alpha: false, frames: 1 });
  });

  it('may say its size in two bytes', () => {
    expect(readTiff(tiffOf([withEntries([256, 3, [8]], [257, 3, [8]])]))).toMatchObject({ width: 8, height: 8 });
  });

  it('tells the size of each page, and why one is no picture', async () => {
    const pages: readonly TiffPage[] = [
      { width: 10, height: 4 },
      { width: 3, height: 6, samples: 4 },
      withEntries([259, 3, [34_925]]),
      withEntries([256, 4, [0]]),
      { width: 5, height: 5, samples: 1 },
    ];
    const bytes = tiffOf(pages);
    expect(readTiff(bytes)).toMatchObject({
      width: 10,
      height: 4,
      frames: 5,
      pages: [
        { width: 10, height: 4, alpha: false },
        { width: 3, height: 6, alpha: true },
        'UNSUPPORTED_IMAGE',
        'BROKEN_IMAGE',
        { width: 5, height: 5, grey: true },
      ],
    });
    const { width, height } = await sharp(bytes, { page: 1 }).metadata();
    expect([width, height]).toEqual([3, 6]);
  });

  it('lists 300 pages and counts the others', () => {
    const image = readTiff(tiffOf(Array(1000).fill({ width: 1, height: 1 })));
    expect([image.frames, image.pages?.length]).toEqual([1000, 300]);
  });
});

describe('a TIFF that we do not decode', () => {
  it.each<readonly [string, TiffPage]>([
    ['old JPEG', withEntries([259, 3, [6]])],
    ['WebP', withEntries([259, 3, [50_001]])],
    ['LZMA', withEntries([259, 3, [34_925]])],
    ['ZSTD', withEntries([259, 3, [50_000]])],
    ['JPEG 2000', withEntries([259, 3, [34_712]])],
    ['ThunderScan', withEntries([259, 3, [32_809]])],
    ['a compression of nobody', withEntries([259, 3, [12_345]])],
    ['fax codes of colours', withEntries([259, 3, [4]])],
    ['JPEG of 16 bits', withEntries([259, 3, [7]], [258, 3, [16, 16, 16]])],
    ['raw sensor data', withEntries([262, 3, [32_803]])],
    ['Lab', withEntries([262, 3, [8]])],
    ['halved colours without JPEG', withEntries([262, 3, [6]])],
    ['numbers with a point', withEntries([258, 3, [32, 32, 32]], [339, 3, [3, 3, 3]])],
    ['numbers with a sign', withEntries([339, 3, [2, 2, 2]])],
    ['32 bits', withEntries([258, 3, [32, 32, 32]])],
    ['samples of different depths', withEntries([258, 3, [8, 8, 16]])],
    ['a hundred samples', { samples: 100 }],
    ['two of alpha', { samples: 5, entries: [[338, 3, [2, 2]]] }],
    [
      'a palette of 16 bits',
      {
        samples: 1,
        entries: [
          [262, 3, [3]],
          [258, 3, [16]],
        ],
      },
    ],
    ['tiles of separate planes', withEntries([284, 3, [2]], [322, 4, [16]], [323, 4, [16]])],
    ['tiles of 16,384 pixels', withEntries([322, 4, [16_384]], [323, 4, [16]], [324, 4, [0]], [325, 4, [9]])],
  ])('is unsupported: %s', (_what, page) => {
    expect(failure(tiffOf([page]))).toMatchObject({ code: 'UNSUPPORTED_IMAGE', status: 415 });
  });

  it.each(['II+\0\x08\0\0\0', 'MM\0+\0\x08\0\0'])('is unsupported as a BigTIFF: %j', (text) => {
    const bytes = Buffer.concat([Buffer.from(text, 'latin1'), Buffer.alloc(40)]);
    expect(isTiff(bytes)).toBe(true);
    expect(failure(bytes)).toMatchObject({ code: 'UNSUPPORTED_IMAGE' });
  });
});

describe('a TIFF that makes no sense', () => {
  const plain = tiffOf([{}]);
  const link = (at: number): Buffer => {
    const bytes = Buffer.from(plain);
    bytes.writeUInt32LE(at, 4);
    return bytes;
  };
  it.each<readonly [string, Buffer]>([
    ['without a directory', link(0)],
    ['with a directory in its header', link(2)],
    ['with a directory past the end', link(plain.length)],
    ['with a directory far past the end', link(0xffff_ffff)],
    ['whose chain is a loop', tiffOf([{}, {}], { loopTo: 0 })],
    ['whose page is its own next', tiffOf([{}], { loopTo: 0 })],
    ['without a width', tiffOf([withEntries([256, 4, []])])],
    ['without pixels', tiffOf([withEntries([257, 4, [0]])])],
    ['with two widths', tiffOf([withEntries([256, 3, [8, 8]])])],
    ['with a width in words', tiffOf([withEntries([256, 2, [8]])])],
    ['without colours', tiffOf([withEntries([262, 3, []])])],
    ['without strips', tiffOf([withEntries([273, 4, []])])],
    ['without lengths of strips', tiffOf([withEntries([279, 4, []])])],
    ['with strips of no rows', tiffOf([withEntries([278, 4, [0]])])],
    ['with fewer strips than rows need', tiffOf([withEntries([278, 4, [1]])])],
    ['with tiles of no height', tiffOf([withEntries([322, 4, [16]])])],
    ['with tiles of odd sizes', tiffOf([withEntries([322, 4, [17]], [323, 4, [16]])])],
    ['with tiles nowhere', tiffOf([withEntries([322, 4, [16]], [323, 4, [16]])])],
    ['with a sample that nobody explains', tiffOf([{ samples: 4, entries: [[338, 3, []]] }])],
    ['with one explained that is not there', tiffOf([withEntries([338, 3, [2]])])],
    ['with a depth for two of three samples', tiffOf([withEntries([258, 3, [8, 8]])])],
  ])('is broken: %s', (_what, bytes) => {
    expect(failure(bytes)).toMatchObject({ code: 'BROKEN_IMAGE', status: 422 });
  });

  it('is broken where a tag stands there twice', () => {
    const bytes = tiffOf([withEntries([65_000, 4, [4000]])]);
    const at = bytes.lastIndexOf(Buffer.from([0xe8, 0xfd, 4, 0]));
    bytes.writeUInt16LE(256, at);
    expect(failure(bytes)).toMatchObject({ code: 'BROKEN_IMAGE' });
  });

  it('is broken where its values stand past the end', () => {
    const bytes = tiffOf([{}]);
    const at = bytes.lastIndexOf(Buffer.from([2, 1, 3, 0, 3, 0, 0, 0]));
    bytes.writeUInt32LE(bytes.length - 2, at + 8);
    expect(failure(bytes)).toMatchObject({ code: 'BROKEN_IMAGE' });
    bytes.writeUInt32LE(0xffff_ffff, at + 4);
    expect(failure(bytes)).toMatchObject({ code: 'BROKEN_IMAGE' });
  });

  it.each<readonly [string, () => Buffer]>([
    ['of pages of nothing', () => flooded((at) => at + 6)],
    ['of a directory that claims everything', () => flooded(() => 8, 0xffff)],
    ['of 100,001 pages', () => flooded((at) => at + 18, 1)],
  ])('takes linear time over 25 MB: %s', (_what, make) => {
    const started = performance.now();
    expect(failure(make())).toMatchObject({ code: 'BROKEN_IMAGE' });
    expect(performance.now() - started).toBeLessThan(5000);
  });

  const forms: readonly TiffForm[] = [{}, { bigEndian: true }];
  it.each(forms)('gives a sound answer or one of two errors for any damage: %o', (form) => {
    const whole = tiffOf([{ width: 9 }, { samples: 4 }, { entries: [[259, 3, [8]]] }], form);
    const writes = fc.array(
      fc.tuple(fc.nat(whole.length - 1), fc.oneof(fc.constantFrom(0, 1, 0x7f, 0xff), fc.nat(255))),
    );
    fc.assert(
      fc.property(writes, fc.nat(whole.length), (changes, length) => {
        const bytes = Buffer.from(whole);
        for (const [at, value] of changes) bytes[at] = value;
        expectSound(bytes);
        expectSound(bytes.subarray(0, length));
      }),
      { numRuns: 3000 },
    );
  });

  it('is refused where it is cut anywhere before its last directory ends', () => {
    const whole = tiffOf([{}, {}]);
    for (let length = 0; length < whole.length; length += 1) {
      expect(failure(whole.subarray(0, length)), String(length)).toBeInstanceOf(TintypeError);
    }
    expect(failure(whole)).toBeUndefined();
  });
});

/** 25 MB of directories with so many entries, each of which names the next. */
function flooded(next: (at: number) => number, entries = 0): Buffer {
  const bytes = Buffer.alloc(25 * 1024 * 1024);
  bytes.write('II*\0\x08', 'latin1');
  const step = 6 + (entries === 1 ? 12 : 0);
  for (let at = 8; at + step <= bytes.length; at += step) {
    bytes.writeUInt16LE(entries, at);
    bytes.writeUInt32LE(next(at), at + step - 4);
  }
  return bytes;
}

function expectSound(bytes: Uint8Array): void {
  let image: ImageInfo;
  try {
    image = readTiff(bytes);
  } catch (error) {
    expect(['UNSUPPORTED_IMAGE', 'BROKEN_IMAGE']).toContain((error as TintypeError).code);
    return;
  }
  for (const value of [image.width, image.height, image.frames]) expect(value).toBeGreaterThan(0);
  expect([1, 2, 3, 4, 5, 6, 7, 8]).toContain(image.orientation);
}

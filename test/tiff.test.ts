import { deflateSync } from 'node:zlib';
import { memory, type TintypeOptions } from '@tintype/core';
import express from 'express';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it, vi } from 'vitest';
import { openEngine } from './support/engines.ts';
import { expressAdapter } from './support/express-sites.ts';
import { tiffOf } from './support/hostile/tiff.ts';
import { open } from './support/sites.ts';

// Node 20 runs no TypeScript, so the file of the processes is compiled; all else is as it is.
vi.mock('../packages/core/src/transform/isolation/child-entry.ts', async () => {
  const { compiledChild } = await import('./support/render-jobs.ts');
  return { childEntry: await compiledChild() };
});

const colours = ['#c03020', '#20b040', '#3040d0'] as const;
const plain = (colour: string, channels: 3 | 4 = 3, width = 60, height = 40): Sharp =>
  sharp({ create: { width, height, channels, background: colour } });

/** An origin with one original everywhere. */
const originOf = (body: Uint8Array) => ({ name: 'scans', read: async () => body });

/** A server with Express that shows an original. */
async function serve(original: Uint8Array, options: Partial<TintypeOptions> = {}) {
  const images = openEngine({ origin: originOf(original), tiff: 'decode', ...options });
  const { get } = await open(expressAdapter(express), { mounts: [{ images }] });
  return (query = '', headers: Record<string, string> = {}) => get(`/img/scan.tif?${query}`, headers);
}

/** Mean of each channel, of a picture of one colour. */
async function colourOf(bytes: Uint8Array): Promise<readonly number[]> {
  const { channels } = await sharp(bytes).toColourspace('srgb').removeAlpha().stats();
  return channels.map(({ mean }) => mean);
}

function expectNear(actual: readonly number[], expected: readonly number[], tolerance: number): void {
  expect(actual).toHaveLength(expected.length);
  for (const [index, value] of expected.entries()) {
    expect(Math.abs((actual[index] ?? Number.NaN) - value), actual.join()).toBeLessThanOrEqual(tolerance);
  }
}

describe('a TIFF', () => {
  it('is no image, unless an endpoint decodes it: of two on one store each by its own option', async () => {
    const original = await plain(colours[0]).tiff({ compression: 'lzw' }).toBuffer();
    const store = memory();
    const refusing = await serve(original, { store, tiff: 'refuse' });
    const decoding = await serve(original, { store });
    for (const get of [refusing, decoding, refusing, decoding]) {
      const { status, headers } = await get('w=30');
      expect([status, headers['content-type']]).toEqual(
        get === refusing ? [415, 'text/plain; charset=utf-8'] : [200, 'image/jpeg'],
      );
    }
  });

  it.each<readonly [string, (picture: Sharp) => Sharp]>([
    ['not packed', (picture) => picture.tiff({ compression: 'none' })],
    ['LZW', (picture) => picture.tiff({ compression: 'lzw' })],
    ['deflate with a predictor', (picture) => picture.tiff({ compression: 'deflate', predictor: 'horizontal' })],
    ['PackBits', (picture) => picture.tiff({ compression: 'packbits' })],
    ['JPEG', (picture) => picture.tiff({ compression: 'jpeg', quality: 95 })],
    ['tiles', (picture) => picture.tiff({ compression: 'deflate', tile: true, tileWidth: 16, tileHeight: 32 })],
    ['16 bits', (picture) => picture.toColourspace('rgb16').tiff({ compression: 'deflate' })],
    ['16 bits and a wide profile', (picture) => picture.toColourspace('rgb16').withIccProfile('p3').tiff({})],
    ['8 bits and a wide profile', (picture) => picture.withIccProfile('p3').tiff({ compression: 'lzw' })],
  ])('shows its colours: %s', async (_kind, make) => {
    const get = await serve(await make(plain(colours[0])).toBuffer());
    for (const query of ['format=png', 'w=20&format=png', 'format=jpeg&q=95', 'rotate=90&format=webp&lossless=true']) {
      const { status, body } = await get(query);
      expect(status).toBe(200);
      expectNear(await colourOf(body), [0xc0, 0x30, 0x20], 3);
    }
  });

  it.each([
    ['CMYK', () => plain('#808080').toColourspace('cmyk').tiff({ compression: 'lzw' }), [128, 128, 128]],
    ['grey', () => plain('#808080').greyscale().tiff({ compression: 'lzw' }), [128, 128, 128]],
    [
      'fax',
      () => plain('#ffffff').toColourspace('b-w').tiff({ compression: 'ccittfax4', bitdepth: 1 }),
      [255, 255, 255],
    ],
  ] as const)('shows its colours: %s', async (_kind, make, expected) => {
    const get = await serve(await make().toBuffer());
    const { status, body } = await get('w=20&overlay=/dot.png&overlay-w=1&format=png');
    expect(status).toBe(200);
    expectNear((await colourOf(body)).length === 1 ? [] : await colourOf(body), expected, 12);
  });

  it.each([
    ['', undefined, 'image/jpeg'],
    ['format=auto', undefined, 'image/jpeg'],
    ['format=auto', 'image/webp', 'image/webp'],
    ['format=auto', 'image/avif,image/webp', 'image/avif'],
    ['format=png', undefined, 'image/png'],
  ] as const)('is made for "%s" and Accept %s as %s', async (query, accept, type) => {
    const get = await serve(await plain(colours[0]).tiff({ compression: 'lzw' }).toBuffer());
    const { headers } = await get(query, accept === undefined ? {} : { accept });
    expect(headers['content-type']).toBe(type);
  });

  it('that is transparent is made a PNG and stays so', async () => {
    const get = await serve(await plain('rgba(0, 0, 255, 0.5)', 4).tiff({ compression: 'lzw' }).toBuffer());
    const { headers, body } = await get('w=10');
    expect(headers['content-type']).toBe('image/png');
    const pixels = await sharp(body).ensureAlpha().raw().toBuffer();
    expectNear([...pixels.subarray(0, 4)], [0, 0, 255, 128], 1);
  });

  it('is turned upright', async () => {
    const get = await serve(
      await plain(colours[0]).withMetadata({ orientation: 6 }).tiff({ compression: 'lzw' }).toBuffer(),
    );
    const { width, height } = await sharp((await get('w=20')).body).metadata();
    expect([width, height]).toEqual([20, 30]);
  });

  it('tells nothing of its metadata', async () => {
    const original = await plain(colours[0])
      .withExif({ IFD0: { Copyright: 'SECRET' }, IFD3: { GPSLatitude: '51/1 30/1 0/1' } })
      .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/">SECRET</x:xmpmeta>')
      .withIccProfile('p3')
      .tiff({ compression: 'lzw' })
      .toBuffer();
    expect(original.includes('SECRET')).toBe(true);
    const get = await serve(original);
    for (const query of ['format=jpeg', 'format=png', 'format=webp', 'format=avif', 'w=10']) {
      const { body } = await get(query);
      const { exif, xmp, iptc, icc } = await sharp(body).metadata();
      expect([exif, xmp, iptc, icc, body.includes('SECRET')]).toEqual([
        undefined,
        undefined,
        undefined,
        undefined,
        false,
      ]);
    }
  });

  it('is described as one', async () => {
    const get = await serve(await plain(colours[0]).tiff({ compression: 'lzw' }).toBuffer());
    expect(JSON.parse((await get('format=json')).text)).toMatchObject({
      format: 'tiff',
      width: 60,
      height: 40,
      frames: 1,
    });
  });

  it('may be an overlay', async () => {
    const original = await plain(colours[2]).tiff({ compression: 'lzw' }).toBuffer();
    const get = await serve(original);
    const { status, headers } = await get('overlay=/logo.tif&overlay-w=10');
    expect([status, headers['content-type']]).toEqual([200, 'image/jpeg']);
  });

  it.each(['process', 'none'] as const)('is decoded with isolation "%s", where it is accepted', async (isolation) => {
    const get = await serve(await plain(colours[1]).tiff({ compression: 'lzw' }).toBuffer(), { render: { isolation } });
    const { status, body } = await get('w=10&format=png');
    expect(status).toBe(200);
    expectNear(await colourOf(body), [0x20, 0xb0, 0x40], 1);
  });
});

describe('a TIFF of several pages', () => {
  const pixels = (colour: number, width: number, height: number) => Buffer.alloc(width * height * 3, colour);
  const parts = Array(1000).fill(deflateSync(Buffer.alloc(16_000 * 16)));
  const original = tiffOf([
    { width: 30, height: 20, parts: [pixels(50, 30, 20)] },
    { width: 10, height: 40, parts: [pixels(150, 10, 40)] },
    { entries: [[339, 3, [2, 2, 2]]] },
    {
      width: 16_000,
      height: 16_000,
      samples: 1,
      parts,
      entries: [
        [259, 3, [8]],
        [278, 4, [16]],
      ],
    },
  ]);

  it.each([
    ['', 30, 20, 50],
    ['frame=1', 30, 20, 50],
    ['frame=2', 10, 40, 150],
    ['frame=2&w=5', 5, 20, 150],
    ['frame=2&format=webp&lossless=true', 10, 40, 150],
  ])('shows for "%s" the page of that number, in its own size', async (query, width, height, value) => {
    const get = await serve(original, { render: { mezzanine: true } });
    const { status, body } = await get(query);
    expect(status).toBe(200);
    const info = await sharp(body).metadata();
    expect([info.width, info.height, info.pages ?? 1]).toEqual([width, height, 1]);
    expectNear(await colourOf(body), [value, value, value], 1);
  });

  it.each([
    ['frame=3', 415, 'supported type'],
    ['frame=4', 413, '256.0 megapixels'],
    ['frame=5', 400, 'the original has 4 frames'],
  ])('answers for "%s" %i', async (query, expected, words) => {
    const get = await serve(original, { limits: { side: 20_000 } });
    const { status, text } = await get(query);
    expect([status, text]).toEqual([expected, expect.stringContaining(words)]);
  });

  it('cannot be asked for its 301st page', async () => {
    const get = await serve(tiffOf(Array(302).fill({ width: 2, height: 2 })));
    expect((await get('frame=300')).status).toBe(200);
    const { status, text } = await get('frame=301');
    expect([status, text]).toEqual([400, expect.stringContaining('only the first 300')]);
  });

  it('is no animation', async () => {
    const get = await serve(original);
    const { headers } = await get('format=auto', { accept: 'image/avif,image/webp' });
    expect(headers['content-type']).toBe('image/avif');
    expect(JSON.parse((await get('format=json')).text)).toMatchObject({ frames: 4, width: 30, height: 20 });
  });
});

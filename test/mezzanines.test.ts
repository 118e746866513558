import { memory, type Origin, type TintypeOptions } from '@tintype/core';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { get } from './support/client.ts';
import { openEngine } from './support/engines.ts';

const side = 512;
const [width, height] = [1600, 1200];

/** Soft shapes in colours, with an edge or two, in an orientation. */
async function picture(orientation = 1): Promise<Sharp> {
  const drawing = `<svg width="${width}" height="${height}">
    <defs><linearGradient id="sky"><stop offset="0" stop-color="#135"/><stop offset="1" stop-color="#fc8"/></linearGradient></defs>
    <rect width="100%" height="100%" fill="url(#sky)"/><circle cx="500" cy="400" r="300" fill="#e33"/>
    <rect x="1100" y="700" width="300" height="400" fill="#fff"/></svg>`;
  const pixels = await sharp(Buffer.from(drawing)).removeAlpha().png().toBuffer();
  return sharp(pixels).withMetadata({ orientation });
}

/** An origin that gives the same bytes at every path, and counts. */
function originOf(bytes: () => Uint8Array, headers = {}): Origin & { readonly reads: () => number } {
  let reads = 0;
  return {
    name: 'one',
    keepOriginals: false,
    reads: () => reads,
    async read() {
      reads++;
      return { status: 200, headers, body: bytes() };
    },
  };
}

function open(bytes: Uint8Array, options: Partial<TintypeOptions> = {}, headers = {}) {
  const origin = originOf(() => bytes, headers);
  return { origin, images: openEngine({ origin, store: memory(), render: { mezzanine: side }, ...options }) };
}

async function pixelsOf(bytes: Uint8Array | undefined) {
  return sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
}

/** The mean difference of a channel, 0 to 255. */
async function difference(one: Uint8Array | undefined, other: Uint8Array | undefined): Promise<number> {
  const [a, b] = [await pixelsOf(one), await pixelsOf(other)];
  expect([a.info.width, a.info.height, a.info.channels]).toEqual([b.info.width, b.info.height, b.info.channels]);
  let sum = 0;
  for (const [index, value] of a.data.entries()) sum += Math.abs(value - (b.data[index] ?? 0));
  return sum / a.data.length;
}

describe('a mezzanine', () => {
  it.each<[what: string, query: string]>([
    ['a width', 'w=190'],
    ['a box', 'w=120&h=200'],
    ['a box with a canvas', 'w=190&h=190&fit=contain&bg=ff0000'],
    ['a part', 'crop=300,100,800,600&w=100'],
    ['a turn', 'w=150&rotate=90&flip=h'],
    ['effects', 'w=150&blur=3&grayscale=true&border=4,ff0000'],
    ['an overlay', 'w=150&overlay=/other.png&overlay-w=40'],
    ['WebP', 'w=150&format=webp'],
    ['AVIF', 'w=150&format=avif'],
  ])('shows %s as the original does', async (_what, query) => {
    const bytes = await (await picture(6)).jpeg({ quality: 95, progressive: true }).toBuffer();
    const target = `/a.jpg?${query}`;
    const small = open(bytes).images;
    const direct = open(bytes, { render: {} }).images;
    const [one, other] = [await get(small, target), await get(direct, target)];
    expect([one.status, other.status]).toEqual([200, 200]);
    expect(small.stats().renders).toBe(2);
    expect(await difference(one.body, other.body)).toBeLessThan(1.5);
  });

  it.each(['png', 'webp', 'avif', 'jpeg'] as const)('is made of %s', async (format) => {
    const bytes = await (await picture()).toFormat(format, { progressive: true }).toBuffer();
    const small = open(bytes).images;
    const direct = open(bytes, { render: {} }).images;
    const target = '/a.jpg?w=200&format=jpeg';
    expect(await difference((await get(small, target)).body, (await get(direct, target)).body)).toBeLessThan(1.5);
    expect(small.stats().renders).toBe(2);
  });

  it.each(['w=150', 'w=150&tint=ff0000', 'w=150&border=4,ff0000'])(
    'shows a picture without colours: %s',
    async (query) => {
      const bytes = await (await picture()).toColourspace('b-w').jpeg({ progressive: true }).toBuffer();
      const [small, direct] = [open(bytes).images, open(bytes, { render: {} }).images];
      const target = `/a.jpg?${query}`;
      expect(await difference((await get(small, target)).body, (await get(direct, target)).body)).toBeLessThan(1.5);
      expect(small.stats().renders).toBe(2);
    },
  );

  it('is made once for many sizes asked for at once, from one read of the original', async () => {
    const bytes = await (await picture()).png().toBuffer();
    const { images, origin } = open(bytes);
    const widths = [64, 96, 128, 192, 256];
    const answers = await Promise.all(widths.map((w) => get(images, `/a.png?w=${w}&format=webp`)));
    expect(answers.map(({ status }) => status)).toEqual(widths.map(() => 200));
    expect([images.stats().renders, origin.reads()]).toEqual([widths.length + 1, 1]);
    await get(images, '/a.png?w=200&format=webp');
    // Nothing is read for what comes later.
    expect([images.stats().renders, origin.reads()]).toEqual([widths.length + 2, 1]);
  });

  it('is not used for what shows more than half of it, whose bytes are those without', async () => {
    const bytes = await (await picture()).png().toBuffer();
    const target = '/a.png?w=300&format=webp';
    const [small, direct] = [open(bytes).images, open(bytes, { render: {} }).images];
    const [one, other] = [await get(small, target), await get(direct, target)];
    expect(one.body).toEqual(other.body);
    expect([one.headers.etag, small.stats().renders]).toEqual([other.headers.etag, 1]);
  });

  it('has its part in the name of what is made from it', async () => {
    const bytes = await (await picture()).png().toBuffer();
    const target = '/a.png?w=100&format=webp';
    const tags = await Promise.all(
      [{ mezzanine: side }, { mezzanine: 600 }, {}].map(async (render) => {
        return (await get(open(bytes, { render }).images, target)).headers.etag;
      }),
    );
    expect(new Set(tags).size).toBe(3);
  });

  it('is made of what the origin holds now, after a purge', async () => {
    let bytes = await (await picture()).png().toBuffer();
    const origin = originOf(() => bytes);
    const images = openEngine({ origin, store: memory(), render: { mezzanine: side } });
    const before = await get(images, '/a.png?w=100&format=webp');
    bytes = await (await picture()).negate().png().toBuffer();
    await images.purge('/a.png');
    const after = await get(images, '/a.png?w=100&format=webp');
    expect(await difference(before.body, after.body)).toBeGreaterThan(50);
  });

  it('is gone with everything else after a takedown', async () => {
    const store = memory();
    const { images } = open(await (await picture()).png().toBuffer(), { store });
    await get(images, '/a.png?w=100&format=webp');
    const kept = [...(store.keys?.() ?? [])].filter((key) => key.startsWith('d:'));
    expect(kept).toHaveLength(2);
    expect((await images.purge('/a.png', { mode: 'takedown', wait: 'all' })).deleted).toBeGreaterThanOrEqual(2);
    expect([...(store.keys?.() ?? [])].filter((key) => key.startsWith('d:'))).toEqual([]);
  });

  it('is not made of what may be kept by nobody', async () => {
    const bytes = await (await picture()).png().toBuffer();
    const { images } = open(bytes, {}, { 'cache-control': 'private' });
    await get(images, '/a.png?w=100&format=webp');
    expect(images.stats().renders).toBe(1);
  });

  it('is kept where its original may be, whatever lies on it', async () => {
    const bytes = await (await picture()).png().toBuffer();
    const origin: Origin = {
      name: 'mixed',
      read: async (path) => ({
        status: 200,
        headers: path === '/logo.png' ? { 'cache-control': 'private' } : {},
        body: bytes,
      }),
    };
    const images = openEngine({ origin, store: memory(), render: { mezzanine: side } });
    const target = '/a.png?w=100&format=webp&overlay=/logo.png&overlay-w=9';
    for (const renders of [2, 3]) {
      expect((await get(images, target)).status).toBe(200);
      expect(images.stats().renders).toBe(renders);
    }
  });

  it('answers as ever where the original is damaged, and does not try again', async () => {
    const whole = await (await picture()).png().toBuffer();
    const { images } = open(whole.subarray(0, whole.length / 2));
    for (const width of [100, 120, 100]) expect((await get(images, `/a.png?w=${width}&format=webp`)).status).toBe(422);
    expect(images.stats().renders).toBe(0);
  });
});

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HttpResponse, Overlay, Store, Tintype } from '@tintype/core';
import { files, memory } from '@tintype/core';
import sharp from 'sharp';
import { describe, expect, it, vi } from 'vitest';
import { createFonts } from '../packages/core/src/transform/text/fonts.ts';
import { get } from './support/client.ts';
import { openEngine } from './support/engines.ts';
import { shelfOrigin } from './support/shelf-origin.ts';
import { saying, spoken } from './support/spoken-dialect.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

// Node 20 runs no TypeScript, so the file of the processes is compiled; all else is as it is.
vi.mock('../packages/core/src/transform/isolation/child-entry.ts', async () => {
  const { compiledChild } = await import('./support/render-jobs.ts');
  return { childEntry: await compiledChild() };
});

const black = { r: 0, g: 0, b: 0, alpha: 255 };
const words = { content: 'Words', size: 20, colour: black };

/** A layer of a layer of a layer, in the left top corner. */
const nested: Overlay = {
  path: '/outer.png',
  at: { x: 0, y: 0 },
  stages: [
    {
      overlays: [
        {
          path: '/middle.png',
          at: { x: 0, y: 0 },
          stages: [{ overlays: [{ path: '/inner.png', width: 2, height: 2, at: { x: 0, y: 0 } }] }],
        },
      ],
    },
  ],
};

/** The version of what is in the left top corner: the innermost. */
async function innermost({ body }: HttpResponse): Promise<number> {
  const pixels = await sharp(body as Uint8Array)
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer();
  return pixels.readUIntBE(0, 3);
}

function open(options: Partial<Parameters<typeof openEngine>[0]> = {}) {
  const origin = shelfOrigin();
  for (const path of ['/photo.png', '/outer.png', '/middle.png', '/inner.png']) origin.put(path, 1);
  return { origin, images: openEngine({ origin, dialect: spoken, originals: true, ...options }) };
}

const stores: readonly (readonly [string, () => Promise<Store | undefined>])[] = [
  ['memory', async () => memory({ maxBytes: 1e8 })],
  ['files', async () => files(await temporaryFolder(), { maxBytes: 1e8 })],
];

describe.each(stores)('a picture with layers of layers, kept in %s', (_, create) => {
  it('shows anew after a purge of the innermost what that is by now', async () => {
    const { origin, images } = open({ store: (await create()) as Store });
    const target = saying('/photo.png', { overlays: [nested] });
    expect(await innermost(await get(images, target))).toBe(1);
    origin.put('/inner.png', 2);
    expect(await innermost(await get(images, target))).toBe(1);
    await images.purge('/inner.png');
    expect(await innermost(await get(images, target))).toBe(2);
    expect((await get(images, target)).headers['cache-status']).toMatch(/^tintype; hit/);
  });

  it('is made once more after a forced purge of the innermost, and is gone after its takedown', async () => {
    const { images } = open({ store: (await create()) as Store });
    const target = saying('/photo.png', { overlays: [nested] });
    await get(images, target);
    const { renders } = images.stats();
    await images.purge('/inner.png', { mode: 'force' });
    await get(images, target);
    expect(images.stats().renders).toBe(renders + 1);
    await images.purge('/inner.png', { mode: 'takedown', wait: 'all' });
    expect(images.stats().stores.memory.entries).toBeLessThanOrEqual(6);
    await get(images, target);
    expect(images.stats().renders).toBe(renders + 2);
  });

  it('is not there where the innermost is not', async () => {
    const { origin, images } = open({ store: (await create()) as Store });
    origin.put('/inner.png', undefined);
    expect((await get(images, saying('/photo.png', { overlays: [nested] }))).status).toBe(404);
  });
});

async function refusal(images: Tintype, ...overlays: readonly Overlay[]): Promise<string> {
  const { status, body } = await get(images, saying('/photo.png', { overlays }));
  expect(status).toBe(400);
  return Buffer.from(body ?? [])
    .toString()
    .trim();
}

describe('layers are refused, before any of their originals is read', () => {
  const deep = (depth: number): Overlay =>
    depth === 1 ? { path: '/inner.png' } : { path: '/outer.png', stages: [{ overlays: [deep(depth - 1)] }] };

  it.each<readonly [string, readonly Overlay[], string]>([
    ['four deep', [deep(4)], 'Layers may lie at most 3 deep in one another.'],
    ['seventeen', Array.from({ length: 17 }, () => ({ path: '/inner.png' })), 'There may be at most 16 layers.'],
    ['seventeen, some in others', Array.from({ length: 6 }, () => deep(3)), 'There may be at most 16 layers.'],
    [
      'too large',
      [{ colour: black, width: 4097 }],
      'A layer may have at most 4096 pixels a side and 16 megapixels, dpr included.',
    ],
    [
      'too large within',
      [{ path: '/inner.png', stages: [{ resize: { width: 5000 } }] }],
      'w: at most 4096 pixels may be asked for, dpr included.',
    ],
    ['without words', [{ text: { ...words, content: ' \n ' } }], 'text: there is nothing to write.'],
    [
      '2,001 characters',
      [{ text: { ...words, content: '😀'.repeat(2001) } }],
      'text: at most 2000 characters, and not 2001.',
    ],
    ['control characters', [{ text: { ...words, content: 'a\u0000b' } }], 'text: control characters are not allowed.'],
    [
      'letters that are too large',
      [{ text: { ...words, size: 1001 } }],
      'text: letters may be at most 1000 pixels high, dpr included.',
    ],
    [
      'lines that lie on each other',
      [{ text: { ...words, lineHeight: 0.49 } }],
      'text: lines may be no closer than half the size of their letters.',
    ],
    [
      'lines that are too wide',
      [{ text: { ...words, wrap: 4097 } }],
      'text: at most 4096 pixels a side are allowed, dpr included.',
    ],
    [
      'a font that there is not',
      [{ text: { ...words, font: 'Comic' } }],
      'text: there is no such font; there are DejaVu Sans.',
    ],
    [
      'a font that there is not, within',
      [{ colour: black, stages: [{ overlays: [{ text: { ...words, font: 'Comic' } }] }] }],
      'text: there is no such font; there are DejaVu Sans.',
    ],
  ])('%s', async (_, overlays, message) => {
    const { origin, images } = open();
    expect(await refusal(images, ...overlays)).toBe(message);
    expect(origin.asked).toEqual([]);
  });

  it('but not three deep, nor sixteen', async () => {
    const { images } = open();
    const overlays = Array.from({ length: 13 }, (): Overlay => ({ path: '/inner.png' }));
    expect((await get(images, saying('/photo.png', { overlays: [...overlays, deep(3)] }))).status).toBe(200);
  });
});

it('a character that the font does not have is answered 400, by its number', async () => {
  expect(await refusal(open().images, { text: { ...words, content: '漢' } })).toBe(
    'text: the font has no character U+6F22.',
  );
});

it.each([
  ['a letter has', 'Zoe\u036b', '036B'],
  ['a letter has behind one that there is', 'e\u0301\u036b', '036B'],
  ['a letter of a script from right to left has', 'ש\u036b', '036B'],
])('a mark that %s is the character told, and not the letter', async (_, content, code) => {
  expect(await refusal(open().images, { text: { ...words, content } })).toBe(
    `text: the font has no character U+${code}.`,
  );
});

describe('words', () => {
  const target = saying('/photo.png', { resize: { width: 200, enlarge: true }, overlays: [{ text: words }] });

  it('are the same bytes under the same name in a process of their own', async () => {
    const here = await get(open().images, target);
    const there = await get(open({ render: { isolation: 'process' } }).images, target);
    expect([here.status, there.status]).toEqual([200, 200]);
    expect(there.headers.etag).toBe(here.headers.etag);
    expect(Buffer.from(there.body ?? [])).toEqual(Buffer.from(here.body ?? []));
    const plain = saying('/photo.png', { resize: { width: 200, enlarge: true } });
    expect(Buffer.from((await get(open().images, plain)).body ?? [])).not.toEqual(Buffer.from(here.body ?? []));
  });

  it('have another name where their font is another file', async () => {
    const bold = join(await temporaryFolder(), 'bold.woff');
    await writeFile(bold, createFonts().find({ bold: true }).bytes);
    const [one, other] = [
      await get(open().images, target),
      await get(open({ fonts: { default: bold } }).images, target),
    ];
    expect(other.headers.etag).not.toBe(one.headers.etag);
    expect(Buffer.from(other.body ?? [])).not.toEqual(Buffer.from(one.body ?? []));
  });

  it('of layers of layers are found in a process of their own too', async () => {
    const bold: Overlay = { text: { ...words, bold: true } };
    const within = saying('/photo.png', {
      resize: { width: 200, enlarge: true },
      overlays: [{ colour: { ...black, r: 250 }, stages: [{ overlays: [bold] }] }, nested],
    });
    const [here, there] = [
      await get(open().images, within),
      await get(open({ render: { isolation: 'process' } }).images, within),
    ];
    expect(there.status).toBe(200);
    expect(Buffer.from(there.body ?? [])).toEqual(Buffer.from(here.body ?? []));
  });
});

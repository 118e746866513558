import { readdir, stat } from 'node:fs/promises';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { createTintype, files, folder, type Tintype, type TintypeOptions } from '@tintype/core';
import express from 'express';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { expressAdapter } from './support/express-sites.ts';
import { makePictures, type Pictures } from './support/pictures.ts';
import { ask, type RawAnswer } from './support/raw-http.ts';
import { open } from './support/sites.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const mebibyte = 2 ** 20;
let pictures: Pictures;
beforeAll(async () => {
  pictures = await makePictures();
});
afterAll(() => pictures.remove());

interface Server {
  readonly images: Tintype;
  /** Below which the store has its files. */
  readonly directory: string;
  readonly get: (target: string, headers?: Readonly<Record<string, string>>) => Promise<RawAnswer>;
}

/** A real server over a folder and a store of files, that keeps its connections. */
async function serve(maxBytes: number, options: Partial<TintypeOptions> = {}): Promise<Server> {
  const directory = await temporaryFolder();
  const store = files(directory, { maxBytes });
  const images = createTintype({ origin: folder(pictures.root), store, ...options });
  const { port } = await open(expressAdapter(express), { mounts: [{ images }] });
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  onTestFinished(async () => {
    agent.destroy();
    await images.close();
  });
  return { images, directory, get: (target, headers = {}) => ask(port, `/img${target}`, { agent, headers }) };
}

/** Calls for each of so many, eight at once. */
async function eachOf(count: number, visit: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) await visit(index);
  };
  await Promise.all(Array.from({ length: 8 }, work));
}

interface Usage {
  readonly entries: number;
  /** Bytes of all files that are entries or about to become entries. */
  readonly bytes: number;
  /** Bytes of everything else: ledger, links, locks, journal. */
  readonly others: number;
}

async function usageOf(directory: string): Promise<Usage> {
  const found = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = found
    .filter((file) => file.isFile())
    .map(async (file) => {
      const { size } = await stat(join(file.parentPath, file.name)).catch(() => ({ size: 0 }));
      return [file.parentPath.slice(directory.length + 1).split('/')[0], size] as const;
    });
  const all = await Promise.all(sizes);
  const sum = (folders: readonly string[]) =>
    all.reduce((total, [folder = '', size]) => (folders.includes(folder) ? total + size : total), 0);
  const total = all.reduce((bytes, [, size]) => bytes + size, 0);
  const bytes = sum(['objects', 'tmp']);
  return { entries: all.filter(([folder]) => folder === 'objects').length, bytes, others: total - bytes };
}

/** Spellings of one question, each another text. */
function spelling(index: number): string {
  const paths = ['/photo.jpg', '/ph%6fto.jpg', '/%70hoto.jpg', '/photo%2Ejpg', '/photo%2ejpg'];
  const widths = ['w=40', 'width=40', 'w=%34%30', '%77=40', 'width=4%30'];
  const heights = ['h=30', 'height=30', 'h=%330'];
  const own = [widths[index % 5], heights[index % 3], 'fit=cover', 'format=webp', 'q=70'] as string[];
  const turned = [...own.slice(index % 5), ...own.slice(0, index % 5)];
  const junk = [`utm_source=${index}`, `_=${index * 7919}`, `utm_source=${index}`, '', 'fbclid', `x%${index}`, '=x'];
  const rest = junk.slice(0, 1 + (index % junk.length));
  const pairs = index % 2 === 0 ? [...rest, ...turned] : turned.flatMap((pair, at) => [pair, rest[at] ?? '']);
  return `${paths[index % 5]}?${pairs.join('&')}`;
}

describe('what clients make up', () => {
  it('is one render and one stored derivative, however 10,000 queries spell it', async () => {
    const { images, directory, get } = await serve(64 * mebibyte);
    const targets = new Set<string>();
    await eachOf(10_000, async (index) => {
      const target = spelling(index);
      targets.add(target);
      const { status } = await get(target, { accept: `image/avif;q=0.${index}, image/x-${index}` });
      if (status !== 200) throw new Error(`${target}: ${status}`);
    });
    expect(targets.size).toBe(10_000);
    expect(images.stats()).toMatchObject({ renders: 1, stores: { memory: { entries: 1 } } });
    await images.close();
    // The derivative and the record of its original.
    expect((await usageOf(directory)).entries).toBe(2);
  }, 120_000);

  it('makes at most one derivative for each class of clients, whatever 10,000 Accept fields say', async () => {
    const { images, get } = await serve(64 * mebibyte);
    const types = ['image/avif', 'image/webp', 'image/jxl', 'image/*', '*/*', 'text/html'];
    await eachOf(10_000, async (index) => {
      const said = types.filter((_, bit) => (index >> bit) & 1);
      const accept = [...said, `image/x-${index};q=0.${index % 1000}`].join(', ');
      const { status } = await get('/photo.jpg?w=40&format=auto', { accept });
      if (status !== 200) throw new Error(`${accept}: ${status}`);
    });
    expect(images.stats().renders).toBe(3);
  }, 120_000);

  it('stores nothing of 5,000 paths at which nothing is', async () => {
    const { images, directory, get } = await serve(mebibyte);
    await eachOf(5_000, async (index) => {
      const { status } = await get(`/absent-${index}/${index}.jpg?w=40`);
      if (status !== 404) throw new Error(String(status));
    });
    expect(images.stats()).toMatchObject({ renders: 0, stores: { memory: { entries: 0 } } });
    await images.close();
    expect((await usageOf(directory)).entries).toBe(0);
  }, 120_000);
});

describe('what clients may ask for without end', () => {
  const memory = mebibyte;
  const maxBytes = 2 * mebibyte;

  /** Asks for so many and looks again and again meanwhile. */
  async function flood(server: Server, count: number, targetOf: (index: number) => string) {
    const most = { memory: 0, bytes: 0, others: 0 };
    let declared = 0;
    await eachOf(count, async (index) => {
      const { status } = await server.get(targetOf(index));
      if (status !== 200) throw new Error(`${targetOf(index)}: ${status}`);
      const { stores } = server.images.stats();
      most.memory = Math.max(most.memory, stores.memory.bytes ?? 0);
      declared = Math.max(declared, stores.store?.bytes ?? 0);
      if (index % 40 !== 0) return;
      const { bytes, others } = await usageOf(server.directory);
      most.bytes = Math.max(most.bytes, bytes);
      most.others = Math.max(most.others, others);
    });
    return { ...most, declared };
  }

  it.each([
    ['2,000 widths', 2000, (index: number) => `/photo.jpg?w=${1 + index}&h=64&fit=fill&enlarge=true&format=png`],
    [
      '2,000 compositions with overlays',
      2000,
      (index: number) =>
        `/photo.jpg?w=${40 + (index % 1000)}&h=${64 + Math.floor(index / 1000)}&fit=fill&enlarge=true&format=png&overlay=/logo.png`,
    ],
  ])(
    'stays within the bounds of memory and disk while it comes: %s',
    async (_what, count, targetOf) => {
      const server = await serve(maxBytes, { memory, limits: { outputSide: 4096 } });
      const most = await flood(server, count, targetOf);
      const { renders } = server.images.stats();
      expect(renders).toBe(count);
      // Both bounds were reached: nothing else would prove anything.
      expect(most.memory).toBeGreaterThan(memory * 0.9);
      expect(most.declared).toBeGreaterThan(maxBytes * 0.85);
      expect(most.memory).toBeLessThanOrEqual(memory);
      expect(most.bytes).toBeLessThanOrEqual(maxBytes * 1.05);
      // Ledger and links: the ledger is written anew at 1 MiB, links are empty.
      expect(most.others).toBeLessThanOrEqual(1.1 * mebibyte);
      await server.images.close();
      expect((await usageOf(server.directory)).bytes).toBeLessThanOrEqual(maxBytes * 1.05);
    },
    240_000,
  );

  it('stays within the bounds of memory and disk while 5,000 originals are asked for', async () => {
    const bytes = Buffer.alloc(3000, 'text ');
    const origin = {
      name: 'texts',
      keepOriginals: true,
      read: async () => ({ status: 200, headers: { 'content-type': 'text/plain' }, body: bytes }),
    };
    const server = await serve(maxBytes, { origin, memory, passthrough: true });
    const most = await flood(server, 5000, (index) => `/${index}.txt`);
    expect(most.memory).toBeGreaterThan(memory * 0.9);
    expect(most.declared).toBeGreaterThan(maxBytes * 0.85);
    expect(most.memory).toBeLessThanOrEqual(memory);
    expect(most.bytes).toBeLessThanOrEqual(maxBytes * 1.05);
    expect(most.others).toBeLessThanOrEqual(1.1 * mebibyte);
  }, 240_000);
});

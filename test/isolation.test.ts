import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTintype, folder, type Origin, type RenderOptions } from '@tintype/core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { get } from './support/client.ts';
import { engineOn, openEngine } from './support/engines.ts';
import { makePictures, type Pictures } from './support/pictures.ts';
import { childrenOf, isAlive, plainPicture } from './support/render-jobs.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

// Node 20 runs no TypeScript, so the file of the processes is compiled; all else is as it is.
vi.mock('../packages/core/src/transform/isolation/child-entry.ts', async () => {
  const { compiledChild } = await import('./support/render-jobs.ts');
  return { childEntry: await compiledChild() };
});

const patience = { timeout: 20_000, interval: 20 };
const isolated = { render: { isolation: 'process' } } as const;

let pictures: Pictures;
beforeAll(async () => {
  pictures = await makePictures();
});
afterAll(() => pictures.remove());

const originOf = (body: Uint8Array): Origin => ({ name: 'one', read: async () => body });
const livingChildren = async (): Promise<readonly number[]> => {
  const pids = await childrenOf(process.pid);
  const alive = await Promise.all(pids.map(isAlive));
  return pids.filter((_, index) => alive[index]);
};

describe('an endpoint that renders elsewhere', () => {
  it.each([
    '/photo.jpg?w=80',
    '/photo.jpg?w=60&h=60&fit=cover&format=webp',
    '/photo.jpg?w=70&format=avif&blur=2',
    '/photo.jpg?w=90&overlay=/logo.png&overlay-w=30',
    '/photo.jpg?format=json',
    '/logo.png?w=40&radius=9',
    '/spinner.gif?w=12',
    '/logo.png?trim=10&w=50',
  ])('answers %s with the same bytes, under the same name', async (target) => {
    const here = await get(engineOn(pictures.root), target);
    const there = await get(engineOn(pictures.root, isolated), target);
    expect(there.status).toBe(200);
    expect(there.headers.etag).toBe(here.headers.etag);
    expect(Buffer.from(there.body ?? [])).toEqual(Buffer.from(here.body ?? []));
  });

  it('answers what is broken as ever, and not twice by a decoder', async () => {
    const images = engineOn(pictures.root, isolated);
    expect((await get(images, '/broken.jpg?w=50')).status).toBe(422);
    expect((await get(images, '/broken.jpg?w=50')).status).toBe(422);
    expect((await get(images, '/notes.jpg?w=50')).status).toBe(415);
  });

  it('lets one picture that takes too much cost a process once, not with each request', async () => {
    const render: RenderOptions = { isolation: 'process', memory: 120e6 };
    const images = openEngine({ origin: originOf(await plainPicture(4000, 'avif')), render });
    const before = images.stats().isolation;
    const first = await get(images, '/a.avif?w=100');
    expect(first.status).toBe(413);
    expect(Buffer.from(first.body ?? []).toString()).toContain('The image takes too much memory to be made.');
    expect((await get(images, '/a.avif?w=100')).status).toBe(413);
    expect(images.stats().isolation?.killed.memory).toBe((before?.killed.memory ?? 0) + 1);
    expect(images.stats().load).toMatchObject({ running: 0, waiting: 0 });
  });

  it('lets one picture that takes too long cost a process once, too', async () => {
    const render: RenderOptions = { isolation: 'process', timeout: 0.05 };
    // Its decoder takes longer, and hears no timeout.
    const images = openEngine({ origin: originOf(await plainPicture(4000, 'avif')), render });
    const before = images.stats().isolation?.killed.time ?? 0;
    expect((await get(images, '/a.avif?w=100')).status).toBe(504);
    expect((await get(images, '/a.avif?w=100')).status).toBe(504);
    expect(images.stats().isolation?.killed.time).toBe(before + 1);
  });

  it('makes one answer of a process that was killed, and another', async () => {
    const images = openEngine({ origin: originOf(await plainPicture(3000, 'png')), ...isolated });
    const answering = get(images, '/a.png?w=2500&blur=15&format=avif');
    await vi.waitFor(() => expect(images.stats().isolation?.busy).toBe(1), patience);
    for (const pid of await livingChildren()) process.kill(pid, 'SIGKILL');
    expect((await answering).status).toBe(200);
  });

  it('ends its processes when the last endpoint is closed', async () => {
    const [one, other] = [
      createTintype({ origin: folder(pictures.root), ...isolated }),
      engineOn(pictures.root, isolated),
    ];
    await get(one, '/photo.jpg?w=31');
    await one.close();
    expect(one.stats().isolation?.children).toBeGreaterThan(0);
    await other.close();
    expect(other.stats().isolation).toMatchObject({ children: 0, busy: 0 });
    expect(await livingChildren()).toEqual([]);
  });

  it('leaves the settings of sharp as they are', async () => {
    const threads = sharp.concurrency();
    sharp.concurrency(threads + 1);
    await get(engineOn(pictures.root, isolated), '/photo.jpg?w=32');
    expect(sharp.concurrency()).toBe(threads + 1);
    sharp.concurrency(threads);
  });
});

describe('an endpoint that renders here', () => {
  it('keeps two threads of the pool free: files are read while as many renders run as may', async () => {
    const large = await plainPicture(3000, 'png');
    const images = openEngine({ origin: originOf(large), render: { wait: 60 } });
    const { concurrency } = images.stats().queue;
    const asked = Array.from({ length: concurrency + 4 }, (_, at) =>
      get(images, `/${at}.png?w=${1500 + at}&format=avif`),
    );
    const file = join(await temporaryFolder(), 'file');
    await vi.waitFor(() => expect(images.stats().load.running).toBe(concurrency), patience);
    await writeFile(file, 'read');
    expect(await Promise.all(Array.from({ length: 20 }, () => readFile(file, 'utf8')))).toEqual(Array(20).fill('read'));
    // None of sharp's stands in line for a thread, and two have none of it.
    const { queue, process: busy } = sharp.counters();
    expect(queue).toBe(0);
    expect(busy).toBeLessThanOrEqual(Math.max(1, (Number(process.env.UV_THREADPOOL_SIZE) || 4) - 2));
    expect(images.stats().load).toMatchObject({ running: concurrency });
    for (const { status } of await Promise.all(asked)) expect(status).toBe(200);
  });
});

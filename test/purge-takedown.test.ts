import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { files, keyv, type Tintype, type TintypeOptions } from '@tintype/core';
import Keyv from 'keyv';
import { describe, expect, it } from 'vitest';
import { get } from './support/client.ts';
import { openEngine } from './support/engines.ts';
import { heldStore } from './support/held-store.ts';
import { lateOrigin, turns } from './support/late-origin.ts';
import { manualClock } from './support/manual-clock.ts';
import { shelfOrigin } from './support/shelf-origin.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

/** The keys of all entries in the folder of a files store. */
async function stored(directory: string): Promise<string[]> {
  const names = await readdir(join(directory, 'objects'), { recursive: true, withFileTypes: true }).catch(() => []);
  const keys = names
    .filter((entry) => entry.isFile())
    .map(async (entry) => {
      const bytes = await readFile(join(entry.parentPath, entry.name));
      return bytes.toString('utf8', 24, 24 + bytes.readUInt32BE(8));
    });
  return (await Promise.all(keys)).sort();
}

/** Two pictures and a logo, each rendered twice, some with the logo on top. */
async function filled(options: Partial<TintypeOptions> = {}) {
  const origin = shelfOrigin();
  for (const path of ['/cats/1.png', '/cats/2.png', '/logo.png']) origin.put(path, 1);
  const directory = await temporaryFolder();
  const images = openEngine({ origin, store: files(directory), originals: true, ...options });
  const targets = ['/cats/1.png', '/cats/1.png?overlay=/logo.png', '/cats/2.png?overlay=/logo.png', '/logo.png?w=8'];
  for (const target of targets) expect((await get(images, target)).status).toBe(200);
  // Three records, three originals, four derivatives.
  await expect.poll(async () => (await stored(directory)).length).toBe(10);
  return { origin, directory, images, targets };
}

async function layers(images: Tintype, targets: readonly string[]): Promise<string[]> {
  const details: string[] = [];
  for (const target of targets) {
    const { headers } = await get(images, target);
    details.push(/detail=(\w+)/.exec(headers['cache-status'] ?? '')?.[1] ?? '');
  }
  return details;
}

describe('a takedown', () => {
  it.each([
    ['one picture', '/cats/1.png', 4, 6],
    ['a folder', '/cats/*', 7, 3],
    ['an overlay, with every picture that it is laid on', '/logo.png', 5, 5],
    ['everything', { all: true } as const, 10, 0],
  ])('deletes every stored byte of %s, and says how many entries', async (_what, target, deleted, left) => {
    const { directory, images } = await filled();
    const result = await images.purge(target, { mode: 'takedown', wait: 'all' });
    expect(result).toMatchObject({ state: 'completed', deleted });
    expect(await stored(directory)).toHaveLength(left);
    expect(await images.purgeStatus(result.id)).toMatchObject({ state: 'completed', deleted });
  });

  it('leaves nothing in the memory of this process, nor of others that are idle', async () => {
    const { origin, directory, images, targets } = await filled();
    const idle = openEngine({ origin, store: files(directory), originals: true });
    expect(await layers(idle, targets)).toEqual(['files', 'files', 'files', 'files']);
    expect(await layers(idle, targets)).toEqual(['memory', 'memory', 'memory', 'memory']);
    await images.purge('/cats/*', { mode: 'takedown', wait: 'all' });
    expect(images.stats().stores.memory.entries).toBe(1);
    // Nobody asks it for anything: it looks at the journal by itself.
    await expect.poll(() => idle.stats().stores.memory.entries, { timeout: 5000 }).toBe(1);
  });

  it('is refused where the store has no index, and nothing is purged', async () => {
    const origin = lateOrigin();
    const images = openEngine({ origin, store: keyv(new Keyv()) });
    await get(images, '/a.png');
    await expect(images.purge('/a.png', { mode: 'takedown' })).rejects.toMatchObject({ code: 'PURGE_UNSUPPORTED' });
    expect((await get(images, '/a.png')).headers['cache-status']).toMatch(/^tintype; hit/);
  });

  it('has nothing written back by what was under way', async () => {
    const origin = lateOrigin();
    const directory = await temporaryFolder();
    const images = openEngine({ origin, store: files(directory), originals: true });
    const read = origin.delayNext();
    const early = get(images, '/a.png');
    await read.begun;
    await images.purge('/a.png', { mode: 'takedown', wait: 'all' });
    read.answer();
    const answer = await early;
    expect(answer.headers['cache-control']).toBe('public, max-age=0, must-revalidate');
    await turns();
    await images.close();
    expect(await stored(directory)).toEqual([]);
    expect(images.stats().stores.memory.entries).toBe(0);
  });

  it('asks the origin whole afterwards, and gives what it says another name', async () => {
    const { origin, images } = await filled();
    const before = await get(images, '/cats/1.png');
    await images.purge('/cats/1.png', { mode: 'takedown' });
    const after = await get(images, '/cats/1.png');
    expect(origin.asked.at(-1)).toMatchObject({ path: '/cats/1.png', noCache: true });
    expect(origin.asked.at(-1)?.ifNoneMatch).toBeUndefined();
    expect(after.headers.etag).not.toBe(before.headers.etag);
    origin.put('/cats/1.png', undefined);
    await images.purge('/cats/1.png', { mode: 'takedown' });
    expect((await get(images, '/cats/1.png')).status).toBe(404);
  });

  it('counts first what a dry run would reach, and touches nothing', async () => {
    const { directory, images } = await filled();
    const counted = { records: 1, originals: 1, derivatives: 3 };
    expect(await images.purge('/logo.png', { mode: 'takedown', dryRun: true })).toMatchObject({
      dryRun: true,
      counted,
    });
    expect(await stored(directory)).toHaveLength(10);
    expect((await get(images, '/logo.png?w=8')).headers['cache-status']).toMatch(/^tintype; hit/);
  });

  it('of a folder takes what was never finished', async () => {
    const { directory, images } = await filled();
    const [name = ''] = (await readdir(join(directory, 'objects'), { recursive: true })).filter((each) =>
      each.includes('.'),
    );
    const entry = await readFile(join(directory, 'objects', name));
    await images.purge({ all: true }, { mode: 'takedown', wait: 'all' });
    // As a writer leaves it that was killed.
    const left = join(directory, 'tmp', `1-0123456789abcdef-${Math.ceil(entry.length / 4096) * 4096}`);
    await writeFile(left, entry);
    await images.purge('/cats/*', { mode: 'takedown', wait: 'all' });
    await images.purge('/logo.png', { mode: 'takedown', wait: 'all' });
    expect(await readdir(join(directory, 'tmp'))).toEqual([]);
  });

  it('by a tag reaches an original that has got it since it was stored', async () => {
    const origin = shelfOrigin();
    const clock = manualClock();
    const directory = await temporaryFolder();
    const headers = { etag: '"1"', 'cache-control': 'max-age=30' };
    origin.put('/a.png', 1, headers);
    const images = openEngine({ origin, clock, store: files(directory) });
    await get(images, '/a.png');
    origin.put('/a.png', 1, { ...headers, 'cache-tag': 'gone' });
    clock.advance(31);
    await get(images, '/a.png');
    await images.close();
    const other = openEngine({ origin, clock, store: files(directory) });
    expect(await other.purge({ tag: 'gone' }, { mode: 'takedown', wait: 'all' })).toMatchObject({ deleted: 2 });
    expect(await stored(directory)).toEqual([]);
  });

  it('takes back a write that the store finishes after its time is up', async () => {
    const origin = lateOrigin();
    const held = heldStore();
    const store = { ...held, deadline: 1 };
    const images = openEngine({ origin, store });
    const write = held.holdNext('set', 'd:');
    await get(images, '/a.png');
    await write.begun;
    const failures = () => images.stats().stores.store?.failures ?? 0;
    await expect.poll(failures).toBeGreaterThan(0);
    await images.purge('/a.png', { mode: 'takedown', wait: 'all' });
    write.release();
    await turns();
    await expect.poll(() => held.keys()).toEqual([]);
  });
});

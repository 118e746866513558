import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTintype, files, folder, memoryJournal, type PurgeRequest, type Tintype } from '@tintype/core';
import { describe, expect, it } from 'vitest';
import { get, isReusable } from './support/client.ts';
import { openEngine } from './support/engines.ts';
import { lateOrigin, turns } from './support/late-origin.ts';
import { manualClock } from './support/manual-clock.ts';
import { shelfOrigin } from './support/shelf-origin.ts';
import { temporaryFolder } from './support/temporary-folder.ts';
import { pictureOf, versionOf } from './support/versioned-picture.ts';

async function show(images: Tintype, target: string): Promise<number> {
  return versionOf((await get(images, target)).body);
}

describe('a soft purge', () => {
  it('serves the old answer, marked as stale and for nobody to keep, while one question is asked', async () => {
    const origin = lateOrigin();
    const images = openEngine({ origin, originals: true });
    await get(images, '/a.png');
    origin.hold({ version: 2 });
    await images.purge('/a.png', { mode: 'soft' });
    const read = origin.delayNext();
    for (let client = 0; client < 5; client++) {
      const answer = await get(images, '/a.png');
      expect(await versionOf(answer.body)).toBe(1);
      expect(answer.headers['cache-control']).toBe('public, max-age=0, must-revalidate');
      expect(answer.headers['cache-status']).toMatch(/^tintype; hit; ttl=-\d+/);
    }
    await read.begun;
    expect(origin.asked).toHaveLength(2);
    expect(origin.asked[1]?.noCache).toBe(true);
    read.answer();
    await expect.poll(() => show(images, '/a.png')).toBe(2);
    expect(isReusable(await get(images, '/a.png'))).toBe(true);
    expect(origin.asked).toHaveLength(2);
  });

  it('marks a 304 as stale too', async () => {
    const origin = lateOrigin();
    const images = openEngine({ origin });
    const { etag } = (await get(images, '/a.png')).headers;
    await images.purge('/a.png', { mode: 'soft' });
    const read = origin.delayNext();
    const answer = await get(images, '/a.png', { 'if-none-match': etag });
    expect(answer.status).toBe(304);
    expect(isReusable(answer)).toBe(false);
    read.answer();
  });

  it('serves the old answer from the store of a process that has nothing in memory', async () => {
    const origin = lateOrigin();
    const store = files(await temporaryFolder());
    const journal = memoryJournal();
    // Keeps the store open when the first closes.
    openEngine({ origin, store, journal });
    const first = openEngine({ origin, store, journal });
    await get(first, '/a.png');
    await expect
      .poll(async () => (await first.purge('/a.png', { dryRun: true })).counted)
      .toMatchObject({ records: 1, derivatives: 1 });
    await first.close();
    origin.hold({ version: 2 });
    const read = origin.delayNext();
    const second = openEngine({ origin, store, journal });
    await second.purge('/a.png', { mode: 'soft' });
    const answer = await get(second, '/a.png');
    expect(await versionOf(answer.body)).toBe(1);
    expect(isReusable(answer)).toBe(false);
    read.answer();
    await expect.poll(() => show(second, '/a.png')).toBe(2);
  });

  it('goes on serving the old answer while the origin fails, asking it once a second', async () => {
    const origin = lateOrigin();
    const clock = manualClock();
    const images = openEngine({ origin, clock });
    await get(images, '/a.png');
    await images.purge('/a.png', { mode: 'soft' });
    origin.failWith(new Error('down'));
    for (let client = 0; client < 5; client++) {
      expect(await show(images, '/a.png')).toBe(1);
      await turns();
    }
    expect(origin.asked).toHaveLength(2);
    origin.failWith(undefined);
    origin.hold({ version: 2 });
    clock.advance(1);
    expect(await show(images, '/a.png')).toBe(1);
    await expect.poll(() => show(images, '/a.png')).toBe(2);
  });

  it('is outdone by another that came before it and was never obeyed', async () => {
    const origin = lateOrigin();
    const images = openEngine({ origin });
    await get(images, '/a.png');
    origin.hold({ version: 2 });
    await images.purge('/a.png');
    await images.purge('/a.png', { mode: 'soft' });
    expect(await show(images, '/a.png')).toBe(2);
  });
});

describe('a forced purge', () => {
  it('renders again and names the result anew though the bytes are the same', async () => {
    const origin = lateOrigin({ headers: { etag: '"1"' }, conditional: 'honest' });
    const images = openEngine({ origin });
    const before = await get(images, '/a.png');
    await images.purge('/a.png', { mode: 'revalidate' });
    const kept = await get(images, '/a.png');
    expect(kept.headers.etag).toBe(before.headers.etag);
    expect(images.stats().renders).toBe(1);
    await images.purge('/a.png', { mode: 'force' });
    const after = await get(images, '/a.png', { 'if-none-match': before.headers.etag });
    expect(after.status).toBe(200);
    expect(after.headers.etag).not.toBe(before.headers.etag);
    expect(images.stats().renders).toBe(2);
  });

  it('is not forgotten when milder ones follow', async () => {
    const origin = lateOrigin();
    const images = openEngine({ origin });
    const before = await get(images, '/a.png');
    await images.purge('/a.png', { mode: 'force' });
    await images.purge('/a.png', { mode: 'soft' });
    await images.purge('/a.png');
    const after = await get(images, '/a.png');
    expect(after.headers.etag).not.toBe(before.headers.etag);
    await images.purge('/a.png');
    expect((await get(images, '/a.png')).headers.etag).toBe(after.headers.etag);
  });

  it('renders again though the journal is another than the one that the record knows', async () => {
    const origin = lateOrigin();
    const store = files(await temporaryFolder());
    // Keeps the store open when the others close.
    openEngine({ origin, store, journal: memoryJournal() });
    const etags: (string | undefined)[] = [];
    for (let process = 0; process < 2; process++) {
      const images = openEngine({ origin, store, journal: memoryJournal() });
      await get(images, '/a.png');
      await images.purge('/a.png', { mode: 'force' });
      etags.push((await get(images, '/a.png')).headers.etag);
      await images.close();
    }
    expect(etags[1]).not.toBe(etags[0]);
  });
});

describe('a purge with verify', () => {
  it('says that nothing changed and keeps every derivative', async () => {
    const origin = lateOrigin({ headers: { etag: '"1"' }, conditional: 'honest' });
    const images = openEngine({ origin, originals: true });
    await get(images, '/a.png');
    await get(images, '/a.png?w=8');
    expect(await images.purge('/a.png', { verify: true })).toMatchObject({ state: 'completed', unchanged: true });
    expect(origin.asked).toHaveLength(2);
    await get(images, '/a.png');
    await get(images, '/a.png?w=8');
    expect(images.stats().renders).toBe(2);
    expect(origin.asked).toHaveLength(2);
  });

  it.each([
    ['other bytes', 2],
    ['nothing', undefined],
  ])('says that it changed where the origin holds %s now', async (_what, version) => {
    const origin = lateOrigin();
    const images = openEngine({ origin });
    await get(images, '/a.png');
    origin.hold({ version });
    expect(await images.purge('/a.png', { verify: true })).toMatchObject({ unchanged: false });
  });

  it('says neither where nothing was known', async () => {
    const images = openEngine({ origin: lateOrigin() });
    expect((await images.purge('/a.png', { verify: true })).unchanged).toBeUndefined();
  });

  it('is loud where the origin fails, and the purge holds', async () => {
    const origin = lateOrigin();
    const images = openEngine({ origin });
    await get(images, '/a.png');
    origin.failWith(new Error('down'));
    await expect(images.purge('/a.png', { verify: true })).rejects.toMatchObject({ code: 'PURGE_INCOMPLETE' });
    expect((await get(images, '/a.png')).status).toBe(502);
  });
});

describe('a purge reaches', () => {
  const held = ['/cats/1.png', '/cats/2.png', '/cats-of-mine/1.png', '/dogs/1.png', '/dogs/deep/down/1.png'];

  /** What a purge had asked for again, of all that the origin holds. */
  async function reached(target: PurgeRequest, tags?: (original: { readonly path: string }) => readonly string[]) {
    const origin = shelfOrigin();
    for (const path of held)
      origin.put(path, 1, path === '/dogs/1.png' ? { 'cache-tag': 'good, dog', 'surrogate-key': 'friend pet' } : {});
    const images = openEngine({ origin, ...(tags === undefined ? {} : { tags }), mounts: '/images' });
    for (const path of held) await get(images, path);
    for (const path of held) origin.put(path, 2);
    await images.purge(target);
    const changed: string[] = [];
    for (const path of held) if ((await show(images, path)) === 2) changed.push(path);
    return changed;
  }

  it.each<[PurgeRequest, readonly string[]]>([
    ['/cats/1.png', ['/cats/1.png']],
    ['/c%61ts/1.png?w=200', ['/cats/1.png']],
    ['/cats/*', ['/cats/1.png', '/cats/2.png']],
    ['/cats*', ['/cats/1.png', '/cats/2.png', '/cats-of-mine/1.png']],
    [{ prefix: '/dogs/' }, ['/dogs/1.png', '/dogs/deep/down/1.png']],
    [{ prefix: '/dogs/d*' }, ['/dogs/deep/down/1.png']],
    [{ tag: 'dog' }, ['/dogs/1.png']],
    [{ tag: 'pet' }, ['/dogs/1.png']],
    [{ tag: 'Dog' }, []],
    [{ url: 'https://cdn.example/images/cats/2.png?w=400#top' }, ['/cats/2.png']],
    [{ url: 'http://localhost:3000/images/dogs/*' }, ['/dogs/1.png', '/dogs/deep/down/1.png']],
    [{ all: true }, held],
  ])('%j and nothing else', async (target, expected) => {
    expect(await reached(target)).toEqual(expected);
  });

  it('what an option tags', async () => {
    const byFolder = ({ path }: { readonly path: string }) => [path.split('/')[1] ?? ''];
    expect(await reached({ tag: 'cats-of-mine' }, byFolder)).toEqual(['/cats-of-mine/1.png']);
  });

  it('what was not there', async () => {
    const origin = shelfOrigin();
    const images = openEngine({ origin, ttl: { negative: 3600 } });
    expect((await get(images, '/new/1.png')).status).toBe(404);
    origin.put('/new/1.png', 1);
    expect((await get(images, '/new/1.png')).status).toBe(404);
    await images.purge('/new/*');
    expect(await show(images, '/new/1.png')).toBe(1);
  });

  it('an original whose tags came only with the answer that was under way', async () => {
    const origin = lateOrigin({ headers: { 'cache-tag': 'late' } });
    const images = openEngine({ origin });
    const read = origin.delayNext();
    const early = get(images, '/a.png');
    await read.begun;
    origin.hold({ version: 2 });
    await images.purge({ tag: 'late' });
    const late = get(images, '/a.png');
    read.answer();
    expect(isReusable(await early)).toBe(false);
    expect(await versionOf((await late).body)).toBe(2);
    expect(await show(images, '/a.png')).toBe(2);
  });

  it.each([
    ['other tags', { version: 1, headers: { 'cache-tag': 'new' } }],
    ['an absence', { version: undefined, headers: { 'cache-control': 'max-age=600' } }],
  ])('a read under way of what had the tag, though its answer is %s', async (_what, before) => {
    const clock = manualClock();
    const origin = lateOrigin({ headers: { 'cache-tag': 'x', 'cache-control': 'max-age=60' } });
    const images = openEngine({ origin, clock });
    await get(images, '/a.png');
    clock.advance(61);
    origin.hold(before);
    const read = origin.delayNext();
    const early = get(images, '/a.png');
    await read.begun;
    origin.hold({ version: 2, headers: {} });
    await images.purge({ tag: 'x' });
    read.answer();
    expect(isReusable(await early)).toBe(false);
    expect(await show(images, '/a.png')).toBe(2);
  });

  it('an absence by the tags of what was there', async () => {
    const clock = manualClock();
    const origin = shelfOrigin();
    origin.put('/a.png', 1, { 'cache-tag': 'x', 'cache-control': 'max-age=60' });
    const images = openEngine({ origin, clock, ttl: { negative: 3600 } });
    await get(images, '/a.png');
    origin.put('/a.png', undefined);
    clock.advance(61);
    expect((await get(images, '/a.png')).status).toBe(404);
    origin.put('/a.png', 2);
    await images.purge({ tag: 'x' });
    expect(await show(images, '/a.png')).toBe(2);
  });

  it('an original by the tags it had, after a 304 without any', async () => {
    const origin = shelfOrigin();
    origin.put('/a.png', 1, { etag: '"1"', 'cache-tag': 'x', 'cache-control': 'max-age=60' });
    const clock = manualClock();
    const images = openEngine({ origin, clock });
    await get(images, '/a.png');
    origin.put('/a.png', 1, { etag: '"1"', 'cache-control': 'max-age=60' });
    clock.advance(61);
    await get(images, '/a.png');
    origin.put('/a.png', 2);
    await images.purge({ tag: 'x' });
    expect(await show(images, '/a.png')).toBe(2);
  });
});

describe('an answer begun after a purge', () => {
  it('is not made from what an older request has just found the original to be', async () => {
    const origin = lateOrigin();
    const images = openEngine({ origin, originals: false });
    await get(images, '/a.png?w=8');
    // A bad upload, which a request reads because it needs the bytes again ...
    origin.hold({ version: 2 });
    const read = origin.delayNext();
    const early = get(images, '/a.png?w=4');
    await read.begun;
    // ... is taken back, and purged.
    origin.hold({ version: 1 });
    await images.purge('/a.png');
    const late = get(images, '/a.png?w=4');
    await turns();
    read.answer();
    expect(await versionOf((await late).body)).toBe(1);
    expect((await early).status).toBe(200);
  });

  it('does not take the answer of a read from before its process lost sight of the journal', async () => {
    const origin = lateOrigin();
    const journal = memoryJournal();
    await journal.append({ targets: [{ kind: 'all', origin: 'another' }], mode: 'revalidate' });
    let isReadable = true;
    const view = (): ReturnType<typeof journal.view> => {
      if (isReadable) return journal.view();
      throw new Error('unreadable');
    };
    const blind = openEngine({ origin, journal: { ...journal, view } });
    const read = origin.delayNext();
    const early = get(blind, '/a.png');
    await read.begun;
    isReadable = false;
    origin.hold({ version: 2 });
    await openEngine({ origin, journal }).purge('/a.png');
    const late = get(blind, '/a.png');
    await turns();
    read.answer();
    expect(await versionOf((await late).body)).toBe(2);
    expect(isReusable(await late)).toBe(false);
    await early;
  });
});

it('a request does not join a read that began before the journal was lost and made anew', async () => {
  const origin = lateOrigin();
  let journal = memoryJournal();
  const lost: ReturnType<typeof memoryJournal> = { ...journal, view: () => journal.view() };
  const images = openEngine({ origin, journal: lost });
  const read = origin.delayNext();
  const early = get(images, '/a.png');
  await read.begun;
  // Purged by another process, whose journal is gone since.
  origin.hold({ version: 2 });
  journal = memoryJournal();
  const late = get(images, '/a.png');
  await turns();
  read.answer();
  expect(await versionOf((await late).body)).toBe(2);
  expect(isReusable(await early)).toBe(false);
});

describe('a soft purge of a folder', () => {
  it('serves the old answer though the file would be looked at again', async () => {
    const root = await temporaryFolder();
    await writeFile(join(root, 'a.png'), await pictureOf(1));
    const clock = manualClock();
    const images = openEngine({ origin: folder(root), clock });
    await get(images, '/a.png');
    await writeFile(join(root, 'a.png'), await pictureOf(2));
    clock.advance(60);
    await images.purge('/a.png', { mode: 'soft' });
    const stale = await get(images, '/a.png');
    expect(await versionOf(stale.body)).toBe(1);
    expect(isReusable(stale)).toBe(false);
    await expect.poll(() => show(images, '/a.png')).toBe(2);
  });
});

it('a store object that is used again after its last endpoint closed has a journal that works', async () => {
  const origin = lateOrigin();
  const store = files(await temporaryFolder());
  await createTintype({ origin, store }).close();
  const images = openEngine({ origin, store });
  expect(isReusable(await get(images, '/a.png'))).toBe(true);
  origin.hold({ version: 2 });
  await images.purge('/a.png');
  expect(await show(images, '/a.png')).toBe(2);
});

it('an original that nobody has purged is asked for plainly, beside files too', async () => {
  const origin = lateOrigin({ headers: { 'last-modified': 'Wed, 01 Jan 2020 00:00:00 GMT' } });
  const images = openEngine({ origin, store: files(await temporaryFolder()) });
  const { headers } = await get(images, '/a.png');
  expect(origin.asked[0]?.noCache).toBe(false);
  expect(headers['last-modified']).toBe('Wed, 01 Jan 2020 00:00:00 GMT');
});

it('an original that turns out to carry a tag that was purged is asked for past caches, and no other', async () => {
  const origin = shelfOrigin();
  origin.put('/tagged.png', 1, { 'cache-tag': 'old' });
  origin.put('/plain.png', 1, { 'cache-tag': 'other' });
  const images = openEngine({ origin });
  await images.purge({ tag: 'old' });
  for (const path of ['/plain.png', '/tagged.png']) expect(isReusable(await get(images, path))).toBe(true);
  expect(origin.asked.map(({ path, noCache }) => [path, noCache])).toEqual([
    ['/plain.png', false],
    ['/tagged.png', false],
    ['/tagged.png', true],
  ]);
});

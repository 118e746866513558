import type { HttpResponse, Journal, PurgeRequest, Tintype } from '@tintype/core';
import { describe, expect, it, vi } from 'vitest';
import { memoryJournal } from '../../packages/core/src/journal/memory-journal.ts';
import { get, isReusable } from '../support/client.ts';
import { openEngine } from '../support/engines.ts';
import { heldStore } from '../support/held-store.ts';
import { lateOrigin, turns } from '../support/late-origin.ts';
import { manualClock } from '../support/manual-clock.ts';
import { versionOf } from '../support/versioned-picture.ts';
import { compositeOf } from './questions.ts';

async function show(images: Tintype, target: string): Promise<number> {
  return versionOf((await get(images, target)).body);
}

/** The answer that needs nobody to be asked. */
function hit(images: Tintype, target: string): HttpResponse | undefined {
  const answer = images.handle({ method: 'GET', target, mount: '', headers: {} });
  return answer instanceof Promise ? undefined : answer;
}

const purges: readonly [string, PurgeRequest][] = [
  ['its path', '/a.png'],
  ['everything', { all: true }],
];

describe.each(purges)('a purge of %s while the origin reads', (_name, target) => {
  it('marks the late answer as outdated and remembers nothing of it as good', async () => {
    const origin = lateOrigin();
    const images = openEngine({ origin });
    const read = origin.delayNext();
    const early = get(images, '/a.png');
    await read.begun;
    origin.hold({ version: 2 });
    await images.purge(target);
    read.answer();
    expect(await versionOf((await early).body)).toBe(1);
    expect((await early).headers['cache-control']).toBe('public, max-age=0, must-revalidate');

    const later = await get(images, '/a.png');
    expect(await versionOf(later.body)).toBe(2);
    expect(isReusable(later)).toBe(true);
    expect(origin.asked.map(({ noCache }) => noCache)).toEqual([false, true]);
  });

  it('marks a late 304 as outdated', async () => {
    const origin = lateOrigin({ headers: { etag: '"1"', 'cache-control': 'max-age=0' }, conditional: 'honest' });
    const images = openEngine({ origin });
    const { etag } = (await get(images, '/a.png')).headers;
    origin.hold({ headers: { etag: '"1"', 'cache-control': 'max-age=600' } });
    const read = origin.delayNext();
    const early = get(images, '/a.png', { 'if-none-match': etag });
    await read.begun;
    origin.hold({ version: 2, headers: { etag: '"2"' } });
    await images.purge(target);
    read.answer();
    expect((await early).status).toBe(304);
    expect((await early).headers['cache-control']).toBe('public, max-age=0, must-revalidate');
  });

  it('marks a late 404 as outdated', async () => {
    const origin = lateOrigin({ version: undefined });
    const images = openEngine({ origin });
    const read = origin.delayNext();
    const early = get(images, '/a.png');
    await read.begun;
    origin.hold({ version: 2 });
    await images.purge(target);
    read.answer();
    expect((await early).status).toBe(404);
    expect(isReusable(await early)).toBe(false);
    expect(await show(images, '/a.png')).toBe(2);
  });
});

describe('a read that began before a purge and ends after a newer one', () => {
  it('does not take the place of the newer record in memory', async () => {
    const origin = lateOrigin();
    const images = openEngine({ origin });
    const read = origin.delayNext();
    const early = get(images, '/a.png');
    await read.begun;
    origin.hold({ version: 2 });
    await images.purge('/a.png');
    expect(await show(images, '/a.png')).toBe(2);
    read.answer();
    expect(await versionOf((await early).body)).toBe(1);
    const again = hit(images, '/a.png');
    expect(await versionOf(again?.body)).toBe(2);
    expect(origin.asked).toHaveLength(2);
  });

  it('does not take the place of the newer record in the store', async () => {
    const origin = lateOrigin();
    const store = heldStore();
    const images = openEngine({ origin, store });
    const read = origin.delayNext();
    const early = get(images, '/a.png');
    await read.begun;
    origin.hold({ version: 2 });
    await images.purge('/a.png');
    expect(await show(images, '/a.png')).toBe(2);
    read.answer();
    await early;
    await turns();
    const neighbour = openEngine({ origin, store });
    expect(await show(neighbour, '/a.png')).toBe(2);
    expect(neighbour.stats().originReads).toBe(0);
  });
});

describe('a read that began before a newer one and ends after it, with no purge between them', () => {
  it('does not take the place of the newer record', async () => {
    const origin = lateOrigin({ headers: { 'cache-control': 'max-age=60' } });
    const clock = manualClock();
    const images = openEngine({ origin, clock, originals: false });
    await get(images, '/a.png?w=8');
    clock.advance(59);
    const refetch = origin.delayNext();
    const early = get(images, '/a.png?w=4');
    await refetch.begun;
    origin.hold({ version: 2 });
    clock.advance(1);
    expect(await show(images, '/a.png?w=8')).toBe(2);
    refetch.answer();
    await early;
    expect(await show(images, '/a.png?w=8')).toBe(2);
  });
});

describe('a read under way', () => {
  async function during(purge: PurgeRequest | undefined, trim = 0) {
    const origin = lateOrigin();
    const images = openEngine({ origin, journal: memoryJournal({ maxRecords: 3 }) });
    const read = origin.delayNext();
    const early = get(images, '/a.png');
    await read.begun;
    origin.hold({ version: 2 });
    if (purge !== undefined) await images.purge(purge);
    for (let other = 0; other < trim; other++) await images.purge(`/${other}.png`);
    const late = get(images, '/a.png');
    await turns();
    read.answer();
    await early;
    return { origin, images, version: await versionOf((await late).body) };
  }

  it.each<[string, PurgeRequest | undefined]>([
    ['no purge', undefined],
    ['a purge of another path', '/b.png'],
  ])('is joined after %s', async (_name, purge) => {
    const { origin, version } = await during(purge);
    expect(version).toBe(1);
    expect(origin.asked).toHaveLength(1);
  });

  it.each(purges)('is not joined after a purge of %s', async (_name, purge) => {
    const { origin, version } = await during(purge);
    expect(version).toBe(2);
    expect(origin.asked).toHaveLength(2);
  });

  it('is not joined after a purge that the journal has forgotten since', async () => {
    const { version } = await during('/a.png', 3);
    expect(version).toBe(2);
  });

  it('that began after the purge is joined by all who come later', async () => {
    const origin = lateOrigin();
    const images = openEngine({ origin });
    await images.purge('/a.png');
    const read = origin.delayNext();
    const first = get(images, '/a.png');
    await read.begun;
    const others = Promise.all([get(images, '/a.png'), get(images, '/a.png?w=8')]);
    await turns();
    read.answer();
    await Promise.all([first, others]);
    expect(origin.asked).toHaveLength(1);
  });
});

describe('a purge behind the record', () => {
  it('between look-up and render marks the answer as outdated', async () => {
    const origin = lateOrigin();
    const store = heldStore();
    const images = openEngine({ origin, store, originals: true });
    await get(images, '/a.png?w=8');
    const search = store.holdNext('get', 'd:');
    const early = get(images, '/a.png?w=4');
    await search.begun;
    origin.hold({ version: 2 });
    await images.purge('/a.png');
    search.release();
    expect(await versionOf((await early).body)).toBe(1);
    expect(isReusable(await early)).toBe(false);
    expect(await show(images, '/a.png?w=4')).toBe(2);
    expect(await show(images, '/a.png?w=8')).toBe(2);
  });

  it('is not outrun by a slow store that still holds the old record', async () => {
    const origin = lateOrigin();
    const store = heldStore();
    await get(openEngine({ origin, store }), '/a.png');
    await turns();
    const images = openEngine({ origin, store });
    const search = store.holdNext('get', 'p:');
    const early = get(images, '/a.png');
    await search.begun;
    origin.hold({ version: 2 });
    await images.purge('/a.png');
    const late = get(images, '/a.png');
    search.release();
    expect(await versionOf((await late).body)).toBe(2);
    const answer = await early;
    expect((await versionOf(answer.body)) === 2 || !isReusable(answer)).toBe(true);
  });

  it('is not undone by a slow store that writes the old record last', async () => {
    const origin = lateOrigin();
    const store = heldStore();
    const images = openEngine({ origin, store });
    const writing = store.holdNext('set', 'p:');
    await get(images, '/a.png');
    await writing.begun;
    origin.hold({ version: 2 });
    await images.purge('/a.png');
    expect(await show(images, '/a.png')).toBe(2);
    writing.release();
    await turns();
    expect(await show(openEngine({ origin, store }), '/a.png')).toBe(2);
  });

  it('reaches an absence that was remembered', async () => {
    const origin = lateOrigin({ version: undefined });
    const images = openEngine({ origin });
    expect((await get(images, '/a.png')).status).toBe(404);
    expect(hit(images, '/a.png')?.status).toBe(404);
    origin.hold({ version: 2 });
    await images.purge('/a.png');
    expect(await show(images, '/a.png')).toBe(2);
  });
});

describe('a client that asks whether anything changed', () => {
  it('is not told "no" after a purge, by a date that stayed the same', async () => {
    const date = 'Wed, 01 Jan 2020 00:00:00 GMT';
    const origin = lateOrigin({ headers: { 'last-modified': date }, conditional: 'lying' });
    const images = openEngine({ origin });
    await get(images, '/a.png');
    origin.hold({ version: 2 });
    await images.purge('/a.png');
    const answer = await get(images, '/a.png', { 'if-modified-since': date });
    expect(answer.status).toBe(200);
    expect(await versionOf(answer.body)).toBe(2);
  });
});

describe('a purge reaches', () => {
  it('the one path, with every width and every v, and no other', async () => {
    const origin = lateOrigin();
    const images = openEngine({ origin });
    const targets = ['/a.png', '/a.png?w=8', '/a.png?v=x', '/a.png?v=y&w=8'];
    for (const target of [...targets, '/b.png']) await get(images, target);
    origin.hold({ version: 2 });
    await images.purge('/a.png');
    for (const target of targets) expect(await show(images, target), target).toBe(2);
    expect(await versionOf(hit(images, '/b.png')?.body)).toBe(1);
  });

  it('all paths of its own origin, and of no other that shares the store', async () => {
    const store = heldStore();
    const [origin, other] = [lateOrigin(), lateOrigin({}, 'other')];
    const images = openEngine({ origin, store });
    const others = openEngine({ origin: other, store });
    for (const target of ['/a.png', '/b.png']) await get(images, target);
    await get(others, '/a.png');
    origin.hold({ version: 2 });
    other.hold({ version: 2 });
    await images.purge({ all: true });
    expect([await show(images, '/a.png'), await show(images, '/b.png')]).toEqual([2, 2]);
    expect(await versionOf(hit(others, '/a.png')?.body)).toBe(1);
  });

  it.each<[PurgeRequest, string]>([
    ['/a b.jpg', '/a%20b.jpg'],
    ['/a%20b.jpg', '/a%20b.jpg'],
    ['/%61%20b%2Ejpg', '/a%20b.jpg'],
    ['/a%20b.jpg?w=8&v=1', '/a%20b.jpg'],
    [{ path: '/a b.jpg' }, '/%61%20b.jpg?w=8'],
    ['/é.jpg', '/%C3%A9.jpg'],
    ['/%c3%a9.jpg', '/%C3%A9.jpg'],
    ['/a%2520b.jpg', '/a%2520b.jpg'],
    ['/a+b.jpg', '/a%2Bb.jpg'],
  ])('by %j what is asked for as %s', async (purge, target) => {
    const origin = lateOrigin();
    const images = openEngine({ origin });
    await get(images, target);
    origin.hold({ version: 2 });
    await images.purge(purge);
    expect(await show(images, target)).toBe(2);
  });
});

describe('a purge is refused as INVALID_PURGE', () => {
  it.each([
    [''],
    ['a.png'],
    ['/'],
    ['/c*ts/a.png'],
    [{ prefix: '/cats' }],
    [{ tag: '' }],
    ['/a/../b.png'],
    ['/./a.png'],
    ['/.hidden.png'],
    ['//a.png'],
    ['/a%2Fb.png'],
    ['/a%00.png'],
    ['/100%.png'],
    ['/%ff.png'],
    [{}],
    [{ all: false }],
    [{ all: 1 }],
    [{ all: true, path: '/a.png' }],
    [{ path: '/a.png', mode: 'soft' }],
    [{ path: 1 }],
    [{ path: '' }],
    [['/a.png']],
    [[]],
    [undefined],
    [null],
    [true],
    [1],
  ])('%j', async (target) => {
    const origin = lateOrigin();
    const images = openEngine({ origin });
    await get(images, '/a.png');
    const purging = images.purge(target as unknown as PurgeRequest);
    await expect(purging).rejects.toMatchObject({ code: 'INVALID_PURGE', status: 400, expose: true });
    expect(hit(images, '/a.png')?.status).toBe(200);
  });
});

describe('a journal that fails', () => {
  it('makes a purge fail loudly, and the purge may be repeated', async () => {
    const journal = memoryJournal();
    const lost = new Error('the disk is full');
    const append = vi.spyOn(journal, 'append').mockRejectedValueOnce(lost);
    const origin = lateOrigin();
    const images = openEngine({ origin, journal });
    await get(images, '/a.png');
    origin.hold({ version: 2 });
    await expect(images.purge('/a.png')).rejects.toMatchObject({ code: 'PURGE_FAILED', status: 503, cause: lost });
    await expect(images.purge('/a.png')).resolves.toMatchObject({ state: 'completed', targets: ['/a.png'] });
    expect(append).toHaveBeenCalledTimes(2);
    expect(await show(images, '/a.png')).toBe(2);
  });

  it('has each request validated at the origin, and leaves no rejection alone', async () => {
    const inner = memoryJournal();
    let lost = false;
    const journal: Journal = {
      ...inner,
      view: () => (lost ? Promise.reject(new Error('no connection')) : inner.view()),
    };
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    const origin = lateOrigin();
    const images = openEngine({ origin, journal });
    await get(images, '/a.png');
    const others = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection').on('unhandledRejection', note);
    try {
      lost = true;
      origin.hold({ version: 2 });
      for (const asked of [2, 3]) {
        const answer = await get(images, '/a.png');
        expect(await versionOf(answer.body)).toBe(2);
        expect(isReusable(answer)).toBe(false);
        expect(origin.asked).toHaveLength(asked);
      }
      await turns();
      expect(unhandled).toEqual([]);
    } finally {
      process.removeAllListeners('unhandledRejection');
      for (const listener of others) process.on('unhandledRejection', listener);
      lost = false;
    }
  });
});

describe('a journal that forgets', () => {
  it('costs each older original one conditional question', async () => {
    const origin = lateOrigin({ headers: { etag: '"1"' }, conditional: 'honest' });
    const images = openEngine({ origin, journal: memoryJournal({ maxRecords: 3 }) });
    await get(images, '/a.png');
    for (const path of ['/1.png', '/2.png', '/3.png']) await images.purge(path);
    expect(hit(images, '/a.png')?.status).toBe(200);
    await images.purge('/4.png');
    expect(hit(images, '/a.png')).toBeUndefined();
    await get(images, '/a.png');
    expect(origin.asked.slice(1)).toMatchObject([{ ifNoneMatch: '"1"' }]);
    expect(hit(images, '/a.png')?.status).toBe(200);
    expect(images.stats()).toMatchObject({ originReads: 2, revalidations: 1, renders: 1 });
  });

  it.each(['never', 'lying'] as const)('serves nothing older for it (conditional answers: %s)', async (conditional) => {
    const origin = lateOrigin({ headers: { etag: 'W/"same"' }, conditional });
    const images = openEngine({ origin, journal: memoryJournal({ maxRecords: 3 }) });
    await get(images, '/a.png');
    origin.hold({ version: 2 });
    await images.purge('/a.png');
    for (const path of ['/1.png', '/2.png', '/3.png']) await images.purge(path);
    expect(await show(images, '/a.png')).toBe(2);
  });

  it('still has the first question after a forgotten purge pass every cache on its way', async () => {
    const origin = lateOrigin();
    const images = openEngine({ origin, journal: memoryJournal({ maxRecords: 3 }) });
    for (const path of ['/a.png', '/1.png', '/2.png', '/3.png']) await images.purge(path);
    await get(images, '/a.png');
    expect(origin.asked).toMatchObject([{ path: '/a.png', noCache: true }]);
  });

  it('remembers purges of everything', async () => {
    const origin = lateOrigin();
    const images = openEngine({ origin, journal: memoryJournal({ maxRecords: 3 }) });
    await get(images, '/a.png');
    origin.hold({ version: 2 });
    await images.purge({ all: true });
    for (const path of ['/1.png', '/2.png', '/3.png', '/4.png', '/5.png']) await images.purge(path);
    expect(await show(images, '/a.png')).toBe(2);
    expect(hit(images, '/a.png')?.status).toBe(200);
  });
});

describe('composites that fill all places in which originals are read', () => {
  it('are answered while another request waits for a place to read what is laid over them', async () => {
    const origin = lateOrigin();
    const images = openEngine({ origin, render: { wait: 3 } });
    const places = 16;
    const reads = Array.from({ length: places }, () => origin.delayNext());
    const composites = reads.map((_read, index) => get(images, compositeOf(`/${index}.png`, '/logo.png')));
    await Promise.all(reads.map((read) => read.begun));
    const logo = get(images, '/logo.png');
    await turns();
    for (const read of reads) read.answer();
    const answers = await Promise.all([...composites, logo]);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  });
});

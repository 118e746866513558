import { setTimeout as delay } from 'node:timers/promises';
import { type HttpResponse, memoryJournal, type Store, type Tintype } from '@tintype/core';
import { describe, expect, it, vi } from 'vitest';
import { get } from './support/client.ts';
import { openEngine } from './support/engines.ts';
import { type LateOrigin, lateOrigin } from './support/late-origin.ts';
import { type LockingStore, lockingStore } from './support/locking-store.ts';
import { manualClock } from './support/manual-clock.ts';
import { versionOf } from './support/versioned-picture.ts';

interface Fleet {
  readonly origin: LateOrigin;
  readonly store: LockingStore;
  readonly engines: readonly [Tintype, Tintype, Tintype];
  reads(): number;
  renders(): number;
}

/** Three engines that share a store and a journal, as three processes do. */
function openFleet(origin: LateOrigin = lateOrigin(), change: Partial<Store> = {}, clock = manualClock()): Fleet {
  const store = { ...lockingStore(), ...change } as LockingStore;
  const journal = memoryJournal();
  const open = (): Tintype => openEngine({ origin, store, journal, clock, originals: true });
  const engines = [open(), open(), open()] as const;
  const sum = (count: (stats: ReturnType<Tintype['stats']>) => number): number =>
    engines.reduce((total, images) => total + count(images.stats()), 0);
  return {
    origin,
    store,
    engines,
    reads: () => sum(({ originReads }) => originReads),
    renders: () => sum(({ renders }) => renders),
  };
}

const askAll = (engines: readonly Tintype[], target: string, times = 100): Promise<readonly HttpResponse[]> =>
  Promise.all(engines.flatMap((images) => Array.from({ length: times }, () => get(images, target))));

const isEverywhere = (answers: readonly HttpResponse[], status: number): boolean =>
  answers.every((answer) => answer.status === status);

describe('300 identical requests over three engines on one store', () => {
  it('cost one origin read and one render', async () => {
    const fleet = openFleet();
    const read = fleet.origin.delayNext();
    const asked = askAll(fleet.engines, '/a.png?w=8');
    await read.begun;
    await delay(30);
    read.answer();
    const answers = await asked;
    expect(isEverywhere(answers, 200)).toBe(true);
    expect([fleet.reads(), fleet.renders()]).toEqual([1, 1]);
    expect(new Set(answers.map(({ headers }) => headers.etag)).size).toBe(1);
    await vi.waitFor(() => expect(fleet.store.locks.size).toBe(0));
  });

  it('cost one more read, and no render, after a purge of what has not changed', async () => {
    const fleet = openFleet();
    await askAll(fleet.engines, '/a.png?w=8', 1);
    await fleet.engines[0].purge('/a.png');
    expect(isEverywhere(await askAll(fleet.engines, '/a.png?w=8'), 200)).toBe(true);
    expect([fleet.reads(), fleet.renders()]).toEqual([2, 1]);
  });

  it('cost one question once the picture has expired, whenever each engine finds out', async () => {
    const clock = manualClock();
    const origin = lateOrigin({ headers: { 'cache-control': 'max-age=600' } });
    const fleet = openFleet(origin, {}, clock);
    await askAll(fleet.engines, '/a.png?w=8', 1);
    clock.advance(601);
    for (const images of fleet.engines) await get(images, '/a.png?w=8');
    expect(fleet.reads()).toBe(2);
  });

  it('take what another engine has read since a purge', async () => {
    const fleet = openFleet();
    await askAll(fleet.engines, '/a.png?w=8', 1);
    fleet.origin.hold({ version: 2 });
    await fleet.engines[0].purge('/a.png');
    for (const images of fleet.engines) expect(await versionOf((await get(images, '/a.png?w=8')).body)).toBe(2);
    expect([fleet.reads(), fleet.renders()]).toEqual([2, 2]);
  });
});

describe('a lock', () => {
  it('that a dead process holds costs its lapse and nothing else', async () => {
    const fleet = openFleet();
    fleet.store.seize('');
    const asked = askAll(fleet.engines, '/a.png?w=8', 3);
    await vi.waitFor(() => expect(fleet.store.refused()).toBeGreaterThan(6));
    expect(fleet.reads()).toBe(0);
    fleet.store.lapse();
    expect(isEverywhere(await asked, 200)).toBe(true);
    expect(fleet.reads()).toBeLessThanOrEqual(3);
  });

  it('of a derivative is waited for in the store, not beyond', async () => {
    const fleet = openFleet();
    fleet.store.seize('d:');
    const asked = askAll(fleet.engines, '/a.png?w=8', 3);
    await vi.waitFor(() => expect(fleet.store.refused()).toBeGreaterThan(6));
    expect([fleet.reads(), fleet.renders()]).toEqual([1, 0]);
    fleet.store.lapse();
    expect(isEverywhere(await asked, 200)).toBe(true);
  });

  it.each<[string, Partial<Store>]>([
    [
      'cannot be taken',
      {
        lock: () => {
          throw new Error('READONLY');
        },
      },
    ],
    ['is promised for ever', { lock: () => new Promise(() => undefined), deadline: 20 }],
    [
      'cannot be given back',
      {
        lock: () => ({
          release: () => {
            throw new Error('down');
          },
        }),
      },
    ],
  ])('that %s fails nobody', async (_name, change) => {
    const fleet = openFleet(lateOrigin(), change);
    expect(isEverywhere(await askAll(fleet.engines, '/a.png?w=8', 3), 200)).toBe(true);
  });

  it('that comes too late is given back at once', async () => {
    let give: (lock: { release(): void }) => void = () => undefined;
    const release = vi.fn();
    const lock = vi.fn(
      () =>
        new Promise<{ release(): void }>((resolve) => {
          give = resolve;
        }),
    );
    const fleet = openFleet(lateOrigin(), { lock, deadline: 20 });
    expect((await get(fleet.engines[0], '/a.png?w=8')).status).toBe(200);
    give({ release });
    await vi.waitFor(() => expect(release).toHaveBeenCalledTimes(1));
  });

  it('is held until what was made can be found', async () => {
    const fleet = openFleet();
    const write = fleet.store.holdNext('set', 'd:');
    expect((await get(fleet.engines[0], '/a.png?w=8')).status).toBe(200);
    await write.begun;
    expect([...fleet.store.locks].filter((key) => key.startsWith('d:'))).toHaveLength(1);
    const other = get(fleet.engines[1], '/a.png?w=8');
    await delay(30);
    write.release();
    expect((await other).status).toBe(200);
    expect(fleet.renders()).toBe(1);
    await vi.waitFor(() => expect(fleet.store.locks.size).toBe(0));
  });

  it('is given back where making fails', async () => {
    const fleet = openFleet();
    fleet.origin.failWith(new Error('down'));
    expect((await get(fleet.engines[0], '/a.png')).status).toBe(502);
    await vi.waitFor(() => expect(fleet.store.locks.size).toBe(0));
  });
});

describe('what is not stored is not waited for twice', () => {
  it.each<[string, Parameters<LateOrigin['hold']>[0], number]>([
    ['an absence', { version: undefined }, 404],
    ['what may not be stored', { headers: { 'cache-control': 'no-store' } }, 200],
    ['what may not be shared', { headers: { 'cache-control': 'private' } }, 200],
  ])('%s', async (_name, held, status) => {
    const fleet = openFleet();
    fleet.origin.hold(held);
    const answers = await askAll(fleet.engines, '/a.png', 1);
    expect(isEverywhere(answers, status)).toBe(true);
    expect(fleet.reads()).toBe(3);
  });
});

it('no lock is taken where the origin wants to be asked again and again', async () => {
  const clock = manualClock();
  const fleet = openFleet(lateOrigin({ headers: { 'cache-control': 'max-age=30' } }), {}, clock);
  await get(fleet.engines[0], '/a.png?w=8');
  const before = [...fleet.store.taken.values()].reduce((sum, count) => sum + count, 0);
  clock.advance(31);
  await get(fleet.engines[0], '/a.png?w=8');
  expect(fleet.reads()).toBe(2);
  expect([...fleet.store.taken.values()].reduce((sum, count) => sum + count, 0)).toBe(before);
});

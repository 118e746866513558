import { setTimeout as delay } from 'node:timers/promises';
import { type Journal, type JournalView, memoryJournal, type Tintype, type Trust } from '@tintype/core';
import { describe, expect, it } from 'vitest';
import { get, isReusable } from './support/client.ts';
import { openEngine } from './support/engines.ts';
import { type HeldStore, heldStore } from './support/held-store.ts';
import { type LateOrigin, lateOrigin, turns } from './support/late-origin.ts';
import { versionOf } from './support/versioned-picture.ts';

interface CutOff {
  readonly origin: LateOrigin;
  readonly store: HeldStore;
  readonly images: Tintype;
  /** Another process, never cut off. */
  readonly other: Tintype;
  /** Cuts `images` off from the journal: its view stays as it was then. */
  cut(trust: Exclude<Trust, 'good'>): void;
  heal(): void;
}

function openBoth(held: Parameters<typeof lateOrigin>[0] = {}): CutOff {
  const origin = lateOrigin({ headers: { etag: '"1"' }, conditional: 'honest', ...held });
  const store = heldStore();
  const shared = memoryJournal();
  let frozen: JournalView | undefined;
  const journal: Journal = { ...shared, view: () => frozen ?? shared.view() };
  return {
    origin,
    store,
    images: openEngine({ origin, store, journal, originals: true }),
    other: openEngine({ origin, store, journal: shared, originals: true }),
    cut(trust) {
      const { covering, takedownsSince, newestTagPurge, ...now } = shared.view() as JournalView;
      const { position } = now;
      const known = ({ hard, soft, renewal, takedown }: ReturnType<typeof covering>) => {
        const upTo = (each: number): number => (each <= position ? each : 0);
        return { hard: upTo(hard), soft: upTo(soft), renewal: upTo(renewal), takedown: upTo(takedown) };
      };
      frozen = {
        ...now,
        trust,
        covering: (...asked) => known(covering(...asked)),
        newestTagPurge: (name) => Math.min(newestTagPurge(name), position),
        takedownsSince: () => [],
      };
    },
    heal() {
      frozen = undefined;
    },
  };
}

describe('a process that is cut off from its journal', () => {
  it('asks the origin before it serves, and renders nothing that it holds', async () => {
    const { origin, images, cut } = openBoth();
    await get(images, '/a.png?w=8');
    cut('unknown');
    for (let time = 1; time <= 3; time++) {
      const answer = await get(images, '/a.png?w=8');
      expect([answer.status, isReusable(answer)]).toEqual([200, false]);
      expect(origin.asked).toHaveLength(1 + time);
      expect(origin.asked.at(-1)).toMatchObject({ ifNoneMatch: '"1"', noCache: true });
    }
    expect(images.stats().renders).toBe(1);
  });

  it('serves what the origin holds now, whoever purged it unseen', async () => {
    const { origin, images, other, cut } = openBoth();
    await get(images, '/a.png?w=8');
    cut('unknown');
    origin.hold({ version: 2, headers: { etag: '"2"' } });
    await other.purge('/a.png');
    expect(await versionOf((await get(images, '/a.png?w=8')).body)).toBe(2);
  });

  it('keeps in memory what it renders, and writes nothing to the store', async () => {
    const { images, store, cut } = openBoth();
    await get(images, '/a.png?w=8');
    await turns();
    const before = [...store.keys()];
    cut('unknown');
    for (let time = 0; time < 3; time++) expect((await get(images, '/a.png?w=7')).status).toBe(200);
    expect(images.stats().renders).toBe(2);
    expect(store.keys()).toEqual(before);
  });

  it('drops what was taken down meanwhile as soon as it can read again', async () => {
    const { origin, images, other, cut, heal } = openBoth();
    await get(images, '/a.png?w=8');
    cut('unknown');
    await get(images, '/a.png?w=7');
    origin.hold({ version: undefined });
    await other.purge('/a.png', { mode: 'takedown', wait: 'all' });
    heal();
    expect((await get(images, '/a.png?w=7')).status).toBe(404);
    expect(images.stats().stores.memory.entries).toBe(0);
  });

  it('knows the takedowns that it knew: what was made before them is not found again', async () => {
    const { images, other, cut } = openBoth();
    await get(images, '/a.png?w=8');
    await other.purge('/a.png', { mode: 'takedown' });
    cut('unknown');
    // The origin holds it still.
    expect((await get(images, '/a.png?w=8')).status).toBe(200);
    expect(images.stats().renders).toBe(2);
  });

  it('trusts what it read meanwhile once it can see that nothing was purged', async () => {
    const { origin, images, cut, heal } = openBoth();
    await get(images, '/a.png?w=8');
    cut('unknown');
    await get(images, '/a.png?w=8');
    await get(images, '/b.png?w=8');
    heal();
    const asked = origin.asked.length;
    for (const path of ['/a.png?w=8', '/b.png?w=8']) expect(isReusable(await get(images, path))).toBe(true);
    expect(origin.asked).toHaveLength(asked);
  });

  it('trusts nothing of it that was purged meanwhile', async () => {
    const { origin, images, other, cut, heal } = openBoth();
    cut('unknown');
    const read = origin.delayNext();
    const early = get(images, '/a.png?w=8');
    await read.begun;
    origin.hold({ version: 2, headers: { etag: '"2"' } });
    await other.purge('/a.png');
    read.answer();
    expect(isReusable(await early)).toBe(false);
    heal();
    expect(await versionOf((await get(images, '/a.png?w=8')).body)).toBe(2);
  });

  it('asks the origin twice for any number of requests at once: those that come during a read share the next', async () => {
    const { origin, images, cut } = openBoth();
    cut('unknown');
    const first = origin.delayNext();
    const early = get(images, '/a.png?w=8');
    await first.begun;
    origin.hold({ version: 2, headers: { etag: '"2"' } });
    const late = Array.from({ length: 100 }, () => get(images, '/a.png?w=8'));
    await turns();
    expect(origin.asked).toHaveLength(1);
    first.answer();
    expect(await versionOf((await early).body)).toBe(1);
    for (const answer of await Promise.all(late)) expect(await versionOf(answer.body)).toBe(2);
    expect(origin.asked).toHaveLength(2);
    expect(images.stats().renders).toBe(2);
  });

  it('does not wait long for a read that hangs', async () => {
    const { origin, images, cut } = openBoth();
    cut('unknown');
    const first = origin.delayNext();
    const early = get(images, '/a.png?w=8');
    await first.begun;
    expect((await get(images, '/a.png?w=8')).status).toBe(200);
    first.answer();
    await early;
  });

  it('fails with the origin, because nobody knows whether what it holds was purged', async () => {
    const { origin, images, cut } = openBoth({ headers: { 'cache-control': 'max-age=1, stale-if-error=600' } });
    await get(images, '/a.png?w=8');
    cut('unknown');
    origin.failWith(new Error('down'));
    expect((await get(images, '/a.png?w=8')).status).toBe(502);
  });
});

describe('a process that is cut off and prefers stale', () => {
  it('serves what it holds at once, marked, and asks the origin behind it', async () => {
    const { origin, images, cut } = openBoth();
    await get(images, '/a.png?w=8');
    cut('stale');
    origin.hold({ version: 2, headers: { etag: '"2"' } });
    const read = origin.delayNext();
    const answer = await get(images, '/a.png?w=8');
    expect(await versionOf(answer.body)).toBe(1);
    expect(isReusable(answer)).toBe(false);
    await read.begun;
    read.answer();
    for (let tries = 0; tries < 200; tries++) {
      if ((await versionOf((await get(images, '/a.png?w=8')).body)) === 2) break;
      await delay(5);
    }
    expect(await versionOf((await get(images, '/a.png?w=8')).body)).toBe(2);
  });

  it('goes on serving while the origin is down too', async () => {
    const { origin, images, cut } = openBoth();
    await get(images, '/a.png?w=8');
    cut('stale');
    origin.failWith(new Error('down'));
    for (let time = 0; time < 3; time++) expect((await get(images, '/a.png?w=8')).status).toBe(200);
  });

  it('does not serve what it knows to be purged', async () => {
    const { origin, images, other, cut } = openBoth();
    await get(images, '/a.png?w=8');
    origin.hold({ version: 2, headers: { etag: '"2"' } });
    await other.purge('/a.png');
    cut('stale');
    expect(await versionOf((await get(images, '/a.png?w=8')).body)).toBe(2);
  });
});

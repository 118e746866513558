import { setImmediate } from 'node:timers/promises';
import { type HttpResponse, memory, type Tintype } from '@tintype/core';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { get } from './support/client.ts';
import { openEngine } from './support/engines.ts';
import { heldStore } from './support/held-store.ts';
import { lateOrigin, turns } from './support/late-origin.ts';
import { versionOf } from './support/versioned-picture.ts';

const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));

const statuses = (answers: readonly HttpResponse[]): Record<number, number> => {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
};

describe('200 identical requests', () => {
  it('cost one origin read and one render', async () => {
    const origin = lateOrigin();
    const images = openEngine({ origin });
    const read = origin.delayNext();
    const asked = times(200, () => get(images, '/a.png?w=8'));
    await read.begun;
    read.answer();
    const answers = await Promise.all(asked);
    expect(statuses(answers)).toEqual({ 200: 200 });
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
    expect(answers.filter(({ headers }) => headers['cache-status']?.includes('collapsed'))).toHaveLength(199);
    expect(origin.asked).toHaveLength(1);
    expect(images.stats()).toMatchObject({ requests: 200, originReads: 1, renders: 1 });
  });

  it('cost no more where they come at any moment of the first one', async () => {
    const origin = lateOrigin();
    const images = openEngine({ origin, store: heldStore() });
    const asked: Promise<HttpResponse>[] = [];
    for (let left = 200; left > 0; left--) {
      asked.push(get(images, '/a.png?w=8'));
      if (left % 8 === 0) await setImmediate();
      else await undefined;
    }
    expect(statuses(await Promise.all(asked))).toEqual({ 200: 200 });
    expect(images.stats()).toMatchObject({ originReads: 1, renders: 1 });
  });

  it('get one error where the origin fails, which the next request does not', async () => {
    const origin = lateOrigin();
    const images = openEngine({ origin });
    const read = origin.delayNext();
    origin.failWith(new Error('down'));
    const asked = times(200, () => get(images, '/a.png'));
    await read.begun;
    origin.failWith(undefined);
    read.answer();
    expect(statuses(await Promise.all(asked))).toEqual({ 502: 200 });
    expect(origin.asked).toHaveLength(1);
    expect((await asked[0])?.headers['cache-control']).toBe('no-store');

    expect((await get(images, '/a.png')).status).toBe(200);
    expect(origin.asked).toHaveLength(2);
  });
});

describe('different widths at the same time', () => {
  it.each([true, false])('read the origin once (copies of originals: %s)', async (originals) => {
    const origin = lateOrigin();
    const images = openEngine({ origin, originals });
    const read = origin.delayNext();
    const asked = [4, 6, 8, 10, 12].map((width) => get(images, `/a.png?w=${width}`));
    await read.begun;
    read.answer();
    expect(statuses(await Promise.all(asked))).toEqual({ 200: 5 });
    expect(images.stats()).toMatchObject({ originReads: 1, renders: 5 });
  });

  it('read a far origin once more at most where its bytes were not kept', async () => {
    const origin = lateOrigin();
    const images = openEngine({ origin, originals: false });
    await get(images, '/a.png');
    const read = origin.delayNext();
    const asked = [4, 6, 8, 10, 12].map((width) => get(images, `/a.png?w=${width}`));
    await read.begun;
    await turns();
    read.answer();
    expect(statuses(await Promise.all(asked))).toEqual({ 200: 5 });
    expect(images.stats()).toMatchObject({ originReads: 2, renders: 6 });
  });

  it('and the same one, by twenty clients, read a changed original once', async () => {
    const origin = lateOrigin({ version: 1 });
    const images = openEngine({ origin, originals: false, store: memory({ maxBytes: 1 }) });
    await get(images, '/a.png');
    origin.hold({ version: 2 });
    const answers = await Promise.all(times(20, () => get(images, '/a.png?w=4')));
    for (const { body } of answers) expect(await versionOf(body)).toBe(2);
    expect(images.stats().originReads).toBe(2);
  });
});

describe.each(['no-store', 'private'])('an original that is %s', (directive) => {
  it('is not shared with those who waited: each asks for itself, and nothing is kept', async () => {
    const origin = lateOrigin({ headers: { 'cache-control': directive } });
    const store = heldStore();
    const images = openEngine({ origin, store, originals: true });
    const read = origin.delayNext();
    const asked = times(20, () => get(images, '/a.png?w=8'));
    await read.begun;
    await turns();
    origin.hold({ version: 2 });
    read.answer();
    const shown = await Promise.all(asked.map(async (answer) => versionOf((await answer).body)));
    expect(shown).toEqual([1, ...times(19, () => 2)]);
    expect(origin.asked).toHaveLength(20);

    await turns();
    expect(store.keys()).toEqual([]);
    expect(images.stats().stores.memory.entries).toBe(0);
    await get(images, '/a.png?w=8');
    expect(origin.asked).toHaveLength(21);
  });
});

/** Starts requests for `count` originals, all different, each with one render of its own. */
const flood = (images: Tintype, count: number): Promise<HttpResponse>[] =>
  times(count, (at) => get(images, `/${at}.png?w=8`));

describe('200 different requests', () => {
  it('are rendered a few at a time; those beyond the queue get 503 and a Retry-After, at once', async () => {
    const images = openEngine({ origin: lateOrigin(), render: { queue: 5, wait: 5 } });
    const { concurrency, refused } = images.stats().queue;
    const asked = flood(images, 200);
    let done = false;
    const all = Promise.all(asked).finally(() => {
      done = true;
    });
    let [running, waiting] = [0, 0];
    while (!done) {
      const { queue } = images.stats();
      running = Math.max(running, queue.running);
      waiting = Math.max(waiting, queue.waiting);
      await setImmediate();
    }
    const answers = await all;
    expect(running).toBeLessThanOrEqual(concurrency);
    // Five for a read, and five whose originals are there.
    expect(waiting).toBe(10);
    const { 200: served = 0, 503: overloaded = 0 } = statuses(answers);
    expect(served).toBeGreaterThanOrEqual(concurrency + 5);
    expect(served + overloaded).toBe(200);
    expect(overloaded).toBeGreaterThan(0);
    expect(images.stats().queue).toMatchObject({ running: 0, waiting: 0, refused: refused + overloaded });
    for (const { status, headers } of answers) {
      if (status === 503) expect(headers).toMatchObject({ 'retry-after': '5', 'cache-control': 'no-store' });
    }
    // What was refused is not remembered as an error.
    const again = answers.findIndex(({ status }) => status === 503);
    expect((await get(images, `/${again}.png?w=8`)).status).toBe(200);
  });

  it('wait no longer than they may', { timeout: 60_000 }, async () => {
    const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
    const large = await sharp({ create: { width: 1600, height: 1200, channels: 3, background: '#888', noise } })
      .png({ compressionLevel: 0 })
      .toBuffer();
    const images = openEngine({ origin: { name: 'large', read: async () => large }, render: { queue: 5, wait: 0.2 } });
    const { concurrency } = images.stats().queue;
    const asked = times(concurrency + 5, (at) => get(images, `/${at}.png?format=avif`));
    const answers = await Promise.all(asked);
    const { 200: served = 0, 503: overloaded = 0 } = statuses(answers);
    expect(served).toBeGreaterThanOrEqual(concurrency);
    expect(served + overloaded).toBe(concurrency + 5);
    expect(overloaded).toBeGreaterThan(0);
    expect(answers.find(({ status }) => status === 503)?.headers['retry-after']).toBe('1');
  });

  it('do not stand before a hit, which is answered at once', async () => {
    const images = openEngine({ origin: lateOrigin(), render: { queue: 5, wait: 0.2 } });
    await get(images, '/hit.png?w=8');
    const asked = flood(images, 200);
    await turns();
    const answer = images.handle({ method: 'GET', target: '/hit.png?w=8', mount: '', headers: {} });
    expect(answer).not.toBeInstanceOf(Promise);
    expect(answer).toMatchObject({ status: 200 });
    expect(images.stats().hits.memory).toBe(1);
    await Promise.all(asked);
  });
});

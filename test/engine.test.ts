import { channel } from 'node:diagnostics_channel';
import {
  createTintype,
  memory,
  memoryJournal,
  type Origin,
  type OriginEvent,
  type RenderEvent,
  type TintypeOptions,
} from '@tintype/core';
import sharp from 'sharp';
import { describe, expect, it, onTestFinished } from 'vitest';
import { get } from './support/client.ts';
import { lateOrigin, turns } from './support/late-origin.ts';
import { manualClock } from './support/manual-clock.ts';
import { pictureOf } from './support/versioned-picture.ts';

const clock = manualClock();
const cacheControl = (answer: { readonly headers: Readonly<Record<string, string>> }) =>
  answer.headers['cache-control'];

function open(options: Partial<TintypeOptions> & { readonly origin: Origin }) {
  const images = createTintype({ clock, ...options });
  onTestFinished(() => images.close());
  return images;
}

describe('the mounts of one endpoint', () => {
  it('are not taken for each other, though their names are equally long', async () => {
    const images = open({ origin: lateOrigin() });
    const ask = (mount: string) =>
      images.handle({ method: 'GET', target: '/priv/a.png', mount, headers: {}, options: { visibility: 'private' } });
    expect(await ask('/priv')).toMatchObject({ status: 200 });
    expect(await ask('/open')).toBeUndefined();
  });

  it('keep pictures behind a login to their own site', async () => {
    const images = open({ origin: lateOrigin() });
    const options = { visibility: 'private' } as const;
    const answer = await images.handle({ method: 'GET', target: '/a.png', mount: '', headers: {}, options });
    expect(answer?.headers).toMatchObject({
      'cross-origin-resource-policy': 'same-site',
      'cache-control': 'private, max-age=31536000, must-revalidate',
    });
  });
});

describe('an original that turns private', () => {
  it.each(['private', 'no-store'])(
    'is not answered as public, though its bytes are the same: %s',
    async (directive) => {
      const origin = lateOrigin({ headers: { 'cache-control': 'max-age=1000' } });
      const images = open({ origin, originals: false });
      await get(images, '/a.png?w=8');
      origin.hold({ headers: { 'cache-control': directive } });
      const answer = await get(images, '/a.png?w=4');
      expect(cacheControl(answer)).toMatch(new RegExp(`^${directive}`));
      expect(cacheControl(await get(images, '/a.png?w=8'))).toMatch(new RegExp(`^${directive}`));
    },
  );
});

describe('an origin of plain JavaScript', () => {
  it.each([
    ['capitalised fields', async () => ({ 'Cache-Control': 'max-age=60' })],
    ['a Headers object', async () => new Headers({ 'Cache-Control': 'max-age=60' })],
  ])('may answer with %s', async (_, headers) => {
    const read = async () => ({ status: 200, headers: await headers(), body: await pictureOf(1) });
    const answer = await get(open({ origin: { read } as unknown as Origin }), '/a.png');
    expect(cacheControl(answer)).toBe('public, s-maxage=60, max-age=60, must-revalidate');
  });

  it('may leave out the fields, and say null for nothing', async () => {
    const found = { read: async () => ({ status: 200, body: await pictureOf(1) }) } as unknown as Origin;
    expect((await get(open({ origin: found }), '/a.png')).status).toBe(200);
    const nothing = { read: async () => null } as unknown as Origin;
    expect((await get(open({ origin: nothing }), '/a.png')).status).toBe(404);
  });

  it.each([
    ['a number', 7],
    ['a text', 'bytes'],
    ['another status', { status: 999, headers: {}, body: new Uint8Array(1) }],
    ['a body of text', { status: 200, headers: {}, body: 'bytes' }],
    ['a 304 to nobody', { status: 304, headers: {} }],
  ])('is a failed origin where it answers with %s', async (_, answer) => {
    const origin = { read: async () => answer } as unknown as Origin;
    expect((await get(open({ origin }), '/a.png')).status).toBe(502);
  });

  it.each([
    ['null', { 'last-modified': null, etag: null, 'cache-control': null }, 200],
    ['a number', { 'cache-control': 60 }, 502],
    ['a date', { 'last-modified': new Date(0) }, 502],
    ['a Map', new Map([['Cache-Control', 'no-store']]), 200],
  ])('may have fields of any kind without harm: %s', async (_, headers, status) => {
    let answer: unknown = { status: 200, headers, body: await pictureOf(1) };
    const images = open({ origin: { read: async () => answer } as unknown as Origin });
    expect(await get(images, '/a.png')).toMatchObject({ status });
    if (headers instanceof Map) expect(cacheControl(await get(images, '/a.png'))).toBe('no-store');
    answer = await pictureOf(1);
    await images.purge('/a.png');
    expect((await get(images, '/a.png')).status).toBe(200);
  });

  it('is told when nobody waits any more', async () => {
    let signal: AbortSignal | undefined;
    const origin: Origin = {
      read: (_path, request) => {
        signal = request.signal;
        return new Promise(() => undefined);
      },
    };
    expect((await get(open({ origin, originTimeout: 0.01 }), '/a.png')).status).toBe(504);
    expect(signal?.aborted).toBe(true);
  });
});

describe('endpoints over one origin and store', () => {
  it('keep their own TTL policies', async () => {
    const origin = lateOrigin({ headers: { 'cache-control': 'no-cache' } });
    const values = new Map<string, Uint8Array>();
    const store = {
      kind: 'map',
      get: (key: string) => values.get(key),
      set: (key: string, bytes: Uint8Array) => void values.set(key, bytes),
      delete: (key: string) => void values.delete(key),
    };
    const lasting = open({ origin, store, ttl: { policy: 'override', lifetime: 1000 } });
    const respectful = open({ origin, store });
    await get(lasting, '/a.png');
    await get(lasting, '/a.png');
    expect(origin.asked).toHaveLength(1);
    expect(cacheControl(await get(respectful, '/a.png'))).toBe('public, no-cache');
    expect(origin.asked).toHaveLength(2);
  });

  it('share their purges where they share a journal', async () => {
    const origin = lateOrigin();
    const journal = memoryJournal();
    const [first, second] = [open({ origin, journal }), open({ origin, journal })];
    await get(second, '/a.png');
    await first.purge('/a.png');
    await get(second, '/a.png');
    expect(origin.asked).toHaveLength(2);
  });
});

describe('what an origin varies by everything', () => {
  it('is asked for each time (RFC 9111 §4.1)', async () => {
    const origin = lateOrigin({ headers: { vary: 'Accept-Language, *' } });
    const images = open({ origin });
    await get(images, '/a.png');
    await get(images, '/a.png');
    expect(origin.asked).toHaveLength(2);
  });
});

describe('an endpoint that closes', () => {
  it('answers what it has begun before it closes its origin', async () => {
    const order: string[] = [];
    const origin = lateOrigin({ headers: { 'cache-control': 'private' } });
    const first = origin.delayNext();
    const second = origin.delayNext();
    const images = createTintype({
      clock,
      origin: { ...origin, read: origin.read, close: async () => void order.push('closed') },
    });
    // The one that waits for a private answer must ask again itself.
    const answers = [get(images, '/a.png'), get(images, '/a.png')];
    await first.begun;
    const closing = images.close();
    first.answer();
    await second.begun;
    await turns();
    order.push('still at work');
    second.answer();
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200]);
    await closing;
    expect(order).toEqual(['still at work', 'closed']);
    expect(await get(images, '/a.png')).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
    await expect(images.purge('/a.png')).rejects.toMatchObject({ code: 'CLOSED' });
  });

  it('leaves an origin open that another endpoint uses', async () => {
    let closed = 0;
    const origin = { ...lateOrigin(), close: async () => void closed++ };
    const [first, second] = [createTintype({ origin }), createTintype({ origin })];
    await first.close();
    await first.close();
    expect(closed).toBe(0);
    await second.close();
    expect(closed).toBe(1);
  });
});

describe('events', () => {
  it('tell once of each question, though the answer makes another', async () => {
    const events: OriginEvent[] = [];
    const listen = (event: unknown): void => void events.push(event as OriginEvent);
    channel('tintype:origin').subscribe(listen);
    onTestFinished(() => channel('tintype:origin').unsubscribe(listen));
    let count = 0;
    const origin: Origin = {
      name: `events ${Date.now()}`,
      async read() {
        if (count++ === 0)
          return { status: 200, headers: { etag: '"1"', 'cache-control': 'no-cache' }, body: await pictureOf(1) };
        if (count === 2) return { status: 304, headers: { etag: '"2"' } };
        throw new Error('down');
      },
    };
    const images = open({ origin });
    await get(images, '/a.png');
    expect((await get(images, '/a.png')).status).toBe(502);
    expect(events.map(({ status, error }) => status ?? String(error))).toEqual([200, 304, 'Error: down']);
  });
});

describe('options', () => {
  it('that are undefined leave their defaults on', async () => {
    const limits = { bytes: undefined, pixels: undefined, outputSide: undefined } as never;
    const images = open({ origin: lateOrigin(), limits });
    expect((await get(images, '/a.png?w=60000')).status).toBe(400);
    expect((await get(images, '/a.png')).status).toBe(200);
  });

  it('refuse a size of memory beside a memory that has one', () => {
    expect(() => createTintype({ origin: lateOrigin(), store: memory(), memory: 1 })).toThrow(
      /memory\(\) its maxBytes/,
    );
  });
});

describe('images.url', () => {
  it('writes what the dialect reads', () => {
    const images = open({ origin: lateOrigin() });
    expect(images.url('/a b.png', { w: 8, format: 'auto' })).toBe('/a%20b.png?w=8&format=auto');
  });

  it.each([
    ['over a limit', { w: 60_000 }],
    ['that nobody knows', { breadth: 8 }],
    ['out of range', { q: 0 }],
  ])('refuses a parameter %s', (_, parameters) => {
    const images = open({ origin: lateOrigin() });
    expect(() => images.url('/a.png', parameters)).toThrow(expect.objectContaining({ code: 'INVALID_PARAMETER' }));
  });

  it('refuses an expiry, which would be dropped', () => {
    const images = open({ origin: lateOrigin() });
    expect(() => images.url('/a.png', {}, { expires: 1 })).toThrow(/signed/);
  });
});

describe('images.purge', () => {
  it('refuses an option that it does not have, because it would do less than it was told', async () => {
    const images = open({ origin: lateOrigin() });
    const options = { mod: 'takedown' } as never;
    await expect(images.purge('/a.png', options)).rejects.toMatchObject({ code: 'INVALID_PURGE' });
  });

  it('names its targets so that they can be given again', async () => {
    const images = open({ origin: lateOrigin() });
    const { targets } = await images.purge('/a%2520b.png');
    expect(targets).toEqual(['/a%2520b.png']);
    expect(await images.purge(targets[0] ?? '')).toMatchObject({ targets, state: 'completed' });
  });
});

describe('a folder that is looked at again', () => {
  it.each([
    ['by its stamp', '"same"'],
    ['by its bytes', undefined],
  ])('and holds the same answers as a hit: %s', async (_, etag) => {
    const moving = manualClock();
    const origin: Origin = {
      name: `looked at ${etag}`,
      read: async (_path, { ifNoneMatch }) => ({
        ...(ifNoneMatch === undefined ? { status: 200, body: await pictureOf(1) } : { status: 304 }),
        headers: etag === undefined ? {} : { etag },
        recheck: 1,
      }),
    };
    const images = open({ origin, clock: moving });
    await get(images, '/a.png');
    moving.advance(5);
    expect((await get(images, '/a.png')).headers['cache-status']).toMatch(/^tintype; hit;/);
    expect(images.stats().originReads).toBe(2);
  });
});

describe('what stands in for an image', () => {
  it('is remembered no longer than an absence', async () => {
    let body: Uint8Array = Buffer.from('<!doctype html><title>Back soon</title>');
    const moving = manualClock();
    const images = open({ origin: { read: async () => body, name: 'page' }, clock: moving });
    expect((await get(images, '/a.png')).status).toBe(415);
    body = await pictureOf(1);
    expect((await get(images, '/a.png')).status).toBe(415);
    moving.advance(10);
    expect((await get(images, '/a.png')).status).toBe(200);
  });
});

describe('a flood of different originals', () => {
  it('has few of them in memory at once, and refuses what waits beyond the bounds', async () => {
    let inHand = 0;
    let most = 0;
    const origin: Origin = {
      name: 'flood',
      async read() {
        inHand++;
        most = Math.max(most, inHand);
        await turns();
        inHand--;
        return await pictureOf(1);
      },
    };
    const images = open({ origin, render: { queue: 40, wait: 20, reads: 16 } });
    const answers = await Promise.all(Array.from({ length: 200 }, (_, index) => get(images, `/${index}.png`)));
    const refused = answers.filter(({ status }) => status === 503);
    expect(most).toBeLessThanOrEqual(16);
    expect(refused).toHaveLength(200 - 16 - 40);
    expect(refused[0]?.headers).toHaveProperty('retry-after', '20');
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(16 + 40);
    expect((await get(images, '/7.png')).status).toBe(200);
  });
});

describe('a damaged original', () => {
  /** What was rendered while a test runs, or tried to be. */
  function attempts(): readonly RenderEvent[] {
    const events: RenderEvent[] = [];
    const listen = (event: unknown): void => void events.push(event as RenderEvent);
    channel('tintype:render').subscribe(listen);
    onTestFinished(() => channel('tintype:render').unsubscribe(listen));
    return events;
  }

  it('is decoded once for all that it is asked for', async () => {
    const body = (await pictureOf(1)).subarray(0, 120);
    const images = open({ origin: { read: async () => body, name: 'damaged' } });
    const rendered = attempts();
    for (const query of ['w=3', 'w=4', 'w=4&format=webp', 'format=json', 'w=3&overlay=/b.png']) {
      expect((await get(images, `/a.png?${query}`)).status).toBe(422);
    }
    expect(rendered.map(({ transformation }) => transformation)).toHaveLength(1);
  });

  it('is decoded once by those who wait behind each other, too', async () => {
    const body = (await pictureOf(1)).subarray(0, 120);
    const images = open({ origin: { read: async () => body, name: 'damaged' } });
    const { concurrency } = images.stats().queue;
    const rendered = attempts();
    const asked = Array.from({ length: concurrency + 10 }, (_, at) => get(images, `/a.png?w=${at + 1}`));
    for (const { status } of await Promise.all(asked)) expect(status).toBe(422);
    expect(rendered.length).toBeLessThanOrEqual(concurrency);
  });

  it('is decoded again for frames that may be whole', async () => {
    const frames = await Promise.all([1, 2, 3].map(pictureOf));
    const body = await sharp(frames, { join: { animated: true } })
      .webp({ lossless: true })
      .toBuffer();
    body.fill(0xff, body.length - 12, body.length - 2);
    const images = open({ origin: { read: async () => body, name: 'damaged at its end' } });
    expect((await get(images, '/a.webp?w=3')).status).toBe(422);
    expect((await get(images, '/a.webp?frame=1&format=png')).status).toBe(200);
  });

  it('is decoded once, until it changes', async () => {
    let body = (await pictureOf(1)).subarray(0, 120);
    const images = open({ origin: { read: async () => body, name: 'damaged' } });
    expect((await get(images, '/a.png')).status).toBe(422);
    const started = images.stats().renders;
    expect((await get(images, '/a.png')).status).toBe(422);
    body = await pictureOf(2);
    await images.purge('/a.png');
    expect((await get(images, '/a.png')).status).toBe(200);
    expect(images.stats().renders).toBe(started + 1);
  });
});

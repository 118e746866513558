import diagnostics from 'node:diagnostics_channel';
import { once } from 'node:events';
import { createServer, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { createTintype, type Origin, type Tintype, type TintypeOptions, web } from '@tintype/core';
import express from 'express';
import Koa from 'koa';
import sharp from 'sharp';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { get } from './support/client.ts';
import { gatedOrigin, openEngine } from './support/engines.ts';
import { expressAdapter } from './support/express-sites.ts';
import { koaAdapter } from './support/koa-sites.ts';
import { lateOrigin, turns } from './support/late-origin.ts';
import { open } from './support/sites.ts';
import { pictureOf } from './support/versioned-picture.ts';

const patience = { timeout: 20_000, interval: 5 };
const statusesOf = (answers: readonly { readonly status: number }[]): readonly number[] =>
  answers.map(({ status }) => status).sort();

/** A server whose pictures a test sends on by hand. */
async function upstream(bytes: number) {
  const held: ServerResponse[] = [];
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': bytes });
    response.flushHeaders();
    held.push(response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return { held, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** A JPEG that is padded to so many bytes. */
async function padded(bytes: number): Promise<Buffer> {
  const picture = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#456' } })
    .jpeg()
    .toBuffer();
  return Buffer.concat([picture, Buffer.alloc(bytes - picture.length)]);
}

function gate(): { readonly passed: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open: () => open() };
}

describe('originals in hand', () => {
  const size = 400_000;

  it('are as many as there is room for, and a slow origin leaves room for others', async () => {
    const slow = await upstream(size);
    // Half of it for originals, and of that three quarters for one endpoint: three.
    const render = { inFlight: 8 * size, wait: 30 };
    const images = openEngine({ origin: web(slow.url), originals: false, render });
    const asked = Array.from({ length: 6 }, (_, at) => get(images, `/${at}.jpg?w=4`));
    const load = { reading: 6, waiting: 3, refused: 0 };
    const expected = { inFlight: { originals: 3 * size }, load };
    await vi.waitFor(() => expect(images.stats()).toMatchObject(expected), patience);

    const others = openEngine({ origin: { name: 'other', read: () => padded(size) }, render: { ...render } });
    expect((await get(others, '/other.jpg?w=4')).status).toBe(200);

    const body = await padded(size);
    const answering = setInterval(() => {
      for (const response of slow.held.splice(0)) response.end(body);
    }, 5);
    onTestFinished(() => clearInterval(answering));
    expect(statusesOf(await Promise.all(asked))).toEqual(Array(6).fill(200));
    expect(images.stats()).toMatchObject({ inFlight: { originals: 0, renders: 0 }, load: { reading: 0, waiting: 0 } });
  });

  it('that find no room in time are refused with 503 and Retry-After, and hits are not', async () => {
    const slow = await upstream(size);
    const images = openEngine({ origin: web(slow.url), originals: false, render: { inFlight: 2 * size, wait: 0.05 } });
    const hit = get(images, '/hit.jpg?w=4');
    await vi.waitFor(() => expect(slow.held).toHaveLength(1), patience);
    slow.held.splice(0)[0]?.end(await padded(size));
    expect((await hit).status).toBe(200);

    const first = get(images, '/first.jpg?w=4');
    await vi.waitFor(() => expect(images.stats().inFlight.originals).toBe(size), patience);
    const refused = await get(images, '/second.jpg?w=4');
    expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    expect(images.stats().load.refused).toBe(1);
    expect(images.handle({ method: 'GET', target: '/hit.jpg?w=4', mount: '', headers: {} })).toMatchObject({
      status: 200,
    });
    for (const response of slow.held) response.end(await padded(size));
    expect((await first).status).toBe(200);
  });

  it('that are larger than all the room come in alone', async () => {
    let reading = 0;
    const together: number[] = [];
    const large: Origin = {
      name: 'large',
      async read(_path, { admit }) {
        await admit?.(size);
        reading += 1;
        together.push(reading);
        const answer = await padded(size);
        reading -= 1;
        return answer;
      },
    };
    const images = openEngine({
      origin: large,
      render: { inFlight: 1, wait: 30 },
    });
    const asked = Array.from({ length: 8 }, (_, at) => get(images, `/${at}.jpg?w=4`));
    expect(statusesOf(await Promise.all(asked))).toEqual(Array(8).fill(200));
    expect(together).toEqual(Array(8).fill(1));
    expect(images.stats().inFlight).toEqual({ originals: 0, renders: 0 });
  });

  it.each(['new', 'known'])('count once for all sizes that are made of one: %s', async (kind) => {
    const origin: Origin = { name: 'one', read: () => padded(size) };
    const images = openEngine({ origin });
    if (kind === 'known') await get(images, '/a.jpg?w=3');
    const counts: number[] = [];
    const count = (): void => void counts.push(images.stats().inFlight.originals);
    diagnostics.subscribe('tintype:render', count);
    onTestFinished(() => void diagnostics.unsubscribe('tintype:render', count));
    const asked = Array.from({ length: 8 }, (_, at) => get(images, `/a.jpg?w=${4 + at}`));
    expect(statusesOf(await Promise.all(asked))).toEqual(Array(8).fill(200));
    expect(images.stats().inFlight.originals).toBe(0);
    expect(counts.length).toBeGreaterThan(4);
    expect(new Set(counts)).toEqual(new Set([size]));
  });

  it('are nobody’s where room is granted, or asked for, after the deadline of the read', async () => {
    const [first, last] = [gate(), gate()];
    const holds: Origin = {
      name: 'holds',
      async read(_path, { admit }) {
        await admit?.(size);
        await first.passed;
        return padded(size);
      },
    };
    const admitted: Promise<void>[] = [];
    const late: Origin = {
      name: 'late',
      async read(path, { admit = async () => undefined }) {
        if (path === '/asks.jpg') await last.passed;
        admitted.push(admit(size));
        await admitted.at(-1);
        return padded(size);
      },
    };
    const render = { inFlight: 2 * size, wait: 600 };
    const [holding, images] = [
      openEngine({ origin: holds, render }),
      openEngine({ origin: late, render: { ...render }, originTimeout: 0.05 }),
    ];
    const held = get(holding, '/a.jpg?w=4');
    await vi.waitFor(() => expect(images.stats().inFlight.originals).toBe(size), patience);
    const asked = ['/waits.jpg?w=4', '/asks.jpg?w=4'].map((target) => get(images, target));
    expect(statusesOf(await Promise.all(asked))).toEqual([504, 504]);
    first.open();
    expect((await held).status).toBe(200);
    last.open();
    await turns();
    const ends = (await Promise.allSettled(admitted)).map(({ status }) => status);
    expect([ends, images.stats().inFlight.originals]).toEqual([['rejected', 'rejected'], 0]);
  });

  it('and renders never wait for each other without end', { timeout: 120_000 }, async () => {
    const origin: Origin = {
      name: 'random',
      async read(path, { admit }) {
        const bytes = 2000 + (Number(/\d+/.exec(path)?.[0] ?? 0) % 9) * 30_000;
        await admit?.(bytes);
        await setImmediate();
        return padded(bytes);
      },
    };
    const render = { inFlight: 300_000, wait: 100, queue: 1000, reads: 7 };
    const engines = [openEngine({ origin, render }), openEngine({ origin, render: { ...render, inFlight: 500_000 } })];
    const asked = Array.from({ length: 240 }, (_, at) => {
      const overlay = at % 3 === 0 ? `&overlay-w=1&overlay-h=1&overlay=/${(at * 7) % 40}.jpg` : '';
      return get(engines[at % 2] as Tintype, `/${(at * 31) % 60}.jpg?w=${2 + (at % 4)}${overlay}`);
    });
    expect(new Set(statusesOf(await Promise.all(asked)))).toEqual(new Set([200]));
    for (const images of engines) {
      expect(images.stats()).toMatchObject({
        inFlight: { originals: 0, renders: 0 },
        load: { running: 0, reading: 0, waiting: 0, refused: 0 },
        queue: { running: 0, waiting: 0 },
      });
    }
  });
});

describe('an origin that never answers', () => {
  it('takes up the reads of its endpoint, and no others', async () => {
    const gate = gatedOrigin(await pictureOf(1));
    const stuck = openEngine({ origin: gate, render: { reads: 4, queue: 2 } });
    const asked = Array.from({ length: 10 }, (_, at) => get(stuck, `/${at}.png?w=4`));
    await turns();
    expect(gate.reads()).toBe(4);
    expect(stuck.stats().load).toEqual({ running: 0, reading: 4, waiting: 2, refused: 4 });
    const other = openEngine({ origin: { name: 'quick', read: () => pictureOf(1) }, render: { reads: 1 } });
    expect((await get(other, '/a.png?w=4')).status).toBe(200);
    expect(other.stats().load.refused).toBe(0);
    gate.open();
    expect(statusesOf(await Promise.all(asked))).toEqual([...Array(6).fill(200), ...Array(4).fill(503)]);
  });
});

describe('an original whose record is known', () => {
  const paths = Array.from({ length: 6 }, (_, at) => `/${at}.png`);

  it.each([true, false])('is read in a place of its own (copies of originals: %s)', async (originals) => {
    const origin = lateOrigin();
    const images = openEngine({ origin, originals, memory: 1, render: { reads: 2, queue: 10, wait: 600 } });
    for (const path of paths) expect((await get(images, `${path}?w=4`)).status).toBe(200);
    const reads = paths.map(() => origin.delayNext());
    const asked = paths.map((path) => get(images, `${path}?w=5`));
    await reads[1]?.begun;
    await turns();
    expect(images.stats()).toMatchObject({ originReads: 8, load: { reading: 2, waiting: 4, refused: 0 } });
    for (const read of reads) read.answer();
    expect(statusesOf(await Promise.all(asked))).toEqual(paths.map(() => 200));
    expect(images.stats()).toMatchObject({ inFlight: { originals: 0 }, load: { reading: 0, waiting: 0 } });
  });

  it('is read once for all sizes that are wanted of it', async () => {
    const origin = lateOrigin();
    const images = openEngine({ origin, originals: false, render: { reads: 1, queue: 6 } });
    await get(images, '/a.png?w=4');
    const read = origin.delayNext();
    const asked = paths.map((_, at) => get(images, `/a.png?w=${5 + at}`));
    await read.begun;
    await turns();
    expect(images.stats().load).toMatchObject({ reading: 1, waiting: 0 });
    read.answer();
    expect(statusesOf(await Promise.all(asked))).toEqual(paths.map(() => 200));
    expect(images.stats().originReads).toBe(2);
  });
});

describe('a client that goes away', () => {
  /** A request that can go away, and what was answered all the same. */
  function leaving(images: Tintype, target: string) {
    let leave = (): void => undefined;
    const answer = images.handle({
      method: 'GET',
      target,
      mount: '',
      headers: {},
      onGone: (listener) => {
        leave = listener;
      },
    });
    return { answer: Promise.resolve(answer), leave: () => leave() };
  }

  async function stuckEngine(options: Partial<TintypeOptions> = {}) {
    const gate = gatedOrigin(await pictureOf(1));
    const images = openEngine({ origin: gate, ...options });
    return { gate, images };
  }

  it('is one of as many as may wait for the same, of which nobody is warned', async () => {
    const warned = vi.fn();
    process.on('warning', warned);
    onTestFinished(() => void process.off('warning', warned));
    const { gate, images } = await stuckEngine();
    const waiting = Array.from({ length: 200 }, () => leaving(images, '/same.png?w=4').answer);
    await gate.asked;
    gate.open();
    for (const answer of await Promise.all(waiting)) expect(answer?.status).toBe(200);
    // Node warns on its next turn.
    await setImmediate();
    expect(warned).not.toHaveBeenCalled();
  });

  it('gives up its place in the line', async () => {
    const { gate, images } = await stuckEngine({ render: { reads: 1, queue: 1, wait: 600 } });
    const first = get(images, '/first.png?w=4');
    await gate.asked;
    const gone = leaving(images, '/gone.png?w=4');
    await turns();
    expect(images.stats().load).toMatchObject({ waiting: 1 });
    gone.leave();
    expect(await gone.answer).toMatchObject({ status: 499 });
    expect(images.stats().load).toMatchObject({ waiting: 0, refused: 0 });
    const next = get(images, '/next.png?w=4');
    gate.open();
    expect(statusesOf(await Promise.all([first, next]))).toEqual([200, 200]);
    expect(gate.reads()).toBe(2);
  });

  it('has nothing taken from others who wait for the same', async () => {
    const { gate, images } = await stuckEngine({ render: { reads: 1, queue: 5 } });
    const first = get(images, '/first.png?w=4');
    await gate.asked;
    const gone = leaving(images, '/same.png?w=4');
    const stays = get(images, '/same.png?w=4');
    await turns();
    gone.leave();
    await turns();
    expect(images.stats().load).toMatchObject({ waiting: 1 });
    gate.open();
    expect(statusesOf(await Promise.all([first, stays]))).toEqual([200, 200]);
    expect(gate.reads()).toBe(2);
  });

  it('is followed by others who want the same', async () => {
    const { gate, images } = await stuckEngine({ render: { reads: 1, queue: 5 } });
    const first = get(images, '/first.png?w=4');
    await gate.asked;
    const gone = leaving(images, '/same.png?w=4');
    await turns();
    gone.leave();
    const next = get(images, '/same.png?w=4');
    gate.open();
    expect(await gone.answer).toMatchObject({ status: 499 });
    expect(statusesOf(await Promise.all([first, next]))).toEqual([200, 200]);
  });

  it('leaves what has begun to the next, where nothing need be waited for', async () => {
    const { gate, images } = await stuckEngine();
    const gone = leaving(images, '/a.png?w=4');
    await gate.asked;
    gone.leave();
    gate.open();
    await gone.answer;
    expect(images.stats()).toMatchObject({ renders: 1, originReads: 1, inFlight: { originals: 0 } });
    expect((await get(images, '/a.png?w=4')).headers['cache-status']).toContain('hit');
  });

  it('leaves a render that has begun to end in the cache', async () => {
    const large = await sharp({ create: { width: 2000, height: 1500, channels: 3, background: '#456' } })
      .png()
      .toBuffer();
    const images = openEngine({ origin: { name: 'large', read: async () => large } });
    const gone = leaving(images, '/a.png?w=1500&format=avif&blur=9');
    await vi.waitFor(() => expect(images.stats().load.running).toBe(1), patience);
    gone.leave();
    await gone.answer;
    expect(images.stats()).toMatchObject({ renders: 1 });
    const hit = images.handle({ method: 'GET', target: '/a.png?w=1500&format=avif&blur=9', mount: '', headers: {} });
    expect(hit).toMatchObject({ status: 200 });
  });

  it.each([
    ['Express', expressAdapter(express)],
    ['Koa', koaAdapter(Koa, 'prefix')],
  ])('is noticed by the adapter: %s', async (_, adapter) => {
    const { gate, images } = await stuckEngine({ render: { reads: 1, queue: 3, wait: 600 } });
    const { port } = await open(adapter, { mounts: [{ images }] });
    const first = get(images, '/first.png?w=4');
    await gate.asked;
    const client = request({ port, host: '127.0.0.1', path: '/img/gone.png?w=4' });
    client.on('error', () => undefined);
    client.end();
    await vi.waitFor(() => expect(images.stats().load.waiting).toBe(1), patience);
    client.destroy();
    await vi.waitFor(() => expect(images.stats().load.waiting).toBe(0), patience);
    gate.open();
    expect((await first).status).toBe(200);
    expect(gate.reads()).toBe(1);
  });
});

describe('closing', () => {
  it('waits for renders under way, and answers 503 meanwhile', async () => {
    const large = await sharp({ create: { width: 2000, height: 1500, channels: 3, background: '#456' } })
      .png()
      .toBuffer();
    const images = createTintype({ origin: { name: 'large', read: async () => large } });
    const answering = get(images, '/a.png?w=1500&format=avif&blur=9');
    await vi.waitFor(() => expect(images.stats().load.running).toBe(1), patience);
    const order: string[] = [];
    const closing = images.close().then(() => order.push('closed'));
    expect((await get(images, '/b.png?w=4')).status).toBe(503);
    const answer = await answering;
    order.push('answered');
    await closing;
    expect(answer.status).toBe(200);
    expect(order).toEqual(['answered', 'closed']);
  });
});

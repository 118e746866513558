import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type HttpResponse,
  type Journal,
  memoryJournal,
  type PurgeMode,
  type Tintype,
  type TintypeOptions,
  type TtlOptions,
  type WebOptions,
  web,
} from '@tintype/core';
import { serveImages } from '@tintype/express';
import express from 'express';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cached } from './support/cached.ts';
import { get, isReusable } from './support/client.ts';
import { openEngine } from './support/engines.ts';
import { turns } from './support/late-origin.ts';
import { manualClock } from './support/manual-clock.ts';
import { shelfOrigin } from './support/shelf-origin.ts';
import { openRawUpstream, openUpstream, type Saying } from './support/upstream.ts';
import { pictureOf, versionOf, versionsOf } from './support/versioned-picture.ts';

const saying = (control: string, version = 1) => ({ etag: `"${version}"`, 'cache-control': control });
const minuteAndHalf = saying('max-age=60, stale-while-revalidate=30');
const untilErrorEnds = saying('max-age=60, stale-if-error=600');

async function show(images: Tintype, target = '/a.png'): Promise<number> {
  return versionOf((await get(images, target)).body);
}

const statusOf = ({ headers }: HttpResponse): string | undefined => headers['cache-status'];
const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));

/** Sends less than it promised, then ends. */
const cutOff: Saying = ({ socket }) => void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\npart');
const hangUp: Saying = ({ socket }) => void socket.destroy();
const reset: Saying = ({ socket }) => void socket.resetAndDestroy();

describe('while the origin is asked', () => {
  it('what is past its lifetime is served at once, and one question asked behind twenty requests', async () => {
    const { origin, images, clock } = cached({ headers: minuteAndHalf }, { originals: true });
    await get(images, '/a.png');
    origin.hold({ version: 2, headers: saying('max-age=60', 2) });
    clock.advance(61);
    const read = origin.delayNext();
    for (let client = 0; client < 20; client++) {
      const answer = await get(images, '/a.png');
      expect(await versionOf(answer.body)).toBe(1);
      expect(answer.headers.age).toBe('61');
      expect(statusOf(answer)).toBe('tintype; hit; ttl=-1; detail=memory');
    }
    await read.begun;
    expect(origin.asked).toHaveLength(2);
    expect(origin.asked[1]).toMatchObject({ ifNoneMatch: '"1"', noCache: false });
    read.answer();
    await expect.poll(() => show(images)).toBe(2);
    expect((await get(images, '/a.png')).headers.age).toBe('0');
    expect(origin.asked).toHaveLength(2);
  });

  it('twenty requests at the same moment are served at once, too', async () => {
    const { origin, images, clock } = cached({ headers: minuteAndHalf }, { originals: true });
    await get(images, '/a.png');
    clock.advance(61);
    const read = origin.delayNext();
    const answers = await Promise.all(times(20, () => get(images, '/a.png?w=8')));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    await read.begun;
    await turns();
    expect(origin.asked).toHaveLength(2);
    read.answer();
  });

  it('its fields are as they were, but for Age and Cache-Status', async () => {
    const { origin, images, clock } = cached({ headers: minuteAndHalf });
    await get(images, '/a.png');
    clock.advance(59);
    const fresh = await get(images, '/a.png');
    clock.advance(2);
    const read = origin.delayNext();
    const stale = await get(images, '/a.png');
    const { age: _age, 'cache-status': _status, ...same } = fresh.headers;
    expect(stale.headers).toMatchObject(same);
    expect(stale.headers['cache-control']).toBe('public, max-age=60, stale-while-revalidate=30');
    expect([stale.headers.age, isReusable(stale)]).toEqual(['61', true]);
    const unchanged = await get(images, '/a.png', { 'if-none-match': stale.headers.etag });
    expect(unchanged).toMatchObject({ status: 304, headers: { age: '61', 'cache-control': same['cache-control'] } });
    read.answer();
  });

  it('the window ends: then the answer is waited for', async () => {
    const { origin, images, clock } = cached({ headers: minuteAndHalf });
    await get(images, '/a.png');
    origin.hold({ version: 2, headers: saying('max-age=60', 2) });
    clock.advance(90);
    const read = origin.delayNext();
    let isAnswered = false;
    const waiting = get(images, '/a.png').finally(() => {
      isAnswered = true;
    });
    await read.begun;
    await turns();
    expect(isAnswered).toBe(false);
    read.answer();
    const answer = await waiting;
    expect(await versionOf(answer.body)).toBe(2);
    expect(statusOf(answer)).toMatch(/^tintype; fwd=stale; fwd-status=200; ttl=60; stored/);
  });

  it('the last second of the window still serves', async () => {
    const { origin, images, clock } = cached({ headers: minuteAndHalf });
    await get(images, '/a.png');
    clock.advance(89);
    const read = origin.delayNext();
    expect(statusOf(await get(images, '/a.png'))).toMatch(/^tintype; hit; ttl=-29/);
    read.answer();
  });

  it('a 304 renews what was served, without a render', async () => {
    const { origin, images, clock } = cached({ headers: minuteAndHalf });
    await get(images, '/a.png');
    clock.advance(61);
    await get(images, '/a.png');
    await expect.poll(async () => statusOf(await get(images, '/a.png'))).toBe('tintype; hit; ttl=60; detail=memory');
    expect(images.stats()).toMatchObject({ originReads: 2, revalidations: 1, renders: 1 });
    expect(origin.asked).toHaveLength(2);
  });

  it('what has no validator is served as well', async () => {
    const headers = { 'cache-control': 'max-age=60, stale-while-revalidate=30' };
    const { origin, images, clock } = cached({ headers, conditional: 'never' }, { originals: true });
    await get(images, '/a.png');
    origin.hold({ version: 2 });
    clock.advance(61);
    expect(await show(images)).toBe(1);
    await expect.poll(() => show(images)).toBe(2);
    expect(origin.asked[1]?.ifNoneMatch).toBeUndefined();
    expect(origin.asked).toHaveLength(2);
  });

  it('derivatives share the deadline of their original, however late they were made', async () => {
    const { origin, images, clock } = cached({ headers: minuteAndHalf }, { originals: true });
    await get(images, '/a.png?w=8');
    clock.advance(59);
    await get(images, '/a.png?w=4');
    clock.advance(2);
    const read = origin.delayNext();
    for (const width of [8, 4, 2]) {
      const answer = await get(images, `/a.png?w=${width}`);
      expect([answer.headers.age, /ttl=(-?\d+)/.exec(statusOf(answer) ?? '')?.[1]]).toEqual(['61', '-1']);
    }
    await read.begun;
    expect(origin.asked).toHaveLength(2);
    origin.hold({ version: 2, headers: saying('max-age=60', 2) });
    read.answer();
    await expect.poll(() => origin.asked.length).toBe(2);
  });

  it('a composite is served stale by its oldest input, which alone is asked for', async () => {
    const clock = manualClock();
    const origin = shelfOrigin();
    origin.put('/base.png', 1, saying('max-age=600'));
    origin.put('/mark.png', 2, minuteAndHalf);
    const images = openEngine({ origin, clock, originals: true });
    const target = '/base.png?overlay=/mark.png&overlay-position=left%20top&overlay-w=4';
    const first = await get(images, target);
    expect(first.status).toBe(200);
    clock.advance(61);
    origin.put('/mark.png', 3, saying('max-age=60', 3));
    const stale = await get(images, target);
    expect([(await versionsOf(stale.body)).first, statusOf(stale)]).toEqual([2, 'tintype; hit; ttl=-1; detail=memory']);
    expect(Number(stale.headers.age)).toBeGreaterThan(
      Number(/max-age=(\d+)/.exec(stale.headers['cache-control'] ?? '')?.[1]),
    );
    await expect.poll(async () => (await versionsOf((await get(images, target)).body)).first).toBe(3);
    expect(origin.asked.map(({ path }) => path)).toEqual(['/base.png', '/mark.png', '/mark.png']);
  });

  it('goes on where the client has gone away', async () => {
    const { origin, images, clock } = cached({ headers: minuteAndHalf }, { originals: true });
    await get(images, '/a.png');
    origin.hold({ version: 2, headers: saying('max-age=60', 2) });
    clock.advance(61);
    const server = createServer(express().use('/img', serveImages(images))).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const read = origin.delayNext();
    const sent = request({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, path: '/img/a.png' });
    sent.on('error', () => undefined).end();
    await read.begun;
    sent.destroy();
    await turns();
    expect(origin.asked.at(-1)?.signal?.aborted).toBe(false);
    read.answer();
    await expect.poll(() => show(images)).toBe(2);
    expect(origin.asked).toHaveLength(2);
  });

  it('is waited for by an endpoint that closes', async () => {
    const { origin, images, clock } = cached({ headers: minuteAndHalf });
    await get(images, '/a.png');
    clock.advance(61);
    const read = origin.delayNext();
    await get(images, '/a.png');
    await read.begun;
    let isClosed = false;
    const closing = images.close().finally(() => {
      isClosed = true;
    });
    await turns();
    expect(isClosed).toBe(false);
    read.answer();
    await closing;
  });

  it('and it is gone by now: absent from the next request on', async () => {
    const { origin, images, clock } = cached({ headers: minuteAndHalf });
    await get(images, '/a.png');
    origin.hold({ version: undefined, headers: {} });
    clock.advance(61);
    expect(await show(images)).toBe(1);
    await expect.poll(async () => (await get(images, '/a.png')).status).toBe(404);
  });

  const failing: readonly (readonly [string, Saying])[] = [
    ['cannot be reached', hangUp],
    ['says 500', { status: 500, body: 'broken' }],
    ['says 503', { status: 503, body: 'broken' }],
  ];

  it.each(failing.flatMap(([how, saying]) => [false, true].map((passthrough) => [how, passthrough, saying] as const)))(
    'and it %s, what is stale is served for as long as it may be, and it is asked once a second (passthrough: %s)',
    async (_how, passthrough, failure) => {
      const upstream = await openUpstream({ headers: minuteAndHalf, body: await pictureOf(1) });
      const clock = manualClock();
      const images = openEngine({ origin: web(upstream.url), clock, passthrough });
      await get(images, '/a.png');
      upstream.say(failure);
      clock.advance(61);
      for (const second of [1, 2, 3]) {
        for (let client = 0; client < 5; client++) {
          expect(await show(images)).toBe(1);
          await settled(() => images.stats().originReads);
        }
        // Who hangs up on a connection that has been used is asked once more, on another.
        expect(upstream.asked.length, `after ${second} s`).toBe(1 + second + (failure === hangUp ? 1 : 0));
        clock.advance(1);
      }
      clock.advance(30);
      expect((await get(images, '/a.png')).status).toBeGreaterThanOrEqual(500);
    },
  );
});

/** Waits until a number has not changed for a while of turns: nothing is under way any more. */
async function settled(count: () => number): Promise<void> {
  for (let seen = Number.NaN; seen !== count(); ) {
    seen = count();
    for (let round = 0; round < 10; round++) await turns();
  }
}

/** What a web origin does to a question, once it has answered the first. */
const failures: readonly (readonly [string, Saying | 'refuse', status: string | undefined])[] = [
  ['refuses the connection', 'refuse', undefined],
  ['resets the connection', reset, undefined],
  ['does not answer in time', () => undefined, undefined],
  ['breaks off in the body', cutOff, undefined],
  ['answers in part', { status: 206, headers: { 'content-range': 'bytes 0-3/9' }, body: 'part' }, '206'],
  ['says 500', { status: 500, body: 'broken' }, '500'],
  ['says 502', { status: 502, body: 'broken' }, '502'],
  ['says 503', { status: 503, body: 'broken' }, '503'],
  ['says 504', { status: 504, body: 'broken' }, '504'],
];

describe.each([false, true])('while the origin fails (passthrough: %s)', (passthrough) => {
  const serving = async (control: string, options: Partial<TintypeOptions> & { web?: WebOptions } = {}) => {
    const upstream = await openUpstream({ headers: saying(control), body: await pictureOf(1) });
    const clock = manualClock();
    const { web: origin, ...others } = options;
    const images = openEngine({ origin: web(upstream.url, { timeout: 5, ...origin }), clock, passthrough, ...others });
    await get(images, '/a.png');
    return { upstream, clock, images };
  };

  it.each(failures)('because it %s, stale-if-error serves', async (_how, failure, said) => {
    const { upstream, clock, images } = await serving('max-age=60, stale-if-error=600', { web: { timeout: 0.2 } });
    if (failure === 'refuse') await upstream.close();
    else upstream.say(failure);
    clock.advance(61);
    const answer = await get(images, '/a.png');
    expect([answer.status, await versionOf(answer.body)]).toEqual([200, 1]);
    expect(answer.headers).toMatchObject({
      age: '61',
      'cache-control': 'public, max-age=60, stale-if-error=600',
    });
    const told = said === undefined ? '' : ` fwd-status=${said};`;
    expect(statusOf(answer)).toBe(`tintype; fwd=stale;${told} ttl=-1; detail=memory`);
  });

  it.each([401, 403, 429, 501, 505])('%i is an answer, for which nothing stale stands in', async (status) => {
    const { upstream, clock, images } = await serving('max-age=60, stale-if-error=600');
    upstream.say({ status, body: 'no' });
    clock.advance(61);
    expect((await get(images, '/a.png')).status).toBe(passthrough ? status : 502);
  });

  it.each([404, 410])('%i is an answer, for which nothing stale stands in', async (status) => {
    const { upstream, clock, images } = await serving('max-age=60, stale-if-error=600');
    upstream.say({ status, body: 'no' });
    clock.advance(61);
    expect((await get(images, '/a.png')).status).toBe(passthrough ? status : 404);
  });

  it('an error of the moment in between does not take the place of what may stand in', async () => {
    const { upstream, clock, images } = await serving('max-age=60, stale-if-error=600');
    clock.advance(61);
    upstream.say({ status: 429, body: 'not now' });
    expect((await get(images, '/a.png')).status).toBe(passthrough ? 429 : 502);
    upstream.say({ status: 503, body: 'broken' });
    expect(await show(images)).toBe(1);
  });

  it('the window ends', async () => {
    const { upstream, clock, images } = await serving('max-age=60, stale-if-error=600');
    upstream.say({ status: 503, body: 'broken' });
    clock.advance(659);
    expect((await get(images, '/a.png')).status).toBe(200);
    clock.advance(1);
    expect((await get(images, '/a.png')).status).toBe(passthrough ? 503 : 502);
  });

  it.each([
    ['no-cache, max-age=60', false],
    ['max-age=60, must-revalidate', false],
    ['max-age=60, proxy-revalidate', false],
    ['max-age=5, s-maxage=60', false],
    ['max-age=60', true],
  ])('"%s" beside both permissions allows it: %s', async (control, isAllowed) => {
    const both = `${control}, stale-while-revalidate=600, stale-if-error=600`;
    const { upstream, clock, images } = await serving(both);
    upstream.say({ status: 503, body: 'broken' });
    clock.advance(61);
    expect((await get(images, '/a.png')).status === 200).toBe(isAllowed);
    clock.advance(600);
    expect((await get(images, '/a.png')).status).toBeGreaterThanOrEqual(500);
  });

  it('after a second in which nobody asks it is asked again', async () => {
    const { upstream, clock, images } = await serving('max-age=60, stale-if-error=600');
    upstream.say({ status: 503, body: 'broken' });
    clock.advance(61);
    for (let client = 0; client < 5; client++) expect(await show(images)).toBe(1);
    expect(upstream.asked).toHaveLength(2);
    clock.advance(0.999);
    await get(images, '/a.png');
    expect(upstream.asked).toHaveLength(2);
    clock.advance(0.001);
    upstream.say({ headers: saying('max-age=60', 2), body: await pictureOf(2) });
    expect(await show(images)).toBe(2);
    expect(upstream.asked).toHaveLength(3);
  });

  it('what is answered without asking is a hit, not forwarded (RFC 9211 §2.1)', async () => {
    const { upstream, clock, images } = await serving('max-age=60, stale-if-error=600');
    upstream.say({ status: 503, body: 'broken' });
    clock.advance(61);
    await get(images, '/a.png');
    const answer = await get(images, '/a.png');
    expect(upstream.asked).toHaveLength(2);
    expect(statusOf(answer)).toBe('tintype; hit; ttl=-1; detail=memory');
  });
});

describe('stale-if-error', () => {
  it('serves what has no validator', async () => {
    const headers = { 'cache-control': 'max-age=60, stale-if-error=600' };
    const { origin, images, clock } = cached({ headers, conditional: 'never' });
    await get(images, '/a.png');
    origin.failWith(new Error('down'));
    clock.advance(61);
    expect(await show(images)).toBe(1);
    expect(origin.asked).toHaveLength(2);
  });

  it('serves all who wait for one question', async () => {
    const { origin, images, clock } = cached({ headers: untilErrorEnds }, { originals: true });
    await get(images, '/a.png?w=8');
    origin.failWith(new Error('down'));
    clock.advance(61);
    const read = origin.delayNext();
    const waiting = times(50, (at) => get(images, `/a.png?w=${at % 2 === 0 ? 8 : 4}`));
    await read.begun;
    await turns();
    read.answer();
    const answers = await Promise.all(waiting);
    expect(new Set(await Promise.all(answers.map(({ body }) => versionOf(body))))).toEqual(new Set([1]));
    expect(new Set(answers.map(({ headers }) => headers.age))).toEqual(new Set(['61']));
    expect(origin.asked).toHaveLength(2);
  });

  it('answers a client that has the picture with 304', async () => {
    const { origin, images, clock } = cached({ headers: untilErrorEnds });
    const { etag } = (await get(images, '/a.png')).headers;
    origin.failWith(new Error('down'));
    clock.advance(61);
    const answer = await get(images, '/a.png', { 'if-none-match': etag });
    expect(answer).toMatchObject({ status: 304, headers: { etag, age: '61' } });
  });

  it('serves an original that is too large now', async () => {
    const { origin, images, clock } = cached({ headers: untilErrorEnds }, { limits: { bytes: 2000 } });
    await get(images, '/a.png');
    const large = Buffer.alloc(2001);
    clock.advance(61);
    const { read } = origin;
    Object.assign(origin, { read: async () => large });
    expect(await show(images)).toBe(1);
    Object.assign(origin, { read });
  });

  it('is no excuse for an original of which nothing is known', async () => {
    const { origin, images } = cached({ headers: untilErrorEnds });
    origin.failWith(new Error('down'));
    expect((await get(images, '/a.png')).status).toBe(502);
  });

  it('does not make the derivative of a picture that nobody has the bytes of', async () => {
    const { origin, images, clock } = cached({ headers: untilErrorEnds }, { originals: false });
    await get(images, '/a.png?w=8');
    origin.failWith(new Error('down'));
    clock.advance(61);
    expect((await get(images, '/a.png?w=8')).status).toBe(200);
    expect((await get(images, '/a.png?w=4')).status).toBe(502);
    expect((await get(images, '/a.png?w=8')).status).toBe(200);
  });
});

describe('the operator', () => {
  it.each<[string, TtlOptions, string, isServed: boolean]>([
    ['stale while the origin is asked', { staleWhileRevalidate: 600 }, 'max-age=60', true],
    ['stale while the origin fails', { staleIfError: 600 }, 'max-age=60', true],
    ['nothing', {}, 'max-age=60', false],
    ['less than the time that is over', { staleWhileRevalidate: 1, staleIfError: 1 }, 'max-age=60', false],
    ['both, and no-cache forbids it', { staleWhileRevalidate: 600, staleIfError: 600 }, 'no-cache', false],
    [
      'both, and must-revalidate forbids it',
      { staleWhileRevalidate: 600, staleIfError: 600 },
      'max-age=60, must-revalidate',
      false,
    ],
    ['both, and s-maxage forbids it', { staleWhileRevalidate: 600, staleIfError: 600 }, 's-maxage=60', false],
    ['both beside s-maxage', { staleIfError: 600, staleBesideSMaxage: true }, 's-maxage=60', true],
    [
      'both beside s-maxage, but proxy-revalidate',
      { staleIfError: 600, staleBesideSMaxage: true },
      's-maxage=60, proxy-revalidate',
      false,
    ],
    ['more than an origin that says 1 s', { staleIfError: 600 }, 'max-age=60, stale-if-error=1', false],
    ['less than an origin that says 600 s', { staleIfError: 1 }, 'max-age=60, stale-if-error=600', true],
  ])('allows %s', async (_what, ttl, control, isServed) => {
    const { origin, images, clock } = cached({ headers: saying(control) }, { ttl });
    await get(images, '/a.png');
    origin.failWith(new Error('down'));
    clock.advance(62);
    expect((await get(images, '/a.png')).status).toBe(isServed ? 200 : 502);
  });

  it('tells those downstream, in place of must-revalidate', async () => {
    const ttl = { staleWhileRevalidate: 30, staleIfError: 600 };
    const { images } = cached({ headers: saying('max-age=60') }, { ttl });
    expect((await get(images, '/a.png')).headers['cache-control']).toBe(
      'public, max-age=60, stale-while-revalidate=30, stale-if-error=600',
    );
  });
});

describe('a purge takes the permission to serve stale back', () => {
  it.each<[PurgeMode, boolean]>([
    ['revalidate', true],
    ['force', true],
    ['takedown', true],
    ['soft', false],
  ])('in mode %s: %s', async (mode, isRevoked) => {
    for (const control of ['max-age=60, stale-if-error=600', 'max-age=60, stale-while-revalidate=600']) {
      const { origin, images, clock } = cached({ headers: saying(control) });
      await get(images, '/a.png');
      clock.advance(61);
      await images.purge('/a.png', { mode });
      origin.failWith(new Error('down'));
      const answer = await get(images, '/a.png');
      expect([control, answer.status]).toEqual([control, isRevoked ? 502 : 200]);
      if (!isRevoked) expect(isReusable(answer)).toBe(false);
    }
  });

  it('with 504 where the origin is too slow', async () => {
    const { origin, images, clock } = cached({ headers: untilErrorEnds }, { originTimeout: 0.05 });
    await get(images, '/a.png');
    clock.advance(61);
    await images.purge('/a.png');
    origin.delayNext();
    expect((await get(images, '/a.png')).status).toBe(504);
  });

  it('also while the origin is resting after a failure', async () => {
    const { origin, images, clock } = cached({ headers: untilErrorEnds });
    await get(images, '/a.png');
    origin.failWith(new Error('down'));
    clock.advance(61);
    expect((await get(images, '/a.png')).status).toBe(200);
    await images.purge('/a.png');
    expect((await get(images, '/a.png')).status).toBe(502);
    expect(origin.asked).toHaveLength(3);
    origin.failWith(undefined);
    expect((await get(images, '/a.png')).status).toBe(200);
  });

  it('also from those who wait for an origin that is about to fail', async () => {
    const { origin, images, clock } = cached({ headers: untilErrorEnds });
    await get(images, '/a.png');
    origin.failWith(new Error('down'));
    clock.advance(61);
    const read = origin.delayNext();
    const waiting = get(images, '/a.png');
    await read.begun;
    await images.purge('/a.png');
    read.answer();
    expect((await waiting).status).toBe(502);
  });

  it('and the result of a question that was asked behind before is not used', async () => {
    const { origin, images, clock } = cached({ headers: minuteAndHalf });
    await get(images, '/a.png');
    clock.advance(61);
    origin.hold({ version: 2, headers: saying('max-age=60', 2) });
    const read = origin.delayNext();
    expect(await show(images)).toBe(1);
    await read.begun;
    await images.purge('/a.png');
    origin.hold({ version: 3, headers: saying('max-age=60', 3) });
    expect(await show(images)).toBe(3);
    read.answer();
    await turns();
    expect(await show(images)).toBe(3);
    expect(origin.asked).toHaveLength(3);
  });

  it('and a 304 that was asked for before revives nothing', async () => {
    const { origin, images, clock } = cached({ headers: minuteAndHalf });
    await get(images, '/a.png');
    clock.advance(61);
    const read = origin.delayNext();
    await get(images, '/a.png');
    await read.begun;
    await images.purge('/a.png');
    origin.hold({ version: 2, headers: saying('max-age=60', 2) });
    read.answer();
    await turns();
    expect(await show(images)).toBe(2);
  });
});

describe('a journal that is lost', () => {
  it.each(['stale-if-error=600', 'stale-while-revalidate=600'])('takes back %s', async (permission) => {
    let current = memoryJournal();
    const journal: Journal = {
      view: () => current.view(),
      append: (...purge) => current.append(...purge),
      note: (...note) => current.note(...note),
      noted: (...id) => current.noted(...id),
      close: () => current.close(),
    };
    const { origin, images, clock } = cached({ headers: saying(`max-age=60, ${permission}`) }, { journal });
    await get(images, '/a.png');
    origin.failWith(new Error('down'));
    clock.advance(61);
    expect((await get(images, '/a.png')).status).toBe(200);
    current = memoryJournal();
    expect((await get(images, '/a.png')).status).toBe(502);
  });

  it('or cannot be read takes it back, too', async () => {
    const inner = memoryJournal();
    let isReadable = true;
    const journal: Journal = {
      ...inner,
      view: () => (isReadable ? inner.view() : Promise.reject(new Error('unreadable'))),
    };
    const { origin, images, clock } = cached({ headers: untilErrorEnds }, { journal });
    await get(images, '/a.png');
    origin.failWith(new Error('down'));
    clock.advance(61);
    expect((await get(images, '/a.png')).status).toBe(200);
    isReadable = false;
    expect((await get(images, '/a.png')).status).toBe(502);
  });
});

describe('an origin that hangs up on a question behind', () => {
  it('leaves what is stale, and the next good answer takes its place', async () => {
    const picture = await pictureOf(2);
    const upstream = await openRawUpstream((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nCache-Control: max-age=60, stale-while-revalidate=600\r\n`);
      socket.write(`Content-Length: ${picture.length}\r\n\r\n`);
      socket.write(picture);
    });
    const clock = manualClock();
    const images = openEngine({ origin: web(upstream.url), clock });
    expect(await show(images)).toBe(2);
    const next = await pictureOf(3);
    upstream.act((socket) => socket.resetAndDestroy());
    clock.advance(61);
    expect(await show(images)).toBe(2);
    // Once on the connection that was there, and once more on another.
    await expect.poll(() => upstream.asked.length).toBe(3);
    await expect.poll(() => upstream.openSockets()).toBe(0);
    upstream.act((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: ${next.length}\r\n\r\n`);
      socket.write(next);
    });
    clock.advance(1);
    expect(await show(images)).toBe(2);
    await expect.poll(() => show(images)).toBe(3);
  });
});

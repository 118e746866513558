import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { memory, type Origin, type Tintype, type TintypeOptions, web } from '@tintype/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { get } from './support/client.ts';
import { openEngine } from './support/engines.ts';
import { heldStore } from './support/held-store.ts';
import { turns } from './support/late-origin.ts';
import { type ManualClock, manualClock } from './support/manual-clock.ts';
import { openUpstream, type Said, type Upstream } from './support/upstream.ts';
import { pictureOf, versionOf } from './support/versioned-picture.ts';

interface Site {
  readonly upstream: Upstream;
  readonly images: Tintype;
  readonly clock: ManualClock;
}

async function openSite(
  saying: Said | ((request: IncomingMessage) => Said),
  forward: string[] = [],
  options: Partial<TintypeOptions> = {},
): Promise<Site> {
  const upstream = await openUpstream(saying);
  const clock = manualClock();
  return { upstream, clock, images: openEngine({ origin: web(upstream.url, { forward }), clock, ...options }) };
}

const [one, two, three] = await Promise.all([1, 2, 3].map(pictureOf));

describe('two users whose pictures have been the same', () => {
  it('get each their own once these differ, although they wait for one render', async () => {
    let pictures: Readonly<Record<string, Buffer | undefined>> = { alice: one, bob: one };
    const { images } = await openSite(
      ({ headers }) => ({
        headers: { 'cache-control': 'public, s-maxage=600', vary: 'X-User' },
        body: pictures[String(headers['x-user'])] ?? '',
      }),
      ['x-user'],
      // Nothing is kept, so that whoever makes the next width must ask again.
      { originals: false, store: memory({ maxBytes: 1 }) },
    );
    for (const user of ['alice', 'bob']) await get(images, '/a.png?w=8', { 'x-user': user });
    pictures = { alice: two, bob: three };
    const answers = await Promise.all(['alice', 'bob'].map((user) => get(images, '/a.png?w=4', { 'x-user': user })));
    expect(await Promise.all(answers.map(({ body }) => versionOf(body)))).toEqual([2, 3]);
  });
});

describe('many users whose pictures have been the same', () => {
  const changes = [
    ['and vary', { 'cache-control': 'public, s-maxage=600', vary: 'X-User' }],
    ['and are private', { 'cache-control': 'private, max-age=600' }],
  ] as const;
  it.each(changes)('are all answered once all of these differ %s', async (_, changed) => {
    const users = Array.from({ length: 12 }, (_, at) => `user${at}`);
    let isChanged = false;
    const pictures = new Map(
      await Promise.all(users.map(async (user, at) => [user, await pictureOf(at + 2)] as const)),
    );
    const { images } = await openSite(
      ({ headers }) => ({
        headers: isChanged ? changed : { ...changed, 'cache-control': 'public, s-maxage=600' },
        body: (isChanged ? pictures.get(String(headers['x-user'])) : one) ?? '',
      }),
      ['x-user'],
      { originals: false, store: memory({ maxBytes: 1 }) },
    );
    for (const user of users) await get(images, '/a.png?w=8', { 'x-user': user });
    isChanged = true;
    const answers = await Promise.all(users.map((user) => get(images, '/a.png?w=4', { 'x-user': user })));
    expect(answers.map(({ status }) => status)).toEqual(users.map(() => 200));
    expect(await Promise.all(answers.map(({ body }) => versionOf(body)))).toEqual(users.map((_, at) => at + 2));
  });
});

describe('an absence', () => {
  it('says by what it varies', async () => {
    const { images } = await openSite(
      { status: 404, headers: { vary: 'Accept-Language', 'cache-control': 'max-age=300' } },
      ['accept-language'],
      { cors: ['https://app.example'] },
    );
    const answer = await get(images, '/a.png', { 'accept-language': 'de' });
    expect([answer.status, answer.headers.vary]).toEqual([404, 'accept-language, Origin']);
  });
});

describe('what its origin forbids', () => {
  it('does not come back from the store, although it was still being written there', async () => {
    const store = heldStore();
    const { images, upstream, clock } = await openSite(
      { headers: { 'cache-control': 'max-age=1, stale-if-error=1000', etag: '"1"' }, body: one ?? '' },
      [],
      { store },
    );
    const writing = store.holdNext('set', 'p:');
    await get(images, '/a.png');
    await writing.begun;
    clock.advance(2);
    upstream.say({ headers: { 'cache-control': 'no-store' }, body: two ?? '' });
    expect((await get(images, '/a.png')).headers['cache-control']).toBe('no-store');
    writing.release();
    await turns();
    upstream.say({ status: 503 });
    expect((await get(images, '/a.png')).status).toBe(502);
    expect(store.keys().filter((key) => key.startsWith('p:'))).toEqual([]);
  });
});

describe('behind what is stale', () => {
  it('one question is asked for all who may use the same, whatever else they send', async () => {
    const { images, upstream, clock } = await openSite(
      { headers: { 'cache-control': 'max-age=1, stale-while-revalidate=1000' }, body: one ?? '' },
      ['accept-language'],
    );
    await get(images, '/a.png');
    clock.advance(2);
    const late = upstream.delayNext();
    for (let at = 0; at < 20; at++) await get(images, '/a.png', { 'accept-language': `l${at}` });
    await late.begun;
    late.answer();
    await images.close();
    expect(upstream.asked).toHaveLength(2);
  });

  it('an error does not take its place, however long it says that it lives', async () => {
    const { images, upstream, clock } = await openSite(
      {
        headers: { 'cache-control': 'max-age=1, stale-while-revalidate=5, stale-if-error=1000' },
        body: one ?? '',
      },
      [],
      { passthrough: true },
    );
    await get(images, '/a.png');
    clock.advance(2);
    upstream.say({ status: 503, headers: { 'cache-control': 'max-age=600' }, body: 'down' });
    expect((await get(images, '/a.png')).status).toBe(200);
    await turns();
    clock.advance(10);
    expect((await get(images, '/a.png')).status).toBe(200);
  });
});

describe('an endpoint that passes some types on', () => {
  it('reads no pages of errors, however large they are', async () => {
    const { images } = await openSite({ status: 404, body: 'x'.repeat(5000) }, [], {
      passthrough: ['text/css'],
      limits: { bytes: 1000 },
    });
    const answer = await get(images, '/a.css');
    expect([answer.status, Buffer.from(answer.body ?? []).toString()]).toEqual([404, 'There is no such image.\n']);
  });
});

describe('a 304 with another tag than was asked with', () => {
  it.each([
    ['W/"1"', 'W/"2"'],
    ['"1"', 'W/"2"'],
    ['W/"1"', '"1"'],
    ['"1"', '"2"'],
  ])('proves nothing: held %s, named %s (RFC 9111 §4.3.4)', async (held, named) => {
    const { images, upstream, clock } = await openSite({
      headers: { 'cache-control': 'max-age=1', etag: held },
      body: one ?? '',
    });
    await get(images, '/a.png');
    clock.advance(2);
    upstream.say(({ headers }) => {
      const isConditional = headers['if-none-match'] !== undefined;
      const etag = { etag: named };
      return isConditional ? { status: 304, headers: etag } : { headers: etag, body: two ?? '' };
    });
    expect(await versionOf((await get(images, '/a.png')).body)).toBe(2);
    expect(upstream.asked).toHaveLength(3);
  });

  it.each([
    ['W/"1"', 'W/"1"'],
    ['"1"', 'W/"1"'],
    ['"1"', undefined],
  ])('renews what it names: held %s, named %s', async (held, named) => {
    const { images, upstream, clock } = await openSite({
      headers: { 'cache-control': 'max-age=1', etag: held },
      body: one ?? '',
    });
    await get(images, '/a.png');
    clock.advance(2);
    upstream.say({ status: 304, headers: named === undefined ? {} : { etag: named } });
    expect(await versionOf((await get(images, '/a.png')).body)).toBe(1);
    expect(upstream.asked).toHaveLength(2);
  });
});

describe('what is for one user', () => {
  it('has no lifetime that its origin did not give it', async () => {
    const { images } = await openSite({ body: one ?? '' }, ['cookie']);
    const answer = await get(images, '/a.png', { cookie: 'user=alice' });
    expect(answer.headers['cache-control']).toBe('private, max-age=0, must-revalidate');
  });
});

describe('an origin of one’s own', () => {
  it.each<Partial<Record<keyof Origin, unknown>>>([
    { forwards: ['Accept-Language'] },
    { forwards: 'cookie' },
    { forwards: ['a b'] },
    { takesQuery: 'yes' },
    { paths: 'urls' },
  ])('is refused with %j', (member) => {
    const origin = { read: async () => undefined, ...member } as unknown as Origin;
    expect(() => openEngine({ origin })).toThrow(/^Expected an origin: .* for createTintype\.origin/);
  });
});

describe('a mount', () => {
  it('has the last word on who may use its pictures, whatever is repeated', async () => {
    const headers = { 'cross-origin-resource-policy': 'cross-origin', 'cross-origin-other': 'x' };
    const { images } = await openSite({ headers, body: one ?? '' }, [], {
      repeatFields: ['cross-origin-*'],
      visibility: 'private',
    });
    expect((await get(images, '/a.png')).headers).toMatchObject({
      'cross-origin-resource-policy': 'same-site',
      'cross-origin-other': 'x',
    });
  });
});

describe('what one request says', () => {
  it.each([
    ['de"', 'de'],
    [', de,,', 'de'],
    ['"a , b"', '"a,b"'],
    ['de\u00a0', 'de'],
  ])('is not taken for what another does: %s and %s', async (attacker, victim) => {
    const { images, upstream } = await openSite(
      { headers: { 'cache-control': 'max-age=600', vary: 'Accept-Language' }, body: one ?? '' },
      ['accept-language'],
    );
    for (const language of [attacker, victim]) await get(images, '/a.png', { 'accept-language': language });
    expect(upstream.asked).toHaveLength(2);
  });
});

describe('an origin that takes plain paths', () => {
  it.each(['/a.png?overlay=/http://169.254.169.254/b.png', '/http://169.254.169.254/b.png'])(
    'is never asked for a URL: %s',
    async (target) => {
      const paths: string[] = [];
      const origin: Origin = {
        name: 'own',
        async read(path) {
          paths.push(path);
          return one;
        },
      };
      expect((await get(openEngine({ origin }), target)).status).toBe(404);
      expect(paths).toEqual([]);
      const watermark = { path: '/http://169.254.169.254/b.png' };
      expect(() => openEngine({ origin, watermark })).toThrow(/watermark\.path/);
    },
  );
});

describe('what is passed on under the date of other content', () => {
  const date = 'Wed, 01 Jan 2020 00:00:00 GMT';

  it('has a date of its own after a purge, so that nobody takes the one for the other', async () => {
    const saying = (body: string): Said => ({
      headers: { 'content-type': 'text/css', 'last-modified': date, 'cache-control': 'max-age=600' },
      body,
    });
    const { images, upstream, clock } = await openSite(saying('old'), [], { passthrough: true });
    expect((await get(images, '/a.css')).headers['last-modified']).toBe(date);
    upstream.say(saying('new'));
    clock.advance(5);
    await images.purge('/a.css');
    const whole = await get(images, '/a.css', { 'if-modified-since': date });
    expect([whole.status, Buffer.from(whole.body ?? []).toString()]).toEqual([200, 'new']);
    expect((await get(images, '/a.css', { range: 'bytes=1-', 'if-range': date })).status).toBe(200);
    expect(whole.headers['last-modified']).not.toBe(date);
  });
});

describe('what is passed on to somebody with a cookie', () => {
  it.each([
    ['max-age=600', {}, 'private, max-age=600, must-revalidate'],
    ['public, max-age=600', {}, 'public, max-age=600'],
    [undefined, { ttl: { lifetime: 'heuristic' } }, 'private, max-age=0, must-revalidate'],
  ] as const)('is told to be as private as it is kept: %s', async (control, options, expected) => {
    const headers = { 'content-type': 'text/css', ...(control === undefined ? {} : { 'cache-control': control }) };
    const { images } = await openSite({ headers, body: 'a{}' }, ['cookie'], { passthrough: true, ...options });
    const answer = await get(images, '/a.css', { cookie: 'user=alice' });
    expect(answer.headers['cache-control']).toBe(expected);
  });
});

describe('a record that another endpoint has stored', () => {
  it('does not answer for fields that its origin did not see', async () => {
    const store = heldStore();
    const { images, upstream } = await openSite(
      ({ headers }) => ({
        headers: { 'cache-control': 'max-age=600', vary: 'Accept-Language' },
        body: (headers['accept-language'] === 'de' ? two : one) ?? '',
      }),
      [],
      { store },
    );
    await get(images, '/a.png');
    await turns();
    const forwarding = openEngine({
      origin: web(upstream.url, { forward: ['accept-language'] }),
      store,
      clock: manualClock(),
    });
    const answer = await get(forwarding, '/a.png', { 'accept-language': 'de' });
    expect(await versionOf(answer.body)).toBe(2);
  });
});

describe('the Date of an answer', () => {
  const old = new Date(Date.UTC(2024, 4, 6, 11)).toUTCString();
  const received = new Date(Date.UTC(2024, 4, 6, 12)).toUTCString();

  it.each([
    ['is that of its origin', {}, old, '3600'],
    ['is that of its receipt, where the operator counts from then', { policy: 'override' }, received, undefined],
    ['is that of its receipt, where Age does not count', { rule: 'max-age' }, received, undefined],
  ] as const)('%s', async (_, ttl, date, age) => {
    const headers = { 'cache-control': 'max-age=7200', date: old };
    const { images } = await openSite({ headers, body: one ?? '' }, [], { ttl });
    expect((await get(images, '/a.png')).headers).toMatchObject({ date, ...(age === undefined ? {} : { age }) });
  });
});

describe('a clock that is set back', () => {
  it('leaves nothing fresh', async () => {
    const { images, upstream, clock } = await openSite({ headers: { 'cache-control': 'max-age=60' }, body: one ?? '' });
    await get(images, '/a.png');
    clock.advance(-86_400);
    await get(images, '/a.png');
    expect(upstream.asked).toHaveLength(2);
    await get(images, '/a.png');
    expect(upstream.asked).toHaveLength(2);
  });
});

describe('an origin that clients name', () => {
  it('has nothing of what it says repeated', () => {
    const origin: Origin = { paths: 'url', read: async () => undefined };
    expect(() => openEngine({ origin, repeatFields: ['x-*'] })).toThrow(/repeatFields/);
  });
});

describe('an origin that hangs up as its connection is used again', () => {
  it('is asked once more, on another', async () => {
    const connections: number[] = [];
    const server = createServer((socket) => {
      const own = connections.push(0) - 1;
      socket.on('error', () => undefined);
      socket.on('data', () => {
        connections[own] = (connections[own] ?? 0) + 1;
        if (connections[own] > 1) socket.destroy();
        else
          socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${one?.length}\r\nCache-Control: no-cache\r\n\r\n`, () =>
            socket.write(one ?? ''),
          );
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const images = openEngine({ origin: web(`http://127.0.0.1:${(server.address() as AddressInfo).port}`) });
    for (let at = 0; at < 4; at++) expect((await get(images, '/a.png')).status).toBe(200);
    expect(connections.length).toBeGreaterThan(1);
  });

  it('has failed where it does so at once', async () => {
    let connections = 0;
    const server = createServer((socket) => {
      connections++;
      socket.on('error', () => undefined);
      socket.on('data', () => socket.destroy());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const images = openEngine({ origin: web(`http://127.0.0.1:${(server.address() as AddressInfo).port}`) });
    expect((await get(images, '/a.png')).status).toBe(502);
    expect(connections).toBe(1);
  });
});

import type { IncomingMessage } from 'node:http';
import { memory, type Origin, type Tintype, type TintypeOptions, web } from '@tintype/core';
import { describe, expect, it } from 'vitest';
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

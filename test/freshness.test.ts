import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  files,
  folder,
  type HttpHeaders,
  type HttpResponse,
  type OriginalSummary,
  type TtlOptions,
  web,
} from '@tintype/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Cached, cached } from './support/cached.ts';
import { get } from './support/client.ts';
import { openEngine } from './support/engines.ts';
import { lateOrigin, turns } from './support/late-origin.ts';
import { manualClock } from './support/manual-clock.ts';
import { pictureOf, versionOf } from './support/versioned-picture.ts';

async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'tintype-freshness-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

const cacheControl = ({ headers }: HttpResponse): string | undefined => headers['cache-control'];

/** Asserts that the origin is asked again after exactly so many seconds. */
async function expectLifetime({ origin, images, clock }: Cached, seconds: number): Promise<void> {
  const asked = origin.asked.length;
  if (seconds > 0) {
    clock.advance(seconds - 1);
    await get(images, '/a.png');
    expect(origin.asked.length, `asked again before ${seconds} s`).toBe(asked);
    clock.advance(1);
  }
  await get(images, '/a.png');
  expect(origin.asked.length, `not asked again after ${seconds} s`).toBe(asked + 1);
}

const year = 31_536_000;
const noon = 'Mon, 06 May 2024 12:00:00 GMT';
const tag = { etag: '"1"' };

describe('an origin that says nothing of freshness', () => {
  it('gives a year to everybody', async () => {
    const { images } = cached({});
    const answer = await get(images, '/a.png');
    expect(cacheControl(answer)).toBe('public, s-maxage=31536000, max-age=31536000, must-revalidate');
    expect(answer.headers.age).toBeUndefined();
    expect((await get(images, '/a.png')).headers.age).toBe('0');
  });

  it('is asked again after that year', async () => {
    const endpoint = cached({ headers: tag });
    await get(endpoint.images, '/a.png');
    await expectLifetime(endpoint, year);
  });
});

describe('an expired record', () => {
  it('costs one conditional question; 304 renews it without a render', async () => {
    const headers = { ...tag, 'last-modified': noon, 'cache-control': 'max-age=60' };
    const endpoint = cached({ headers });
    const { origin, images, clock } = endpoint;
    const first = await get(images, '/a.png');
    await expectLifetime(endpoint, 60);
    expect(origin.asked[1]).toMatchObject({ ifNoneMatch: '"1"', ifModifiedSince: noon, noCache: false });
    expect(images.stats()).toMatchObject({ originReads: 2, revalidations: 1, renders: 1 });
    clock.advance(30);
    const renewed = await get(images, '/a.png');
    expect(renewed.headers).toMatchObject({ age: '30', etag: first.headers.etag });
    await expectLifetime(endpoint, 30);
  });

  it('whose original has changed gives a new derivative and a new ETag', async () => {
    const { origin, images, clock } = cached({ headers: { ...tag, 'cache-control': 'max-age=60' } });
    const first = await get(images, '/a.png?w=8');
    origin.hold({ version: 2, headers: { etag: '"2"', 'cache-control': 'max-age=60' } });
    clock.advance(60);
    const second = await get(images, '/a.png?w=8', { 'if-none-match': first.headers.etag });
    expect(second.status).toBe(200);
    expect(await versionOf(second.body)).toBe(2);
    expect(second.headers.etag).not.toBe(first.headers.etag);
    expect(images.stats()).toMatchObject({ originReads: 2, revalidations: 0, renders: 2 });
  });

  it('takes the freshness that its 304 names', async () => {
    const endpoint = cached({ headers: { ...tag, 'cache-control': 'max-age=60' } });
    await get(endpoint.images, '/a.png');
    endpoint.clock.advance(60);
    endpoint.origin.hold({ headers: { ...tag, 'cache-control': 'max-age=600' } });
    expect(cacheControl(await get(endpoint.images, '/a.png'))).toContain('s-maxage=600');
    await expectLifetime(endpoint, 600);
  });

  it('is not served where the origin fails', async () => {
    const { origin, images, clock } = cached({ headers: { 'cache-control': 'max-age=60' } });
    await get(images, '/a.png');
    clock.advance(60);
    origin.failWith(new Error('down'));
    const answer = await get(images, '/a.png');
    expect([answer.status, cacheControl(answer)]).toEqual([502, 'no-store']);
  });
});

const inSeconds = (seconds: number): string => new Date(Date.UTC(2024, 4, 6, 12) + seconds * 1000).toUTCString();

describe('a new v', () => {
  it('reads the origin anew, and leaves the others what they were', async () => {
    const { origin, images } = cached({ headers: tag });
    expect(await versionOf((await get(images, '/a.png?v=1')).body)).toBe(1);
    origin.hold({ version: 2, headers: { etag: '"2"' } });
    expect(await versionOf((await get(images, '/a.png?v=2')).body)).toBe(2);
    expect(await versionOf((await get(images, '/a.png?v=1')).body)).toBe(1);
    expect(origin.asked).toHaveLength(2);
  });
});

describe('the lifetime that an origin gives', () => {
  it.each<[string, HttpHeaders, left: number, answered: string, age?: string]>([
    ['max-age', { 'cache-control': 'max-age=60' }, 60, 's-maxage=60, max-age=60'],
    ['s-maxage before max-age', { 'cache-control': 'max-age=60, s-maxage=30' }, 30, 's-maxage=30, max-age=60'],
    ['s-maxage alone', { 'cache-control': 's-maxage=30' }, 30, 's-maxage=30, max-age=30'],
    ['max-age=0', { 'cache-control': 'max-age=0' }, 0, 's-maxage=0, max-age=0'],
    ['the smaller of two', { 'cache-control': 'max-age=60, max-age=20' }, 20, 's-maxage=20, max-age=20'],
    ['what is no number', { 'cache-control': 'max-age=soon' }, 0, 's-maxage=0, max-age=0'],
    ['Expires less Date', { date: noon, expires: inSeconds(90) }, 90, 's-maxage=90, max-age=90'],
    ['Expires without Date', { expires: inSeconds(90) }, 90, 's-maxage=90, max-age=90'],
    ['Expires in the past', { date: noon, expires: inSeconds(-5) }, 0, 's-maxage=0, max-age=0'],
    ['Expires: 0', { expires: '0' }, 0, 's-maxage=0, max-age=0'],
    ['max-age before Expires', { 'cache-control': 'max-age=60', expires: inSeconds(9) }, 60, 's-maxage=60, max-age=60'],
    ['less its Age', { 'cache-control': 'max-age=60', age: '20' }, 40, 's-maxage=60, max-age=60', '20'],
    [
      'less the age of its Date',
      { 'cache-control': 'max-age=60', date: inSeconds(-15) },
      45,
      's-maxage=60, max-age=60',
      '15',
    ],
    [
      'less the larger of both ages',
      { 'cache-control': 'max-age=60', date: inSeconds(-15), age: '20' },
      40,
      's-maxage=60, max-age=60',
      '20',
    ],
    ['used up by its Age', { 'cache-control': 'max-age=60', age: '60' }, 0, 's-maxage=60, max-age=60', '60'],
  ])('is %s', async (_name, headers, left, answered, age) => {
    const endpoint = cached({ headers, conditional: 'never' });
    const answer = await get(endpoint.images, '/a.png');
    expect(cacheControl(answer)).toBe(`public, ${answered}, must-revalidate`);
    expect(answer.headers.age).toBe(age);
    await expectLifetime(endpoint, left);
  });

  it('counts the time that the answer took on its way', async () => {
    const endpoint = cached({ headers: { 'cache-control': 'max-age=60', age: '20' }, conditional: 'never' });
    const read = endpoint.origin.delayNext();
    const answer = get(endpoint.images, '/a.png');
    await read.begun;
    endpoint.clock.advance(5);
    read.answer();
    expect((await answer).headers.age).toBe('25');
    await expectLifetime(endpoint, 35);
  });

  it('comes from a web server as from any origin', async () => {
    const heard: IncomingHttpHeaders[] = [];
    const picture = await pictureOf(1);
    const server = createServer(({ headers }, response) => {
      heard.push(headers);
      const isKnown = headers['if-none-match'] === '"1"';
      response.sendDate = false;
      response.writeHead(isKnown ? 304 : 200, { etag: '"1"', 'cache-control': 's-maxage=60', age: '10' });
      response.end(isKnown ? undefined : picture);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const clock = manualClock();
    const images = openEngine({ origin: web(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), clock });
    await get(images, '/a.png');
    clock.advance(49);
    expect((await get(images, '/a.png')).headers.age).toBe('59');
    expect(heard).toHaveLength(1);
    clock.advance(1);
    expect((await get(images, '/a.png')).headers.age).toBe('10');
    expect(heard.map((headers) => headers['if-none-match'])).toEqual([undefined, '"1"']);
    expect(heard[1]).not.toHaveProperty('cache-control');
    expect(images.stats()).toMatchObject({ originReads: 2, revalidations: 1, renders: 1 });
  });
});

describe('a renewed record', () => {
  it('has the age of its 304, not of the answer before', async () => {
    const endpoint = cached({ headers: { ...tag, 'cache-control': 'max-age=60', age: '50', date: noon } });
    await get(endpoint.images, '/a.png');
    endpoint.clock.advance(10);
    endpoint.origin.hold({ headers: tag });
    expect((await get(endpoint.images, '/a.png')).headers.age).toBeUndefined();
    await expectLifetime(endpoint, 60);
  });
});

describe('no-cache', () => {
  it('is validated before each use, and said on', async () => {
    const { origin, images } = cached({ headers: { ...tag, 'cache-control': 'no-cache, max-age=60' } });
    for (const count of [1, 2, 3]) {
      const answer = await get(images, '/a.png');
      expect(cacheControl(answer)).toBe('public, no-cache');
      expect(origin.asked).toHaveLength(count);
    }
    expect(origin.asked[2]).toMatchObject({ ifNoneMatch: '"1"' });
    expect(images.stats()).toMatchObject({ revalidations: 2, renders: 1 });
  });

  it('is lifted by the policy "override" alone', async () => {
    const headers = { ...tag, 'cache-control': 'no-cache' };
    const endpoint = cached({ headers }, { ttl: { policy: 'override', lifetime: 60 } });
    expect(cacheControl(await get(endpoint.images, '/a.png'))).toContain('s-maxage=60');
    await expectLifetime(endpoint, 60);
    for (const policy of ['atLeast', 'atMost'] as const) {
      const { images } = cached({ headers }, { ttl: { policy, lifetime: 60 } });
      expect(cacheControl(await get(images, '/a.png')), policy).toBe('public, no-cache');
    }
  });
});

/** Names of all files in which a picture lies. */
async function picturesIn(directory: string): Promise<readonly string[]> {
  const names: string[] = [];
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const bytes = await readFile(join(entry.parentPath, entry.name));
    if (bytes.includes('IHDR') || bytes.includes('/a.png')) names.push(entry.name);
  }
  return names;
}

describe('what an origin does not want to be kept', () => {
  it.each<[string, string, TtlOptions]>([
    ['no-store', 'no-store', {}],
    ['private', 'private, max-age=31536000, must-revalidate', {}],
    ['private, max-age=60', 'private, max-age=60, must-revalidate', {}],
    ['private="set-cookie"', 'private, max-age=31536000, must-revalidate', {}],
    ['private, no-cache', 'private, no-cache', {}],
    ['private, no-store', 'no-store', {}],
    ['public, no-store, max-age=60', 'no-store', {}],
    ['no-store', 'no-store', { policy: 'override', lifetime: 60 }],
    ['private', 'private, max-age=60, must-revalidate', { policy: 'override', lifetime: 60 }],
    ['no-store', 'no-store', { policy: 'atLeast', lifetime: 60 }],
  ])('because it says "%s" is answered "%s" under %j', async (said, answered, ttl) => {
    const directory = await temporaryDirectory();
    const store = files(directory);
    const headers = { ...tag, 'cache-control': said };
    const { origin, images } = cached({ headers }, { store, originals: true, ttl });
    for (const count of [1, 2]) {
      const answer = await get(images, '/a.png?w=8');
      expect([answer.status, cacheControl(answer)]).toEqual([200, answered]);
      expect(origin.asked).toHaveLength(count);
    }
    expect(origin.asked[1]?.ifNoneMatch).toBeUndefined();
    await turns();
    const { memory, store: below } = images.stats().stores;
    expect([memory.entries, memory.bytes, below?.entries ?? 0]).toEqual([0, 0, 0]);
    await images.close();
    expect(await picturesIn(directory)).toEqual([]);
  });

  it('is told from what may be kept, which is', async () => {
    const directory = await temporaryDirectory();
    const { images } = cached({ headers: tag }, { store: files(directory), originals: true });
    await get(images, '/a.png?w=8');
    await images.close();
    // Record, original and derivative.
    expect(await picturesIn(directory)).toHaveLength(3);
  });

  it('is served once more where it could be kept before', async () => {
    const { origin, images } = cached({ conditional: 'never' }, { originals: false });
    await get(images, '/a.png?w=8');
    origin.hold({ version: 2, headers: { 'cache-control': 'no-store' } });
    const answer = await get(images, '/a.png?w=4');
    expect([answer.status, cacheControl(answer)]).toEqual([200, 'no-store']);
    expect(await versionOf(answer.body)).toBe(2);
  });

  it('is not kept of an absence either', async () => {
    const { origin, images } = cached({ version: undefined, headers: { 'cache-control': 'no-store' } });
    for (const count of [1, 2]) {
      const answer = await get(images, '/a.png');
      expect([answer.status, cacheControl(answer)]).toEqual([404, 'no-store']);
      expect(origin.asked).toHaveLength(count);
    }
  });
});

describe('the policy', () => {
  it.each<[NonNullable<TtlOptions['policy']>, own: number, said: number | undefined, lifetime: number]>([
    ['respect', 10, 60, 60],
    ['respect', 100, 60, 60],
    ['respect', 10, undefined, 10],
    ['override', 10, 60, 10],
    ['override', 100, 60, 100],
    ['override', 10, undefined, 10],
    ['atLeast', 10, 60, 60],
    ['atLeast', 100, 60, 100],
    ['atLeast', 100, 0, 100],
    ['atLeast', 10, undefined, 10],
    ['atMost', 10, 60, 10],
    ['atMost', 100, 60, 60],
    ['atMost', 10, undefined, 10],
  ])('%s with %d s over an origin that says %s gives %d s', async (policy, lifetime, said, expected) => {
    const headers = said === undefined ? tag : { ...tag, 'cache-control': `max-age=${said}` };
    const endpoint = cached({ headers }, { ttl: { policy, lifetime } });
    const answer = await get(endpoint.images, '/a.png');
    expect(cacheControl(answer)).toBe(`public, s-maxage=${expected}, max-age=${expected}, must-revalidate`);
    await expectLifetime(endpoint, expected);
    expect(endpoint.images.stats()).toMatchObject({ revalidations: 1, renders: 1 });
  });

  it('takes a lifetime for each original from a function', async () => {
    const told: OriginalSummary[] = [];
    const lifetime = (original: OriginalSummary): number => {
      told.push(original);
      return original.path === '/a.png' ? 30 : 300;
    };
    const endpoint = cached({ headers: tag }, { ttl: { lifetime } });
    expect(cacheControl(await get(endpoint.images, '/b.png'))).toContain('s-maxage=300');
    expect(cacheControl(await get(endpoint.images, '/a.png'))).toContain('s-maxage=30,');
    const bytes = (await pictureOf(1)).length;
    expect(told).toEqual([
      { path: '/b.png', bytes, headers: expect.objectContaining(tag) },
      { path: '/a.png', bytes, headers: expect.objectContaining(tag) },
    ]);
    await expectLifetime(endpoint, 30);
  });

  it('"override" does not count the age that an original comes with', async () => {
    const endpoint = cached({ headers: { ...tag, age: '50' } }, { ttl: { policy: 'override', lifetime: 60 } });
    expect((await get(endpoint.images, '/a.png')).headers.age).toBeUndefined();
    await expectLifetime(endpoint, 60);
  });
});

describe('ttl.browser', () => {
  it.each<[browser: number, said: string, after: number, answered: string]>([
    [60, 'max-age=1000', 0, 's-maxage=1000, max-age=60'],
    [60, 'max-age=1000', 100, 's-maxage=1000, max-age=160'],
    [60, 'max-age=1000', 990, 's-maxage=1000, max-age=1000'],
    [60, 'max-age=30', 0, 's-maxage=30, max-age=30'],
    [60, 's-maxage=1000, max-age=20', 0, 's-maxage=1000, max-age=20'],
    [0, 'max-age=1000', 0, 's-maxage=1000, max-age=0'],
    [0, 'max-age=1000', 100, 's-maxage=1000, max-age=100'],
  ])('of %d s over "%s" after %d s is answered "%s"', async (browser, said, after, answered) => {
    const { images, clock } = cached({ headers: { 'cache-control': said } }, { ttl: { browser } });
    await get(images, '/a.png');
    clock.advance(after);
    const answer = await get(images, '/a.png');
    expect(cacheControl(answer)).toBe(`public, ${answered}, must-revalidate`);
    expect(answer.headers.age).toBe(String(after));
    const { etag } = answer.headers;
    expect(cacheControl(await get(images, '/a.png', { 'if-none-match': etag }))).toBe(cacheControl(answer));
  });
});

describe('an absence', () => {
  it.each<[HttpHeaders, TtlOptions, number]>([
    [{}, {}, 10],
    [{}, { negative: 3 }, 3],
    [{}, { negative: 0 }, 0],
    [{}, { lifetime: 600, policy: 'override' }, 10],
    [{ 'cache-control': 'max-age=4' }, {}, 4],
    [{ 'cache-control': 'max-age=40' }, { negative: 3 }, 40],
  ])('that comes with %j is remembered under %j for %d s, and no longer by others', async (headers, ttl, seconds) => {
    const endpoint = cached({ version: undefined, headers }, { ttl });
    const answer = await get(endpoint.images, '/a.png');
    expect([answer.status, cacheControl(answer)]).toEqual([404, `public, max-age=${seconds}`]);
    await expectLifetime(endpoint, seconds);
  });

  it('remembered for a while is for others only for what is left', async () => {
    const { images, clock } = cached({ version: undefined });
    await get(images, '/a.png');
    clock.advance(7);
    const { headers } = await get(images, '/a.png');
    const [, maxAge] = /max-age=(\d+)/.exec(headers['cache-control'] ?? '') ?? [];
    expect(Number(maxAge) - Number(headers.age ?? 0)).toBe(3);
  });

  it('gives way to what the origin has after it', async () => {
    const { origin, images, clock } = cached({ version: undefined });
    await get(images, '/a.png');
    origin.hold({ version: 2 });
    clock.advance(9);
    expect((await get(images, '/a.png')).status).toBe(404);
    clock.advance(1);
    expect(await versionOf((await get(images, '/a.png')).body)).toBe(2);
  });

  it('comes at the end of a lifetime like any change', async () => {
    const { origin, images, clock } = cached({ headers: { 'cache-control': 'max-age=60' } });
    await get(images, '/a.png');
    origin.hold({ version: undefined, headers: {} });
    clock.advance(60);
    expect((await get(images, '/a.png')).status).toBe(404);
  });

  it('is something else than a failure, which is not remembered', async () => {
    const { origin, images } = cached({});
    origin.failWith(new Error('down'));
    for (const count of [1, 2]) {
      expect((await get(images, '/a.png')).status).toBe(502);
      expect(origin.asked).toHaveLength(count);
    }
  });
});

describe('a client that has the picture already', () => {
  it('gets 304 from the record alone, even where the derivative is long gone', async () => {
    const { images, clock } = cached({ headers: tag }, { memory: 1 });
    const { etag } = (await get(images, '/a.png?w=8')).headers;
    expect(images.stats().stores.memory.entries).toBe(0);
    clock.advance(30);
    const answer = await get(images, '/a.png?w=8', { 'if-none-match': etag });
    expect(answer).toMatchObject({ status: 304, body: undefined, headers: { etag, age: '30' } });
    expect(cacheControl(answer)).toBe('public, s-maxage=31536000, max-age=31536000, must-revalidate');
    expect(images.stats()).toMatchObject({ originReads: 1, renders: 1, hits: { notModified: 1 } });
  });

  it('gets 304 for a derivative that was never made here', async () => {
    const { images } = cached({ headers: tag });
    const { etag } = (await get(images, '/a.png?w=8')).headers;
    const other = openEngine({ origin: lateOrigin({ headers: tag }), clock: manualClock() });
    expect((await get(other, '/a.png?w=8', { 'if-none-match': etag })).status).toBe(304);
    expect(other.stats()).toMatchObject({ originReads: 1, renders: 0 });
  });
});

describe('a folder', () => {
  it('shows an edited file after a second', async () => {
    const directory = await temporaryDirectory();
    const file = join(directory, 'a.png');
    await writeFile(file, await pictureOf(1));
    const clock = manualClock();
    const images = openEngine({ origin: folder(directory), clock });
    const first = await get(images, '/a.png');
    await writeFile(file, await pictureOf(2));
    clock.advance(0.999);
    expect(await versionOf((await get(images, '/a.png')).body)).toBe(1);
    expect(images.stats().originReads).toBe(1);
    clock.advance(0.001);
    const second = await get(images, '/a.png');
    expect(await versionOf(second.body)).toBe(2);
    expect(second.headers.etag).not.toBe(first.headers.etag);
    expect(cacheControl(second)).toBe('public, s-maxage=31536000, max-age=31536000, must-revalidate');
  });

  it('shows a new file a second after it was missed, though absences last longer', async () => {
    const directory = await temporaryDirectory();
    const clock = manualClock();
    const images = openEngine({ origin: folder(directory), clock });
    expect((await get(images, '/a.png')).status).toBe(404);
    await writeFile(join(directory, 'a.png'), await pictureOf(1));
    clock.advance(1);
    expect((await get(images, '/a.png')).status).toBe(200);
  });

  it('renders nothing anew for a file that is the same', async () => {
    const directory = await temporaryDirectory();
    await writeFile(join(directory, 'a.png'), await pictureOf(1));
    const clock = manualClock();
    const images = openEngine({ origin: folder(directory), clock });
    const first = await get(images, '/a.png');
    clock.advance(1);
    const second = await get(images, '/a.png');
    expect(second.headers.etag).toBe(first.headers.etag);
    expect(images.stats()).toMatchObject({ originReads: 2, renders: 1 });
  });
});

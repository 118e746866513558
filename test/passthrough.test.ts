import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import {
  fileJournal,
  files,
  folder,
  type HttpHeaders,
  type HttpResponse,
  memoryJournal,
  type PurgeMode,
  type PurgeRequest,
  type Tintype,
  type TintypeOptions,
  type WebOptions,
  web,
} from '@tintype/core';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { get } from './support/client.ts';
import { openEngine } from './support/engines.ts';
import { type ManualClock, manualClock } from './support/manual-clock.ts';
import { patient } from './support/patient-store.ts';
import { temporaryFolder } from './support/temporary-folder.ts';
import { openUpstream, type Said, type Saying, type Upstream } from './support/upstream.ts';
import { pictureOf } from './support/versioned-picture.ts';

interface Passing {
  readonly upstream: Upstream;
  readonly images: Tintype;
  readonly clock: ManualClock;
}

async function passing(
  saying: Saying,
  { web: origin = {}, ...options }: Partial<TintypeOptions> & { web?: WebOptions } = {},
): Promise<Passing> {
  const upstream = await openUpstream(saying);
  const clock = manualClock();
  const images = openEngine({ origin: web(upstream.url, origin), clock, passthrough: true, ...options });
  return { upstream, images, clock };
}

const text = (body: Uint8Array | undefined): string => Buffer.from(body ?? []).toString('latin1');
const sheet = 'body { color: #123 }\n';
/** Over the size from which texts are coded. */
const longSheet = sheet.repeat(100);
const css = { 'content-type': 'text/css; charset=utf-8' };
const tag = (name: string | undefined): string => name ?? 'no tag';

describe('an endpoint without passthrough', () => {
  it.each<[string, Said]>([
    ['a style sheet', { headers: { ...css, 'cache-control': '' }, body: sheet }],
    ['an SVG', { headers: { 'content-type': 'image/svg+xml' }, body: '<svg xmlns="http://www.w3.org/2000/svg"/>' }],
    ['a page', { headers: { 'content-type': 'text/html' }, body: '<html>secret</html>' }],
    ['a text that calls itself a picture', { headers: { 'content-type': 'image/png' }, body: 'no pixels' }],
  ])('answers 415 for %s, shortly, and remembers that for as long as an absence', async (_what, said) => {
    const { upstream, images, clock } = await passing(said, { passthrough: false });
    const answer = await get(images, '/a.css');
    expect([answer.status, text(answer.body)]).toEqual([415, 'The original is not an image of a supported type.\n']);
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
    clock.advance(9);
    expect((await get(images, '/a.css')).status).toBe(415);
    expect(upstream.asked).toHaveLength(1);
    clock.advance(1);
    await get(images, '/a.css');
    expect(upstream.asked).toHaveLength(2);
  });

  it.each([404, 410])('answers %i with a short text of its own', async (status) => {
    const { images } = await passing({ status, body: 'gone, says the origin' }, { passthrough: false });
    const answer = await get(images, '/a.css');
    expect([answer.status, text(answer.body)]).toEqual([404, 'There is no such image.\n']);
  });

  it.each([203, 204, 301, 403, 418, 500, 503])('answers 502 where the origin says %i', async (status) => {
    const { images } = await passing({ status, body: 'secret' }, { passthrough: false });
    const answer = await get(images, '/a.css');
    expect([answer.status, answer.headers['cache-control']]).toEqual([502, 'no-store']);
    expect(text(answer.body)).not.toContain('secret');
  });
});

describe('passthrough of certain types', () => {
  const passthrough = ['text/css', 'font/*'];

  it.each([
    ['text/css', 200],
    ['TEXT/CSS;charset=utf-8', 200],
    ['font/woff2', 200],
    ['text/cssx', 415],
    ['fontx/woff2', 415],
    ['text/html', 415],
    ['image/svg+xml', 415],
    ['image/png', 415],
    [undefined, 415],
  ])('answers a text of type %s with %i', async (type, status) => {
    const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type };
    const { images } = await passing({ headers, body: sheet }, { passthrough });
    const answer = await get(images, '/a.css');
    expect(answer.status).toBe(status);
    if (status === 200) expect(text(answer.body)).toBe(sheet);
    else expect(text(answer.body)).not.toContain('color');
  });

  it('makes pictures of pictures, whatever they are called', async () => {
    const said = { headers: { 'content-type': 'text/css' }, body: await pictureOf(7) };
    const { images } = await passing(said, { passthrough });
    const answer = await get(images, '/a.css?w=8&format=webp');
    expect(answer.headers['content-type']).toBe('image/webp');
    expect(await sharp(answer.body).metadata()).toMatchObject({ format: 'webp', width: 8 });
  });

  it.each([
    [404, 404],
    [410, 404],
    [203, 502],
    [403, 502],
    [500, 502],
    [503, 502],
  ])('answers %i with a short text of its own, as %i', async (said, answered) => {
    const { images } = await passing({ status: said, headers: css, body: sheet }, { passthrough });
    const answer = await get(images, '/a.css');
    expect(answer.status).toBe(answered);
    expect(text(answer.body)).not.toContain('color');
  });
});

describe('what is passed on', () => {
  it('has the bytes and the type of the origin, whatever the URL wants made of it', async () => {
    const body = Uint8Array.from({ length: 3000 }, (_, at) => (at * 7919) % 256);
    const headers = { 'content-type': 'Application/X-Odd; Charset="UTF-16"' };
    const { images, upstream } = await passing({ headers, body });
    for (const target of ['/a.bin', '/a.bin?w=10&format=webp', '/a.bin?overlay=/none.png']) {
      const answer = await get(images, target);
      expect(answer.status, target).toBe(200);
      expect(Buffer.compare(answer.body ?? Buffer.of(), body), target).toBe(0);
      expect(answer.headers, target).toMatchObject({ ...headers, 'content-length': '3000' });
    }
    expect(upstream.asked).toHaveLength(1);
    expect(images.stats().renders).toBe(0);
  });

  it('is never sniffed, framed or kept from other sites', async () => {
    const { images } = await passing({ headers: css, body: sheet });
    expect((await get(images, '/a.css')).headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      'cross-origin-resource-policy': 'cross-origin',
    });
  });

  it('keeps the policy that its origin has for its content, but not for what the mount decides', async () => {
    const own = { 'content-security-policy': "default-src 'self'" };
    const theirs = { 'cross-origin-resource-policy': 'same-origin', 'x-content-type-options': 'whatever' };
    const { images } = await passing({ headers: { ...css, ...own, ...theirs }, body: sheet });
    expect((await get(images, '/a.css')).headers).toMatchObject({
      ...own,
      'cross-origin-resource-policy': 'cross-origin',
      'x-content-type-options': 'nosniff',
    });
  });

  it.each([
    ['image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'],
    ['text/html; charset=utf-8', '<script>alert(1)</script>'],
    ['text/xml', '<html xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></html>'],
  ])('runs no script: %s', async (type, body) => {
    const { images } = await passing({ headers: { 'content-type': type }, body });
    const answer = await get(images, '/a');
    expect([answer.headers['content-type'], text(answer.body)]).toEqual([type, body]);
    expect(answer.headers).toMatchObject({
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
    });
  });

  it('is of no known type where its origin gives none', async () => {
    const { images } = await passing({ body: '<script>alert(1)</script>' });
    expect((await get(images, '/a')).headers['content-type']).toBe('application/octet-stream');
  });

  it('has its end-to-end fields, each in one line, and none of those between neighbours', async () => {
    const endToEnd = {
      'x-many': ['one', 'two'],
      link: ['</a>; rel=next', '</b>'],
      'content-language': 'de',
      'x-x': 'x',
    };
    const betweenUs = {
      connection: 'close, X-Secret, x-other',
      'x-secret': 's',
      'x-other': 'o',
      'proxy-authenticate': 'Basic',
      'proxy-authentication-info': 'x',
      upgrade: 'h2c',
      'set-cookie': ['a=1', 'b=2'],
    };
    const control = { 'cache-control': 'public, max-age=60' };
    const { images } = await passing({ headers: { ...css, ...endToEnd, ...betweenUs, ...control }, body: sheet });
    for (const round of ['fetched', 'kept']) {
      const { headers } = await get(images, '/a.css');
      expect(headers, round).toMatchObject({
        'x-many': 'one, two',
        link: '</a>; rel=next, </b>',
        'content-language': 'de',
        'x-x': 'x',
      });
      for (const name of Object.keys(betweenUs)) expect(headers, round).not.toHaveProperty(name);
    }
  });

  it.each([
    ['max-age=60', 2, /^private/],
    ['', 2, /^private/],
    ['public, max-age=60', 1, /^public/],
    ['s-maxage=60', 1, /s-maxage=60/],
  ])(
    'and comes with a cookie and "%s" never has the cookie, and is asked for %i times by two',
    async (said, times, told) => {
      const headers = { ...css, 'set-cookie': 'session=mine', ...(said === '' ? {} : { 'cache-control': said }) };
      const { images, upstream } = await passing({ headers, body: sheet });
      for (let client = 0; client < 2; client++) {
        const answer = await get(images, '/a.css');
        expect(JSON.stringify(answer.headers)).not.toContain('mine');
        expect(answer.headers['cache-control']).toMatch(told);
      }
      expect(upstream.asked).toHaveLength(times);
    },
  );

  it('says of its lifetime what its origin says, word by word, and what the endpoint decides otherwise', async () => {
    const control = 'max-age=60, s-maxage=30, x-own="a, b", no-transform';
    const headers = { ...css, 'cache-control': control, 'cdn-cache-control': 'max-age=9', expires: 'never' };
    const { images } = await passing({ headers, body: sheet });
    expect((await get(images, '/a.css')).headers).toMatchObject({ ...headers, 'content-type': css['content-type'] });
    const bounded = await passing({ headers, body: sheet }, { ttl: { policy: 'atMost', lifetime: 20 } });
    const answer = await get(bounded.images, '/a.css');
    expect(answer.headers['cache-control']).toMatch(/s-maxage=20, max-age=20/);
    expect(answer.headers).not.toHaveProperty('cdn-cache-control');
    expect(answer.headers).not.toHaveProperty('expires');
  });

  it('answers HEAD as GET, without the body, from one question', async () => {
    const { images, upstream } = await passing({ headers: css, body: longSheet });
    for (const coding of ['identity', 'gzip', 'br']) {
      const headers = { 'accept-encoding': coding };
      const head = await images.handle({ method: 'HEAD', target: '/a.css', mount: '', headers });
      const got = await get(images, '/a.css', headers);
      expect(head?.body).toBeUndefined();
      expect(got.headers['content-length']).toBe(String(got.body?.length));
      const { age: _a, 'cache-status': _s, ...same } = head?.headers ?? {};
      expect(got.headers).toMatchObject(same);
    }
    expect(upstream.asked).toHaveLength(1);
  });

  it('may be empty', async () => {
    const { images, upstream } = await passing({ headers: css, body: '' });
    for (const round of ['fetched', 'kept']) {
      const answer = await get(images, '/a.css', { 'accept-encoding': 'gzip' });
      expect([answer.status, answer.headers['content-length'], answer.body?.length], round).toEqual([200, '0', 0]);
      expect(answer.headers, round).not.toHaveProperty('content-encoding');
    }
    expect(upstream.asked).toHaveLength(1);
    const { etag } = (await get(images, '/a.css')).headers;
    expect((await get(images, '/a.css', { 'if-none-match': etag })).status).toBe(304);
  });

  it('is no larger than originals may be', async () => {
    const limits = { bytes: 1000 };
    const { images } = await passing({ headers: css, body: 'x'.repeat(1001) }, { limits });
    expect([(await get(images, '/a.css')).status]).toEqual([413]);
    const small = await passing({ headers: css, body: 'x'.repeat(1000) }, { limits });
    expect((await get(small.images, '/a.css')).status).toBe(200);
  });

  it('may be coded by its origin, and then stays as it came', async () => {
    const body = gzipSync(longSheet);
    const headers = { ...css, 'content-encoding': 'gzip', 'content-md5': 'of these bytes', etag: '"coded"' };
    const { images, upstream } = await passing({ headers, body });
    const answer = await get(images, '/a.css', { 'accept-encoding': 'br' });
    expect(answer.headers).toMatchObject(headers);
    expect(Buffer.compare(answer.body ?? Buffer.of(), body)).toBe(0);
    expect(upstream.asked[0]?.headers['accept-encoding']).toBe('identity');
  });
});

describe('an answer of another status', () => {
  it.each([
    [203, {}],
    [204, {}],
    [299, {}],
    [301, { location: '/elsewhere.css' }],
    [308, { location: 'https://other.example/a' }],
    [403, {}],
    [418, {}],
    [500, {}],
    [503, { 'retry-after': '120' }],
  ] as const)('%i is passed on with %j, and kept only with a lifetime of its own', async (status, own) => {
    const said = { status, headers: { ...css, ...own }, body: sheet };
    const { images, upstream, clock } = await passing(said);
    for (const count of [1, 2]) {
      const answer = await get(images, '/a.css');
      expect(answer.status).toBe(status);
      expect(answer.headers).toMatchObject(own);
      expect(text(answer.body)).toBe(status === 204 ? '' : sheet);
      expect(upstream.asked).toHaveLength(count);
    }
    upstream.say({ ...said, headers: { ...said.headers, 'cache-control': 'max-age=60' } });
    for (const _ of 'ab') {
      const answer = await get(images, '/a.css');
      expect([answer.status, answer.headers['cache-control']]).toEqual([status, 'max-age=60']);
      expect(text(answer.body)).toBe(status === 204 ? '' : sheet);
    }
    expect(upstream.asked).toHaveLength(3);
    clock.advance(60);
    await get(images, '/a.css');
    expect(upstream.asked).toHaveLength(4);
  });

  it.each([400, 403, 429, 500, 502, 503, 504])('%i without a lifetime is for nobody to keep', async (status) => {
    const { images } = await passing({ status, headers: css, body: sheet });
    const { headers } = await get(images, '/a.css');
    expect(headers['cache-control']).toBe('no-store');
    expect(headers).not.toHaveProperty('etag');
  });

  it.each([404, 410])('%i is passed on with its page, and kept as an absence is', async (status) => {
    const { images, upstream, clock } = await passing({ status, headers: css, body: sheet });
    for (const _ of 'ab') {
      const answer = await get(images, '/a.css');
      expect([answer.status, text(answer.body)]).toEqual([status, sheet]);
      expect(answer.headers['cache-control']).toMatch(/max-age=10\b/);
    }
    expect(upstream.asked).toHaveLength(1);
    clock.advance(10);
    await get(images, '/a.css');
    expect(upstream.asked).toHaveLength(2);
  });

  it('is not written to the disk', async () => {
    const directory = await temporaryFolder();
    const headers = { ...css, 'cache-control': 'max-age=60' };
    const { images } = await passing({ status: 404, headers, body: sheet }, { store: files(directory) });
    await get(images, '/a.css');
    await images.close();
    expect(await storedTexts(directory)).toEqual([]);
  });

  it('falls through where it is an absence and the mount wants that', async () => {
    const { images, upstream } = await passing({ status: 404, headers: css, body: sheet });
    const ask = () =>
      images.handle({ method: 'GET', target: '/a.css', mount: '', headers: {}, options: { fallthrough: true } });
    expect(await ask()).toBeUndefined();
    expect((await get(images, '/a.css')).status).toBe(404);
    expect(await ask()).toBeUndefined();
    upstream.say({ headers: css, body: sheet });
    await images.purge('/a.css');
    expect(await ask()).toMatchObject({ status: 200 });
  });

  it('is not answered by 304, whatever the client has', async () => {
    const headers = {
      ...css,
      etag: '"e"',
      'cache-control': 'max-age=60',
      'last-modified': 'Mon, 06 May 2024 11:00:00 GMT',
    };
    const { images } = await passing({ status: 404, headers, body: sheet });
    const condition = {
      'if-none-match': '"e"',
      'if-modified-since': 'Mon, 06 May 2024 11:00:00 GMT',
      range: 'bytes=0-1',
    };
    const answer = await get(images, '/a.css', condition);
    expect([answer.status, text(answer.body)]).toEqual([404, sheet]);
  });
});

describe('the entity tag of what is passed on', () => {
  it.each(['"strong"', 'W/"weak"', '"with, comma"', 'without-quotes'])(
    'is its own where it has one: %s',
    async (etag) => {
      const { images } = await passing({ headers: { ...css, etag }, body: longSheet });
      const answer = await get(images, '/a.css');
      expect(answer.headers.etag).toBe(etag);
      const again = await get(images, '/a.css', { 'if-none-match': etag });
      expect([again.status, again.headers.etag]).toEqual([304, etag]);
    },
  );

  it('is ours and strong where it has none, and another for other bytes', async () => {
    const { images, upstream } = await passing({ headers: css, body: sheet });
    const first = await get(images, '/a.css');
    expect(first.headers.etag).toMatch(/^"[^"]+"$/);
    expect((await get(images, '/a.css', { 'if-none-match': first.headers.etag })).status).toBe(304);
    upstream.say({ headers: css, body: sheet.toUpperCase() });
    await images.purge('/a.css');
    const second = await get(images, '/a.css', { 'if-none-match': first.headers.etag });
    expect(second.status).toBe(200);
    expect(second.headers.etag).not.toBe(first.headers.etag);
  });

  it('makes the next question conditional, and a 304 keeps the bytes', async () => {
    const headers = { ...css, etag: '"1"', 'cache-control': 'max-age=60' };
    const { images, upstream, clock } = await passing({ headers, body: sheet });
    await get(images, '/a.css');
    clock.advance(60);
    upstream.say({ status: 304, headers: { etag: '"1"', 'cache-control': 'max-age=90', 'x-new': 'yes' } });
    const answer = await get(images, '/a.css');
    expect(upstream.asked[1]?.headers['if-none-match']).toBe('"1"');
    expect([answer.status, text(answer.body)]).toEqual([200, sheet]);
    expect(answer.headers).toMatchObject({ 'cache-control': 'max-age=90', 'x-new': 'yes', ...css });
    clock.advance(89);
    await get(images, '/a.css');
    expect(upstream.asked).toHaveLength(2);
  });
});

/** The bytes of an answer, whatever its coding. */
function decoded({ headers, body = Buffer.of() }: HttpResponse): string {
  const coding = headers['content-encoding'];
  if (coding === 'gzip') return text(gunzipSync(body));
  return text(coding === 'br' ? brotliDecompressSync(body) : body);
}

describe('a text of a kilobyte and more', () => {
  it.each([
    [undefined, undefined],
    ['', undefined],
    ['identity', undefined],
    ['gzip', 'gzip'],
    ['x-gzip', 'gzip'],
    ['br', 'br'],
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip;q=1, br;q=0.5', 'gzip'],
    ['gzip;q=0.5, br;q=0.5', 'br'],
    ['GZIP, BR;q=0', 'gzip'],
    ['*', 'br'],
    ['*;q=0.1, br;q=0', 'gzip'],
    ['br;q=0, gzip;q=0', undefined],
    ['gzip;q=0.2, identity;q=0.9', undefined],
    ['deflate, zstd', undefined],
    ['br;q=nonsense', undefined],
    ['bro', undefined],
  ])('is answered to Accept-Encoding %s in %s', async (acceptEncoding, coding) => {
    const { images } = await passing({ headers: css, body: longSheet });
    const accept: HttpHeaders = { 'accept-encoding': acceptEncoding };
    for (const round of ['made', 'kept']) {
      const answer = await get(images, '/a.css', accept);
      expect(answer.headers['content-encoding'], round).toBe(coding);
      expect(decoded(answer), round).toBe(longSheet);
      expect(answer.headers, round).toMatchObject({ ...css, vary: 'Accept-Encoding' });
      expect(answer.headers['content-length'], round).toBe(String(answer.body?.length));
      if (coding !== undefined) expect(answer.body?.length).toBeLessThan(longSheet.length / 4);
    }
  });

  it('has a strong tag for each coding, and 304 for the tag of that coding alone', async () => {
    const { images, upstream } = await passing({ headers: { ...css, etag: '"own"' }, body: longSheet });
    const codings = ['identity', 'gzip', 'br'];
    const answers = await Promise.all(codings.map((coding) => get(images, '/a.css', { 'accept-encoding': coding })));
    const tags = answers.map(({ headers }) => tag(headers.etag));
    expect(tags[0]).toBe('"own"');
    expect(new Set(tags).size).toBe(3);
    for (const each of tags) expect(each).toMatch(/^"[^"]+"$/);
    for (const [at, coding] of codings.entries()) {
      for (const [other, held] of tags.entries()) {
        const headers = { 'accept-encoding': coding, 'if-none-match': held };
        const answer = await get(images, '/a.css', headers);
        expect([coding, held, answer.status]).toEqual([coding, held, at === other ? 304 : 200]);
        expect(answer.headers).toMatchObject({ vary: 'Accept-Encoding', etag: tags[at] });
      }
    }
    expect(upstream.asked).toHaveLength(1);
  });

  it('does not call a weak tag of its origin its own once it is coded', async () => {
    const { images } = await passing({ headers: { ...css, etag: 'W/"own"' }, body: longSheet });
    const answer = await get(images, '/a.css', { 'accept-encoding': 'br' });
    expect(answer.headers.etag).not.toContain('own');
  });

  it('keeps what its origin says of Vary beside the coding', async () => {
    const { images } = await passing({ headers: { ...css, vary: 'Origin' }, body: longSheet });
    for (const coding of ['gzip', 'identity']) {
      expect((await get(images, '/a.css', { 'accept-encoding': coding })).headers.vary).toBe('Origin, Accept-Encoding');
    }
  });

  it('loses the digests of its plain bytes when it is coded, and only then', async () => {
    const digests = { 'content-md5': 'm', digest: 'd', 'content-digest': 'c', 'repr-digest': 'r' };
    const { images } = await passing({ headers: { ...css, ...digests }, body: longSheet });
    expect((await get(images, '/a.css')).headers).toMatchObject(digests);
    const { headers } = await get(images, '/a.css', { 'accept-encoding': 'gzip' });
    for (const name of Object.keys(digests)) expect(headers).not.toHaveProperty(name);
  });

  it.each<[string, Said]>([
    ['is a byte too short', { headers: css, body: 'x'.repeat(1023) }],
    ['is of a type that is compressed already', { headers: { 'content-type': 'font/woff2' }, body: longSheet }],
    ['has no type', { body: longSheet }],
    ['must not be transformed', { headers: { ...css, 'cache-control': 'no-transform' }, body: longSheet }],
    ['is no found original', { status: 404, headers: css, body: longSheet }],
  ])('is not coded where it %s', async (_why, said) => {
    const { images } = await passing(said);
    const answer = await get(images, '/a.css', { 'accept-encoding': 'gzip, br' });
    expect(answer.headers).not.toHaveProperty('content-encoding');
    expect(answer.headers).not.toHaveProperty('vary');
    expect(text(answer.body)).toBe(said.body);
  });

  it('is coded from exactly one kilobyte on', async () => {
    const { images } = await passing({ headers: css, body: 'x'.repeat(1024) });
    expect((await get(images, '/a.css', { 'accept-encoding': 'gzip' })).headers['content-encoding']).toBe('gzip');
  });

  it('is coded once for all who wait', async () => {
    const { images, upstream } = await passing({ headers: css, body: longSheet });
    const clients = Array.from({ length: 20 }, () => get(images, '/a.css', { 'accept-encoding': 'br' }));
    const answers = await Promise.all(clients);
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
    expect(upstream.asked).toHaveLength(1);
    const [status] = [(await get(images, '/a.css')).headers['cache-status']];
    expect(status).toMatch(/^tintype; hit/);
  });
});

/** What of the objects in a files store holds a text of ours, coded or not, by file. */
async function storedTexts(directory: string): Promise<readonly string[]> {
  const entries = await readdir(join(directory, 'objects'), { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

describe('what is passed on is kept', () => {
  it('in memory', async () => {
    const { images, upstream } = await passing({ headers: css, body: sheet });
    expect((await get(images, '/a.css')).headers['cache-status']).toBe(
      'tintype; fwd=uri-miss; fwd-status=200; ttl=31536000; stored; detail=origin',
    );
    expect((await get(images, '/a.css')).headers['cache-status']).toBe('tintype; hit; ttl=31536000; detail=memory');
    expect(upstream.asked).toHaveLength(1);
  });

  it('in the files of an endpoint that is restarted, each coding too', async () => {
    const directory = await temporaryFolder();
    const headers = { ...css, 'cache-control': 'max-age=60', 'x-own': 'yes' };
    const stored = () => ({ store: patient(files(directory)), journal: fileJournal(join(directory, 'journal')) });
    const { upstream, images, clock } = await passing({ headers, body: longSheet }, stored());
    const codings = ['identity', 'gzip', 'br'];
    const before = [];
    for (const coding of codings) before.push(await get(images, '/a.css', { 'accept-encoding': coding }));
    await images.close();
    await upstream.close();
    clock.advance(59);
    const again = openEngine({ origin: web(upstream.url), clock, passthrough: true, ...stored() });
    for (const [at, coding] of codings.entries()) {
      const answer = await get(again, '/a.css', { 'accept-encoding': coding });
      expect(answer.headers['cache-status']).toMatch(/^tintype; hit; ttl=1; detail=files/);
      expect(answer.headers).toMatchObject({ etag: before[at]?.headers.etag, 'x-own': 'yes', age: '59', ...css });
      expect(decoded(answer)).toBe(longSheet);
    }
    expect(again.stats().originReads).toBe(0);
    clock.advance(1);
    expect((await get(again, '/a.css')).status).toBe(502);
  });
});

describe('a purge of what is passed on', () => {
  /** A text for each path, query and language, of a version. */
  const saying =
    (version: number): Saying =>
    ({ url, headers }) => ({
      headers: { ...css, vary: 'Accept-Language', 'cache-tag': 'texts', 'cache-control': 'max-age=600' },
      body: `${url} in ${headers['accept-language']} version ${version}\n`.padEnd(1100, '.'),
    });

  const questions: readonly (readonly [target: string, headers: HttpHeaders])[] = ['', '?a=1', '?a=2&b'].flatMap(
    (query) =>
      ['de', 'fr'].flatMap((language) =>
        ['identity', 'gzip', 'br'].map(
          (coding) => [`/a/b.css${query}`, { 'accept-language': language, 'accept-encoding': coding }] as const,
        ),
      ),
  );

  const versionsShown = async (images: Tintype): Promise<readonly string[]> => {
    const shown = new Set<string>();
    for (const [target, headers] of questions) {
      const answer = await get(images, target, headers);
      const [, url, language, version] = /^(\S*) in (\S+) version (\d)/.exec(decoded(answer)) ?? [];
      expect([url, language]).toEqual([target, headers['accept-language']]);
      shown.add(version ?? '');
    }
    return [...shown];
  };

  const origin: WebOptions = { forward: ['accept-language'], query: true };

  it.each<[string, PurgeRequest]>([
    ['its path', '/a/b.css'],
    ['a prefix', '/a/*'],
    ['a tag of its origin', { tag: 'texts' }],
    ['everything', { all: true }],
  ])('by %s reaches every query, every variant and every coding at once', async (_by, target) => {
    const { images, upstream } = await passing(saying(1), { web: origin });
    expect(await versionsShown(images)).toEqual(['1']);
    const asked = upstream.asked.length;
    expect(asked).toBe(6);
    upstream.say(saying(2));
    expect(await versionsShown(images)).toEqual(['1']);
    expect(upstream.asked).toHaveLength(asked);
    await images.purge(target);
    expect(await versionsShown(images)).toEqual(['2']);
    expect(upstream.asked).toHaveLength(asked + 6);
  });

  it('by another path reaches nothing', async () => {
    const { images, upstream } = await passing(saying(1), { web: origin });
    await versionsShown(images);
    await images.purge('/a/b.css.map');
    await images.purge('/a/b/*');
    await images.purge({ tag: 'text' });
    await versionsShown(images);
    expect(upstream.asked).toHaveLength(6);
  });

  it.each<[PurgeMode, boolean]>([
    ['revalidate', false],
    ['force', true],
    ['takedown', true],
  ])(
    'in mode %s that finds the same bytes gives what has no tag of its own another one: %s',
    async (mode, isAnother) => {
      const { images } = await passing({ headers: css, body: longSheet });
      for (const coding of ['identity', 'br']) {
        const before = await get(images, '/a.css', { 'accept-encoding': coding });
        await images.purge('/a.css', { mode });
        const after = await get(images, '/a.css', { 'accept-encoding': coding });
        expect([coding, after.headers.etag !== before.headers.etag]).toEqual([coding, isAnother]);
        expect(decoded(after)).toBe(longSheet);
      }
    },
  );

  it('by takedown leaves no byte of it in the store and in memory', async () => {
    const directory = await temporaryFolder();
    const store = files(directory);
    const { images, upstream } = await passing(saying(1), { web: origin, store, journal: memoryJournal() });
    await versionsShown(images);
    // Six variants of three codings, and for each query the record of either language and the newest.
    await expect.poll(async () => (await storedTexts(directory)).length).toBe(18 + 9);
    expect(images.stats().stores.memory.entries).toBe(18);
    upstream.say({ status: 404 });
    const result = await images.purge('/a/b.css', { mode: 'takedown', wait: 'all' });
    expect(result.state).toBe('completed');
    expect(await storedTexts(directory)).toEqual([]);
    expect(images.stats().stores.memory.entries).toBe(0);
    for (const [target, headers] of questions) expect((await get(images, target, headers)).status).toBe(404);
  });
});

describe('an endpoint with a watermark', () => {
  const marked = async (said: Said, options: Partial<TintypeOptions> = {}) => {
    const mark = await sharp({ create: { width: 16, height: 16, channels: 3, background: '#ff0000' } })
      .png()
      .toBuffer();
    return passing(({ url }) => (url === '/mark.png' ? { body: mark } : said), {
      watermark: { path: '/mark.png' },
      ...options,
    });
  };

  it('still passes on style sheets', async () => {
    const { images } = await marked({ headers: css, body: sheet });
    const answer = await get(images, '/a.css');
    expect([answer.status, text(answer.body)]).toEqual([200, sheet]);
  });

  it('passes on no picture without its mark', async () => {
    const { images } = await marked({ headers: { 'cache-control': 'no-transform' }, body: await pictureOf(255) });
    const { data } = await sharp((await get(images, '/a.png')).body)
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([...data.subarray(0, 3)]).toEqual([255, 0, 0]);
  });

  it.each<[string, (picture: Buffer) => Said]>([
    ['is coded', (picture) => ({ headers: { 'content-encoding': 'gzip' }, body: gzipSync(picture) })],
    ['comes with status 203', (body) => ({ status: 203, body })],
    ['is on the page of an absence', (body) => ({ status: 404, headers: { 'content-type': 'image/png' }, body })],
  ])('passes on no picture without its mark that %s', async (_how, say) => {
    const said = say(await pictureOf(255));
    const { images } = await marked({ ...said, headers: { 'content-type': 'image/png', ...said.headers } });
    const { body = Buffer.of(), headers, status } = await get(images, '/a.png');
    const bytes = headers['content-encoding'] === 'gzip' ? gunzipSync(body) : Buffer.from(body);
    expect([status, bytes.includes('IHDR')]).not.toEqual([said.status ?? 200, true]);
  });
});

describe('a folder', () => {
  it.each([
    ['a.css', 'text/css; charset=utf-8'],
    ['a.js', 'text/javascript; charset=utf-8'],
    ['a.svg', 'image/svg+xml'],
    ['a.woff2', 'font/woff2'],
    ['a.html', 'text/html; charset=utf-8'],
    ['a', 'application/octet-stream'],
    ['a.unheard-of', 'application/octet-stream'],
  ])('passes on %s as %s', async (name, type) => {
    const directory = await temporaryFolder();
    await writeFile(join(directory, name), sheet);
    const images = openEngine({ origin: folder(directory), clock: manualClock(), passthrough: true });
    const answer = await get(images, `/${name}`);
    expect([answer.status, text(answer.body)]).toEqual([200, sheet]);
    expect(answer.headers['content-type']).toBe(type);
    expect(answer.headers.etag).toMatch(/^"/);
  });

  it('shows an edited file after a second, in every coding', async () => {
    const directory = await temporaryFolder();
    const file = join(directory, 'a.css');
    await writeFile(file, longSheet);
    const clock = manualClock();
    const images = openEngine({ origin: folder(directory), clock, passthrough: true });
    const codings = ['identity', 'gzip', 'br'];
    const before = [];
    for (const coding of codings) before.push(await get(images, '/a.css', { 'accept-encoding': coding }));
    await writeFile(file, longSheet.toUpperCase());
    clock.advance(0.999);
    expect(decoded(await get(images, '/a.css'))).toBe(longSheet);
    clock.advance(0.001);
    for (const [at, coding] of codings.entries()) {
      const answer = await get(images, '/a.css', { 'accept-encoding': coding });
      expect(decoded(answer)).toBe(longSheet.toUpperCase());
      expect(answer.headers.etag).not.toBe(before[at]?.headers.etag);
    }
    expect(await readFile(file, 'utf8')).toBe(longSheet.toUpperCase());
  });

  it('has nothing at a file that is removed, after a second', async () => {
    const directory = await temporaryFolder();
    await writeFile(join(directory, 'a.css'), '');
    const clock = manualClock();
    const images = openEngine({ origin: folder(directory), clock, passthrough: true });
    const answer = await get(images, '/a.css');
    expect([answer.status, answer.headers['content-length']]).toEqual([200, '0']);
    expect((await get(images, '/b.css')).status).toBe(404);
  });
});

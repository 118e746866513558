import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  fileJournal,
  files,
  folder,
  type HttpHeaders,
  type Store,
  type Tintype,
  type TintypeOptions,
  web,
} from '@tintype/core';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { get } from './support/client.ts';
import { openEngine } from './support/engines.ts';
import { heldStore } from './support/held-store.ts';
import { type ManualClock, manualClock } from './support/manual-clock.ts';
import { patient } from './support/patient-store.ts';
import { temporaryFolder } from './support/temporary-folder.ts';
import { openUpstream, type Said, type Upstream } from './support/upstream.ts';

const modified = 'Mon, 06 May 2024 11:00:00 GMT';
const picture = '/a.png?w=40&format=webp';
const sheet = '/a.css';
const content = Array.from({ length: 200 }, (_, line) => `.rule-${line} { order: ${line} }\n`).join('');

interface Site {
  readonly upstream: Upstream;
  readonly images: Tintype;
  readonly clock: ManualClock;
  say(changes: Partial<Said>): void;
}

let photo: Buffer;
let otherPhoto: Buffer;
beforeAll(async () => {
  const noise = (seed: number) => Buffer.from(Array.from({ length: 60 * 40 * 3 }, (_, at) => (at * seed) % 251));
  const encode = (seed: number) =>
    sharp(noise(seed), { raw: { width: 60, height: 40, channels: 3 } })
      .png()
      .toBuffer();
  [photo, otherPhoto] = await Promise.all([encode(7919), encode(104_729)]);
});

const headersOf = (more: Said['headers'] = {}) => ({
  'last-modified': modified,
  date: 'Mon, 06 May 2024 12:00:00 GMT',
  'cache-control': 'max-age=600',
  ...more,
});

async function openSite(options: Partial<TintypeOptions> = {}, more: Said['headers'] = {}): Promise<Site> {
  const said = { picture: photo as Uint8Array, headers: headersOf(more) };
  const upstream = await openUpstream(({ url = '' }) =>
    url.endsWith('.css')
      ? { headers: { 'content-type': 'text/css', ...said.headers }, body: content }
      : { headers: said.headers, body: said.picture },
  );
  const clock = manualClock();
  const images = openEngine({ origin: web(upstream.url), clock, passthrough: true, ...options });
  return {
    upstream,
    images,
    clock,
    say({ body, headers }) {
      if (body instanceof Uint8Array) said.picture = body;
      if (headers !== undefined) said.headers = headersOf(headers);
    },
  };
}

/** Each kind of thing of which parts may be asked for. */
const kinds = [
  ['a derivative', picture],
  ['an asset', sheet],
] as const;

describe.each(kinds)('a range of %s', (_kind, target) => {
  it.each<[range: string, (length: number) => readonly [first: number, last: number]]>([
    ['bytes=0-0', () => [0, 0]],
    ['bytes=0-99', () => [0, 99]],
    ['bytes=10-19', () => [10, 19]],
    ['bytes=100-', (length) => [100, length - 1]],
    ['bytes=0-', (length) => [0, length - 1]],
    ['bytes=-30', (length) => [length - 30, length - 1]],
    ['bytes=-999999', (length) => [0, length - 1]],
    ['bytes=50-999999', (length) => [50, length - 1]],
    ['bytes=0-99999999999999999999999', (length) => [0, length - 1]],
    ['BYTES=5-9', () => [5, 9]],
    ['bytes= 5-9 ', () => [5, 9]],
    ['bytes=,5-9,', () => [5, 9]],
  ])('%s is answered 206 with just these bytes', async (range, bounds) => {
    const { images } = await openSite();
    for (const round of ['fresh', 'kept']) {
      const answer = await get(images, target, { range });
      const whole = await get(images, target);
      const length = whole.body?.length ?? 0;
      const [first, last] = bounds(length);
      expect(answer.status, round).toBe(206);
      expect(answer.headers, round).toMatchObject({
        'content-range': `bytes ${first}-${last}/${length}`,
        'content-length': String(last - first + 1),
        'content-type': whole.headers['content-type'],
        'accept-ranges': 'bytes',
        etag: whole.headers.etag,
        'last-modified': modified,
        'cache-control': whole.headers['cache-control'],
        date: 'Mon, 06 May 2024 12:00:00 GMT',
      });
      expect(Buffer.compare(answer.body ?? Buffer.of(), (whole.body ?? Buffer.of()).subarray(first, last + 1))).toBe(0);
    }
  });

  it.each([
    'bytes=9-5',
    'bytes=a-b',
    'bytes=-',
    'bytes=5',
    'bytes=1-2x',
    'bytes = 1-2',
    'bytes:1-2',
    'lines=1-2',
    'bytes=0-1,3-4',
    'bytes=0-1,999999-',
    `bytes=${'0-,'.repeat(1000)}`,
    '1-2',
    '',
  ])('%s is none: the whole is answered', async (range) => {
    const { images } = await openSite();
    const answer = await get(images, target, { range });
    const whole = await get(images, target);
    expect([answer.status, answer.body?.length]).toEqual([200, whole.body?.length]);
    expect(answer.headers).not.toHaveProperty('content-range');
    expect(answer.headers['accept-ranges']).toBe('bytes');
  });

  it.each(['bytes=999999-', 'bytes=999999-1000000', 'bytes=-0', 'bytes=99999999999999999999999-'])(
    '%s lies outside: 416 with the length, for nobody to keep',
    async (range) => {
      const { images } = await openSite();
      const answer = await get(images, target, { range });
      const { body } = await get(images, target);
      expect(answer.status).toBe(416);
      expect(answer.headers).toMatchObject({ 'content-range': `bytes */${body?.length}`, 'cache-control': 'no-store' });
      expect(answer.headers).not.toHaveProperty('etag');
      const last = await get(images, target, { range: `bytes=${(body?.length ?? 0) - 1}-` });
      expect([last.status, last.body?.length]).toEqual([206, 1]);
    },
  );

  it('is the whole to HEAD', async () => {
    const { images } = await openSite();
    const whole = await get(images, target);
    const head = await images.handle({ method: 'HEAD', target, mount: '', headers: { range: 'bytes=0-9' } });
    expect(head).toMatchObject({ status: 200, body: undefined });
    expect(head?.headers['content-length']).toBe(String(whole.body?.length));
    expect(head?.headers).not.toHaveProperty('content-range');
  });

  it('is never asked of the origin', async () => {
    const { images, upstream } = await openSite();
    await get(images, target, { range: 'bytes=0-9', 'if-range': '"x"', 'if-match': '*' });
    await images.purge({ all: true });
    await get(images, target, { range: 'bytes=0-9' });
    for (const { headers } of upstream.asked) {
      for (const name of ['range', 'if-range', 'if-match']) expect(headers).not.toHaveProperty(name);
    }
  });

  it('comes from a file of another process as from memory', async () => {
    const directory = await temporaryFolder();
    const stored = () => ({ store: patient(files(directory)), journal: fileJournal(join(directory, 'journal')) });
    const { images, upstream, clock } = await openSite(stored());
    const whole = await get(images, target);
    await images.close();
    const other = openEngine({ origin: web(upstream.url), clock, passthrough: true, ...stored() });
    const details = [];
    for (const _ of 'ab') {
      const answer = await get(other, target, { range: 'bytes=7-11' });
      expect(Buffer.compare(answer.body ?? Buffer.of(), (whole.body ?? Buffer.of()).subarray(7, 12))).toBe(0);
      expect(answer.status).toBe(206);
      details.push(/detail=(\w+)/.exec(answer.headers['cache-status'] ?? '')?.[1]);
    }
    expect(details).toEqual(['files', 'memory']);
    expect(other.stats()).toMatchObject({ originReads: 0, renders: 0 });
  });

  it('of many clients at once costs one question and one render', async () => {
    const { images, upstream } = await openSite();
    const clients = Array.from({ length: 30 }, (_, at) => get(images, target, { range: `bytes=${at}-${at + 9}` }));
    const answers = await Promise.all(clients);
    const { body = Buffer.of() } = await get(images, target);
    for (const [at, answer] of answers.entries()) {
      expect(answer.status).toBe(206);
      expect(Buffer.compare(answer.body ?? Buffer.of(), body.subarray(at, at + 10))).toBe(0);
    }
    expect(upstream.asked).toHaveLength(1);
    expect(images.stats().renders).toBe(target === picture ? 1 : 0);
  });

  it('is a part of what is stale, where that is served', async () => {
    const { images, upstream, clock, say } = await openSite({ ttl: { staleIfError: 600 } });
    say({ headers: { 'cache-control': 'max-age=60' } });
    await get(images, target);
    await upstream.close();
    clock.advance(61);
    expect(await get(images, target, { range: 'bytes=0-9' })).toMatchObject({ status: 206, headers: { age: '61' } });
  });
});

describe.each(kinds)('If-Range on %s', (_kind, target) => {
  const range = 'bytes=0-9';

  it('with the tag that is current gives the part', async () => {
    const { images } = await openSite();
    const { etag } = (await get(images, target)).headers;
    expect((await get(images, target, { range, 'if-range': etag })).status).toBe(206);
    expect((await get(images, target, { range, 'if-range': ` ${etag} ` })).status).toBe(206);
  });

  it.each<[string, (tag: string) => string]>([
    ['a weak form of the tag', (tag) => `W/${tag}`],
    ['the tag without quotes', (tag) => tag.slice(1, -1)],
    ['a part of the tag', (tag) => `${tag.slice(0, -2)}"`],
    ['a list with the tag', (tag) => `"x", ${tag}`],
    ['any', () => '*'],
    ['nothing', () => ''],
    ['an earlier date', () => 'Mon, 06 May 2024 10:59:59 GMT'],
    ['a later date', () => 'Mon, 06 May 2024 11:00:01 GMT'],
    ['the date in another form', () => 'Monday, 06-May-24 11:00:00 GMT'],
    ['the date in ISO form', () => '2024-05-06T11:00:00Z'],
  ])('with %s gives the whole', async (_what, field) => {
    const { images } = await openSite();
    const whole = await get(images, target);
    const answer = await get(images, target, { range, 'if-range': field(whole.headers.etag ?? '') });
    expect([answer.status, answer.body?.length]).toEqual([200, whole.body?.length]);
  });

  it('that does not hold gives the whole even where the range lies outside', async () => {
    const { images } = await openSite();
    const { status } = await get(images, target, { range: 'bytes=999999-', 'if-range': '"old"' });
    expect(status).toBe(200);
  });

  it('with the date that is current gives the part of an asset where that date is a strong one, else the whole', async () => {
    const { images } = await openSite();
    const isAsset = target === sheet;
    expect((await get(images, target, { range, 'if-range': modified })).status).toBe(isAsset ? 206 : 200);
    const young = await openSite({}, { date: modified });
    expect((await get(young.images, target, { range, 'if-range': modified })).status).toBe(200);
  });
});

describe('If-Range after the original has changed', () => {
  it('gives the whole new picture', async () => {
    const { images, say } = await openSite();
    const before = await get(images, picture);
    say({ body: otherPhoto });
    await images.purge('/a.png');
    const answer = await get(images, picture, { range: 'bytes=5-', 'if-range': before.headers.etag });
    expect(answer.status).toBe(200);
    expect(answer.headers.etag).not.toBe(before.headers.etag);
    expect((await sharp(answer.body).metadata()).width).toBe(40);
    expect(Buffer.compare(answer.body ?? Buffer.of(), before.body ?? Buffer.of())).not.toBe(0);
    const rest = await get(images, picture, { range: 'bytes=5-', 'if-range': answer.headers.etag });
    expect(Buffer.compare(rest.body ?? Buffer.of(), (answer.body ?? Buffer.of()).subarray(5))).toBe(0);
  });

  it('does not hold by a date that the new picture would have too', async () => {
    const { images, say } = await openSite();
    await get(images, picture);
    say({ body: otherPhoto });
    await images.purge('/a.png');
    expect((await get(images, picture, { range: 'bytes=5-', 'if-range': modified })).status).toBe(200);
  });

  it('that is a tag of another derivative gives the whole', async () => {
    const { images } = await openSite();
    const { etag } = (await get(images, '/a.png?w=41&format=webp')).headers;
    expect((await get(images, picture, { range: 'bytes=5-', 'if-range': etag })).status).toBe(200);
  });

  it('that is a tag of another format of the same URL gives the whole', async () => {
    const { images } = await openSite();
    const negotiated = '/a.png?w=40&format=auto';
    const { etag } = (await get(images, negotiated, { accept: 'image/webp' })).headers;
    const answer = await get(images, negotiated, { range: 'bytes=0-9', 'if-range': etag });
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'image/png']);
    expect(answer.headers.vary).toBe('Accept');
    const part = await get(images, negotiated, { accept: 'image/webp', range: 'bytes=0-9', 'if-range': etag });
    expect([part.status, part.headers.vary]).toEqual([206, 'Accept']);
  });
});

describe('a coded asset', () => {
  it('has no ranges, and says so', async () => {
    const { images } = await openSite();
    const answer = await get(images, sheet, { range: 'bytes=0-9', 'accept-encoding': 'gzip' });
    expect([answer.status, answer.headers['content-encoding']]).toEqual([200, 'gzip']);
    expect(answer.headers).not.toHaveProperty('accept-ranges');
    expect(answer.headers).not.toHaveProperty('content-range');
  });

  it('of its origin has, of the bytes as they are', async () => {
    const { images } = await openSite({}, { 'content-encoding': 'br', etag: '"coded"' });
    const answer = await get(images, sheet, { range: 'bytes=0-9', 'if-range': '"coded"' });
    expect([answer.status, answer.headers['content-encoding'], answer.body?.length]).toEqual([206, 'br', 10]);
  });
});

describe('an asset of an origin with weak tags', () => {
  it('is never answered in part on a condition', async () => {
    const { images } = await openSite({}, { etag: 'W/"1"' });
    for (const field of ['W/"1"', '"1"']) {
      expect((await get(images, sheet, { range: 'bytes=0-9', 'if-range': field })).status).toBe(200);
    }
    expect((await get(images, sheet, { range: 'bytes=0-9' })).status).toBe(206);
  });
});

describe('an empty asset', () => {
  it.each([
    ['bytes=0-', 416],
    ['bytes=0-0', 416],
    ['bytes=-0', 416],
    ['bytes=-5', 200],
  ])('answers %s with %i', async (range, status) => {
    const directory = await temporaryFolder();
    await writeFile(join(directory, 'a.css'), '');
    const images = openEngine({ origin: folder(directory), clock: manualClock(), passthrough: true });
    const answer = await get(images, sheet, { range });
    expect(answer.status).toBe(status);
    if (status === 416) expect(answer.headers['content-range']).toBe('bytes */0');
  });
});

/** A store that tells of what it is asked for. */
function watched(): { readonly store: Store; readonly gets: string[]; readonly keys: () => readonly string[] } {
  const gets: string[] = [];
  const store = heldStore();
  return {
    gets,
    keys: store.keys,
    store: {
      ...store,
      get(key) {
        gets.push(key);
        return store.get(key);
      },
    },
  };
}

describe('a condition on a derivative', () => {
  it.each<[HttpHeaders, number]>([
    [{ 'if-match': '"another"' }, 412],
    [{ 'if-match': '"a", "b"' }, 412],
    [{ 'if-match': '' }, 412],
    [{ 'if-match': '*' }, 200],
    [{ 'if-unmodified-since': 'Mon, 06 May 2024 10:59:59 GMT' }, 412],
    [{ 'if-unmodified-since': modified }, 200],
    [{ 'if-unmodified-since': 'Mon, 06 May 2024 11:00:01 GMT' }, 200],
    [{ 'if-unmodified-since': 'lately' }, 200],
    [{ 'if-match': '*', 'if-unmodified-since': 'Mon, 06 May 2024 10:59:59 GMT' }, 200],
    [{ 'if-match': '"another"', 'if-none-match': '*' }, 412],
    [{ 'if-match': '*', 'if-none-match': '*' }, 304],
    [{ 'if-match': '"another"', range: 'bytes=999999-' }, 412],
    [{ 'if-none-match': '*', range: 'bytes=0-9' }, 304],
    [{ 'if-none-match': '"another"', range: 'bytes=0-9' }, 206],
    [{ 'if-none-match': '"another"', 'if-modified-since': modified }, 200],
    [{ 'if-modified-since': modified, range: 'bytes=999999-' }, 304],
  ])('%j is answered %i, and rendered only where bytes are sent', async (headers, status) => {
    const { images } = await openSite();
    const answer = await get(images, picture, headers);
    expect(answer.status).toBe(status);
    expect(images.stats().renders).toBe(status < 300 ? 1 : 0);
    if (status === 412) {
      expect(answer.headers).toMatchObject({
        'cache-control': 'no-store',
        'content-type': 'text/plain; charset=utf-8',
      });
      expect(answer.headers).not.toHaveProperty('content-range');
    }
    expect((await get(images, picture, headers)).status).toBe(status);
  });

  it('on its own tag is by strong comparison', async () => {
    const { images } = await openSite();
    const { etag = '' } = (await get(images, picture)).headers;
    const statuses = [];
    for (const field of [etag, `"x", ${etag}`, `W/${etag}`, `w/${etag}`, etag.slice(1, -1)]) {
      statuses.push((await get(images, picture, { 'if-match': field })).status);
    }
    expect(statuses).toEqual([200, 200, 412, 412, 412]);
    expect((await get(images, picture, { 'if-none-match': `W/${etag}` })).status).toBe(304);
  });

  it('is answered to HEAD as to GET', async () => {
    const { images } = await openSite();
    const ask = (headers: HttpHeaders) => images.handle({ method: 'HEAD', target: picture, mount: '', headers });
    expect(await ask({ 'if-match': '"another"' })).toMatchObject({ status: 412, body: undefined });
    expect(await ask({ 'if-none-match': '*' })).toMatchObject({ status: 304, body: undefined });
    expect(images.stats().renders).toBe(0);
  });

  it('does not matter where there is nothing', async () => {
    const upstream = await openUpstream({ status: 404 });
    const images = openEngine({ origin: web(upstream.url), clock: manualClock() });
    for (const headers of [{ 'if-match': '*' }, { 'if-none-match': '*' }, { range: 'bytes=0-9' }]) {
      expect((await get(images, picture, headers)).status).toBe(404);
    }
  });

  it('that is not fulfilled touches no bytes in the store', async () => {
    const { store, gets, keys } = watched();
    const { images, upstream, clock } = await openSite({ store });
    const { etag } = (await get(images, picture)).headers;
    // Record, original and derivative.
    await expect.poll(() => keys().length).toBe(3);
    const other = openEngine({ origin: web(upstream.url), clock, passthrough: true, store });
    gets.length = 0;
    expect((await get(other, picture, { 'if-none-match': etag })).status).toBe(304);
    expect((await get(other, picture, { 'if-match': '"another"' })).status).toBe(412);
    expect(gets.filter((key) => !key.startsWith('p:'))).toEqual([]);
    expect(other.stats()).toMatchObject({ originReads: 0, renders: 0, hits: { notModified: 1 } });
    expect((await get(other, picture)).status).toBe(200);
    expect(gets.some((key) => key.startsWith('d:'))).toBe(true);
  });
});

describe('a condition on an asset', () => {
  it.each<[HttpHeaders, number]>([
    [{ 'if-match': '"another"' }, 200],
    [{ 'if-unmodified-since': 'Mon, 06 May 2024 10:00:00 GMT' }, 200],
    [{ 'if-match': '"another"', range: 'bytes=0-9' }, 206],
    [{ 'if-none-match': '"1"' }, 304],
    [{ 'if-none-match': 'W/"1"' }, 304],
    [{ 'if-none-match': '"0", "1"' }, 304],
    [{ 'if-none-match': '"0"', 'if-modified-since': modified }, 200],
    [{ 'if-modified-since': modified }, 304],
    [{ 'if-modified-since': 'Mon, 06 May 2024 10:59:59 GMT' }, 200],
  ])(
    'of a web server: %j is answered %i, because its origin alone knows what else to match',
    async (headers, status) => {
      const { images } = await openSite({}, { etag: '"1"' });
      for (const _ of 'ab') expect((await get(images, sheet, headers)).status).toBe(status);
    },
  );

  it('of a web server without Last-Modified is by the date of the answer', async () => {
    const upstream = await openUpstream({
      headers: { etag: '"1"', date: 'Mon, 06 May 2024 12:00:00 GMT' },
      body: 'text',
    });
    const images = openEngine({ origin: web(upstream.url), clock: manualClock(), passthrough: true });
    const ask = async (date: string) => (await get(images, '/a', { 'if-modified-since': date })).status;
    expect(await ask('Mon, 06 May 2024 11:59:59 GMT')).toBe(200);
    expect(await ask('Mon, 06 May 2024 12:00:00 GMT')).toBe(304);
  });

  it('of a folder is ours to answer', async () => {
    const directory = await temporaryFolder();
    await writeFile(join(directory, 'a.css'), content);
    const images = openEngine({ origin: folder(directory), clock: manualClock(), passthrough: true });
    expect((await get(images, sheet, { 'if-match': '"another"' })).status).toBe(412);
    const { etag } = (await get(images, sheet)).headers;
    expect((await get(images, sheet, { 'if-match': etag })).status).toBe(200);
  });

  it('gives a 304 with the fields of the 200, but for those of its content', async () => {
    const { images } = await openSite(
      {},
      { etag: '"1"', 'content-location': '/a.1.css', 'x-own': 'yes', expires: '0' },
    );
    const whole = await get(images, sheet);
    const answer = await get(images, sheet, { 'if-none-match': '"1"' });
    const { 'content-type': _type, 'content-length': _length, 'cache-status': _status, ...kept } = whole.headers;
    expect(answer.headers).toMatchObject(kept);
    expect(answer.headers).toMatchObject({ 'content-location': '/a.1.css', 'x-own': 'yes', age: '0' });
    expect(answer.headers).not.toHaveProperty('content-type');
    expect(answer.headers).not.toHaveProperty('content-length');
  });
});

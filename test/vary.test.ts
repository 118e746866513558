import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import {
  fileJournal,
  files,
  type HttpHeaders,
  type HttpResponse,
  type Tintype,
  type TintypeOptions,
  type WebOptions,
  web,
} from '@tintype/core';
import { describe, expect, it } from 'vitest';
import { get } from './support/client.ts';
import { openEngine } from './support/engines.ts';
import { turns } from './support/late-origin.ts';
import { type ManualClock, manualClock } from './support/manual-clock.ts';
import { patient } from './support/patient-store.ts';
import { temporaryFolder } from './support/temporary-folder.ts';
import { openUpstream, type Said, type Upstream } from './support/upstream.ts';
import { pictureOf, versionOf } from './support/versioned-picture.ts';

interface Site {
  readonly upstream: Upstream;
  readonly images: Tintype;
  readonly clock: ManualClock;
}

/** What each language gets to see. */
const pictures: ReadonlyMap<string | undefined, Buffer> = new Map(
  await Promise.all(
    [undefined, 'de', 'fr', 'en'].map(async (language, at) => [language, await pictureOf(at + 1)] as const),
  ),
);
const [plain, german, french] = [1, 2, 3];

const byLanguage = ({ headers }: IncomingMessage): Buffer =>
  pictures.get(headers['accept-language']?.slice(0, 2)) ?? Buffer.of();

/** A site in several languages. */
async function openSite(
  said: Said['headers'],
  origin: WebOptions = { forward: ['accept-language'] },
  options: Partial<TintypeOptions> = {},
): Promise<Site> {
  const control = { 'cache-control': 'max-age=600' };
  const upstream = await openUpstream((request) => ({ headers: { ...control, ...said }, body: byLanguage(request) }));
  const clock = manualClock();
  return { upstream, clock, images: openEngine({ origin: web(upstream.url, origin), clock, ...options }) };
}

const shown = ({ body }: HttpResponse): Promise<number> => versionOf(body);
const speaking = (language: string | undefined): HttpHeaders =>
  language === undefined ? {} : { 'accept-language': language };
const askIn = (images: Tintype, language: string | undefined, target = '/a.png') =>
  get(images, target, speaking(language));

describe('two clients that differ in a forwarded field', () => {
  it('get each their own picture, as often as they ask', async () => {
    const { images, upstream } = await openSite({ vary: 'Accept-Language' });
    for (const _ of 'abc') {
      expect(await shown(await askIn(images, 'de'))).toBe(german);
      expect(await shown(await askIn(images, 'fr'))).toBe(french);
      expect(await shown(await askIn(images, undefined))).toBe(plain);
    }
    expect(upstream.asked.map(({ headers }) => headers['accept-language'])).toEqual(['de', 'fr', undefined]);
    expect(images.stats().renders).toBe(3);
  });

  it.each(['/a.png?w=8', '/a.png?format=auto'])(
    'also of derivatives, which vary as their original: %s',
    async (target) => {
      const { images } = await openSite({ vary: 'Accept-Language, Accept-Encoding, Origin' });
      const answers = [await askIn(images, 'de', target), await askIn(images, 'fr', target)];
      expect(await Promise.all(answers.map(shown))).toEqual([german, french]);
      expect(answers[0]?.headers.etag).not.toBe(answers[1]?.headers.etag);
      for (const { headers } of answers) {
        // What is not forwarded is the same for everybody.
        expect(headers.vary).toBe(target.includes('auto') ? 'Accept, accept-language' : 'accept-language');
      }
      const etag = answers[0]?.headers.etag;
      const again = await get(images, target, { ...speaking('de'), 'if-none-match': etag });
      expect([again.status, again.headers.vary?.toLowerCase()]).toEqual([304, answers[0]?.headers.vary?.toLowerCase()]);
      const other = await get(images, target, { ...speaking('fr'), 'if-none-match': etag });
      expect(other.status).toBe(200);
    },
  );

  it('share what does not vary by it, whoever asked first', async () => {
    const { images, upstream } = await openSite({});
    const answers = [await askIn(images, 'de'), await askIn(images, 'fr'), await askIn(images, undefined)];
    expect(await Promise.all(answers.map(shown))).toEqual([german, german, german]);
    expect(answers[1]?.headers).not.toHaveProperty('vary');
    expect(upstream.asked).toHaveLength(1);
  });

  it('are not told apart by what is not forwarded', async () => {
    const { images, upstream } = await openSite({ vary: 'Accept-Language, User-Agent, Cookie, X-Any' }, {});
    for (let client = 0; client < 20; client++) {
      const headers = {
        ...speaking('de'),
        'user-agent': `agent ${client}`,
        cookie: `id=${client}`,
        'x-any': `${client}`,
      };
      const answer = await get(images, '/a.png', headers);
      expect(answer.headers).not.toHaveProperty('vary');
      expect(await shown(answer)).toBe(plain);
    }
    expect(upstream.asked).toHaveLength(1);
    expect(images.stats().stores.memory.entries).toBe(2);
    for (const name of ['accept-language', 'cookie', 'x-any'])
      expect(upstream.asked[0]?.headers).not.toHaveProperty(name);
    expect(upstream.asked[0]?.headers['user-agent']).toBe('tintype');
  });

  it('are the same where they say the same in other words of HTTP', async () => {
    const { images, upstream } = await openSite({ vary: ' accept-LANGUAGE ,, ' });
    await get(images, '/a.png', { 'accept-language': 'de, fr' });
    for (const same of ['de,fr', ' de ,  fr', ['de', 'fr']]) await get(images, '/a.png', { 'accept-language': same });
    expect(upstream.asked).toHaveLength(1);
    for (const other of ['fr, de', 'de', 'DE, fr']) await get(images, '/a.png', { 'accept-language': other });
    expect(upstream.asked).toHaveLength(4);
  });

  it('are told apart by each of several fields, on several lines', async () => {
    const { images, upstream } = await openSite(
      { vary: ['Accept-Language', 'X-Theme'] },
      { forward: ['Accept-Language', 'X-Theme'] },
    );
    const clients = [
      {},
      { 'x-theme': 'dark' },
      { 'accept-language': 'de' },
      { 'accept-language': 'de', 'x-theme': 'dark' },
    ];
    for (const _ of 'ab') for (const headers of clients) await get(images, '/a.png', headers);
    expect(upstream.asked).toHaveLength(4);
  });

  it.each(['max-age=600', 'max-age=60, stale-while-revalidate=60'])(
    'still are past the lifetime ("%s")',
    async (control) => {
      const { images, upstream, clock } = await openSite({ vary: 'Accept-Language', 'cache-control': control });
      await askIn(images, 'de');
      await askIn(images, 'fr');
      clock.advance(control.includes('stale') ? 61 : 600);
      expect(await shown(await askIn(images, 'de'))).toBe(german);
      expect(await shown(await askIn(images, 'fr'))).toBe(french);
      await expect.poll(() => upstream.asked.length).toBe(4);
      expect(upstream.asked.slice(2).map(({ headers }) => headers['accept-language'])).toEqual(['de', 'fr']);
      expect(await shown(await askIn(images, 'de'))).toBe(german);
      expect(await shown(await askIn(images, 'fr'))).toBe(french);
    },
  );

  it('still are after a restart', async () => {
    const directory = await temporaryFolder();
    const stored = () => ({ store: patient(files(directory)), journal: fileJournal(join(directory, 'journal')) });
    const origin = { forward: ['accept-language'] };
    const { images, upstream, clock } = await openSite({ vary: 'Accept-Language' }, origin, stored());
    for (const language of ['de', 'fr', undefined]) await askIn(images, language);
    await images.close();
    const again = openEngine({ origin: web(upstream.url, origin), clock, ...stored() });
    expect(await shown(await askIn(again, undefined))).toBe(plain);
    expect(await shown(await askIn(again, 'de'))).toBe(german);
    expect(await shown(await askIn(again, 'fr'))).toBe(french);
    expect(await shown(await askIn(again, 'en'))).toBe(4);
    expect(upstream.asked).toHaveLength(4);
  });

  it('are each validated by what they were given', async () => {
    const upstream = await openUpstream((request) => {
      const etag = `"${request.headers['accept-language']}"`;
      const headers = { etag, vary: 'Accept-Language', 'cache-control': 'max-age=60' };
      if (request.headers['if-none-match'] === etag) return { status: 304, headers };
      return { headers, body: byLanguage(request) };
    });
    const clock = manualClock();
    const images = openEngine({ origin: web(upstream.url, { forward: ['accept-language'] }), clock });
    await askIn(images, 'de');
    await askIn(images, 'fr');
    clock.advance(60);
    expect(await shown(await askIn(images, 'fr'))).toBe(french);
    expect(await shown(await askIn(images, 'de'))).toBe(german);
    expect(upstream.asked.slice(2).map(({ headers }) => headers['if-none-match'])).toEqual(['"fr"', '"de"']);
    expect(images.stats()).toMatchObject({ revalidations: 2, renders: 2 });
  });

  it('say in Cache-Status why there was nothing for the second', async () => {
    const { images } = await openSite({ vary: 'Accept-Language' });
    const words = [];
    for (const language of ['de', 'fr', 'fr']) words.push((await askIn(images, language)).headers['cache-status']);
    expect(words.map((word) => word?.split('; ')[1])).toEqual(['fwd=uri-miss', 'fwd=vary-miss', 'hit']);
  });

  it('are told apart once their origin begins to vary, and no longer when it ends', async () => {
    const { images, upstream } = await openSite({});
    expect(await shown(await askIn(images, 'de'))).toBe(german);
    const vary = { vary: 'Accept-Language', 'cache-control': 'max-age=600' };
    upstream.say((request) => ({ headers: vary, body: byLanguage(request) }));
    await images.purge('/a.png');
    expect(await shown(await askIn(images, 'fr'))).toBe(french);
    expect(await shown(await askIn(images, 'de'))).toBe(german);
    upstream.say((request) => ({ headers: { 'cache-control': 'max-age=600' }, body: byLanguage(request) }));
    await images.purge('/a.png');
    expect(await shown(await askIn(images, 'fr'))).toBe(french);
    expect(await shown(await askIn(images, 'de'))).toBe(french);
  });
});

describe('requests at the same moment', () => {
  it('are collapsed only with those that say the same', async () => {
    const { images, upstream } = await openSite({ vary: 'Accept-Language' });
    const languages = ['de', 'fr', undefined, 'de', 'fr', undefined, 'de'];
    const answers = await Promise.all(languages.map((language) => askIn(images, language)));
    const expected = languages.map((language) => ({ de: german, fr: french })[language ?? ''] ?? plain);
    expect(await Promise.all(answers.map(shown))).toEqual(expected);
    expect(upstream.asked).toHaveLength(3);
  });

  it('with credentials ask each for itself', async () => {
    const { images, upstream } = await openSite({}, { forward: ['authorization'] });
    const delays = [upstream.delayNext(), upstream.delayNext(), upstream.delayNext()];
    const waiting = ['Basic YQ==', 'Basic YQ==', 'Basic Yg=='].map((authorization) =>
      get(images, '/a.png', { authorization }),
    );
    await Promise.all(delays.map(({ begun }) => begun));
    for (const delay of delays) delay.answer();
    for (const answer of await Promise.all(waiting)) expect(answer.status).toBe(200);
    expect(upstream.asked).toHaveLength(3);
  });
});

describe('Vary: *', () => {
  it.each<[string, string | string[]]>([
    ['alone', '*'],
    ['in a list', 'Accept-Language, *'],
    ['on another line', ['Accept-Language', '*']],
    ['as something that cannot be read', 'accept language'],
  ])('%s has the origin asked by everybody, and is said on', async (_how, vary) => {
    const { images, upstream } = await openSite({ vary });
    for (const count of [1, 2, 3]) {
      const answer = await askIn(images, 'de');
      expect(answer.headers.vary).toBe('*');
      expect(answer.headers['cache-control']).toMatch(/no-cache/);
      expect(upstream.asked).toHaveLength(count);
    }
  });

  it('does not let the negotiated type hide it', async () => {
    const { images } = await openSite({ vary: '*' });
    expect((await get(images, '/a.png?format=auto', { accept: 'image/webp' })).headers.vary).toBe('*');
  });

  it('is no reason to render again what a 304 says is the same', async () => {
    const upstream = await openUpstream(({ headers }) => {
      const said = { etag: '"1"', vary: '*' };
      return headers['if-none-match'] === '"1"' ? { status: 304, headers: said } : { headers: said, body: picture };
    });
    const picture = await pictureOf(1);
    const images = openEngine({ origin: web(upstream.url), clock: manualClock() });
    for (const _ of 'abc') expect((await get(images, '/a.png')).status).toBe(200);
    expect(upstream.asked).toHaveLength(3);
    expect(images.stats()).toMatchObject({ revalidations: 2, renders: 1 });
  });
});

describe.each<[string, HttpHeaders, HttpHeaders]>([
  ['authorization', { authorization: 'Basic YQ==' }, { authorization: 'Basic Yg==' }],
  ['cookie', { cookie: 'id=a' }, { cookie: 'id=b' }],
])('what is asked for with a forwarded %s', (name, one, other) => {
  it.each([
    ['max-age=600', false, /^private\b/],
    ['', false, /^private\b/],
    ['private', false, /^private\b/],
    ['no-store', false, /^no-store/],
    ['public, max-age=600', true, /^public\b/],
    ['s-maxage=600', true, /^public\b/],
    ['max-age=600, must-revalidate', true, /must-revalidate/],
  ])('and comes with "%s" is shared: %s', async (control, isShared, told) => {
    const { images, upstream } = await openSite({ 'cache-control': control }, { forward: [name] });
    for (const headers of [one, other, one]) {
      expect((await get(images, '/a.png', headers)).headers['cache-control']).toMatch(told);
    }
    expect(upstream.asked).toHaveLength(isShared ? 1 : 3);
    if (!isShared) expect(images.stats().stores.memory.entries).toBe(0);
  });

  it('is not seen by those who come without', async () => {
    const { images, upstream } = await openSite({}, { forward: [name] });
    upstream.say(({ headers }) => ({
      headers: { 'cache-control': 'max-age=600' },
      body: (headers[name] === undefined ? pictures.get(undefined) : pictures.get('de')) ?? '',
    }));
    expect(await shown(await get(images, '/a.png?w=8', one))).toBe(german);
    expect(await shown(await get(images, '/a.png?w=8'))).toBe(plain);
    expect(await shown(await get(images, '/a.png?w=8'))).toBe(plain);
    expect(upstream.asked).toHaveLength(2);
  });

  it('is not seen by those who wait with it', async () => {
    const { images, upstream } = await openSite({}, { forward: [name] });
    upstream.say(({ headers }) => ({
      headers: { 'cache-control': 'max-age=600' },
      body: (headers[name] === undefined ? pictures.get(undefined) : pictures.get('de')) ?? '',
    }));
    const delay = upstream.delayNext();
    const mine = get(images, '/a.png', one);
    await delay.begun;
    const theirs = get(images, '/a.png');
    await turns();
    delay.answer();
    expect(await Promise.all([shown(await mine), shown(await theirs)])).toEqual([german, plain]);
  });

  it('is not sent by anybody who need not be: not forwarded, it is nobody’s matter', async () => {
    const { images, upstream } = await openSite({}, {});
    for (const headers of [one, other]) {
      expect((await get(images, '/a.png', headers)).headers['cache-control']).toMatch(/^public/);
    }
    expect(upstream.asked).toHaveLength(1);
    expect(upstream.asked[0]?.headers).not.toHaveProperty(name);
  });
});

describe('the query', () => {
  const queries = (upstream: Upstream) => upstream.asked.map(({ url }) => url);

  it('is no part of the original where the origin does not take it', async () => {
    const { images, upstream } = await openSite({});
    for (let value = 0; value < 20; value++) await get(images, `/a.png?cb=${value}&w=8`);
    expect(queries(upstream)).toEqual(['/a.png']);
    expect(images.stats().renders).toBe(1);
  });

  it('is an original of its own where it does, without what the transformation reads', async () => {
    const { images, upstream } = await openSite({}, { query: true });
    for (const target of [
      '/a.png?id=1&w=8',
      '/a.png?w=4&id=1',
      '/a.png?id=2',
      '/a.png',
      '/a.png?w=8',
      '/a.png?&id=1&',
    ]) {
      expect((await get(images, target)).status).toBe(200);
    }
    expect(queries(upstream).slice(0, 3)).toEqual(['/a.png?id=1', '/a.png?id=2', '/a.png']);
    expect(new Set(queries(upstream)).size).toBe(queries(upstream).length);
  });

  it('goes to the origin as it came', async () => {
    const { images, upstream } = await openSite({}, { query: true });
    await get(images, '/a.png?b=%2F+%20&a&a=&c=d=e&q=50');
    expect(queries(upstream)).toEqual(['/a.png?b=%2F+%20&a&a=&c=d=e']);
  });

  it('of one path is purged at once, whatever it says', async () => {
    const { images, upstream } = await openSite({}, { query: true });
    const targets = ['/a.png', '/a.png?id=1', '/a.png?id=2&w=8', '/b.png?id=1'];
    for (const target of targets) await get(images, target);
    await images.purge('/a.png');
    for (const target of targets) await get(images, target);
    expect(queries(upstream).slice(4)).toEqual(['/a.png', '/a.png?id=1', '/a.png?id=2']);
  });

  it('is not taken to an overlay', async () => {
    const { images, upstream } = await openSite({}, { query: true });
    expect((await get(images, '/a.png?id=1&overlay=/b.png')).status).toBe(200);
    expect(queries(upstream)).toEqual(['/a.png?id=1', '/b.png']);
  });
});

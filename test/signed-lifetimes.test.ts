import { type HttpResponse, type Origin, type Tintype, TintypeError, type TintypeOptions, web } from '@tintype/core';
import { describe, expect, it } from 'vitest';
import { get } from './support/client.ts';
import { gatedOrigin, openEngine } from './support/engines.ts';
import { type ManualClock, manualClock } from './support/manual-clock.ts';
import { openShelf, signed } from './support/signed-shelf.ts';
import { openUpstream, type Said } from './support/upstream.ts';
import { pictureOf } from './support/versioned-picture.ts';

const control = ({ headers }: HttpResponse): string | undefined => headers['cache-control'];

/** Seconds for which anybody may use an answer again, by what it says: stale times included. */
function usable({ headers }: HttpResponse): number {
  const said = headers['cache-control'] ?? '';
  const seconds = (name: string): number => Number(new RegExp(`(?:^|[ ,])${name}=(\\d+)`).exec(said)?.[1] ?? 0);
  const stale = Math.max(seconds('stale-while-revalidate'), seconds('stale-if-error'));
  if (said.includes('no-store') || said.includes('no-cache')) return 0;
  return Math.max(seconds('max-age'), seconds('s-maxage')) + stale - Number(headers.age ?? 0);
}

interface Passing {
  readonly images: Tintype;
  readonly clock: ManualClock;
  readonly inSeconds: (seconds: number) => number;
}

/** An endpoint on a web server that passes everything on. */
async function passing(said: Said, options: Partial<TintypeOptions> = {}): Promise<Passing> {
  const { url } = await openUpstream(said);
  const clock = manualClock();
  const images = openEngine({ origin: web(url), clock, passthrough: true, ...signed(), ...options });
  return { images, clock, inSeconds: (seconds) => clock.now() / 1000 + seconds };
}

const css = { 'content-type': 'text/css' };
const forCaches = {
  'cache-control': 'max-age=600, immutable, x-unknown=1',
  expires: 'Mon, 06 May 2030 12:00:00 GMT',
  'cdn-cache-control': 'max-age=9000',
  'surrogate-control': 'max-age=9000',
  'edge-control': 'max-age=9000',
  'x-accel-expires': '9000',
};

describe('what is answered for a URL that expires in a minute', () => {
  it.each<readonly [string, string, string]>([
    ['nothing', '', 'public, s-maxage=60, max-age=60, must-revalidate'],
    ['more', 'max-age=600', 'public, s-maxage=60, max-age=60, must-revalidate'],
    ['less', 'max-age=30', 'public, s-maxage=30, max-age=30, must-revalidate'],
    ['more to shared caches', 'max-age=30, s-maxage=600', 'public, s-maxage=60, max-age=30, must-revalidate'],
    ['immutable', 'max-age=600, immutable', 'public, s-maxage=60, max-age=60, must-revalidate'],
    ['stale times', 'max-age=30, stale-while-revalidate=5', 'public, s-maxage=30, max-age=30, must-revalidate'],
    ['private', 'private, max-age=600', 'private, max-age=60, must-revalidate'],
    ['no-cache', 'no-cache', 'public, no-cache'],
    ['no-store', 'no-store', 'no-store'],
  ])('is cut where the origin says %s', async (_, said, expected) => {
    const { images, origin, inSeconds } = openShelf();
    origin.put('/cat.png', 1, { 'cache-control': said });
    expect(control(await get(images, images.url('/cat.png', { v: '1' }, { expires: inSeconds(60) })))).toBe(expected);
  });

  it('never outlives it by Age and lifetimes, however long it is asked for', async () => {
    const { images, origin, clock, inSeconds } = openShelf({ ttl: { staleIfError: 40 } });
    origin.put('/cat.png', 1, { 'cache-control': 'max-age=50, stale-while-revalidate=20' });
    const expires = inSeconds(100);
    const url = images.url('/cat.png', { w: 8 }, { expires });
    const past: number[] = [];
    for (; clock.now() / 1000 < expires; clock.advance(0.7)) {
      for (const headers of [{}, { 'if-none-match': '*' }, { range: 'bytes=0-1' }]) {
        const answer = await get(images, url, headers);
        expect([200, 206, 304]).toContain(answer.status);
        past.push(clock.now() / 1000 + usable(answer) - expires);
      }
    }
    expect(Math.max(...past)).toBeLessThanOrEqual(0);
    // It is used up to the end all the same.
    expect(Math.max(...past)).toBeGreaterThan(-1);
  });

  it('says nothing of the expiry for another URL of the same picture', async () => {
    const { images, origin, inSeconds } = openShelf();
    origin.put('/cat.png', 1, { 'cache-control': 'max-age=600' });
    const urls = [undefined, 60, 90, undefined, 60].map((seconds) =>
      images.url('/cat.png', { w: 8 }, { expires: seconds && inSeconds(seconds) }),
    );
    const said: unknown[] = [];
    for (const url of urls) said.push(control(await get(images, url)));
    expect(said).toEqual([600, 60, 90, 600, 60].map((s) => `public, s-maxage=${s}, max-age=${s}, must-revalidate`));
  });

  it('repeats none of the fields of lifetimes on a derivative', async () => {
    const repeatFields = ['cdn-cache-control', 'x-*', 'surrogate-*', 'edge-*'];
    const { images, origin, inSeconds } = openShelf({ repeatFields });
    origin.put('/cat.png', 1, { ...forCaches, 'x-credit': 'me' });
    const { headers: endless } = await get(images, images.url('/cat.png'));
    const { headers } = await get(images, images.url('/cat.png', {}, { expires: inSeconds(60) }));
    for (const name of ['cdn-cache-control', 'surrogate-control', 'edge-control', 'x-accel-expires']) {
      expect(endless, name).toHaveProperty(name);
      expect(headers, name).not.toHaveProperty(name);
    }
    expect(headers['x-credit']).toBe('me');
  });

  it('is cut with an overlay', async () => {
    const { images, origin, clock, inSeconds } = openShelf();
    origin.put('/dog.png', 2, { 'cache-control': 'max-age=600' });
    const url = images.url('/cat.png', { overlay: '/dog.png' }, { expires: inSeconds(60) });
    expect(control(await get(images, url))).toBe('public, s-maxage=60, max-age=60, must-revalidate');
    clock.advance(10);
    const later = await get(images, url);
    expect([later.headers.age, control(later)]).toEqual(['10', 'public, s-maxage=60, max-age=60, must-revalidate']);
  });

  it('is cut where it is stale', async () => {
    const { images, origin, clock, inSeconds } = openShelf({ ttl: { staleIfError: 600 } });
    origin.put('/cat.png', 1, { 'cache-control': 'max-age=10' });
    const url = images.url('/cat.png', {}, { expires: inSeconds(60) });
    await get(images, url);
    origin.failWith(new Error('down'));
    clock.advance(20);
    const answer = await get(images, url);
    expect([answer.headers.age, control(answer)]).toEqual(['20', 'public, s-maxage=10, max-age=10, must-revalidate']);
  });

  it('may be used by nobody where it was made too late', async () => {
    const origin = gatedOrigin(await pictureOf(1));
    const clock = manualClock();
    const images = openEngine({ origin, clock, ...signed() });
    const answering = get(images, images.url('/cat.png', {}, { expires: clock.now() / 1000 + 60 }));
    await origin.asked;
    clock.advance(61);
    origin.open();
    const answer = await answering;
    expect([answer.status, usable(answer)]).toEqual([200, 0]);
    expect(control(answer)).toContain('must-revalidate');
  });
});

describe('an absence under a URL that expires', () => {
  const silent = 'public, max-age=10';

  it.each<readonly [seconds: number, string, string]>([
    [60, '', silent],
    [5, '', 'public, max-age=5'],
    [60, 'max-age=600', 'public, max-age=60'],
    [60, 'max-age=30, s-maxage=600', 'public, s-maxage=60, max-age=30, must-revalidate'],
    [60, 'max-age=600, must-revalidate', 'public, max-age=60, must-revalidate'],
    [60, 'no-store', 'no-store'],
  ])('in %i s is cut, where the origin says %j', async (seconds, said, expected) => {
    const absent = { status: 404, headers: { 'cache-control': said } };
    const { images, clock, inSeconds } = await passing(absent, { passthrough: false });
    const url = images.url('/none.png', {}, { expires: inSeconds(seconds) });
    const first = await get(images, url);
    expect([first.status, control(first)]).toEqual([404, expected]);
    clock.advance(seconds - 1);
    expect(usable(await get(images, url))).toBeLessThanOrEqual(1);
    clock.advance(1);
    expect((await get(images, url)).status).toBe(403);
  });

  it('of an overlay is cut as well', async () => {
    const { images, inSeconds } = openShelf({ ttl: { negative: 300 } });
    const url = images.url('/cat.png', { overlay: '/none.png' }, { expires: inSeconds(60) });
    const answer = await get(images, url);
    expect([answer.status, control(answer)]).toEqual([404, 'public, max-age=60']);
  });

  it('that an origin throws is cut by the time that it took', async () => {
    const clock = manualClock();
    const origin: Origin = {
      async read() {
        clock.advance(4);
        throw new TintypeError('NOT_FOUND');
      },
    };
    const images = openEngine({ origin, clock, ...signed() });
    const ask = (seconds: number) => get(images, images.url('/a.png', {}, { expires: clock.now() / 1000 + seconds }));
    expect(control(await ask(60))).toBe(silent);
    expect(control(await ask(9))).toBe('public, max-age=5');
    expect(control(await ask(3))).toBe('public, max-age=0');
  });
});

describe('what is passed on under a URL that expires', () => {
  const cut = 'public, s-maxage=60, max-age=60, must-revalidate';

  it.each([200, 404, 410, 301])(
    'with the status %i has a lifetime of ours, and no field of the origin',
    async (status) => {
      const { images, inSeconds } = await passing({ status, headers: { ...css, ...forCaches }, body: 'a {}' });
      const answer = await get(images, images.url('/a.css', {}, { expires: inSeconds(60) }));
      expect([answer.status, control(answer)]).toEqual([status, cut]);
      for (const name of Object.keys(forCaches).slice(1)) expect(answer.headers, name).not.toHaveProperty(name);
    },
  );

  it('is as its origin says under a URL that does not, asked before or after', async () => {
    const { images, inSeconds } = await passing({ headers: { ...css, ...forCaches }, body: 'a {}' });
    const endless = images.url('/a.css');
    const short = images.url('/a.css', {}, { expires: inSeconds(60) });
    const long = images.url('/a.css', {}, { expires: inSeconds(90) });
    for (const round of [1, 2]) {
      const { headers } = await get(images, endless);
      expect(headers, `round ${round}`).toMatchObject(forCaches);
      expect(control(await get(images, short))).toBe(cut);
      expect(control(await get(images, long))).toBe(cut.replaceAll('60', '90'));
    }
  });

  it.each<readonly [string, Partial<TintypeOptions>, Record<string, string>, string]>([
    ['nothing, and is guessed at', { ttl: { lifetime: 'heuristic' } }, {}, cut.replaceAll('60', '0')],
    ['no-cache', {}, { 'cache-control': 'no-cache' }, 'public, no-cache'],
    ['no-store', {}, { 'cache-control': 'no-store' }, 'no-store'],
    ['Expires alone', {}, { expires: 'Mon, 06 May 2030 12:00:00 GMT' }, cut],
  ])('is cut where the origin says %s', async (_, options, headers, expected) => {
    const { images, inSeconds } = await passing({ headers: { ...css, ...headers }, body: 'a {}' }, options);
    const answer = await get(images, images.url('/a.css', {}, { expires: inSeconds(60) }));
    expect(control(answer)).toBe(expected);
    expect(answer.headers).not.toHaveProperty('expires');
  });

  it('is coded for the way all the same', async () => {
    const { images, inSeconds } = await passing({ headers: { ...css, ...forCaches }, body: 'a {}\n'.repeat(1000) });
    const url = images.url('/a.css', {}, { expires: inSeconds(60) });
    const answer = await get(images, url, { 'accept-encoding': 'gzip' });
    expect(answer.headers).toMatchObject({ 'content-encoding': 'gzip', 'cache-control': cut });
  });

  it('without content is cut too', async () => {
    const { images, inSeconds } = await passing({ status: 204, headers: forCaches });
    const answer = await get(images, images.url('/a.css', {}, { expires: inSeconds(60) }));
    expect([answer.status, control(answer)]).toEqual([204, cut]);
  });
});

import { type HttpResponse, type TintypeOptions, web } from '@tintype/core';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { get } from './support/client.ts';
import { openEngine } from './support/engines.ts';
import { manualClock } from './support/manual-clock.ts';
import { openUpstream, type Said } from './support/upstream.ts';
import { pictureOf, versionOf } from './support/versioned-picture.ts';

const untouchable = 'max-age=60, no-transform';

async function openSite(said: Said['headers'] = {}, options: Partial<TintypeOptions> = {}) {
  const body = await pictureOf(1);
  const upstream = await openUpstream({ headers: { 'cache-control': untouchable, ...said }, body });
  const clock = manualClock();
  const images = openEngine({ origin: web(upstream.url), clock, ...options });
  return { upstream, images, clock, body };
}

const isSame = ({ body }: HttpResponse, bytes: Uint8Array): boolean => Buffer.compare(body ?? Buffer.of(), bytes) === 0;

describe('an original that must not be transformed', () => {
  it.each(['/a.png', '/a.png?w=4', '/a.png?w=4&format=webp&q=10', '/a.png?format=auto', '/a.png?overlay=/none.png'])(
    'is served untouched whatever the URL wants: %s',
    async (target) => {
      const { images, upstream, body } = await openSite();
      for (const round of ['asked', 'kept']) {
        const answer = await get(images, target, { accept: 'image/avif,image/webp' });
        expect(answer.status, round).toBe(200);
        expect(isSame(answer, body), round).toBe(true);
        expect(answer.headers, round).toMatchObject({
          'content-type': 'image/png',
          'content-length': String(body.length),
          'cache-control': untouchable,
          'accept-ranges': 'bytes',
        });
      }
      expect(upstream.asked).toHaveLength(1);
      expect(images.stats().renders).toBe(0);
    },
  );

  it.each(['text/html', 'image/webp', 'application/javascript', 'image/svg+xml'])(
    'is of the type that its bytes show, not of %s as its origin says',
    async (type) => {
      const { images } = await openSite({ 'content-type': type });
      const { headers } = await get(images, '/a.png?w=4');
      expect(headers).toMatchObject({ 'content-type': 'image/png', 'x-content-type-options': 'nosniff' });
    },
  );

  it('has the tag of its origin, or one of ours', async () => {
    const { images } = await openSite({ etag: 'W/"1"' });
    const answer = await get(images, '/a.png?w=4');
    expect(answer.headers.etag).toBe('W/"1"');
    expect((await get(images, '/a.png?w=5', { 'if-none-match': 'W/"1"' })).status).toBe(304);
    const own = await openSite();
    expect((await get(own.images, '/a.png')).headers.etag).toMatch(/^"[^"]+"$/);
  });

  it('is never compressed on its way', async () => {
    const svgLike = 'x'.repeat(5000);
    const upstream = await openUpstream({
      headers: { 'cache-control': 'no-transform', 'content-type': 'text/css' },
      body: svgLike,
    });
    const images = openEngine({ origin: web(upstream.url), clock: manualClock(), passthrough: true });
    expect((await get(images, '/a.css', { 'accept-encoding': 'br' })).headers).not.toHaveProperty('content-encoding');
  });

  it('is not coded though it is a picture that a coding would make smaller', async () => {
    const { images, body } = await openSite({ 'content-type': 'image/bmp' });
    const answer = await get(images, '/a.png', { 'accept-encoding': 'gzip, br' });
    expect(isSame(answer, body)).toBe(true);
    expect(answer.headers).not.toHaveProperty('vary');
  });

  it('keeps the directive under a lifetime of the endpoint', async () => {
    const { images } = await openSite({}, { ttl: { policy: 'override', lifetime: 300 } });
    const { headers } = await get(images, '/a.png?w=4');
    expect(headers['cache-control']).toMatch(/\bmax-age=300\b.*\bno-transform\b/);
  });

  it.each(['no-store, no-transform', 'private, no-transform'])(
    'is untouched but not kept where it is "%s"',
    async (said) => {
      const { images, upstream, body } = await openSite({ 'cache-control': said });
      for (const count of [1, 2]) {
        const answer = await get(images, '/a.png?w=4');
        expect(isSame(answer, body)).toBe(true);
        expect(answer.headers['cache-control']).toContain('no-transform');
        expect(upstream.asked).toHaveLength(count);
      }
      expect(images.stats().stores.memory.entries).toBe(0);
    },
  );

  it('may be transformed as soon as its origin lets it', async () => {
    const { images, upstream, clock, body } = await openSite({ etag: '"1"' });
    expect(isSame(await get(images, '/a.png?w=4'), body)).toBe(true);
    upstream.say({ status: 304, headers: { etag: '"1"', 'cache-control': 'max-age=60' } });
    clock.advance(60);
    const answer = await get(images, '/a.png?w=4', { 'if-none-match': '"1"' });
    expect(answer.status).toBe(200);
    expect((await sharp(answer.body).metadata()).width).toBe(4);
    expect(answer.headers.etag).not.toBe('"1"');
  });

  it('and may no longer be: the untouched original is served in the place of derivatives', async () => {
    const { images, upstream, clock, body } = await openSite({ etag: '"1"', 'cache-control': 'max-age=60' });
    const before = await get(images, '/a.png?w=4');
    expect((await sharp(before.body).metadata()).width).toBe(4);
    upstream.say({ status: 304, headers: { etag: '"1"', 'cache-control': untouchable } });
    clock.advance(60);
    const answer = await get(images, '/a.png?w=4', { 'if-none-match': before.headers.etag });
    expect([answer.status, isSame(answer, body)]).toEqual([200, true]);
  });

  it('is reached by purges like others', async () => {
    const { images, upstream, body } = await openSite();
    await get(images, '/a.png?w=4');
    const next = await pictureOf(2);
    upstream.say({ headers: { 'cache-control': untouchable }, body: next });
    expect(isSame(await get(images, '/a.png?w=5'), body)).toBe(true);
    await images.purge('/a.png');
    expect(isSame(await get(images, '/a.png?w=4'), next)).toBe(true);
  });

  it('is served in parts, and to HEAD without its bytes', async () => {
    const { images, body } = await openSite();
    const part = await get(images, '/a.png?w=4', { range: 'bytes=8-15' });
    expect([part.status, isSame(part, body.subarray(8, 16))]).toEqual([206, true]);
    const head = await images.handle({ method: 'HEAD', target: '/a.png?w=4', mount: '', headers: {} });
    expect(head).toMatchObject({ status: 200, body: undefined, headers: { 'content-length': String(body.length) } });
  });

  it('says so to those downstream of an overlay, which may be laid on others', async () => {
    const upstream = await openUpstream(({ url }) =>
      url === '/mark.png' ? { headers: { 'cache-control': untouchable }, body: mark } : { body: base },
    );
    const [mark, base] = [await pictureOf(2), await pictureOf(1)];
    const images = openEngine({ origin: web(upstream.url), clock: manualClock() });
    const answer = await get(images, '/a.png?overlay=/mark.png');
    expect(answer.status).toBe(200);
    expect(answer.headers['cache-control']).toContain('no-transform');
  });
});

describe('noTransform: ignore', () => {
  it('transforms all the same', async () => {
    const { images } = await openSite({}, { noTransform: 'ignore' });
    const answer = await get(images, '/a.png?w=4&format=webp');
    expect(answer.headers['content-type']).toBe('image/webp');
    expect((await sharp(answer.body).metadata()).width).toBe(4);
    expect(await versionOf((await get(images, '/a.png?w=4')).body)).toBe(1);
  });

  it('still tells those downstream to leave the result alone', async () => {
    const { images } = await openSite({}, { noTransform: 'ignore' });
    expect((await get(images, '/a.png?w=4')).headers['cache-control']).toContain('no-transform');
  });
});

describe('no-transform by the field that is meant for this cache', () => {
  it.each<[Said['headers'], boolean]>([
    [{ 'cache-control': 'No-Transform' }, true],
    [{ 'cache-control': 'max-age=60, no-transform=1' }, true],
    [{ 'cache-control': 'x="no-transform"' }, false],
    [{ 'cache-control': 'no-transformation' }, false],
  ])('%j leaves the original untouched: %s', async (headers, isUntouched) => {
    const { images, body } = await openSite(headers);
    expect(isSame(await get(images, '/a.png?w=4'), body)).toBe(isUntouched);
  });
});

import { createHash } from 'node:crypto';
import { type HttpHeaders, native, type TintypeOptions, web } from '@tintype/core';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { get, isReusable } from './support/client.ts';
import { openEngine } from './support/engines.ts';
import { manualClock } from './support/manual-clock.ts';
import { openUpstream, type Saying } from './support/upstream.ts';

const picture = await sharp({ create: { width: 60, height: 40, channels: 3, background: '#3a6' } })
  .withMetadata({ orientation: 6, exif: { IFD0: { Copyright: 'Somebody' } } })
  .jpeg({ quality: 91 })
  .toBuffer();
const drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>1</script></svg>';
const hashOf = (body: Uint8Array | undefined): string =>
  createHash('sha256')
    .update(body ?? '')
    .digest('hex');

const found = (headers: HttpHeaders = {}): Saying => ({
  headers: { 'content-type': 'application/octet-stream', ...headers },
  body: picture,
});

async function open(saying: Saying, options: Partial<TintypeOptions> = {}) {
  const upstream = await openUpstream(saying);
  const clock = manualClock();
  return { upstream, clock, images: openEngine({ origin: web(upstream.url), clock, metadata: true, ...options }) };
}

describe('original=true', () => {
  it('gives the bytes as they came, in their own type, whatever else the URL says', async () => {
    const { images } = await open(found());
    for (const more of ['', '&w=10', '&format=webp&rotate=90&overlay=/none.png', '&keep=all|w=4']) {
      const answer = await get(images, `/a.jpg?original=true${more}`);
      expect([answer.status, hashOf(answer.body)]).toEqual([200, hashOf(picture)]);
      expect(answer.headers).toMatchObject({ 'content-type': 'image/jpeg', 'x-content-type-options': 'nosniff' });
      expect(answer.headers['content-security-policy']).toBeDefined();
    }
    expect(images.stats().renders).toBe(0);
  });

  it('is answered again from memory, in parts, and by 304', async () => {
    const { upstream, images } = await open(found({ etag: '"theirs"' }));
    const first = await get(images, '/a.jpg?original=true');
    expect(first.headers.etag).toBe('"theirs"');
    const again = images.handle({ method: 'GET', target: '/a.jpg?original=true', mount: '', headers: {} });
    expect(again).toMatchObject({ status: 200 });
    const part = await get(images, '/a.jpg?original=true', { range: 'bytes=2-5' });
    expect([part.status, Buffer.from(part.body ?? [])]).toEqual([206, picture.subarray(2, 6)]);
    const same = await get(images, '/a.jpg?original=true', { 'if-none-match': '"theirs"' });
    expect(same.status).toBe(304);
    expect(upstream.asked).toHaveLength(1);
  });

  it('is another answer than a picture of it, of the same record', async () => {
    const { upstream, images } = await open(found());
    const [whole, made] = [await get(images, '/a.jpg?original=true'), await get(images, '/a.jpg')];
    expect(made.headers.etag).not.toBe(whole.headers.etag);
    expect(hashOf(made.body)).not.toBe(hashOf(whole.body));
    expect((await sharp(made.body as Uint8Array).metadata()).exif).toBeUndefined();
    expect(upstream.asked.length).toBeLessThanOrEqual(2);
  });

  it('shows anew what was purged', async () => {
    let body: Uint8Array = picture;
    const { images } = await open(() => ({ headers: {}, body }));
    expect(hashOf((await get(images, '/a.jpg?original=true')).body)).toBe(hashOf(picture));
    body = await sharp(picture).negate().jpeg().toBuffer();
    expect(hashOf((await get(images, '/a.jpg?original=true')).body)).toBe(hashOf(picture));
    await images.purge('/a.jpg');
    expect(hashOf((await get(images, '/a.jpg?original=true')).body)).toBe(hashOf(body));
  });

  it('may be saved, and has the lifetime of the original', async () => {
    const { images } = await open(found({ 'cache-control': 'max-age=77' }));
    const answer = await get(images, '/a.jpg?original=true&download=b.jpg');
    expect(answer.headers['content-disposition']).toContain('b.jpg');
    expect(answer.headers['cache-control']).toContain('max-age=77');
    expect(isReusable(answer)).toBe(true);
  });

  it('gives no drawing, drawn or not', async () => {
    const svg: Saying = { headers: { 'content-type': 'image/svg+xml' }, body: drawing };
    for (const options of [{}, { svg: 'rasterize' as const }]) {
      const { images } = await open(svg, options);
      const answer = await get(images, '/a.svg?original=true');
      expect([answer.status, Buffer.from(answer.body ?? []).toString()]).toEqual([
        415,
        expect.not.stringContaining('script'),
      ]);
    }
    const { images } = await open(svg, { passthrough: ['image/svg+xml'] });
    expect((await get(images, '/a.svg?original=true')).status).toBe(200);
  });

  it('gives nothing that is no picture', async () => {
    const { images } = await open({ headers: { 'content-type': 'text/html' }, body: '<html>' });
    expect((await get(images, '/a.html?original=true')).status).toBe(415);
  });

  it('is refused where pictures have a watermark', async () => {
    const { images } = await open(found(), { watermark: { path: '/mark.png' } });
    const answer = await get(images, '/a.jpg?original=true');
    expect([answer.status, Buffer.from(answer.body ?? []).toString()]).toEqual([
      400,
      'original: pictures leave with their watermark here.\n',
    ]);
  });

  it('is of a fallback where there is one', async () => {
    const { images } = await open(({ url }) =>
      url === '/none.jpg' ? { headers: {}, body: picture } : { status: 404 },
    );
    const answer = await get(images, '/a.jpg?original=true&fallback=/none.jpg');
    expect([answer.status, hashOf(answer.body)]).toEqual([200, hashOf(picture)]);
    expect(answer.headers['cache-control']).toMatch(/max-age=10\b/);
    expect(answer.headers['last-modified']).toBeUndefined();
  });

  it.each(['/a.jpg?original=true', '/a.jpg?original=1', '/a.jpg?keep=all', '/a.jpg?w=9|w=4&keep=all'])(
    'is for nobody where metadata is not given out, nor is %s, but for presets',
    async (target) => {
      const presets = { raw: { original: true }, told: { keep: 'all' } };
      const { images } = await open(found(), { metadata: false, presets });
      const answer = await get(images, target);
      expect([answer.status, Buffer.from(answer.body ?? []).toString()]).toEqual([
        400,
        expect.stringContaining('is not allowed here: originals may tell where'),
      ]);
      for (const preset of Object.keys(presets)) {
        expect((await get(images, `/a.jpg?preset=${preset}`)).status).toBe(200);
      }
      expect((await get(images, '/a.jpg?original=false&keep=icc&w=9')).status).toBe(200);
    },
  );

  it('is for URLs that must be signed, and not where a signature may be left out', async () => {
    const keys = 'a key of sixteen';
    for (const [required, status] of [
      [true, 200],
      [false, 400],
    ] as const) {
      const dialect = native({ signing: { keys, required } });
      const { images } = await open(found(), { dialect, metadata: undefined as never });
      const url = native({ signing: { keys } }).format('/a.jpg', { original: true });
      expect((await get(images, url)).status).toBe(status);
    }
  });

  it('is not for URLs of presets alone', async () => {
    const { images } = await open(found(), { presets: { thumb: { w: 9 } }, onlyPresets: true });
    expect((await get(images, '/a.jpg?preset=thumb&original=true')).status).toBe(400);
    expect((await get(images, '/a.jpg?preset=thumb&fallback=/b.jpg')).status).toBe(400);
  });
});

import { type HttpResponse, type PurgeMode, type Tintype, web } from '@tintype/core';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { get, isReusable } from './support/client.ts';
import { openEngine } from './support/engines.ts';
import { manualClock } from './support/manual-clock.ts';
import { type ShelfOrigin, shelfOrigin } from './support/shelf-origin.ts';
import { openUpstream } from './support/upstream.ts';
import { pictureOf } from './support/versioned-picture.ts';

const missing = '/missing.png?w=12&format=png&fallback=/none.png';
const direct = '/none.png?w=12&format=png';

type Options = Partial<Parameters<typeof openEngine>[0]>;

function open(options: Options = {}) {
  const origin = shelfOrigin();
  const clock = manualClock();
  origin.put('/none.png', 1);
  return { origin, clock, images: openEngine({ origin, clock, originals: true, ...options }) };
}

/** Which version of a picture an answer shows. */
async function versionOf({ body }: HttpResponse): Promise<number> {
  const { data } = await sharp(body as Uint8Array)
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return data.readUIntBE(0, 3);
}

const show = async (images: Tintype, target = missing) => versionOf(await get(images, target));
const asked = (origin: ShelfOrigin) => origin.asked.map(({ path }) => path);

describe('an original that is not there', () => {
  it('is answered by its fallback, in the same size, for as long as the absence is known', async () => {
    const { origin, images } = open();
    const answer = await get(images, missing);
    expect([answer.status, await versionOf(answer)]).toEqual([200, 1]);
    const { width, format } = await sharp(answer.body as Uint8Array).metadata();
    expect([width, format]).toEqual([12, 'png']);
    expect(answer.headers['cache-control']).toMatch(/max-age=10\b/);
    expect(answer.headers['last-modified']).toBeUndefined();
    expect(asked(origin)).toEqual(['/missing.png', '/none.png']);
  });

  it('shares the derivative of its fallback, and its tag', async () => {
    const { images } = open();
    const [first, second] = [await get(images, direct), await get(images, missing)];
    expect(images.stats().renders).toBe(1);
    expect(second.headers.etag).toBe(first.headers.etag);
    expect(Buffer.from(second.body ?? []).equals(Buffer.from(first.body ?? []))).toBe(true);
    const again = await get(images, missing, { 'if-none-match': String(first.headers.etag) });
    expect(again.status).toBe(304);
    expect(again.headers['cache-control']).toMatch(/max-age=10\b/);
  });

  it('is answered from memory, at once, until the absence is old', async () => {
    const { origin, clock, images } = open();
    await get(images, missing);
    clock.advance(4);
    const answer = images.handle({ method: 'GET', target: missing, mount: '', headers: {} });
    expect(answer).not.toBeInstanceOf(Promise);
    expect((answer as HttpResponse).headers['cache-status']).toMatch(/^tintype; hit; ttl=6; detail=memory/);
    expect((answer as HttpResponse).headers.age).toBe('4');
    expect(asked(origin)).toEqual(['/missing.png', '/none.png']);
    clock.advance(6);
    await get(images, missing);
    expect(asked(origin)).toEqual(['/missing.png', '/none.png', '/missing.png']);
  });

  it('shows once it is there and the absence is old, under another tag', async () => {
    const { origin, clock, images } = open();
    const before = await get(images, missing);
    origin.put('/missing.png', 2);
    clock.advance(9);
    expect(await show(images)).toBe(1);
    clock.advance(1);
    const after = await get(images, missing, { 'if-none-match': String(before.headers.etag) });
    expect([after.status, await versionOf(after)]).toEqual([200, 2]);
    expect(isReusable(after)).toBe(true);
    expect(after.headers['cache-control']).toContain('max-age=31536000');
  });

  it.each(['revalidate', 'force', 'takedown'] as const satisfies readonly PurgeMode[])(
    'shows at once after a purge (%s) of its path',
    async (mode) => {
      const { origin, images } = open();
      expect(await show(images)).toBe(1);
      origin.put('/missing.png', 2);
      expect(await show(images)).toBe(1);
      await images.purge('/missing.png', { mode });
      expect(await show(images)).toBe(2);
    },
  );

  it.each(['revalidate', 'force', 'takedown'] as const satisfies readonly PurgeMode[])(
    'shows the new fallback at once after a purge (%s) of that',
    async (mode) => {
      const { origin, images } = open();
      expect(await show(images)).toBe(1);
      origin.put('/none.png', 3);
      await images.purge('/none.png', { mode });
      expect(await show(images)).toBe(3);
    },
  );

  it('is marked as outdated where it comes to be there and is purged while the fallback is read', async () => {
    const { origin, images } = open();
    const read = origin.read.bind(origin);
    let isPurged = false;
    Object.assign(origin, {
      read: async (...given: Parameters<typeof read>) => {
        const answer = await read(...given);
        if (given[0] === '/none.png' && !isPurged) {
          isPurged = true;
          origin.put('/missing.png', 2);
          await images.purge('/missing.png');
        }
        return answer;
      },
    });
    const answer = await get(images, missing);
    expect(await versionOf(answer)).toBe(1);
    expect(isReusable(answer)).toBe(false);
    expect(await show(images)).toBe(2);
  });

  it('is a 404 where its fallback is not there either', async () => {
    const { images } = open();
    const answer = await get(images, '/missing.png?fallback=/gone.png');
    expect(answer.status).toBe(404);
    expect(answer.headers['cache-control']).toMatch(/max-age=10\b/);
    expect(Buffer.from(answer.body ?? []).toString()).toBe('There is no such image.\n');
    expect((await get(images, '/missing.png?fallback=/missing.png')).status).toBe(404);
  });

  it('is not replaced where its origin fails, or where it is there', async () => {
    const { origin, images } = open();
    origin.failWith(new Error('down'));
    expect((await get(images, missing)).status).toBe(502);
    origin.failWith(undefined);
    origin.put('/there.png', 4);
    expect(await show(images, missing.replace('missing', 'there'))).toBe(4);
    expect(asked(origin)).not.toContain('/none.png');
  });

  it('is replaced in front of the next middleware, and before an origin says so itself', async () => {
    const { images } = open({ passthrough: true });
    const request = { method: 'GET', mount: '', headers: {}, options: { fallthrough: true } };
    expect(await images.handle({ ...request, target: missing })).toMatchObject({ status: 200 });
    expect(await images.handle({ ...request, target: '/missing.png?fallback=/gone.png' })).toBeUndefined();
    expect((await get(images, missing)).status).toBe(200);
  });

  it('has its overlays and its watermark on its fallback', async () => {
    const { origin, images } = open({ watermark: { path: '/mark.png' } });
    origin.put('/mark.png', 5);
    origin.put('/logo.png', 6);
    expect((await get(images, `${missing}&overlay=/logo.png`)).status).toBe(200);
    expect(asked(origin)).toEqual(expect.arrayContaining(['/missing.png', '/none.png', '/logo.png', '/mark.png']));
  });

  it('is prepared by warm as it is asked for', async () => {
    const { images } = open();
    const result = await images.warm('/missing.png', [{ w: 12, format: 'png', fallback: '/none.png' }]);
    expect(result).toMatchObject({ made: 1, failed: [] });
    expect((await get(images, missing)).headers['cache-status']).toMatch(/^tintype; hit/);
  });

  it('may have a fallback that all URLs have', async () => {
    const { images } = open({ defaults: { fallback: '/none.png' } });
    expect(await show(images, '/missing.png?w=12&format=png')).toBe(1);
  });
});

describe('an origin that answers by what clients say', () => {
  it('is said to of what is absent, though its fallback is as well', async () => {
    const upstream = await openUpstream(({ url }) =>
      url === '/none.png' ? { status: 404 } : { status: 404, headers: { vary: 'accept-language' } },
    );
    const images = openEngine({ origin: web(upstream.url, { forward: ['accept-language'] }) });
    const { status, headers } = await get(images, missing, { 'accept-language': 'fr' });
    expect([status, headers.vary?.toLowerCase()]).toEqual([404, expect.stringContaining('accept-language')]);
  });

  it('is said to, of what is absent as of what is there', async () => {
    const body = await pictureOf(1);
    const upstream = await openUpstream(({ url, headers }) => {
      const vary = { vary: 'accept-language' };
      if (url === '/none.png') return { body };
      return headers['accept-language'] === 'de' ? { headers: vary, body } : { status: 404, headers: vary };
    });
    const images = openEngine({ origin: web(upstream.url, { forward: ['accept-language'] }) });
    const answer = await get(images, missing, { 'accept-language': 'fr' });
    expect(answer.status).toBe(200);
    expect(answer.headers.vary?.toLowerCase()).toContain('accept-language');
    expect((await get(images, missing, { 'accept-language': 'de' })).headers['cache-control']).not.toMatch(
      /max-age=10\b/,
    );
  });
});

describe('a fallback', () => {
  it('is part of what is signed', async () => {
    const { images } = open({ signing: { keys: 'a key of 16 bytes' } });
    const url = images.url('/missing.png', { w: 12, fallback: '/none.png' });
    expect((await get(images, url)).status).toBe(200);
    expect((await get(images, url.replace('none', 'other'))).status).toBe(403);
    expect((await get(images, url.replace(/fallback=[^&]*&/, ''))).status).toBe(403);
  });

  it.each(['/../none.png', '/%252e%252e/none.png', '/a//b.png', '/a%2500.png'])(
    'is bound by the rules of paths that overlays are: %s',
    async (path) => {
      const { origin, images } = open();
      const [fallback, overlay] = [
        await get(images, `/missing.png?fallback=${path}`),
        await get(images, `/none.png?overlay=${path}`),
      ];
      expect(fallback.status).toBeGreaterThanOrEqual(400);
      expect([fallback.status, Buffer.from(fallback.body ?? []).toString()]).toEqual([
        overlay.status,
        Buffer.from(overlay.body ?? []).toString(),
      ]);
      expect(origin.asked).toEqual([]);
    },
  );

  it('is of the kind that the origin takes', async () => {
    const { images } = open();
    const answer = await get(images, '/missing.png?fallback=/https://pictures.example/a.png');
    expect([answer.status, Buffer.from(answer.body ?? []).toString()]).toEqual([404, 'There is no such fallback.\n']);
  });
});

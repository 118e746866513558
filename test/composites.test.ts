import type { HttpResponse, Tintype } from '@tintype/core';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { get, isReusable } from './support/client.ts';
import { openEngine } from './support/engines.ts';
import { manualClock } from './support/manual-clock.ts';
import { shelfOrigin } from './support/shelf-origin.ts';

const target = '/photo.png?overlay=/logo.png&overlay-w=8&overlay-position=right%20bottom';

/** The versions of the picture and of what lies in its lower right corner. */
async function versions({ body }: HttpResponse): Promise<readonly [number, number]> {
  const { data, info } = await sharp(body as Uint8Array)
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const at = (index: number) => data.readUIntBE(index * 3, 3);
  return [at(0), at(info.width * info.height - 1)];
}

async function show(images: Tintype, url = target) {
  return versions(await get(images, url));
}

function open(options: Partial<Parameters<typeof openEngine>[0]> = {}) {
  const origin = shelfOrigin();
  origin.put('/photo.png', 1);
  origin.put('/logo.png', 1);
  return { origin, images: openEngine({ origin, originals: true, ...options }) };
}

describe('a picture with an overlay', () => {
  it.each([
    ['the overlay', '/logo.png', [1, 2]],
    ['the picture', '/photo.png', [2, 1]],
    ['both', { all: true }, [2, 2]],
  ] as const)('shows anew after a purge of %s what that reaches, and nothing else', async (_what, purged, expected) => {
    const { origin, images } = open();
    expect(await show(images)).toEqual([1, 1]);
    for (const path of ['/photo.png', '/logo.png']) origin.put(path, 2);
    expect(await show(images)).toEqual([1, 1]);
    await images.purge(purged);
    expect(await show(images)).toEqual(expected);
    expect((await get(images, target)).headers['cache-status']).toMatch(/^tintype; hit.*detail=memory/);
  });

  it('costs one question after a purge of an overlay that is as it was, and no render', async () => {
    const { origin, images } = open();
    const targets = [target, target.replace('photo', 'other'), `${target}&w=12`];
    origin.put('/other.png', 7);
    for (const each of targets) await get(images, each);
    const { renders, originReads } = images.stats();
    await images.purge('/logo.png');
    for (const each of targets) await get(images, each);
    expect(images.stats()).toMatchObject({ renders, originReads: originReads + 1 });
  });

  it('is marked as outdated where its overlay is purged while the picture is read', async () => {
    const { origin, images } = open();
    await get(images, '/logo.png');
    const read = origin.read.bind(origin);
    let purged = false;
    Object.assign(origin, {
      read: async (...given: Parameters<typeof read>) => {
        const answer = await read(...given);
        if (given[0] === '/logo.png' && !purged) {
          purged = true;
          origin.put('/logo.png', 2);
          await images.purge('/logo.png');
        }
        return answer;
      },
    });
    await images.purge('/logo.png');
    const answer = await get(images, target);
    expect(await versions(answer)).toEqual([1, 1]);
    expect(isReusable(answer)).toBe(false);
    expect(await show(images)).toEqual([1, 2]);
  });

  it('is served stale after a soft purge of its overlay, and marked', async () => {
    const { origin, images } = open();
    await get(images, target);
    origin.put('/logo.png', 2);
    await images.purge('/logo.png', { mode: 'soft' });
    const stale = await get(images, target);
    expect(await versions(stale)).toEqual([1, 1]);
    expect(stale.headers['cache-status']).toMatch(/^tintype; hit; ttl=-/);
    expect(isReusable(stale)).toBe(false);
    await expect.poll(() => show(images)).toEqual([1, 2]);
  });

  it('is fresh no longer than the shortest-lived of its originals', async () => {
    const clock = manualClock();
    const { origin, images } = open({ clock });
    origin.put('/photo.png', 1, { 'cache-control': 'max-age=3600' });
    origin.put('/logo.png', 1, { 'cache-control': 'max-age=60' });
    await get(images, '/photo.png');
    clock.advance(10);
    const { headers } = await get(images, target);
    expect(headers['cache-control']).toBe('public, s-maxage=70, max-age=70, must-revalidate');
    expect(headers.age).toBe('10');
    clock.advance(60);
    origin.put('/logo.png', 2);
    expect(await show(images)).toEqual([1, 2]);
  });

  it.each([
    ['no-store', 'no-store'],
    ['private', 'private, max-age=31536000, must-revalidate'],
    ['no-cache', 'public, no-cache'],
  ])('is as closed as an overlay that is %s', async (said, expected) => {
    const { origin, images } = open();
    origin.put('/logo.png', 1, { 'cache-control': said });
    expect((await get(images, target)).headers['cache-control']).toBe(expected);
    expect(images.stats().stores.memory.entries).toBe(said === 'no-cache' ? 3 : 1);
  });

  it('has no Last-Modified: no date tells which original changed', async () => {
    const { origin, images } = open();
    for (const path of ['/photo.png', '/logo.png'])
      origin.put(path, 1, { 'last-modified': 'Wed, 01 Jan 2020 00:00:00 GMT' });
    expect((await get(images, '/photo.png')).headers['last-modified']).toBeDefined();
    expect((await get(images, target)).headers['last-modified']).toBeUndefined();
  });

  it('is not there where its overlay is not, until that comes', async () => {
    const { origin, images } = open();
    origin.put('/logo.png', undefined);
    const answer = await get(images, target);
    expect(answer.status).toBe(404);
    expect(Buffer.from(answer.body ?? []).toString()).toBe('There is no such overlay.\n');
    origin.put('/logo.png', 3);
    await images.purge('/logo.png');
    expect(await show(images)).toEqual([1, 3]);
  });

  it('answers one question with one place, however many originals it needs', async () => {
    const { images, origin } = open();
    for (let index = 0; index < 40; index++) {
      origin.put(`/p${index}.png`, index + 1);
      origin.put(`/l${index}.png`, 100 + index);
    }
    const all = Array.from({ length: 40 }, (_, index) =>
      show(images, `/p${index}.png?overlay=/l${index}.png&overlay-w=8&overlay-position=right%20bottom`),
    );
    for (const [index, shown] of (await Promise.all(all)).entries()) expect(shown).toEqual([index + 1, 100 + index]);
    expect(images.stats().queue.refused).toBe(0);
  });
});

describe('an endpoint with a watermark', () => {
  const watermark = { path: '/logo.png', width: 8, position: 'right bottom' } as const;

  it('lays it over every picture, and a purge of it covers them all', async () => {
    const { origin, images } = open({ watermark });
    origin.put('/other.png', 5);
    for (const path of ['/photo.png', '/other.png?w=12']) expect((await show(images, path))[1]).toBe(1);
    origin.put('/logo.png', 2);
    await images.purge('/logo.png');
    for (const path of ['/photo.png', '/other.png?w=12']) expect((await show(images, path))[1]).toBe(2);
  });

  it('serves nothing without it, and says so to the operator alone', async () => {
    const { origin, images } = open({ watermark, fallthrough: true });
    origin.put('/logo.png', undefined);
    const answer = await get(images, '/photo.png');
    expect(answer.status).toBe(502);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(Buffer.from(answer.body ?? []).toString()).not.toContain('logo');
  });

  it('serves nothing with what is no picture as its watermark', async () => {
    const { origin, images } = open({ watermark });
    const read = origin.read.bind(origin);
    Object.assign(origin, {
      read: async (...given: Parameters<typeof read>) =>
        given[0] === '/logo.png' ? Buffer.from('<html>') : await read(...given),
    });
    expect((await get(images, '/photo.png')).status).toBe(502);
  });

  it('shares nothing with an endpoint that has none', async () => {
    const { origin, images } = open({ watermark });
    const bare = openEngine({ origin });
    expect((await get(images, '/photo.png')).headers.etag).not.toBe((await get(bare, '/photo.png')).headers.etag);
  });
});

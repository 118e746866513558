import { TintypeError } from '@tintype/core';
import { describe, expect, it } from 'vitest';
import { get } from './support/client.ts';
import { openEngine } from './support/engines.ts';
import { shelfOrigin } from './support/shelf-origin.ts';
import { key, openShelf, otherKey, type Shelf, signedDialect } from './support/signed-shelf.ts';

const parts = { w: 8, format: 'png' } as const;

describe('keys', () => {
  it('are replaced one by the other: the first signs, all verify', async () => {
    const before = openShelf({}, { keys: [key] });
    const between = openShelf({}, { keys: [otherKey, key] });
    const after = openShelf({}, { keys: otherKey });
    const [old, fresh] = [before.images.url('/cat.png', parts), between.images.url('/cat.png', parts)];
    expect(fresh).toBe(after.images.url('/cat.png', parts));
    const statusOf = async ({ images }: Shelf, url: string): Promise<number> => (await get(images, url)).status;
    expect([await statusOf(before, old), await statusOf(before, fresh)]).toEqual([200, 403]);
    expect([await statusOf(between, old), await statusOf(between, fresh)]).toEqual([200, 200]);
    expect([await statusOf(after, old), await statusOf(after, fresh)]).toEqual([403, 200]);
  });

  it('need not be used where they are not required, but must be right where they are', async () => {
    const { images, clock, inSeconds } = openShelf({}, { keys: key, required: false });
    const url = images.url('/cat.png', parts, { expires: inSeconds(5) });
    expect((await get(images, '/cat.png?w=8')).status).toBe(200);
    expect((await get(images, url)).status).toBe(200);
    expect((await get(images, `${url}x`)).status).toBe(403);
    expect((await get(images, `/cat.png?w=8&expires=${inSeconds(5)}`)).status).toBe(200);
    clock.advance(5);
    expect((await get(images, `/cat.png?w=8&expires=${inSeconds(0)}`)).status).toBe(403);
    expect((await get(images, url)).status).toBe(403);
  });
});

describe('images.url', () => {
  it.each([1.5, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e21, Date.UTC(2026, 0)])(
    'refuses to expire at %d',
    (expires) => {
      const { images } = openShelf();
      const error = expect.objectContaining({
        code: 'INVALID_PARAMETER',
        message: expect.stringMatching(/^expires: /),
      });
      expect(() => images.url('/cat.png', {}, { expires })).toThrow(error);
    },
  );

  it('writes what has expired as well, which nobody is served', async () => {
    const { images } = openShelf();
    for (const expires of [0, 1]) expect((await get(images, images.url('/cat.png', {}, { expires }))).status).toBe(403);
  });

  it('refuses an expiry where nothing is signed, rather than to drop it', () => {
    const images = openEngine({ origin: shelfOrigin() });
    const words = 'expires: only signed URLs can expire.';
    expect(() => images.url('/cat.png', {}, { expires: 9e9 })).toThrow(
      new TintypeError('INVALID_PARAMETER', { message: words }),
    );
    expect(images.url('/cat.png', {}, { expires: undefined })).toBe('/cat.png');
  });

  it('refuses what is over the limits of the endpoint, signed or not', () => {
    const { images } = openShelf();
    expect(() => images.url('/cat.png', { w: 5000 })).toThrow(expect.objectContaining({ code: 'INVALID_PARAMETER' }));
  });
});

describe('a plan', () => {
  /** The dialect, and what it was asked to verify. */
  const watched = () => {
    const dialect = signedDialect({ keys: key });
    const verified: string[] = [];
    const verify: typeof dialect.verify = (target) => {
      verified.push(target.query);
      dialect.verify?.(target);
    };
    return { dialect: { ...dialect, verify }, verified };
  };

  it('is verified once, and what does not verify each time', async () => {
    const { dialect, verified } = watched();
    const { images } = openShelf({ dialect });
    const url = dialect.format('/cat.png', parts);
    for (const _ of [1, 2, 3]) expect((await get(images, url)).status).toBe(200);
    expect(verified).toHaveLength(1);
    for (const _ of [1, 2, 3]) expect((await get(images, `${url}x`)).status).toBe(403);
    expect(verified).toHaveLength(4);
  });

  it('is not remembered for a preflight', async () => {
    const { images } = openShelf({ cors: true });
    const preflight = { method: 'OPTIONS', target: '/cat.png?w=8', mount: '', headers: {} };
    expect((await images.handle(preflight))?.status).toBe(204);
    expect((await get(images, '/cat.png?w=8')).status).toBe(403);
  });
});

describe('createTintype', () => {
  it('refuses a dialect whose verify is no method', () => {
    const dialect = { ...signedDialect({ keys: key }), verify: true as never };
    expect(() => openShelf({ dialect })).toThrow(/^Expected a dialect: .* for createTintype.dialect/);
  });

  it('refuses signed URLs beside an origin that takes queries, because the signature covers none', () => {
    const origin = { ...shelfOrigin(), takesQuery: true };
    expect(() => openShelf({ origin })).toThrow(
      new TypeError('Expected an origin that takes no queries beside signed URLs, whose signature covers none'),
    );
  });
});

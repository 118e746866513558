import { inspect } from 'node:util';
import { native, type SigningOptions, TintypeError } from '@tintype/core';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { get } from './support/client.ts';
import { openEngine } from './support/engines.ts';
import { shelfOrigin } from './support/shelf-origin.ts';
import { key, openShelf, otherKey, type Shelf } from './support/signed-shelf.ts';

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
    const dialect = native({ signing: { keys: key } });
    const verified: string[] = [];
    const verify: typeof dialect.verify = (target) => {
      verified.push(target.query);
      dialect.verify?.(target);
    };
    return { dialect: { ...dialect, verify }, verified };
  };

  it('is verified once, and what does not verify each time', async () => {
    const { dialect, verified } = watched();
    const origin = shelfOrigin();
    origin.put('/cat.png', 1);
    const images = openEngine({ origin, dialect });
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
    const dialect = { ...native({ signing: { keys: key } }), verify: true as never };
    expect(() => openEngine({ origin: shelfOrigin(), dialect })).toThrow(
      /^Expected a dialect: .* for createTintype.dialect/,
    );
  });

  it('refuses signed URLs beside an origin that takes queries, because the signature covers none', () => {
    const origin = { ...shelfOrigin(), takesQuery: true };
    const words = 'Expected an origin that takes no queries beside signed URLs, whose signature covers none';
    for (const options of [{ signing: { keys: key } }, { dialect: native({ signing: { keys: key } }) }]) {
      expect(() => openEngine({ origin, ...options })).toThrow(new TypeError(words));
    }
  });

  it.each([key, [key], { keys: key.slice(10) }, { keys: [key, key.slice(10)] }, { key }, { keys: key, required: 1 }])(
    'refuses the signing %j without a word of the key',
    (signing) => {
      const refusal = (): unknown => {
        try {
          return openShelf({}, signing as SigningOptions);
        } catch (error) {
          return error;
        }
      };
      expect(refusal()).toBeInstanceOf(TypeError);
      expect(inspect(refusal(), { depth: 9 })).not.toContain(key.slice(10));
    },
  );
});

describe('a signature', () => {
  const stages = [{ w: 12 }, { rotate: 90, format: 'png', v: 'a', download: 'cat, small.png' }] as const;

  it.each<readonly [string, (url: string) => string]>([
    ['another name', (url) => url.replace('small', 'large')],
    ['no name', (url) => url.replace(/download=[^&]*&/, '')],
    ['another version', (url) => url.replace('v=a', 'v=b')],
    ['another second stage', (url) => url.replace('rotate=90', 'rotate=91')],
    ['a stage more', (url) => url.replace('%7C', '|flip=h|')],
    ['an empty stage more', (url) => url.replace('%7C', '||')],
    ['one stage', (url) => url.replace('%7C', '&')],
    ['its stages turned round', (url) => url.replace('w=12%7Crotate=90', 'rotate=90%7Cw=12')],
    ['a preset', (url) => `${url}&preset=large`],
  ])('covers what a URL says in several stages: it does not serve %s', async (_, change) => {
    const { images } = openShelf({ presets: { large: { w: 16 } } });
    const url = images.url('/cat.png', stages);
    expect(change(url)).not.toBe(url);
    expect((await get(images, change(url))).status).toBe(403);
    expect((await get(images, url)).status).toBe(200);
  });

  it.each<readonly [string, (url: string) => string]>([
    ['a bar that is not encoded', (url) => url.replace('%7C', '|')],
    ['aliases', (url) => url.replace('w=', 'width=').replace('v=', 'version=').replace('download=', 'dl=')],
    ['what is the whole’s in front', (url) => url.replace(/\?(.*)&format=png/, '?format=png&$1')],
    ['plus signs for blanks', (url) => url.replace('%20', '+')],
  ])('is the same with %s', async (_, change) => {
    const { images } = openShelf();
    const url = images.url('/cat.png', stages);
    expect(change(url)).not.toBe(url);
    expect((await get(images, change(url))).status).toBe(200);
  });

  it('names a preset, not what it means', async () => {
    const url = openShelf({ presets: { small: { w: 4 } } }).images.url('/cat.png', { preset: 'small' });
    const { images } = openShelf({ presets: { small: { w: 8, format: 'png' } } });
    expect((await sharp((await get(images, url)).body).metadata()).width).toBe(8);
  });
});

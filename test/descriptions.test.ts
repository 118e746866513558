import { memory, type Origin } from '@tintype/core';
import sharp from 'sharp';
import { describe, expect, it, vi } from 'vitest';
import { get } from './support/client.ts';
import { openEngine } from './support/engines.ts';
import { heldStore } from './support/held-store.ts';
import { shelfOrigin } from './support/shelf-origin.ts';

const text = (body: Uint8Array | undefined): string => Buffer.from(body ?? []).toString();
const drawing = (fill: string, content = ''): Uint8Array =>
  Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 12"><rect width="24" height="12" fill="${fill}"/>${content}</svg>`,
  );

/** An origin with one original, which a test replaces. */
function originOf(body: Uint8Array) {
  const origin = { name: 'one', body, read: async () => ({ status: 200, headers: {}, body: origin.body }) };
  return origin;
}

describe('format=json', () => {
  it('describes a picture, from the cache the second time, and anew after a purge', async () => {
    const origin = shelfOrigin();
    origin.put('/cat.png', 1, { 'cache-control': 'max-age=600' });
    const images = openEngine({ origin });
    const first = await get(images, '/cat.png?format=json');
    expect(first.headers).toMatchObject({ 'content-type': 'application/json', 'x-content-type-options': 'nosniff' });
    const described = JSON.parse(text(first.body));
    expect(described).toMatchObject({ format: 'png', frames: 1, orientation: 1 });
    expect(described.color).toMatch(/^#[0-9a-f]{6}$/);
    const { width } = await sharp(Buffer.from(described.placeholder.split(',')[1], 'base64')).metadata();
    expect(width).toBeLessThanOrEqual(16);
    const second = await get(images, '/cat.png?f=json&q=7');
    expect(second.headers['cache-status']).toMatch(/^tintype; hit/);
    expect(second.headers.etag).toBe(first.headers.etag);
    origin.put('/cat.png', 2, { 'cache-control': 'max-age=600' });
    await images.purge('/cat.png');
    const third = await get(images, '/cat.png?format=json');
    expect(third.headers.etag).not.toBe(first.headers.etag);
    expect(JSON.parse(text(third.body)).color).not.toBe(described.color);
  });

  it('tells the size that the URL asks for', async () => {
    const origin = shelfOrigin();
    origin.put('/cat.png', 1);
    const images = openEngine({ origin });
    const { width, height } = await sharp((await get(images, '/cat.png')).body).metadata();
    const whole = JSON.parse(text((await get(images, '/cat.png?format=json')).body));
    expect([whole.width, whole.height]).toEqual([width, height]);
    const asked = JSON.parse(text((await get(images, '/cat.png?w=4&h=3|pad=1&format=json')).body));
    expect([asked.width, asked.height]).toEqual([6, 5]);
  });
});

describe('an SVG', () => {
  it('is no image, unless an endpoint draws it: of two on one store each by its own option', async () => {
    const [origin, store] = [originOf(drawing('red')), memory()];
    const refusing = openEngine({ origin, store });
    const drawn = openEngine({ origin, store, svg: 'rasterize' });
    for (const images of [refusing, drawn, refusing, drawn]) {
      const { status, headers, body } = await get(images, '/a.svg?w=48');
      if (images === refusing) expect([status, text(body)]).toEqual([415, expect.stringContaining('supported type')]);
      else {
        expect([status, headers['content-type']]).toEqual([200, 'image/png']);
        const { width, height } = await sharp(body).metadata();
        expect([width, height]).toEqual([48, 24]);
      }
    }
  });

  it('is read once more where it is drawn, unconditionally, once another endpoint has stored what it did not read', async () => {
    const asked: (string | undefined)[] = [];
    const headers = { etag: '"1"', 'cache-control': 'max-age=600' };
    const origin: Origin = {
      name: 'one',
      async read(_path, { ifNoneMatch }) {
        asked.push(ifNoneMatch);
        return ifNoneMatch === '"1"' ? { status: 304, headers } : { status: 200, headers, body: drawing('red') };
      },
    };
    const store = heldStore();
    const stored = vi.spyOn(store, 'set');
    expect((await get(openEngine({ origin, store }), '/a.svg?w=48')).status).toBe(415);
    await vi.waitFor(() => expect(stored).toHaveBeenCalled());
    const drawn = openEngine({ origin, store, svg: 'rasterize' });
    expect((await get(drawn, '/a.svg?w=48')).status).toBe(200);
    expect(asked).toEqual([undefined, undefined]);
  });

  it.each([
    ['w=300&format=webp', 'image/webp', 300, 150],
    ['crop=0,0,12,12&w=60&format=jpeg', 'image/jpeg', 60, 60],
    ['', 'image/png', 24, 12],
    ['rotate=90&h=100', 'image/png', 100, 200],
  ])('is drawn as large as it is asked for: %s', async (query, type, width, height) => {
    const images = openEngine({ origin: originOf(drawing('#00f')), svg: 'rasterize' });
    const { headers, body } = await get(images, `/a.svg?${query}`);
    const metadata = await sharp(body).metadata();
    expect([headers['content-type'], metadata.width, metadata.height]).toEqual([type, width, height]);
    const [r, g, b] = (await sharp(body).stats()).channels.map(({ mean }) => Math.round(mean));
    expect(Math.max(Number(r), Number(g), 255 - Number(b))).toBeLessThan(6);
  });

  it('that would cost too much is refused in words that say so', async () => {
    const images = openEngine({
      origin: originOf(
        drawing('red', '<filter id="f"><feTurbulence/></filter>'.concat('<rect filter="url(#f)"/>'.repeat(9))),
      ),
      svg: 'rasterize',
    });
    const { status, body } = await get(images, '/a.svg');
    expect([status, text(body)]).toEqual([413, expect.stringContaining('too complex to be drawn')]);
  });
});

describe('download', () => {
  it.each([
    ['download=true', 'attachment; filename=cat.png'],
    ['download=true&format=jpeg', 'attachment; filename=cat.jpg'],
    ['dl=my%20cat.jpg', 'attachment; filename="my cat.jpg"'],
    ['download=%E2%98%83.png', `attachment; filename="?.png"; filename*=UTF-8''%E2%98%83.png`],
    ['download=false', undefined],
    ['', undefined],
  ])('of "%s" says %s, whatever another URL of the same picture said', async (query, expected) => {
    const origin = shelfOrigin();
    origin.put('/cat.png', 1, { 'cache-control': 'max-age=600' });
    const images = openEngine({ origin });
    await get(images, '/cat.png?download=other.png');
    await get(images, '/cat.png');
    expect((await get(images, `/cat.png?${query}`)).headers['content-disposition']).toBe(expected);
  });

  it('of an original that is passed on is its URL own, too', async () => {
    const origin = {
      name: 'text',
      read: async () => ({ status: 200, headers: { 'content-type': 'text/css' }, body: Buffer.from('a{}') }),
    };
    const images = openEngine({ origin, passthrough: true });
    const said = async (query: string) => (await get(images, `/a.css?${query}`)).headers['content-disposition'];
    expect([await said('download=b.css'), await said(''), await said('download=true')]).toEqual([
      'attachment; filename=b.css',
      undefined,
      'attachment; filename=a.css',
    ]);
  });
});

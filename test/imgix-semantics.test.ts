import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { folder, imgix, memory, native, type Tintype, type TintypeOptions } from '@tintype/core';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { get } from './support/client.ts';
import { engineOn, openEngine } from './support/engines.ts';
import { manualClock } from './support/manual-clock.ts';
import { type Decoded, decode, quadrantsFolder } from './support/quadrants.ts';

const serve = async (options: Partial<TintypeOptions> = {}): Promise<Tintype> =>
  engineOn(await quadrantsFolder(), { dialect: imgix(), ...options });

const show = async (images: Tintype, target: string, accept = '*/*'): Promise<Decoded> => {
  const { status, body } = await get(images, target, { accept });
  if (status !== 200 || body === undefined) throw new Error(`${target} was answered ${status}: ${body}`);
  return decode(body as Uint8Array);
};

const png = '/quadrants.png';
const jpeg = '/quadrants.jpg';

/** What the corners show, from the left top clockwise. */
const corners = ({ at }: Decoded) => [at(0.05, 0.05), at(0.95, 0.05), at(0.95, 0.95), at(0.05, 0.95)];
const [red, green, yellow, blue] = ['red', 'green', 'yellow', 'blue'] as const;

describe('what differs from other dialects', () => {
  it('a box without a mode holds the whole picture, which grows to it', async () => {
    const images = await serve();
    expect(await show(images, `${png}?w=100&h=100`)).toMatchObject({ width: 100, height: 75 });
    expect(await show(images, `${png}?w=800&h=800`)).toMatchObject({ width: 800, height: 600 });
    expect(await show(images, `${png}?w=0.25`)).toMatchObject({ width: 100, height: 75 });
    expect(await show(images, `${png}?w=0.5&h=1&fit=scale`)).toMatchObject({ width: 200, height: 300 });
  });

  it('max and min never enlarge', async () => {
    const images = await serve();
    expect(await show(images, `${png}?w=800&h=800&fit=max`)).toMatchObject({ width: 400, height: 300 });
    expect(await show(images, `${png}?w=800&fit=max`)).toMatchObject({ width: 400, height: 300 });
    const covered = await show(images, `${png}?w=900&h=900&fit=min`);
    expect(covered).toMatchObject({ width: 300, height: 300 });
    expect(corners(covered)).toEqual([red, green, yellow, blue]);
  });

  it('crop enlarges, and its ratio has a colon', async () => {
    const images = await serve();
    expect(await show(images, `${png}?w=800&h=800&fit=crop`)).toMatchObject({ width: 800, height: 800 });
    expect(await show(images, `${png}?w=160&ar=16:9&fit=crop`)).toMatchObject({ width: 160, height: 90 });
    expect((await get(images, `${png}?w=160&ar=16-9&fit=crop`)).status).toBe(400);
    expect(await show(images, `${png}?w=160&ar=16:9`)).toMatchObject({ width: 160, height: 120 });
  });

  it('turns counter-clockwise in its frame', async () => {
    const images = await serve();
    const turned = await show(images, `${png}?w=200&rot=90`);
    expect(turned).toMatchObject({ width: 200, height: 150 });
    // Red goes from the left top to the left bottom.
    expect(corners(turned)).toEqual([green, yellow, blue, red]);
    const grown = await show(images, `${png}?w=200&rot=90&rot-type=pivot`);
    expect(grown).toMatchObject({ width: 150, height: 200 });
    expect(corners(grown)).toEqual([green, yellow, blue, red]);
    const tilted = await show(images, `${png}?w=200&rot=10&fm=png`);
    expect(tilted).toMatchObject({ width: 200, height: 150 });
    expect(corners(tilted)).not.toContain('nothing');
  });

  it('orients clockwise', async () => {
    const images = await serve();
    for (const orient of ['6', '90']) {
      const turned = await show(images, `${png}?w=150&orient=${orient}`);
      expect(turned, orient).toMatchObject({ width: 150, height: 200 });
      // Red goes from the left top to the right top.
      expect(corners(turned), orient).toEqual([blue, red, green, yellow]);
    }
    const mirrored = await show(images, `${png}?w=200&or=2`);
    expect(corners(mirrored)).toEqual([green, red, blue, yellow]);
  });

  it('has alpha first in colours', async () => {
    const images = await serve();
    const box = 'w=100&h=100&fit=fill&fill=solid&fm=png';
    expect((await show(images, `${png}?${box}&fill-color=ff0000ff`)).at(0.5, 0.02)).toBe('blue');
    expect((await show(images, `${png}?${box}&fill-color=000000ff`)).at(0.5, 0.02)).toBe('nothing');
    expect((await show(images, `${png}?${box}&fill-color=f00f`)).at(0.5, 0.02)).toBe('blue');
    expect((await show(images, `${png}?${box}&bg=00f`)).at(0.5, 0.02)).toBe('blue');
  });

  it('leaves empty space clear, and in a JPEG white', async () => {
    const images = await serve();
    expect((await show(images, `${png}?w=100&h=100&fit=fill`)).at(0.5, 0.02)).toBe('nothing');
    const white = await show(images, `${jpeg}?w=100&h=100&fit=fill`);
    expect([white.at(0.5, 0.02), white.at(0.1, 0.3)]).toEqual(['white', 'red']);
    const kept = await show(images, `${png}?w=800&h=800&fit=fillmax`);
    expect(kept).toMatchObject({ width: 800, height: 800 });
    expect([kept.at(0.2, 0.5), kept.at(0.3, 0.4)]).toEqual(['nothing', 'red']);
  });

  it('follows Accept only where it says auto=format', async () => {
    const images = await serve();
    const modern = 'image/avif,image/webp,*/*';
    const plain = await get(images, `${jpeg}?w=50`, { accept: modern });
    expect(plain.headers).toMatchObject({ 'content-type': 'image/jpeg' });
    expect(plain.headers).not.toHaveProperty('vary');
    const chosen = await get(images, `${jpeg}?w=50&auto=format`, { accept: modern });
    expect(chosen.headers).toMatchObject({ 'content-type': 'image/avif', vary: expect.stringContaining('Accept') });
    expect((await show(images, `${jpeg}?w=50&auto=compress&auto=format`, 'image/webp,*/*')).format).toBe('webp');
    expect((await show(images, `${png}?w=50&auto=format`)).format).toBe('png');
    expect((await show(images, `${png}?w=50&auto=format&fm=jpg`)).format).toBe('jpeg');
    expect((await show(images, `${png}?w=50&auto=format&fm=jpg`, modern)).format).toBe('heif');
  });

  it('makes progressive JPEGs of quality 75, with auto=compress of 45', async () => {
    const images = await serve();
    const bytes = async (query: string) => (await get(images, `${jpeg}?w=200&${query}`)).body as Uint8Array;
    expect((await sharp(await bytes('')).metadata()).isProgressive).toBe(true);
    expect((await sharp(await bytes('jpg-progressive=0')).metadata()).isProgressive).toBe(false);
    const { body } = await get(images, `${png}?w=200`);
    expect((await sharp(body as Uint8Array).metadata()).isProgressive).toBe(false);
    expect(await bytes('')).toEqual(await bytes('q=75'));
    expect(await bytes('auto=compress')).toEqual(await bytes('q=45'));
    expect(await bytes('auto=compress&q=75')).toEqual(await bytes(''));
    expect(await bytes('q=45')).not.toEqual(await bytes('q=75'));
  });

  it('reads f, r, t and b by its own names', async () => {
    const images = await serve();
    expect(await show(images, `${png}?w=50&h=50&f=crop`)).toMatchObject({ width: 50, height: 50 });
    expect((await get(images, `${png}?w=50&h=50&f=webp`)).status).toBe(400);
    expect((await get(images, `${png}?w=50&r=20`)).headers['content-type']).toBe('image/png');
  });

  it('draws a border whose width stands before a comma, inside of what is asked for', async () => {
    const images = await serve();
    const framed = await show(images, `${png}?w=100&h=75&border=10,00f&fit=crop`);
    expect(framed).toMatchObject({ width: 100, height: 75 });
    expect([framed.at(0.05, 0.05), framed.at(0.2, 0.2)]).toEqual(['blue', 'red']);
    expect((await get(images, `${png}?border=10_00f`)).status).toBe(400);
  });

  it('means the same in any order of its parameters', async () => {
    const images = await serve();
    const first = await get(images, `${png}?rot=90&w=100&rect=0,0,200,150`);
    const second = await get(images, `${png}?rect=0,0,200,150&w=100&rot=90`);
    expect(second.body).toEqual(first.body);
    expect((await decode(first.body as Uint8Array)).at(0.5, 0.5)).toBe('red');
    expect(images.stats().renders).toBe(1);
  });

  it('takes sides from 2 to 8192 pixels and refuses others', async () => {
    const images = await serve();
    for (const [query, status] of [
      ['w=8193', 400],
      ['w=65535', 400],
      ['w=-1', 400],
      ['w=wide', 400],
      ['w=2', 200],
      ['w=1', 200],
    ] as const) {
      expect((await get(images, `${png}?${query}`)).status, query).toBe(status);
    }
  });
});

describe('what is answered', () => {
  const token = 'a secure URL token';
  const signed = (text: string) => {
    const signature = createHash('md5').update(`${token}${text}`).digest('hex');
    return `${text}${text.includes('?') ? '&' : '?'}s=${signature}`;
  };

  it('404 once a URL has ended, and until then no cache keeps it longer', async () => {
    const clock = manualClock();
    const now = clock.now() / 1000;
    const images = await serve({ clock, dialect: imgix({ signing: { token } }) });
    const url = signed(`${jpeg}?w=20&expires=${now + 60}`);
    const { status, headers } = await get(images, url);
    expect([status, headers['cache-control']]).toEqual([200, expect.stringContaining('max-age=60')]);
    clock.advance(60);
    expect((await get(images, url)).status).toBe(404);
    expect((await get(images, signed(`${jpeg}?w=20&expires=${now - 1}`))).status).toBe(404);
    expect((await get(images, url.replace(/expires=\d+/, `expires=${now + 600}`))).status).toBe(403);
  });

  it('404 once an unsigned URL has ended too', async () => {
    const clock = manualClock();
    const images = await serve({ clock });
    expect((await get(images, `${jpeg}?expires=${clock.now() / 1000 - 1}`)).status).toBe(404);
  });

  it('400 with the name and the reason for what is not built', async () => {
    const images = await serve();
    const answer = await get(images, `${jpeg}?bg-remove=true`);
    expect([answer.status, answer.headers['content-type'], answer.headers['cache-control']]).toEqual([
      400,
      'text/plain; charset=utf-8',
      'no-store',
    ]);
    expect(String(answer.body)).toMatch(/^bg-remove: is not built: /);
  });

  it('422 for what is no picture, and 404 for what is not there', async () => {
    const root = await quadrantsFolder();
    await writeFile(join(root, 'notes.jpg'), 'no picture');
    const images = engineOn(root, { dialect: imgix() });
    expect((await get(images, '/notes.jpg?w=10')).status).toBe(422);
    expect((await get(images, '/nothing.jpg?w=10')).status).toBe(404);
  });

  it('a picture to save, for dl', async () => {
    const { headers } = await get(await serve(), `${jpeg}?w=20&dl=cat%20picture.jpg`);
    expect(headers['content-disposition']).toBe('attachment; filename="cat picture.jpg"');
  });

  it('writes URLs that it serves', async () => {
    const images = await serve({ dialect: imgix({ signing: { token }, mount: '/img' }) });
    const url = images.url(jpeg, { w: 50, fm: 'webp' });
    const answer = await images.handle({ method: 'GET', target: `/img${url}`, mount: '/img', headers: {} });
    expect(answer?.headers['content-type']).toBe('image/webp');
  });
});

describe('one derivative', () => {
  it('is made of all that means the same, by whichever dialect', async () => {
    const root = await quadrantsFolder();
    const store = memory({ maxBytes: 10_000_000 });
    const [own, other] = [imgix(), native()].map((dialect) => openEngine({ origin: folder(root), store, dialect }));
    if (own === undefined || other === undefined) throw new Error('Expected two endpoints');
    const bodies = [];
    for (const target of [
      `${jpeg}?w=100&h=80&fit=crop&crop=left,top&fm=webp`,
      `${jpeg}?height=80&width=100&f=crop&crop=top%2Cleft&fm64=d2VicA&ixlib=js-3.8.0`,
      `${jpeg}?w=50&h=40&dpr=2&fit=crop&crop=faces,top,left&fm=webp&q=75&utm_campaign=x`,
    ]) {
      bodies.push((await get(own, target)).body);
    }
    const url = `${jpeg}?w=100&h=80&position=left+top&enlarge=true&format=webp&q=75`;
    bodies.push((await get(other, url)).body);
    expect(own.stats().renders + other.stats().renders).toBe(1);
    for (const body of bodies) expect(body).toEqual(bodies[0]);
  });
});

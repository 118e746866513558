import { type HttpHeaders, type HttpResponse, type Tintype, type TintypeOptions, web } from '@tintype/core';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { get } from './support/client.ts';
import { openEngine } from './support/engines.ts';
import { manualClock } from './support/manual-clock.ts';
import { openUpstream, type Upstream } from './support/upstream.ts';

let banner: Buffer;
beforeAll(async () => {
  const [width, height] = [2000, 40];
  const pixels = Buffer.from(Array.from({ length: width * height * 3 }, (_, at) => (at * 7919) % 253));
  banner = await sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg()
    .toBuffer();
});

interface Site {
  readonly upstream: Upstream;
  readonly images: Tintype;
}

async function openSite(options: Partial<TintypeOptions> = { clientHints: true }): Promise<Site> {
  const upstream = await openUpstream(({ url = '' }) => {
    if (url === '/a.css') return { headers: { 'content-type': 'text/css' }, body: 'a {}' };
    return url === '/none.jpg' ? { status: 404 } : { body: banner };
  });
  return { upstream, images: openEngine({ origin: web(upstream.url), clock: manualClock(), ...options }) };
}

const widthOf = async ({ body }: HttpResponse): Promise<number> => (await sharp(body).metadata()).width;

describe('an endpoint without client hints', () => {
  it('asks for none, varies by none and hears none', async () => {
    const { images } = await openSite({});
    const hints = { 'sec-ch-width': '100', 'sec-ch-dpr': '2', 'save-data': 'on' };
    const hinted = await get(images, '/a.jpg', hints);
    const plain = await get(images, '/a.jpg');
    expect(await widthOf(hinted)).toBe(2000);
    expect(hinted.headers.etag).toBe(plain.headers.etag);
    for (const { headers } of [hinted, plain]) {
      expect(headers).not.toHaveProperty('accept-ch');
      expect(headers).not.toHaveProperty('vary');
    }
  });

  it.each([{ clientHints: false }, { clientHints: [] }])('is one with %j', async (options) => {
    const { images } = await openSite(options);
    const answer = await get(images, '/a.jpg', { 'sec-ch-width': '100' });
    expect(await widthOf(answer)).toBe(2000);
    expect(answer.headers).not.toHaveProperty('accept-ch');
  });
});

describe('clients are asked', () => {
  it.each<[NonNullable<TintypeOptions['clientHints']>, string]>([
    [true, 'Sec-CH-Width, Sec-CH-DPR, Save-Data'],
    [['save-data', 'width'], 'Sec-CH-Width, Save-Data'],
    [['dpr'], 'Sec-CH-DPR'],
  ])('with %j by Accept-CH: %s, on every answer', async (clientHints, expected) => {
    const { images } = await openSite({ clientHints, passthrough: true });
    const { etag } = (await get(images, '/a.jpg')).headers;
    const conditions: readonly (readonly [string, HttpHeaders])[] = [
      ['/a.jpg', {}],
      ['/a.jpg', { 'if-none-match': etag }],
      ['/a.jpg', { 'if-match': '"another"' }],
      ['/a.jpg', { range: 'bytes=0-1' }],
      ['/a.jpg', { range: 'bytes=9999999-' }],
      ['/a.jpg?w=x', {}],
      ['/none.jpg', {}],
      ['/a.css', {}],
    ];
    const seen = [];
    for (const [target, headers] of conditions) {
      const answer = await get(images, target, headers);
      seen.push(answer.status);
      expect(answer.headers['accept-ch'], `${target} ${JSON.stringify(headers)}`).toBe(expected);
    }
    expect(seen).toEqual([200, 304, 412, 206, 416, 400, 404, 200]);
  });
});

describe('a URL without a width', () => {
  it.each([
    ['1', 100],
    ['99', 100],
    ['100', 100],
    ['101', 200],
    ['640', 700],
    ['1999', 2000],
    ['640;x=1', 700],
    [' 640 ', 700],
    ['4000', 2000],
  ])('is as wide as the next hundred of Sec-CH-Width: %s is %i pixels', async (width, pixels) => {
    const { images } = await openSite();
    expect(await widthOf(await get(images, '/a.jpg', { 'sec-ch-width': width }))).toBe(pixels);
  });

  it.each(['', '0', '-5', '640.5', '640px', '"640"', 'abc', '640, 700', '640 700', '1e3', '9'.repeat(20), '?1'])(
    'ignores what is no width: "%s"',
    async (width) => {
      const { images } = await openSite();
      const answer = await get(images, '/a.jpg', { 'sec-ch-width': width });
      expect([answer.status, await widthOf(answer)]).toEqual([200, 2000]);
    },
  );

  it('ignores a field that came twice', async () => {
    const { images } = await openSite();
    expect(await widthOf(await get(images, '/a.jpg', { 'sec-ch-width': ['640', '700'] }))).toBe(2000);
  });

  it('is one derivative for all widths of one step, and the same as by its parameter', async () => {
    const { images } = await openSite();
    const etags = new Set<string | undefined>();
    for (const width of ['601', '650', '700']) {
      etags.add((await get(images, '/a.jpg', { 'sec-ch-width': width })).headers.etag);
    }
    etags.add((await get(images, '/a.jpg?w=700')).headers.etag);
    expect(etags.size).toBe(1);
    expect(images.stats().renders).toBe(1);
  });

  it('costs no more than 83 derivatives, whatever clients send', async () => {
    const { images } = await openSite();
    const etags = new Set<string | undefined>();
    for (let width = 1; width < 3000; width += 37) {
      const answer = await get(images, '/a.jpg', { 'sec-ch-width': String(width), 'if-none-match': '*' });
      etags.add(answer.headers.etag);
    }
    expect(etags.size).toBeLessThanOrEqual(21);
  });

  it('hears nothing of the density: a width is in device pixels already', async () => {
    const { images } = await openSite();
    const answer = await get(images, '/a.jpg', { 'sec-ch-width': '300', 'sec-ch-dpr': '3' });
    expect(await widthOf(answer)).toBe(300);
    expect(answer.headers.vary).toBe('Sec-CH-Width, Save-Data');
  });
});

describe('a URL with a width', () => {
  it.each([
    ['0.5', 100],
    ['1', 100],
    ['1.0', 100],
    ['1.1', 150],
    ['1.5', 150],
    ['2', 200],
    ['2.6', 300],
    ['3.1', 400],
    ['17', 400],
    ['', 100],
    ['0', 100],
    ['-2', 100],
    ['two', 100],
    ['2, 3', 100],
  ])('is as dense as Sec-CH-DPR: "%s" makes w=100 %i pixels', async (density, pixels) => {
    const { images } = await openSite();
    const answer = await get(images, '/a.jpg?w=100', { 'sec-ch-dpr': density, 'sec-ch-width': '900' });
    expect(await widthOf(answer)).toBe(pixels);
    expect(answer.headers.vary).toBe('Sec-CH-DPR, Save-Data');
  });

  it('and a density hears of neither', async () => {
    const { images } = await openSite();
    const answer = await get(images, '/a.jpg?w=100&dpr=1', { 'sec-ch-dpr': '3', 'sec-ch-width': '900' });
    expect(await widthOf(answer)).toBe(100);
    expect(answer.headers.vary).toBe('Save-Data');
  });

  it('or a height alone takes no width from a hint', async () => {
    const { images } = await openSite();
    const answer = await get(images, '/a.jpg?h=20', { 'sec-ch-width': '300' });
    expect((await sharp(answer.body).metadata()).height).toBe(20);
    expect(answer.headers.vary).toBe('Sec-CH-DPR, Save-Data');
  });
});

describe('Save-Data', () => {
  it.each(['on', 'ON', 'on;x=1'])('"%s" makes a smaller picture, the same as by q=45', async (saving) => {
    const { images } = await openSite();
    const plain = await get(images, '/a.jpg?w=400');
    const saved = await get(images, '/a.jpg?w=400', { 'save-data': saving });
    expect(saved.body?.length).toBeLessThan(plain.body?.length ?? 0);
    expect(saved.headers.etag).toBe((await get(images, '/a.jpg?w=400&q=45')).headers.etag);
  });

  it.each(['off', '', '"on"', '?1', '1', 'on, on', 'onn'])('"%s" changes nothing', async (saving) => {
    const { images } = await openSite();
    const plain = await get(images, '/a.jpg?w=400');
    const answer = await get(images, '/a.jpg?w=400', { 'save-data': saving });
    expect([answer.status, answer.headers.etag]).toEqual([200, plain.headers.etag]);
    expect(images.stats().renders).toBe(1);
  });

  it('leaves a quality that the URL names, and does not vary it', async () => {
    const { images } = await openSite();
    const plain = await get(images, '/a.jpg?w=400&dpr=1&q=80');
    const answer = await get(images, '/a.jpg?w=400&dpr=1&q=80', { 'save-data': 'on' });
    expect(answer.headers.etag).toBe(plain.headers.etag);
    expect(answer.headers).not.toHaveProperty('vary');
  });
});

describe('Vary', () => {
  it.each([
    ['/a.jpg', 'Sec-CH-Width, Save-Data'],
    ['/a.jpg?w=100', 'Sec-CH-DPR, Save-Data'],
    ['/a.jpg?w=100&dpr=2', 'Save-Data'],
    ['/a.jpg?w=100&q=80', 'Sec-CH-DPR'],
    ['/a.jpg?w=100&dpr=2&q=80', undefined],
    ['/a.jpg?w=100&dpr=2&q=80&format=auto', 'Accept'],
    ['/a.jpg?format=auto', 'Accept, Sec-CH-Width, Save-Data'],
    ['/a.css', undefined],
  ])('of %s is %s, whether or not hints are sent', async (target, vary) => {
    const { images } = await openSite({ clientHints: true, passthrough: true });
    const hints = { 'sec-ch-width': '300', 'sec-ch-dpr': '2', 'save-data': 'on' };
    for (const headers of [{}, hints, { 'sec-ch-width': 'x' }]) {
      const answer = await get(images, target, headers);
      expect(answer.headers.vary).toBe(vary);
      const again = await get(images, target, { ...headers, 'if-none-match': answer.headers.etag });
      expect([again.status, again.headers.vary]).toEqual([304, vary]);
    }
  });

  it('names the enabled hints alone', async () => {
    const { images } = await openSite({ clientHints: ['width'] });
    const hints = { 'sec-ch-width': '300', 'sec-ch-dpr': '2', 'save-data': 'on' };
    const answer = await get(images, '/a.jpg', hints);
    expect(answer.headers.vary).toBe('Sec-CH-Width');
    expect(await widthOf(await get(images, '/a.jpg?w=100', hints))).toBe(100);
  });
});

describe('what clients hint', () => {
  it('never reaches the origin, and changes neither what is asked nor what is purged', async () => {
    const { images, upstream } = await openSite();
    const hinted = await get(images, '/a.jpg', { 'sec-ch-width': '300', 'save-data': 'on' });
    await get(images, '/a.jpg', { 'sec-ch-width': '500' });
    expect(upstream.asked).toHaveLength(1);
    for (const name of ['sec-ch-width', 'save-data']) expect(upstream.asked[0]?.headers).not.toHaveProperty(name);
    await images.purge('/a.jpg', { mode: 'force' });
    const after = await get(images, '/a.jpg', { 'sec-ch-width': '300', 'save-data': 'on' });
    expect(after.headers.etag).not.toBe(hinted.headers.etag);
  });

  it('is not confirmed by a Content-DPR, which nobody may rely on', async () => {
    const { images } = await openSite();
    const { headers } = await get(images, '/a.jpg?w=100', { 'sec-ch-dpr': '2' });
    expect(headers).not.toHaveProperty('content-dpr');
  });

  it('is no way around the limits', async () => {
    const { images } = await openSite({ clientHints: true, limits: { outputSide: 500 } });
    const wide = await get(images, '/a.jpg', { 'sec-ch-width': '400' });
    expect(await widthOf(wide)).toBe(400);
    for (const [target, headers] of [
      ['/a.jpg', { 'sec-ch-width': '8000' }],
      ['/a.jpg?w=300', { 'sec-ch-dpr': '4' }],
    ] as const) {
      const { status, body } = await get(images, target, headers);
      if (status === 200) expect((await sharp(body).metadata()).width).toBeLessThanOrEqual(500);
    }
  });

  it.each<[string, HttpHeaders]>([
    ['/a.jpg', { 'sec-ch-width': '5120' }],
    ['/a.jpg?w=1500', { 'sec-ch-dpr': '3' }],
  ])('never makes of a good URL a bad one: %s with %j', async (target, headers) => {
    const { images } = await openSite();
    expect((await get(images, target)).status).toBe(200);
    expect((await get(images, target, headers)).status).toBe(200);
  });
});

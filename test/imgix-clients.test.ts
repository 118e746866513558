import ImgixClient from '@imgix/js-core';
import { imgix, native, type TintypeOptions, webProxy } from '@tintype/core';
import express from 'express';
import { buildPixelDensitySrcSet, buildURL, buildWidthSrcSet } from 'imgix-url-builder';
import { SecureClient } from 'imgix-url-builder/node';
import Koa from 'koa';
import { transformUrl } from 'unpic';
import { describe, expect, it } from 'vitest';
import { engineOn } from './support/engines.ts';
import { expressAdapter } from './support/express-sites.ts';
import { koaAdapter } from './support/koa-sites.ts';
import { type Decoded, decode, quadrantsFolder } from './support/quadrants.ts';
import { type Adapter, open } from './support/sites.ts';

/** What Node imports is the class itself, whatever its types say. */
const Client = ImgixClient as unknown as typeof ImgixClient.default;

const token = 'a secure URL token';

/** The URLs of a source set, with what each is for. */
function candidates(sourceSet: string): readonly (readonly [url: string, descriptor: string])[] {
  return sourceSet.split(',').map((candidate) => {
    const [url = '', descriptor = ''] = candidate.trim().split(/\s+/);
    return [url, descriptor];
  });
}

/** What the corners show, from the left top clockwise. */
const corners = ({ at }: Decoded) => [at(0.05, 0.05), at(0.95, 0.05), at(0.95, 0.95), at(0.05, 0.95)];
const all = ['red', 'green', 'yellow', 'blue'];

describe.each<readonly [string, Adapter]>([
  ['Express', expressAdapter(express)],
  ['Koa', koaAdapter(Koa, 'koa-mount')],
])('URLs that real builders make, on %s', (_, adapter) => {
  const serve = async (isSigned = false, options: Partial<TintypeOptions> = {}) => {
    const root = await quadrantsFolder(['a b & é.jpg']);
    const dialect = imgix(isSigned ? { signing: { token } } : {});
    const images = engineOn(root, { dialect, ...options });
    const { port } = await open(adapter, { mounts: [{ images }] });
    const base = `http://127.0.0.1:${port}/img`;
    const fetched = async (url: string, headers: Record<string, string> = {}): Promise<Decoded> => {
      const response = await fetch(url, { headers });
      if (response.status !== 200) throw new Error(`${url} was answered ${response.status}: ${await response.text()}`);
      return decode(new Uint8Array(await response.arrayBuffer()));
    };
    return { images, base, fetched, ...(await clientOf(port, isSigned)) };
  };

  /** The builder takes no port, but after it has been made. */
  const clientOf = async (port: number, isSigned: boolean) => {
    const client = new Client({
      domain: '127.0.0.1',
      useHTTPS: false,
      ...(isSigned ? { secureURLToken: token } : {}),
    });
    (client as unknown as { settings: { domain: string } }).settings.domain = `127.0.0.1:${port}`;
    return { client };
  };

  it.each([
    ['as they are', false],
    ['signed', true],
  ])('js-core: fetch the picture, %s', async (_how, isSigned) => {
    const { client, fetched } = await serve(isSigned);
    const whole = await fetched(client.buildURL('/img/quadrants.png', { w: 200 }));
    expect(whole).toMatchObject({ format: 'png', width: 200, height: 150 });
    expect(corners(whole)).toEqual(all);
    const cropped = await fetched(
      client.buildURL('/img/quadrants.jpg', { w: 100, h: 100, fit: 'crop', crop: ['left', 'top'], fm: 'png' }),
    );
    expect(cropped).toMatchObject({ format: 'png', width: 100, height: 100 });
    // The square at the left end of what is 133 wide: its middle lies at 67 of 100.
    expect([cropped.at(0.6, 0.1), cropped.at(0.75, 0.1)]).toEqual(['red', 'green']);
    const named = await fetched(client.buildURL('/img/a b & é.jpg', { w: 40, txt64: 'é & more' }));
    expect(named).toMatchObject({ format: 'jpeg', width: 40, height: 30 });
  });

  it('js-core: fetch each picture of a fluid and of a fixed source set', async () => {
    const { client, fetched } = await serve(true);
    const options = { minWidth: 100, maxWidth: 500, widthTolerance: 0.3 };
    const fluid = candidates(client.buildSrcSet('/img/quadrants.jpg', { ar: '2:1', fit: 'crop' }, options));
    expect(fluid.length).toBeGreaterThan(3);
    for (const [url, descriptor] of fluid) {
      const width = Number.parseInt(descriptor, 10);
      expect(await fetched(url), url).toMatchObject({ format: 'jpeg', width, height: Math.round(width / 2) });
    }
    const fixed = candidates(client.buildSrcSet('/img/quadrants.jpg', { w: 50, h: 50, fit: 'crop' }));
    expect(fixed.map(([, descriptor]) => descriptor)).toEqual(['1x', '2x', '3x', '4x', '5x']);
    for (const [url, descriptor] of fixed) {
      const side = 50 * Number.parseInt(descriptor, 10);
      expect(await fetched(url), url).toMatchObject({ width: side, height: side });
    }
  });

  it('js-core: are refused where anything of them is changed', async () => {
    const { client, base } = await serve(true);
    const url = client.buildURL('/img/quadrants.jpg', { w: 200 });
    for (const changed of [
      url.replace('w=200', 'w=201'),
      url.replace(/&s=.*/, ''),
      `${url}&w=1`,
      `${base}/quadrants.jpg`,
    ]) {
      expect((await fetch(changed)).status, changed).toBe(403);
    }
    expect((await fetch(url)).status).toBe(200);
  });

  it('imgix-url-builder: fetch the picture, with another width in each of a source set', async () => {
    const { base, fetched } = await serve();
    const url = `${base}/quadrants.jpg`;
    expect(await fetched(buildURL(url, { width: 120, height: 40, fit: 'crop' }))).toMatchObject({
      width: 120,
      height: 40,
    });
    for (const [each, descriptor] of candidates(
      buildWidthSrcSet(`${url}?w=300`, { widths: [100, 250], fit: 'max' }).replace(/\s*$/, ''),
    )) {
      expect(await fetched(each), each).toMatchObject({ width: Number.parseInt(descriptor, 10) });
    }
    for (const [each, descriptor] of candidates(buildPixelDensitySrcSet(url, { w: 60, pixelDensities: [1, 2] }))) {
      expect(await fetched(each), each).toMatchObject({ width: 60 * Number.parseInt(descriptor, 10) });
    }
  });

  it('imgix-url-builder: fetch what it has signed', async () => {
    const { base, fetched } = await serve(true);
    const client = new SecureClient({ baseURL: `${base}/`, secureURLToken: token });
    const url = client.buildSignedURLForPath('./quadrants.jpg', { w: 90, ar: '1:1', fit: 'crop' });
    expect(await fetched(url)).toMatchObject({ width: 90, height: 90 });
    expect((await fetch(url.replace('w=90', 'w=91'))).status).toBe(403);
  });

  it('unpic: fetch the picture in the type that the client takes', async () => {
    const { base, fetched } = await serve();
    const url = String(
      transformUrl({ url: `${base}/quadrants.jpg`, provider: 'imgix', width: 100, height: 100, quality: 60 }),
    );
    expect(url).toContain('fit=min');
    const square = { width: 100, height: 100 };
    expect(await fetched(url, { accept: 'image/webp,*/*' })).toMatchObject({ ...square, format: 'webp' });
    expect(await fetched(url, { accept: '*/*' })).toMatchObject({ ...square, format: 'jpeg' });
    const larger = String(transformUrl({ url: `${base}/quadrants.jpg`, provider: 'imgix', width: 800, height: 800 }));
    // `fit=min` never enlarges: the largest square that there is.
    expect(await fetched(larger)).toMatchObject({ width: 300, height: 300 });
  });

  it('js-core: fetch originals by their whole URL, signed alone', async () => {
    const upstream = await open(adapter, {
      mounts: [{ images: engineOn(await quadrantsFolder(), { dialect: native() }), at: '/originals' }],
    });
    const host = `127.0.0.1:${upstream.port}`;
    const origin = webProxy({ allow: [`http://${host}`], allowPrivate: [host] });
    const { client, fetched, base } = await serve(true, { origin });
    const original = `http://${host}/originals/quadrants.jpg?w=200&q=100`;
    const whole = await fetched(
      client.buildURL(`img/${encodeURIComponent(original)}`, { w: 50 }, { disablePathEncoding: true }),
    );
    expect(whole).toMatchObject({ format: 'jpeg', width: 50, height: 38 });
    expect(corners(whole)).toEqual(all);
    expect((await fetch(`${base}/${encodeURIComponent(original)}?w=50`)).status).toBe(403);
  });
});

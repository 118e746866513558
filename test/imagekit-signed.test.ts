import { buildSrc } from '@imagekit/javascript';
import ImageKit from '@imagekit/nodejs';
import { imagekit } from '@tintype/core';
import express from 'express';
import Koa from 'koa';
import { describe, expect, it } from 'vitest';
import { openEngine } from './support/engines.ts';
import { expressAdapter } from './support/express-sites.ts';
import { koaAdapter } from './support/koa-sites.ts';
import { manualClock } from './support/manual-clock.ts';
import { shelfOrigin } from './support/shelf-origin.ts';
import { type Adapter, open } from './support/sites.ts';

const privateKey = 'private_of_some_length';
const client = new ImageKit({ privateKey });

type Asked = Omit<Parameters<typeof client.helper.buildSrc>[0], 'urlEndpoint' | 'signed'>;

const asked: Readonly<Record<string, Asked>> = {
  'a path alone': { src: '/cat.png' },
  'a path without its slash': { src: 'cat.png' },
  'a step in the query': { src: '/cat.png', transformation: [{ width: 4 }] },
  'a step in the path': { src: '/cat.png', transformation: [{ width: 4 }], transformationPosition: 'path' },
  'a chain beside other pairs': {
    src: '/cat.png',
    transformation: [{ width: 4 }, { rotation: 90 }],
    queryParameters: { v: '7', 'utm source': 'a b&c' },
  },
  'blanks and accents': { src: '/deep/café 1.png', transformation: [{ height: 3 }], transformationPosition: 'path' },
  'characters that are encoded in several ways': { src: "/deep/a+b'(1)!~.png", transformation: [{ width: 4 }] },
};

describe.each<readonly [string, Adapter]>([
  ['Express', expressAdapter(express)],
  ['Koa', koaAdapter(Koa, 'prefix')],
])('%s', (_, adapter) => {
  const openSite = async (at = '/img') => {
    const [origin, clock] = [shelfOrigin(), manualClock()];
    for (const path of ['/cat.png', '/deep/café 1.png', "/deep/a+b'(1)!~.png"]) origin.put(path, 1);
    const images = openEngine({ origin, clock, dialect: imagekit({ signing: { keys: ['private_new', privateKey] } }) });
    const site = await open(adapter, { mounts: [{ images, at }] });
    const host = `http://127.0.0.1:${site.port}`;
    const sign = (options: Asked, slash = ''): string =>
      client.helper.buildSrc({ ...options, urlEndpoint: host + at + slash, signed: true }).slice(host.length);
    return { ...site, images, clock, origin, host, sign };
  };

  it.each(Object.entries(asked))('serves %s as the client signs it, and nothing else', async (_what, options) => {
    for (const [at, slash] of [
      ['/img', ''],
      ['/img', '/'],
      ['/a/b', ''],
    ] as const) {
      const { get, sign, origin } = await openSite(at);
      const url = sign(options, slash);
      const reads = origin.asked.length;
      for (const wrong of [
        url.replace(/[?&]ik-s=.*$/, ''),
        url.replace(/ik-s=.(.*)$/, 'ik-s=g$1'),
        url.replace(/ik-s=(.*)$/, (_match, signature) => `ik-s=${[...signature].reverse().join('')}`),
        url.replace('.png', '.pn%67'),
        `${url}&tr=w-9`,
        `${url}&ik-t=9999999998`,
      ]) {
        const { status, headers } = await get(wrong);
        expect(status, wrong).toBeGreaterThanOrEqual(400);
        if (!wrong.includes('tr=w-9')) expect(status, wrong).toBe(401);
        expect(headers['cache-control'], wrong).toBe('no-store');
      }
      expect(origin.asked.length).toBe(reads);
      expect((await get(url)).status, url).toBe(200);
    }
  });

  it('serves until a URL expires, and answers 401 from then on', async () => {
    const { get, sign, clock, images } = await openSite();
    clock.advance((Date.now() - clock.now()) / 1000);
    const url = sign({ src: '/cat.png', transformation: [{ width: 4 }], expiresIn: 300 });
    expect(url).toContain('ik-t=');
    const { status, headers } = await get(url);
    expect(status).toBe(200);
    expect(Number(/max-age=(\d+)/.exec(headers['cache-control'] ?? '')?.[1])).toBeLessThanOrEqual(301);
    for (const wrong of [
      url.replace(/ik-t=\d+&/, ''),
      url.replace(/ik-t=1/, 'ik-t=2'),
      url.replace(/ik-t=\d+/, 'ik-t=x'),
    ]) {
      expect((await get(wrong)).status, wrong).toBe(401);
    }
    clock.advance(302);
    expect(await get(url)).toMatchObject({ status: 401, text: 'The URL has expired.\n' });
    expect(images.stats().renders).toBe(1);
  });

  it('writes URLs that it serves', async () => {
    const { get, images, clock } = await openSite();
    const expires = Math.floor(clock.now() / 1000) + 60;
    for (const url of [
      images.url('/cat.png'),
      images.url('/deep/café 1.png', [{ width: 4 }, { rotation: 90 }]),
      images.url('/cat.png', { w: 4, v: 'x' }, { expires }),
    ]) {
      expect((await get(`/img${url}`)).status, url).toBe(200);
    }
  });

  it('answers what nobody may ask for as what is there: 401', async () => {
    const { get, host } = await openSite();
    const unsigned = buildSrc({ urlEndpoint: `${host}/img`, src: '/nothing.png' }).slice(host.length);
    expect((await get(unsigned)).status).toBe(401);
  });
});

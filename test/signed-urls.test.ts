import type { Tintype } from '@tintype/core';
import express from 'express';
import express4 from 'express4';
import Koa from 'koa';
import Koa2 from 'koa2';
import { describe, expect, it } from 'vitest';
import { expressAdapter } from './support/express-sites.ts';
import { koaAdapter } from './support/koa-sites.ts';
import { openShelf, type Shelf } from './support/signed-shelf.ts';
import { type Adapter, type ImageMount, type OpenSite, open } from './support/sites.ts';

/** The same URL with other parameters. */
function changed(url: string, change: (parameters: URLSearchParams) => void): string {
  const [path = '', query] = url.split('?');
  const parameters = new URLSearchParams(query);
  change(parameters);
  return `${path}?${parameters}`;
}

const refused = { status: 403, text: 'The URL is not signed, or its signature does not match.\n' };
const expired = { status: 403, text: 'The URL has expired.\n' };
const parts = { w: 8, format: 'png' } as const;

describe.each<readonly [string, Adapter]>([
  ['Express 5', expressAdapter(express)],
  ['Express 4', expressAdapter(express4 as unknown as typeof express)],
  ['Koa 3', koaAdapter(Koa, 'koa-mount')],
  ['Koa 2', koaAdapter(Koa2, 'prefix')],
])('%s', (_, adapter) => {
  const openSite = async (
    shelf: Shelf = openShelf(),
    options?: ImageMount['options'],
  ): Promise<Shelf & OpenSite & { url: Tintype['url'] }> => {
    const mount = { images: shelf.images, ...(options && { options }) };
    const site = await open(adapter, { mounts: [mount], purge: { images: shelf.images, options: { token: 'x' } } });
    return { ...shelf, ...site, url: (...asked) => `/img${shelf.images.url(...asked)}` };
  };

  it('serves what is signed, and refuses what is not without asking anybody', async () => {
    const { get, url, origin } = await openSite();
    for (const bare of ['/img/cat.png', '/img/cat.png?w=8', '/img/nothing.png', '/img/cat.png?s=', '/img/cat.png?s']) {
      const answer = await get(bare);
      expect(answer, bare).toMatchObject(refused);
      expect(answer.headers).toMatchObject({
        'cache-control': 'no-store',
        'content-type': 'text/plain; charset=utf-8',
      });
      expect(answer.headers).not.toHaveProperty('etag');
    }
    expect(origin.asked).toEqual([]);
    for (const signedUrl of [url('/cat.png'), url('/cat.png', parts), url('/deep/café 1.png', { v: 'a' })]) {
      expect((await get(signedUrl)).status, signedUrl).toBe(200);
      expect((await get(signedUrl)).status, signedUrl).toBe(200);
    }
    expect((await get(url('/nothing.png'))).status).toBe(404);
  });

  it('refuses a signature with any other character in any place', async () => {
    const { get, url, origin } = await openSite();
    const right = url('/cat.png', parts);
    expect((await get(right)).status).toBe(200);
    const begin = right.length - 43;
    for (let at = begin; at < right.length; at++) {
      const other = right[at] === 'A' ? 'B' : 'A';
      expect(await get(`${right.slice(0, at)}${other}${right.slice(at + 1)}`), `at ${at - begin}`).toMatchObject(
        refused,
      );
    }
    for (const wrong of [right.slice(0, -1), `${right}A`, `${right}=`, `${right}%3D`, `${right}%0A`, `${right}+`]) {
      expect(await get(wrong), wrong).toMatchObject(refused);
    }
    expect(origin.asked).toHaveLength(1);
  });

  it.each<readonly [string, (url: string) => string]>([
    ['another path', (url) => url.replace('cat', 'dog')],
    ['a path in another case', (url) => url.replace('cat', 'Cat')],
    ['another width', (url) => url.replace('w=8', 'w=9')],
    ['another spelling of a value', (url) => url.replace('png&', 'PNG&').replace('w=8', 'w=8.0')],
    ['a parameter more', (url) => `${url}&h=8`],
    ['a parameter less', (url) => url.replace('w=8&', '')],
    ['another version', (url) => url.replace('v=1', 'v=2')],
    ['a later expiry', (url) => url.replace(/expires=\d/, 'expires=9')],
    ['no expiry', (url) => url.replace(/expires=\d+&/, '')],
    ['an expiry of its own', (url) => `${url.replace(/expires=\d+&/, '')}&expires=9999999999`],
    ['the same twice', (url) => `${url}&w=8`],
    ['another signature beside it', (url) => `${url}&s=${'A'.repeat(43)}`],
    ['a signature in capitals', (url) => url.replace('&s=', '&S=')],
  ])('does not serve %s', async (_what, change) => {
    const { get, url, origin, inSeconds } = await openSite();
    const right = url('/cat.png', { ...parts, v: '1' }, { expires: inSeconds(60) });
    expect(change(right)).not.toBe(right);
    for (const round of ['before it is known', 'after']) {
      const answer = await get(change(right));
      expect([400, 403], round).toContain(answer.status);
      expect(answer.headers['cache-control'], round).toBe('no-store');
      if (round === 'before it is known') expect(origin.asked).toEqual([]);
      expect((await get(right)).status, round).toBe(200);
    }
  });

  it.each<readonly [string, (url: string) => string]>([
    ['its parameters in another order', (url) => changed(url, (parameters) => parameters.sort())],
    ['the signature in front', (url) => url.replace(/^(.*)\?(.*)&(s=.*)$/, '$1?$3&$2')],
    ['what campaigns append', (url) => `${url}&utm_source=mail&utm_medium=a%26b&fbclid=x`],
    ['what campaigns put in front', (url) => url.replace('?', '?utm_source=mail&')],
    ['empty pairs', (url) => url.replaceAll('&', '&&')],
    ['a percent-encoded value', (url) => url.replace('w=8', 'w=%38')],
    ['a percent-encoded path', (url) => url.replace('cat', 'c%61t')],
  ])('serves the same with %s', async (_what, change) => {
    const { get, url, images, inSeconds } = await openSite();
    const right = url('/cat.png', parts, { expires: inSeconds(60) });
    expect(change(right)).not.toBe(right);
    const answers = [await get(right), await get(change(right))];
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(answers[1]?.body).toEqual(answers[0]?.body);
    expect(images.stats().renders).toBe(1);
  });

  it.each<readonly [string, Readonly<Record<string, string>>, string, number]>([
    ['a hit in memory', {}, 'GET', 200],
    ['a head', {}, 'HEAD', 200],
    ['a conditional question', { 'if-none-match': '*' }, 'GET', 304],
    ['a part', { range: 'bytes=0-9' }, 'GET', 206],
  ])('answers %s until the URL expires, and 403 from then on', async (_what, headers, method, status) => {
    const { send, url, clock, inSeconds, origin } = await openSite();
    const asked = url('/cat.png', parts, { expires: inSeconds(10) });
    await send('GET', asked);
    for (const seconds of [0, 9, 0.999]) {
      clock.advance(seconds);
      expect((await send(method, asked, { headers })).status).toBe(status);
    }
    clock.advance(0.001);
    for (const later of [0, 5, 1e6]) {
      clock.advance(later);
      const answer = await send(method, asked, { headers });
      expect(answer).toMatchObject({ ...expired, ...(method === 'HEAD' && { text: '' }) });
      expect(answer.headers['cache-control']).toBe('no-store');
      expect(answer.headers).not.toHaveProperty('etag');
    }
    expect(origin.asked).toHaveLength(1);
  });

  it('serves another URL of the same picture after one has expired', async () => {
    const { get, url, clock, inSeconds, images } = await openSite();
    const [short, long, endless] = [10, 20, undefined].map((seconds) =>
      url('/cat.png', parts, { expires: seconds && inSeconds(seconds) }),
    ) as [string, string, string];
    const statuses = async (): Promise<number[]> => [
      (await get(short)).status,
      (await get(long)).status,
      (await get(endless)).status,
    ];
    expect(await statuses()).toEqual([200, 200, 200]);
    clock.advance(10);
    expect(await statuses()).toEqual([403, 200, 200]);
    clock.advance(10);
    expect(await statuses()).toEqual([403, 403, 200]);
    expect(images.stats().renders).toBe(1);
  });

  it('answers preflights and 405 without a signature, and after the expiry', async () => {
    const { send, url, clock, inSeconds } = await openSite(openShelf(), { cors: 'https://app.example' });
    const asked = url('/cat.png', parts, { expires: inSeconds(1) });
    clock.advance(5);
    for (const target of ['/img/cat.png?w=8', asked]) {
      const headers = { origin: 'https://app.example', 'access-control-request-method': 'GET' };
      const preflight = await send('OPTIONS', target, { headers });
      expect(preflight.status).toBe(204);
      expect(preflight.headers['access-control-allow-origin']).toBe('https://app.example');
      expect((await send('POST', target)).status).toBe(405);
    }
    expect((await send('GET', '/img/cat.png?w=8')).status).toBe(403);
  });

  it('purges a signed URL, and one that is not signed or no more valid', async () => {
    const { send, get, port, url, origin, clock, inSeconds } = await openSite();
    const asked = url('/cat.png', parts, { expires: inSeconds(60) });
    await get(asked);
    const targets = [asked, '/img/cat.png?w=8', asked.replace('expires', 'expired'), `${asked}x`];
    for (const target of targets) {
      const reads = origin.asked.length;
      const purged = await send('POST', '/img-api/purge', {
        headers: { authorization: 'Bearer x' },
        body: JSON.stringify({ url: `http://127.0.0.1:${port}${target}` }),
      });
      expect([purged.status, JSON.parse(purged.text).targets]).toEqual([200, ['/cat.png']]);
      expect((await get(asked)).status).toBe(200);
      expect(origin.asked.length).toBe(reads + 1);
    }
    clock.advance(60);
    const late = { headers: { authorization: 'Bearer x' }, body: JSON.stringify({ url: `http://x${asked}` }) };
    expect((await send('POST', '/img-api/purge', late)).status).toBe(200);
  });

  it('answers 403 where others fall through, because nobody was asked whether it is there', async () => {
    const { get, url } = await openSite(openShelf(), { fallthrough: true });
    expect(await get('/img/nothing.png')).toMatchObject(refused);
    expect((await get(url('/nothing.png'))).headers['x-answered-by']).toBe('application');
    expect((await get(url('/cat.png'))).status).toBe(200);
  });
});

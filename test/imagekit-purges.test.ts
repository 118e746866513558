import ImageKit, { APIError } from '@imagekit/nodejs';
import { imagekit, type PurgeRoutesOptions } from '@tintype/core';
import express from 'express';
import express4 from 'express4';
import Koa from 'koa';
import { describe, expect, it, vi } from 'vitest';
import { openEngine } from './support/engines.ts';
import { expressAdapter } from './support/express-sites.ts';
import { koaAdapter } from './support/koa-sites.ts';
import { shelfOrigin } from './support/shelf-origin.ts';
import { type Adapter, open, purgeMount } from './support/sites.ts';

const privateKey = 'private_test';

interface Refusal {
  readonly status: number | undefined;
  readonly error: unknown;
}

/** What the client is told of a call that fails. */
async function refusalOf(call: Promise<unknown>): Promise<Refusal> {
  try {
    await call;
  } catch (error) {
    if (error instanceof APIError) return { status: error.status, error: error.error };
    throw error;
  }
  throw new Error('Expected the call to be refused');
}

describe.each<readonly [string, Adapter]>([
  ['Express 5', expressAdapter(express)],
  ['Express 4', expressAdapter(express4 as unknown as typeof express)],
  ['Koa 3', koaAdapter(Koa, 'koa-mount')],
])('%s', (_, adapter) => {
  const openSite = async (options: Partial<PurgeRoutesOptions> = {}, onPurged?: () => Promise<void>) => {
    const origin = shelfOrigin();
    for (const path of ['/a.png', '/deep/b.png', '/deep/deeper/c.png', '/deep/deeper/d.png']) origin.put(path, 1);
    const images = openEngine({ origin, dialect: imagekit(), ...(onPurged && { onPurged }) });
    const purge = { images, options: { api: 'imagekit' as const, privateKey, ...options } };
    const site = await open(adapter, { mounts: [{ images }], purge });
    const host = `http://127.0.0.1:${site.port}`;
    const client = new ImageKit({ privateKey, baseURL: `${host}${purgeMount}`, maxRetries: 0 });
    const purgeUrl = (url: string) => client.cache.invalidation.create({ url });
    /** Asks for all, and tells which of them the origin was asked for anew. */
    const read = async (...paths: readonly string[]): Promise<readonly string[]> => {
      const before = origin.asked.length;
      for (const path of paths) expect((await site.get(`/img${path}`)).status, path).toBe(200);
      return [...new Set(origin.asked.slice(before).map(({ path }) => path))];
    };
    return { ...site, endpoint: `${host}/img`, host, client, purgeUrl, read };
  };

  it('purges what a URL is made from, with all that was made of it', async () => {
    const { endpoint, purgeUrl, read, client } = await openSite();
    const all = ['/a.png', '/tr:w-4/a.png', '/a.png?tr=w-5', '/deep/b.png'];
    await read(...all);
    expect(await read(...all)).toEqual([]);
    const asked = ['/a.png', '/a.png?tr=w-5', '/tr:w-4/a.png', '/a.png?tr=w-777&v=1', '/tr:w-4/a.png?ik-s=abc'];
    const refused = ['/tr:w-x/a.png', '/tr:e-bgremove/a.png', '/a.png?tr=e-bgremove'];
    for (const url of [...asked, ...refused]) {
      const { requestId = '' } = await purgeUrl(endpoint + url);
      expect(requestId).toMatch(/^[\da-f]{24}$/);
      expect(await read(...all), url).toEqual(['/a.png']);
      await vi.waitFor(async () => {
        expect(await client.cache.invalidation.get(requestId)).toEqual({ status: 'Completed' });
      });
    }
  });

  it.each([
    ['/deep/deeper/*', ['/deep/deeper/c.png', '/deep/deeper/d.png']],
    ['/deep/dee*', ['/deep/deeper/c.png', '/deep/deeper/d.png']],
    ['/tr:w-4/deep/dee*', ['/deep/deeper/c.png', '/deep/deeper/d.png']],
    ['/deep/deeper/c.png*', ['/deep/deeper/c.png']],
    ['/a.png*', ['/a.png']],
  ])('purges all that begins as %s', async (wildcard, purged) => {
    const { endpoint, purgeUrl, read } = await openSite();
    const all = ['/a.png', '/deep/b.png', '/deep/deeper/c.png?tr=w-3', '/tr:w-4/deep/deeper/d.png'];
    await read(...all);
    await purgeUrl(endpoint + wildcard);
    expect(await read(...all)).toEqual(purged);
  });

  it.each([
    '/deep*',
    '/*',
    '/deep/*/c.png',
    '/deep/deeper/c.png*?tr=w-4',
    '/tr:w-4*',
    '/tr:w-4/tr:h-4/a.png',
    '/.env',
    '/media/catalog/*',
    '/s/files/*',
    '/',
  ])('refuses %s with the vendor’s words, and says which rule it breaks', async (path) => {
    const { endpoint, purgeUrl, read } = await openSite();
    await read('/a.png');
    const { status, error } = await refusalOf(purgeUrl(endpoint + path));
    expect(status).toBe(400);
    expect(error).toEqual({ message: 'The URL is not valid for cache purging.', help: expect.stringMatching(/\w{4}/) });
    expect(await read('/a.png')).toEqual([]);
  });

  it.each(['/other/a.png', '/imgs/a.png', ''])('refuses a URL that is none of this endpoint: %j', async (path) => {
    const { host, purgeUrl, read } = await openSite();
    await read('/a.png');
    expect(await refusalOf(purgeUrl(path === '' ? 'a.png' : host + path))).toMatchObject({ status: 400 });
  });

  it('tells no more of an id than that it is not known', async () => {
    const { client } = await openSite();
    expect(await refusalOf(client.cache.invalidation.get('598821f949c0a938d57563bd'))).toEqual({
      status: 400,
      error: { message: 'No request found for this requestId.', help: expect.any(String) },
    });
  });

  it('lets nobody in without the key', async () => {
    const { host, endpoint, read } = await openSite();
    await read('/a.png');
    const stranger = new ImageKit({ privateKey: 'private_other', baseURL: host + purgeMount, maxRetries: 0 });
    expect(await refusalOf(stranger.cache.invalidation.create({ url: `${endpoint}/a.png` }))).toMatchObject({
      status: 403,
      error: { message: 'Your account cannot be authenticated.' },
    });
    expect(await read('/a.png')).toEqual([]);
  });

  it('is pending until what follows is done', async () => {
    let finish: () => void = () => undefined;
    const following = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const { endpoint, purgeUrl, client, read } = await openSite({}, () => following);
    await read('/a.png');
    const { requestId = '' } = await purgeUrl(`${endpoint}/a.png`);
    // Here nothing old is served any more.
    expect(await read('/a.png')).toEqual(['/a.png']);
    expect(await client.cache.invalidation.get(requestId)).toEqual({ status: 'Pending' });
    finish();
    await vi.waitFor(async () => {
      expect(await client.cache.invalidation.get(requestId)).toEqual({ status: 'Completed' });
    });
  });

  it('takes so many, and says in milliseconds when there is room', async () => {
    const { endpoint, purgeUrl, send } = await openSite({ quota: { requests: 1, seconds: 1000 } });
    await send('GET', '/img/a.png');
    await purgeUrl(`${endpoint}/a.png`);
    expect(await refusalOf(purgeUrl(`${endpoint}/a.png`))).toMatchObject({ status: 429 });
    const authorization = `Basic ${Buffer.from(`${privateKey}:`).toString('base64')}`;
    const { headers } = await send('POST', `${purgeMount}/v1/files/purge`, {
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ url: `${endpoint}/a.png` }),
    });
    expect(headers['x-ratelimit-limit']).toBe('1');
    expect(Number(headers['x-ratelimit-reset'])).toBeGreaterThan(900_000);
  });

  it('leaves the house’s own paths to the application', async () => {
    const { send } = await openSite();
    expect((await send('POST', `${purgeMount}/purge`)).headers['x-answered-by']).toBe('application');
  });
});

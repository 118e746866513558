import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { imgix } from '@tintype/core';
import express from 'express';
import type ImgixManagement from 'imgix-management-js';
import Koa from 'koa';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { engineOn } from './support/engines.ts';
import { expressAdapter } from './support/express-sites.ts';
import { koaAdapter } from './support/koa-sites.ts';
import { decode } from './support/quadrants.ts';
import { type Adapter, open, purgeMount } from './support/sites.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const apiKey = 'ak_0123456789abcdef';
const require = createRequire(import.meta.url);

/** The client as the docs have it: where it sends to must be changed before it is loaded. */
function clientFor(base: string, key: string): ImgixManagement.default {
  require('imgix-management-js/src/constants.js').API_URL = `${base}/api`;
  const main = require.resolve('imgix-management-js');
  delete require.cache[main];
  const Client = require('imgix-management-js');
  return new Client({ apiKey: key });
}

const attributes = (url: string, more: object = {}) => ({
  method: 'POST',
  body: { data: { attributes: { url, ...more }, type: 'purges' } },
});

const colourful = (background: string, side: number) =>
  sharp({ create: { width: side, height: side, channels: 3, background } })
    .png()
    .toBuffer();

describe.each<readonly [string, Adapter]>([
  ['Express', expressAdapter(express)],
  ['Koa', koaAdapter(Koa, 'koa-mount')],
])('purges that the real client sends, on %s', (_, adapter) => {
  const serve = async (key = apiKey) => {
    const root = await temporaryFolder();
    const put = async (name: string, colour: string, side = 60) =>
      writeFile(join(root, name), await colourful(colour, side));
    await put('photo.png', '#f00');
    await put('logo.png', '#00f', 20);
    const images = engineOn(root, { dialect: imgix() });
    const { port } = await open(adapter, {
      mounts: [{ images }],
      purge: { images, options: { api: 'imgix', apiKey } },
    });
    const base = `http://127.0.0.1:${port}`;
    const client = clientFor(`${base}${purgeMount}`, key);
    /** What is seen in the middle, and in the right bottom corner. */
    const show = async (query: string) => {
      const response = await fetch(`${base}/img/photo.png?${query}`);
      const { at } = await decode(new Uint8Array(await response.arrayBuffer()));
      return [at(0.4, 0.4), at(0.95, 0.95)];
    };
    return { put, images, base, client, show };
  };

  it('make a new picture of a changed original, by every URL of it', async () => {
    const { put, base, client, show } = await serve();
    const queries = ['w=30', 'w=40&fm=png', 'w=30&fit=crop&h=20'];
    for (const query of queries) expect(await show(query), query).toEqual(['red', 'red']);
    await put('photo.png', '#0f0');
    expect(await show('w=30')).toEqual(['red', 'red']);
    const { data, jsonapi } = await client.request('purge', attributes(`${base}/img/photo.png`));
    expect(data).toMatchObject({ type: 'purges', id: expect.any(String) });
    expect(jsonapi).toEqual({ version: '1.0' });
    for (const query of queries) expect(await show(query), query).toEqual(['green', 'green']);
  });

  it('make composites anew whose mark has changed', async () => {
    const { put, base, client, show } = await serve();
    const query = 'w=60&mark=/logo.png&mark-pad=0';
    expect(await show(query)).toEqual(['red', 'blue']);
    await put('logo.png', '#ff0', 20);
    expect(await show(query)).toEqual(['red', 'blue']);
    await client.request('purge', attributes(`${base}/img/logo.png`, { sub_image: true, source_id: '5f8a' }));
    expect(await show(query)).toEqual(['red', 'yellow']);
  });

  it('render nothing where the original is as it was', async () => {
    const { images, base, client, show } = await serve();
    await show('w=30');
    const { renders, originReads } = images.stats();
    await client.request('purge', attributes(`${base}/img/photo.png?w=30`));
    await show('w=30');
    expect(images.stats()).toMatchObject({ renders, originReads: originReads + 1 });
  });

  it('are told to be duplicates when they come again at once, and done', async () => {
    const { put, base, client, show } = await serve();
    const purge = () => client.request('purge', attributes(`${base}/img/photo.png`));
    await show('w=30');
    await purge();
    await show('w=30');
    await put('photo.png', '#0f0');
    await expect(purge()).rejects.toMatchObject({
      status: 409,
      response: { errors: [{ status: '409', title: 'Conflict' }] },
    });
    expect(await show('w=30')).toEqual(['green', 'green']);
  });

  it('are refused with another key, and for URLs of nobody here', async () => {
    const { base, client, show } = await serve('ak_wrong');
    await show('w=30');
    await expect(client.request('purge', attributes(`${base}/img/photo.png`))).rejects.toMatchObject({
      status: 401,
      response: { errors: [{ status: '401', title: 'Unauthorized' }] },
    });
    const right = clientFor(`${base}${purgeMount}`, apiKey);
    await expect(right.request('purge', attributes(`${base}/elsewhere/photo.png`))).rejects.toMatchObject({
      status: 400,
      response: { errors: [{ status: '400', detail: expect.stringContaining('below none of the mounts') }] },
    });
  });
});

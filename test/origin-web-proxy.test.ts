import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { memory, type PurgeRequest, type Tintype, webProxy } from '@tintype/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { get } from './support/client.ts';
import { openEngine } from './support/engines.ts';
import { pictureOf, versionOf } from './support/versioned-picture.ts';

interface Site {
  readonly url: string;
  readonly host: string;
  /** Every request target, in order. */
  readonly asked: readonly string[];
  version: number;
}

/** A web site whose every path is a picture, until that changes. */
async function openSite(): Promise<Site> {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(200, { 'cache-control': 'max-age=3600', 'content-type': 'image/png' });
    response.end(await pictureOf(site.version));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const site: Site = { url: `http://${host}`, host, asked, version: 1 };
  return site;
}

const proxyOf = ({ url, host }: Site): Tintype =>
  openEngine({ origin: webProxy({ allow: [url], allowPrivate: [host] }), store: memory() });

const encoded = (url: string): string => `/${encodeURIComponent(url)}`;

describe('a picture of a web site', () => {
  it('is one picture by whichever spelling of its URL', async () => {
    const site = await openSite();
    const images = proxyOf(site);
    for (const target of [
      `/${site.url}/cat.png?w=8`,
      `${encoded(`${site.url}/cat.png`)}?w=8`,
      `/${site.url.replace('http', 'HTTP')}/cat.png?w=8`,
      `${images.url(`/${site.url}/cat.png`, { w: 8 })}`,
    ]) {
      const answer = await get(images, target);
      expect(answer.status).toBe(200);
      expect(await versionOf(answer.body)).toBe(1);
    }
    expect(site.asked).toEqual(['/cat.png']);
  });

  it('is another where its own query is, which is not ours', async () => {
    const site = await openSite();
    const images = proxyOf(site);
    await get(images, `${encoded(`${site.url}/cat.png?id=5&w=7`)}?w=8`);
    await get(images, `/${site.url}/cat.png?id=5&w=8`);
    expect(site.asked).toEqual(['/cat.png?id=5&w=7', '/cat.png']);
  });

  it.each<[string, (site: Site) => PurgeRequest]>([
    ['path', ({ url }) => `/${url}/cats/1.png`],
    ['path as it is encoded', ({ url }) => encoded(`${url}/cats/1.png`)],
    ['prefix', ({ url }) => `/${url}/*`],
    ['folder', ({ url }) => ({ prefix: `/${url}/cats/` })],
    ['prefix as it is encoded', ({ url }) => `${encoded(`${url}/cats/`)}*`],
    ['URL', ({ url }) => ({ url: `https://cdn.example/${url}/cats/1.png?w=8` })],
    ['URL as it is encoded', ({ url }) => ({ url: `https://cdn.example${encoded(`${url}/cats/1.png`)}` })],
    ['URL with an asterisk', ({ url }) => ({ url: `https://cdn.example/${url}/cats/*` })],
  ])('is purged by its %s', async (_, target) => {
    const site = await openSite();
    const images = proxyOf(site);
    await get(images, `/${site.url}/cats/1.png`);
    await get(images, `/${site.url}/dog.png`);
    site.version = 2;
    await images.purge(target(site));
    expect(await versionOf((await get(images, `/${site.url}/cats/1.png`)).body)).toBe(2);
  });

  it('is not purged by the prefix of another', async () => {
    const site = await openSite();
    const images = proxyOf(site);
    await get(images, `/${site.url}/cats/1.png`);
    site.version = 2;
    for (const other of [`/${site.url}/dogs/*`, '/https://evil.example/*', '/cats/*', `/${site.url}/cats/1.pngx`]) {
      await images.purge(other);
    }
    expect(await versionOf((await get(images, `/${site.url}/cats/1.png`)).body)).toBe(1);
  });

  it('is refused to the client, and never kept, where the site is not allowed', async () => {
    const site = await openSite();
    const images = proxyOf(site);
    for (const url of ['https://evil.example/cat.png', 'http://127.0.0.1/cat.png', 'http://169.254.169.254/latest']) {
      const answer = await get(images, `/${url}`);
      expect(answer).toMatchObject({ status: 403, headers: { 'cache-control': 'no-store' } });
      expect(Buffer.from(answer.body ?? []).toString()).toBe('This source is not allowed.\n');
    }
  });

  it.each(['../cat.png', '%2e%2e/cat.png', 'a%5C..%5Ccat.png', 'cat.png%00', 'a%2F..%2Fcat.png'])(
    'is not at %s of a site',
    async (path) => {
      const site = await openSite();
      const images = proxyOf(site);
      for (const target of [`/${site.url}/${path}`, encoded(`${site.url}/${path}`)]) {
        expect([400, 404]).toContain((await get(images, target)).status);
      }
      expect((await get(images, `/${site.url.replace('://', '://user:word@')}/cat.png`)).status).toBe(404);
      expect(site.asked).toEqual([]);
    },
  );
});

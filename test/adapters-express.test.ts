import { readFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import type { Tintype } from '@tintype/core';
import { purgeRoutes, serveImages } from '@tintype/express';
import express from 'express';
import express4 from 'express4';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { describeAdapter } from './contracts/adapter.ts';
import { engineOn, gatedOrigin, openEngine } from './support/engines.ts';
import { application, errorHandler, expressAdapter } from './support/express-sites.ts';
import { makePictures, type Pictures } from './support/pictures.ts';
import { open } from './support/sites.ts';

const versions = [
  ['Express 5', express],
  ['Express 4', express4],
] as const;

for (const [name, framework] of versions) describeAdapter(name, () => expressAdapter(framework));

describe.each(versions)('%s alone', (_name, framework) => {
  let pictures: Pictures;
  beforeAll(async () => {
    pictures = await makePictures();
  });
  afterAll(() => pictures.remove());

  /** An application with routes as the test makes them. */
  const serve = (route: (app: express.Application) => void) => {
    const app = framework();
    route(app);
    app.use(application, errorHandler);
    const listener: RequestListener = app;
    return open({ serve: () => listener }, {});
  };

  it.each(['/IMG', '/Img', '/img'])(
    'has one cache for /img and %s, which Express takes for the same',
    async (mount) => {
      const images = engineOn(pictures.root);
      const { get } = await serve((app) => app.use('/img', serveImages(images)));
      const first = await get('/img/photo.jpg?w=40');
      const second = await get(`${mount}/photo.jpg?w=40`);
      expect(second.headers['cache-status']).toMatch(/^tintype; hit/);
      expect(second.headers.etag).toBe(first.headers.etag);
      await images.purge('/photo.jpg');
      expect((await get(`${mount}/photo.jpg?w=40`)).headers['cache-status']).not.toMatch(/^tintype; hit/);
      expect(images.stats().renders).toBe(1);
    },
  );

  it.each([
    ['/t/:tenant/img', '/t/acme/img'],
    ['/t/:tenant/img', '/t/a%2Fb%20c/img'],
    ['/t/:tenant/img', '/T/%C3%A9/IMG'],
    [['/img', '/pictures'], '/pictures'],
    [/^\/v\d+/, '/v12'],
    ['/img/', '/img'],
  ])('takes the mount %s off a path that begins with %s', async (mount, start) => {
    const { get } = await serve((app) => app.use(mount, serveImages(engineOn(pictures.root))));
    expect((await get(`${start}/photo.jpg?w=40`)).status).toBe(200);
    expect((await get(`${start}/photo.jpg?w=40`)).headers['cache-status']).toMatch(/^tintype; hit/);
    expect((await get(`${start}/%2e%2e/secret.jpg`)).status).toBe(404);
    expect((await get(start)).headers['x-answered-by']).toBe('application');
  });

  it('is mounted in routers of routers and in applications of applications', async () => {
    const images = engineOn(pictures.root);
    const { get, send } = await serve((app) => {
      const inner = framework.Router({ mergeParams: true, caseSensitive: true, strict: true });
      inner.use('/img', serveImages(images));
      const outer = framework.Router();
      outer.use('/:language', inner);
      const mounted = framework();
      mounted.use('/deep', outer);
      mounted.use('/api', purgeRoutes(images, { token: 'x' }));
      app.use('/shop', mounted);
    });
    expect((await get('/shop/deep/en/img/photo.jpg?w=40')).status).toBe(200);
    const purged = await send('POST', '/shop/api/purge', {
      headers: { authorization: 'Bearer x' },
      body: '"/photo.jpg"',
    });
    expect(JSON.parse(purged.text)).toMatchObject({ targets: ['/photo.jpg'] });
  });

  it('is mounted at the root, with the application below', async () => {
    const images = engineOn(pictures.root);
    const { get } = await serve((app) => app.use(serveImages(images, { fallthrough: true })));
    expect((await get('/photo.jpg?w=40')).status).toBe(200);
    expect((await get('/')).headers['x-answered-by']).toBe('application');
    expect((await get('/about')).headers['x-answered-by']).toBe('application');
  });

  it('stands as the handler of a route', async () => {
    const { get } = await serve((app) => app.get(/^\/photo/, serveImages(engineOn(pictures.root))));
    expect((await get('/photo.jpg?w=40')).status).toBe(200);
  });

  it('takes the target as the client sent it, whatever was made of it on the way', async () => {
    const { get } = await serve((app) => {
      app.use('/img', (request, _response, next) => {
        // A host application that rewrites below the mount leaves originalUrl alone.
        request.url = '/none.jpg?w=50';
        next();
      });
      app.use('/img', serveImages(engineOn(pictures.root)));
    });
    expect((await get('/img/photo.jpg?w=40')).status).toBe(200);
  });

  it('survives middleware that throws once it has gone on', async () => {
    const origin = gatedOrigin(await readFile(`${pictures.root}/photo.jpg`));
    const images = openEngine({ origin });
    const { get } = await open(expressAdapter(framework), { above: ['throws afterwards'], mounts: [{ images }] });
    const miss = await get('/img/photo.jpg?w=40');
    expect([miss.status, miss.text]).toEqual([500, 'handled']);
    expect(miss.headers).not.toHaveProperty('cache-control');
    origin.open();
    const warm = await images.handle({ method: 'GET', target: '/img/photo.jpg?w=40', mount: '/img', headers: {} });
    expect(warm?.status).toBe(200);
    const hit = await get('/img/photo.jpg?w=40');
    expect([hit.status, hit.body.length]).toEqual([200, warm?.body?.length]);
  });

  describe('cookies on a public answer', () => {
    const addCookie: Readonly<Record<string, (response: express.Response) => void>> = {
      'set when the head is written': (response) => response.setHeader('Set-Cookie', 'late=1'),
      'appended when the head is written': (response) => response.appendHeader('SET-COOKIE', 'late=1'),
      'appended by Express': (response) => response.append('Set-Cookie', ['late=1', 'later=1']),
      'set by the prototype': (response) =>
        Object.getPrototypeOf(express.response).setHeader.call(response, 'set-cookie', 'late=1'),
    };
    const names = Object.keys(addCookie);

    const serveWith = (name: string, images: Tintype, makePrivate: boolean) =>
      serve((app) => {
        app.use((_request, response, next) => {
          const { writeHead } = response;
          response.writeHead = ((...head: Parameters<typeof writeHead>) => {
            if (makePrivate) response.setHeader('Cache-Control', 'private');
            addCookie[name]?.(response);
            return writeHead.apply(response, head);
          }) as typeof writeHead;
          next();
        });
        app.use('/img', serveImages(images));
      });

    it.each(names)('%s are taken off', async (name) => {
      const { get } = await serveWith(name, engineOn(pictures.root), false);
      expect((await get('/other')).headers['set-cookie']).toContain('late=1');
      for (const headers of [{}, {}, { 'if-none-match': '*' }]) {
        expect((await get('/img/photo.jpg?w=40', headers)).headers).not.toHaveProperty('set-cookie');
      }
      expect((await get('/img/photo.jpg?w=x')).headers['set-cookie']).toContain('late=1');
    });

    it.each(names)('%s stay where somebody makes the answer private', async (name) => {
      const { get } = await serveWith(name, engineOn(pictures.root), true);
      const { headers } = await get('/img/photo.jpg?w=40');
      expect(headers['cache-control']).toBe('private');
      expect(headers['set-cookie']).toContain('late=1');
    });

    it('are no matter once the head is out, and the status may be set again', async () => {
      const failures: unknown[] = [];
      const { get } = await serve((app) => {
        app.use((_request, response, next) => {
          const { writeHead } = response;
          response.writeHead = writeHead;
          response.once('finish', () => {
            try {
              response.statusCode = 299;
              failures.push(response.statusCode);
            } catch (error) {
              failures.push(error);
            }
          });
          next();
        });
        app.use('/img', serveImages(engineOn(pictures.root)));
      });
      expect((await get('/img/photo.jpg?w=40')).status).toBe(200);
      await vi.waitFor(() => expect(failures).toEqual([299]));
    });

    it('given with the head are taken off', async () => {
      const { get } = await serve((app) => {
        app.use((_request, response, next) => {
          const { writeHead } = response;
          response.writeHead = ((status: number) =>
            writeHead.call(response, status, { 'Set-Cookie': 'late=1' })) as typeof writeHead;
          next();
        });
        app.use('/img', serveImages(engineOn(pictures.root)));
      });
      expect((await get('/other')).headers['set-cookie']).toEqual(['late=1']);
      expect((await get('/img/photo.jpg?w=40')).headers).not.toHaveProperty('set-cookie');
    });
  });
});

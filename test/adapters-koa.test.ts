import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { connect, createServer, type IncomingHttpHeaders } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { type KoaMountOptions, purgeRoutes, serveImages } from '@tintype/koa';
import Koa from 'koa';
import mount from 'koa-mount';
import Koa2 from 'koa2';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { describeAdapter } from './contracts/adapter.ts';
import { engineOn, faultyEngine } from './support/engines.ts';
import { application, koaAdapter } from './support/koa-sites.ts';
import { makePictures, type Pictures } from './support/pictures.ts';
import { askInBytes } from './support/raw-http.ts';
import { open } from './support/sites.ts';

const versions = [
  ['Koa 3', Koa],
  ['Koa 2', Koa2],
] as const;

for (const [name, framework] of versions) {
  describeAdapter(`${name} with koa-mount`, () => koaAdapter(framework, 'koa-mount'));
  describeAdapter(`${name} with a prefix`, () => koaAdapter(framework, 'prefix'));
}

describe.each(versions)('%s alone', (_name, framework) => {
  let pictures: Pictures;
  beforeAll(async () => {
    pictures = await makePictures();
  });
  afterAll(() => pictures.remove());

  /** An application with middleware as the test makes it. */
  const serve = (...middleware: readonly Koa.Middleware[]) => {
    const app = new framework();
    app.silent = true;
    for (const each of middleware) app.use(each);
    app.use(application);
    const listener: RequestListener = app.callback();
    return open({ serve: () => listener }, {});
  };

  it.each([
    ['/img/photo.jpg?w=40', {}, 200, 'Buffer'],
    ['/img/photo.jpg?w=40', { 'if-none-match': '*' }, 304, 'undefined'],
    ['/img/none.jpg', {}, 404, 'Buffer'],
  ])('shows middleware above %s with %j as context.status and context.body', async (path, headers, status, body) => {
    const seen: unknown[] = [];
    const { get } = await serve(
      async (context, next) => {
        await next();
        seen.push(context.status, Buffer.isBuffer(context.body) ? 'Buffer' : typeof context.body, context.respond);
      },
      serveImages(engineOn(pictures.root), { prefix: '/img' }),
    );
    await get(path, headers);
    await get(path, headers);
    expect(seen).toEqual([status, body, undefined, status, body, undefined]);
  });

  it('lets middleware above replace the answer', async () => {
    const { get } = await serve(
      async (context, next) => {
        await next();
        if (context.status === 404) {
          context.status = 200;
          context.body = 'a placeholder';
        }
      },
      serveImages(engineOn(pictures.root), { prefix: '/img' }),
    );
    const answer = await get('/img/none.jpg');
    expect([answer.status, answer.text]).toEqual([200, 'a placeholder']);
  });

  it('leaves nothing of an answer that middleware above throws away', async () => {
    const images = engineOn(pictures.root);
    const site = { above: ['cookie session', 'throws afterwards'] as const, mounts: [{ images }] };
    const { get } = await open(koaAdapter(framework, 'prefix'), site);
    for (const round of ['miss', 'hit']) {
      const answer = await get('/img/photo.jpg?w=40');
      expect([answer.status, answer.text], round).toEqual([500, 'Internal Server Error']);
      for (const name of ['etag', 'cache-control', 'set-cookie']) expect(answer.headers).not.toHaveProperty(name);
    }
  });

  it.each<[string, (context: Koa.Context) => unknown]>([
    ['set by Koa', (context) => context.cookies.set('late', 'yes')],
    ['set as a header', (context) => context.set('Set-Cookie', 'late=1')],
    ['appended as a header', (context) => context.append('Set-Cookie', 'late=1')],
    ['set on the response of Node', ({ res }) => res.setHeader('SET-COOKIE', ['late=1', 'later=1'])],
    ['appended on the response of Node', ({ res }) => res.appendHeader('Set-Cookie', 'late=1')],
    ['set with other headers on the response of Node', ({ res }) => res.setHeaders(new Map([['Set-Cookie', 'a=1']]))],
  ])('takes cookies off a public answer, when they are %s', async (_how, addCookie) => {
    const { get } = await serve(
      async (context, next) => {
        await next();
        addCookie(context);
      },
      serveImages(engineOn(pictures.root), { prefix: '/img' }),
    );
    expect((await get('/other')).headers['set-cookie']).toEqual(expect.arrayContaining([expect.any(String)]));
    for (const headers of [{}, {}, { 'if-none-match': '*' }]) {
      expect((await get('/img/photo.jpg?w=40', headers)).headers).not.toHaveProperty('set-cookie');
    }
    expect((await get('/img/photo.jpg?w=x')).headers).toHaveProperty('set-cookie');
  });

  it.each<[string, (context: Koa.Context) => unknown]>([
    ['set', ({ res }) => res.setHeader('Set-Cookie', 'late=1')],
    ['appended', ({ res }) => res.appendHeader('Set-Cookie', 'late=1')],
  ])('serves pictures over HTTP/2, without cookies that are %s', async (_how, addCookie) => {
    const app = new framework();
    app.use(async (context, next) => {
      await next();
      addCookie(context);
    });
    app.use(serveImages(engineOn(pictures.root), { prefix: '/img' }));
    app.use(application);
    const server = createServer(app.callback()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const get = async (path: string, fields: Readonly<Record<string, string>> = {}) => {
      const stream = session.request({ ':path': path, ...fields });
      const [headers] = (await once(stream, 'response')) as [IncomingHttpHeaders];
      const chunks: Buffer[] = [];
      for await (const chunk of stream) chunks.push(chunk as Buffer);
      return { headers, length: Buffer.concat(chunks).length };
    };
    onTestFinished(async () => {
      session.close();
      server.close();
      await once(server, 'close');
    });
    expect((await get('/other')).headers).toHaveProperty('set-cookie');
    for (const round of ['miss', 'hit']) {
      const { headers, length } = await get('/img/photo.jpg?w=40');
      expect(headers, round).toMatchObject({ ':status': 200, 'content-length': String(length) });
      expect(headers, round).not.toHaveProperty('set-cookie');
    }
    const { headers, length } = await get('/img/photo.jpg?w=40', { 'if-none-match': '*' });
    expect([headers[':status'], length]).toEqual([304, 0]);
    expect(headers).not.toHaveProperty('set-cookie');
  });

  it('leaves a target that Koa cannot parse to who can do without', async () => {
    const { port } = await serve(serveImages(engineOn(pictures.root), { prefix: '/img' }), (context) => {
      context.body = 'the application';
    });
    expect(await askInBytes(port, 'GET http:// HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')).toMatch(
      /^HTTP\/1.1 200 /,
    );
  });

  it('throws what an engine throws to middleware above', async () => {
    const caught: unknown[] = [];
    const broken = new Error('broken');
    const images = faultyEngine(() => {
      throw broken;
    });
    const { get } = await serve(
      (context, next) =>
        next().catch((error: unknown) => {
          caught.push(error);
          context.status = 502;
        }),
      serveImages(images, { prefix: '/img' }),
    );
    expect((await get('/img/photo.jpg')).status).toBe(502);
    expect(caught).toEqual([broken]);
  });

  it('is mounted in applications of applications, by koa-mount and by prefix', async () => {
    const images = engineOn(pictures.root);
    const shop = new framework();
    shop.use(mount('/deep', mount('/img', serveImages(images))));
    shop.use(serveImages(images, { prefix: '/flat/img' }));
    shop.use(mount('/api', purgeRoutes(images, { token: 'x', prefix: '/images' })));
    const { get, send } = await serve(mount('/shop', shop));
    const answers = [await get('/shop/deep/img/photo.jpg?w=40'), await get('/shop/flat/img/photo.jpg?w=40')];
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(images.stats().renders).toBe(1);
    const headers = { authorization: 'Bearer x' };
    const purged = await send('POST', '/shop/api/images/purge', { headers, body: '"/photo.jpg"' });
    expect(JSON.parse(purged.text)).toMatchObject({ targets: ['/photo.jpg'] });
    expect((await get('/shop/img/photo.jpg?w=40')).headers['x-answered-by']).toBe('application');
  });

  it('is mounted at the root, with the application below', async () => {
    const { get } = await serve(serveImages(engineOn(pictures.root), { fallthrough: true }));
    expect((await get('/photo.jpg?w=40')).status).toBe(200);
    expect((await get('/')).headers['x-answered-by']).toBe('application');
    expect((await get('/about')).headers['x-answered-by']).toBe('application');
  });

  it.each(['/IMG/photo.jpg', '/Img/photo.jpg'])('leaves %s to the application: Koa minds the case', async (path) => {
    const images = engineOn(pictures.root);
    const { get } = await serve(serveImages(images, { prefix: '/img' }), mount('/img', serveImages(images)));
    expect((await get(path)).headers['x-answered-by']).toBe('application');
  });

  it.each(['img', '/img/', '/', 7, null])('refuses the prefix %j', (prefix) => {
    const images = engineOn(pictures.root);
    const options = { prefix } as KoaMountOptions;
    expect(() => serveImages(images, options)).toThrow(/serveImages\.prefix/);
    expect(() => purgeRoutes(images, { ...options, token: 'x' })).toThrow(/purgeRoutes\.prefix/);
  });
});

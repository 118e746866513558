import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, createServer as createServer2 } from 'node:http2';
import type { AddressInfo } from 'node:net';
import {
  createTintype,
  inFront,
  type MountOptions,
  memoryJournal,
  serveImages,
  type TintypeOptions,
} from '@tintype/express';
import { serveImages as serveKoa } from '@tintype/koa';
import express from 'express';
import express4 from 'express4';
import fc from 'fast-check';
import Koa from 'koa';
import Koa2 from 'koa2';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { AdapterContract } from './contracts/adapter.ts';
import { describeAnswers, essential } from './contracts/adapter-answers.ts';
import { describeFailures } from './contracts/adapter-failures.ts';
import { describeParts } from './contracts/adapter-parts.ts';
import { describePurgeRoutes } from './contracts/adapter-purge.ts';
import { describeTargets } from './contracts/adapter-targets.ts';
import { engineOn, faultyEngine, openEngine } from './support/engines.ts';
import { expressAdapter } from './support/express-sites.ts';
import { type Fronted, fronted, nodeAdapter } from './support/fronted-sites.ts';
import { koaAdapter } from './support/koa-sites.ts';
import { manualClock } from './support/manual-clock.ts';
import { makePictures, type Pictures } from './support/pictures.ts';
import { ask as askRaw, type RawAnswer, type RawRequest } from './support/raw-http.ts';
import { shelfOrigin } from './support/shelf-origin.ts';
import { openShelf } from './support/signed-shelf.ts';
import { type Adapter, open } from './support/sites.ts';
import { versionOf } from './support/versioned-picture.ts';

let pictures: Pictures;
beforeAll(async () => {
  pictures = await makePictures();
});
afterAll(() => pictures.remove());

/** What must be the same whoever answers. */
const seen = ({ status, headers, body }: RawAnswer) => {
  const { age, 'cache-status': cacheStatus } = headers;
  return { status, fields: { ...essential(headers), age, cacheStatus }, body: body.toString('base64') };
};

const adapters: readonly (readonly [string, Adapter])[] = [
  ['Express 5', expressAdapter(express)],
  ['Express 4', expressAdapter(express4)],
  ['Koa 3', koaAdapter(Koa, 'prefix')],
  ['Koa 2 with koa-mount', koaAdapter(Koa2, 'koa-mount')],
  ['no framework', nodeAdapter],
];

/** The same endpoint twice, behind an application alone and in front of one. */
async function openBoth(adapter: Adapter, given: Partial<TintypeOptions> = {}, options: MountOptions = {}) {
  const front = fronted(adapter);
  const clock = manualClock();
  const create = () => engineOn(pictures.root, { clock, ...given });
  const images = create();
  const plain = await open(adapter, { mounts: [{ images: create(), options }] });
  const site = await open(front, { mounts: [{ images, options }] });
  return { front, clock, images, plain, site };
}

/** A site with endpoints in front that a test looks through. */
async function openFront(given: Partial<TintypeOptions> = {}, options: MountOptions = {}) {
  const front = fronted(expressAdapter(express));
  const clock = manualClock();
  const images = engineOn(pictures.root, { clock, ...given });
  return { front, clock, images, ...(await open(front, { mounts: [{ images, options }] })) };
}

/** How many of some requests get through to the application. */
async function passedBy(front: Fronted, act: () => Promise<unknown>): Promise<number> {
  const before = front.passed();
  await act();
  return front.passed() - before;
}

const auto = '/img/photo.jpg?w=40&format=auto';

const requests: readonly (readonly [
  method: string,
  path: string,
  headers: NonNullable<RawRequest['headers']>,
  isHit: boolean,
])[] = [
  ['GET', '/img/photo.jpg?w=40', {}, true],
  ['HEAD', '/img/photo.jpg?w=40', {}, true],
  ['GET', auto, { accept: 'image/avif,image/webp' }, true],
  ['GET', auto, { accept: 'image/webp' }, true],
  ['GET', auto, { accept: 'text/html' }, true],
  ['GET', '/img/logo.png?w=20', { 'if-none-match': '*' }, true],
  ['GET', '/img/logo.png?w=20', { 'if-none-match': '"another"' }, true],
  ['HEAD', '/img/logo.png?w=20', { 'if-none-match': '*' }, true],
  ['GET', '/img/logo.png?w=20', { 'if-modified-since': 'Mon, 06 May 2030 12:00:00 GMT' }, true],
  ['GET', '/img/logo.png?w=20', { 'if-match': '"another"' }, false],
  ['GET', '/img/photo.jpg?w=40', { range: 'bytes=0-9' }, true],
  ['GET', '/img/photo.jpg?w=40', { range: 'bytes=-5' }, true],
  ['GET', '/img/photo.jpg?w=40', { range: 'bytes=0-1,3-4' }, true],
  ['GET', '/img/photo.jpg?w=40', { range: 'bytes=999999-' }, false],
  ['GET', '/img/photo.jpg?w=40', { range: 'bytes=0-9', 'if-range': '"another"' }, true],
  ['GET', '/img/photo.jpg?w=40&download=a.jpg', {}, true],
  ['GET', '/img/photo.jpg?w=30&format=json', {}, true],
  ['GET', '/img/none.jpg', {}, false],
  ['GET', '/img/broken.jpg?w=10', {}, false],
  ['GET', '/img/notes.jpg', {}, false],
  ['GET', '/img/photo.jpg?w=x', {}, false],
  ['OPTIONS', '/img/photo.jpg?w=40', {}, false],
  ['POST', '/img/photo.jpg?w=40', {}, false],
  ['GET', '/other', {}, false],
  ['GET', '/img', {}, false],
];

describe.each(adapters)('in front of %s', (_name, adapter) => {
  it.each(requests)('answers %s %s with %j as the application does', async (method, path, headers, isHit) => {
    const { front, clock, plain, site } = await openBoth(adapter);
    for (const seconds of [0, 0, 0.4, 90]) {
      clock.advance(seconds);
      // A folder is asked again after a second, behind nobody's back.
      const [expected, answer] = [
        await plain.send(method, path, { headers }),
        await site.send(method, path, { headers }),
      ];
      expect(seen(answer), `after ${seconds} seconds`).toEqual(seen(expected));
    }
    await site.send(method, path, { headers });
    expect(await passedBy(front, () => site.send(method, path, { headers }))).toBe(isHit ? 0 : 1);
  });

  it.each<[MountOptions, number]>([
    [{ cors: true }, 0],
    [{ cors: 'https://app.example' }, 0],
    [{ fallthrough: true }, 0],
    [{ visibility: 'private' }, 1],
  ])('answers by %j what the application answers by it', async (options, passes) => {
    const { front, plain, site } = await openBoth(adapter, {}, options);
    for (const origin of ['https://app.example', 'https://app.example', 'https://evil.example']) {
      const headers = { origin };
      for (const path of [auto, '/img/none.jpg']) {
        expect(seen(await site.get(path, headers))).toEqual(seen(await plain.get(path, headers)));
      }
    }
    expect(await passedBy(front, () => site.get(auto))).toBe(passes);
  });
});

describe('behind all of it', () => {
  const contract: AdapterContract = { adapter: fronted(expressAdapter(express)), root: () => pictures.root };
  describeAnswers(contract);
  describeParts(contract);
  describeTargets(contract);
  describePurgeRoutes(contract);
  describeFailures(contract);
});

describe('whatever comes in whatever order', () => {
  const paths = ['/a.png', '/b.png'];
  const targets = paths.flatMap((path) =>
    ['?w=8', '?w=8&format=auto', '?w=4&v=1', ''].map((query) => `/img${path}${query}`),
  );
  const fields: readonly NonNullable<RawRequest['headers']>[] = [
    {},
    { accept: 'image/webp' },
    { 'if-none-match': '*' },
    { 'if-match': '"another"' },
    { range: 'bytes=2-9' },
    { range: 'bytes=99999-' },
    { origin: 'https://app.example' },
  ];
  const modes = ['revalidate', 'force', 'takedown'] as const;
  const step = fc.oneof(
    {
      weight: 12,
      arbitrary: fc.record({
        kind: fc.constant('ask' as const),
        method: fc.constantFrom('GET', 'GET', 'HEAD', 'OPTIONS'),
        target: fc.constantFrom(...targets),
        headers: fc.constantFrom(...fields),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), seconds: fc.constantFrom(0.3, 7, 61) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('purge' as const),
        target: fc.constantFrom(...paths, '/*'),
        mode: fc.constantFrom(...modes),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('change' as const), path: fc.constantFrom(...paths) }) },
  );

  it('answers as the application does', async () => {
    const run = fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 30 }), async (steps) => {
      const clock = manualClock();
      const front = fronted(nodeAdapter);
      const both = [nodeAdapter, front].map((adapter) => {
        const origin = shelfOrigin();
        const images = createTintype({ origin, clock, cors: true, journal: memoryJournal({ clock }) });
        return { origin, images, server: createServer(adapter.serve({ mounts: [{ images }] })).listen(0, '127.0.0.1') };
      });
      let version = 0;
      const put = (path: string) => {
        version++;
        const headers = { 'cache-control': 'max-age=60', etag: `"${version}"` };
        for (const { origin } of both) origin.put(path, version, headers);
      };
      const ask = (method: string, target: string, headers: NonNullable<RawRequest['headers']>) =>
        Promise.all(
          both.map(async ({ server }) => {
            const { port } = server.address() as AddressInfo;
            return seen(await askRaw(port, target, { method, headers }));
          }),
        );
      for (const path of paths) put(path);
      await Promise.all(both.map(({ server }) => server.listening || once(server, 'listening')));
      try {
        for (const each of steps) {
          if (each.kind === 'wait') clock.advance(each.seconds);
          else if (each.kind === 'change') put(each.path);
          else if (each.kind === 'purge') {
            for (const { images } of both) await images.purge(each.target, { mode: each.mode });
          } else {
            const [expected, answer] = await ask(each.method, each.target, each.headers);
            expect(answer).toEqual(expected);
          }
        }
        const [plain, fronting] = both.map(({ images }) => {
          const { stores, queue, ...counts } = images.stats();
          return counts;
        });
        expect(fronting).toEqual(plain);
      } finally {
        for (const { server, images } of both) {
          server.closeAllConnections();
          server.close();
          await images.close();
        }
      }
    });
    await fc.assert(run, { numRuns: 30 });
  }, 120_000);
});

describe('what is seen at once', () => {
  it.each(['revalidate', 'force', 'takedown', 'soft'] as const)('is a purge (%s)', async (mode) => {
    const origin = shelfOrigin();
    origin.put('/a.png', 1);
    const { front, images, get } = await openFront({ origin });
    const path = '/img/a.png?w=8&format=png';
    await get(path);
    expect(await passedBy(front, () => get(path))).toBe(0);
    origin.put('/a.png', 2);
    await images.purge('/a.png', { mode });
    let answer: RawAnswer | undefined;
    expect(
      await passedBy(front, async () => {
        answer = await get(path);
      }),
    ).toBe(1);
    // Soft means that the old one may be served once more.
    expect(await versionOf(answer?.body)).toBe(mode === 'soft' ? 1 : 2);
    await expect.poll(async () => versionOf((await get(path)).body)).toBe(2);
    expect(await passedBy(front, () => get(path))).toBe(0);
  });

  it('is a URL that expires', async () => {
    const { images, inSeconds, clock } = openShelf();
    const front = fronted(expressAdapter(express));
    const { get } = await open(front, { mounts: [{ images }] });
    const path = `/img${images.url('/cat.png', { w: 8 }, { expires: inSeconds(60) })}`;
    const first = await get(path);
    clock.advance(20);
    let second: RawAnswer | undefined;
    const passed = await passedBy(front, async () => {
      second = await get(path);
    });
    expect([first.status, second?.status, passed]).toEqual([200, 200, 0]);
    expect(second?.headers).toMatchObject({ age: '20', 'cache-control': expect.stringContaining('max-age=60') });
    clock.advance(40);
    expect((await get(path)).status).toBe(403);
    expect((await get(`${path}0`)).status).toBe(403);
  });

  it('is an endpoint that is closed', async () => {
    const { images, get } = await openFront();
    await get(auto);
    await images.close();
    expect((await get(auto)).status).toBe(503);
  });
});

describe('what is left to the application', () => {
  it('is what was never asked for, also where the picture is there', async () => {
    const { front, get } = await openFront();
    await get('/img/photo.jpg?w=40');
    expect(await passedBy(front, () => get('/img/photo.jpg?w=40&'))).toBe(1);
  });

  it('is another host, until the application has taken it', async () => {
    const { front, get } = await openFront();
    await get(auto, { host: 'a.example' });
    expect(await passedBy(front, () => get(auto, { host: 'a.example' }))).toBe(0);
    expect(await passedBy(front, () => get(auto, { host: 'b.example' }))).toBe(1);
    expect(await passedBy(front, () => get(auto, { host: 'b.example' }))).toBe(0);
  });

  it('is a URL that it has served in two ways', async () => {
    const images = engineOn(pictures.root);
    const members = serveImages(images, { cors: true });
    const everybody = serveImages(images);
    const chosen: Adapter = {
      serve() {
        const app = express();
        app.use('/img', (request, response, next) => {
          const serve = request.headers['x-member'] === undefined ? everybody : members;
          serve(request, response, next);
        });
        return app;
      },
    };
    const front = fronted(chosen);
    const { get } = await open({ serve: () => inFront(images, front.serve({})) }, {});
    await Promise.all([get(auto), get(auto, { 'x-member': 'yes' })]);
    for (const _round of [1, 2]) {
      expect((await get(auto)).headers).not.toHaveProperty('access-control-allow-origin');
      expect((await get(auto, { 'x-member': 'yes' })).headers['access-control-allow-origin']).toBe('*');
    }
    expect(await passedBy(front, () => get(auto))).toBe(1);
  });

  it('is what is stale, for which the origin is asked once', async () => {
    const origin = shelfOrigin();
    origin.put('/a.png', 1, { 'cache-control': 'max-age=60, stale-while-revalidate=60', etag: '"1"' });
    const { front, clock, get } = await openFront({ origin });
    const path = '/img/a.png?w=8';
    await get(path);
    expect(await passedBy(front, () => get(path))).toBe(0);
    clock.advance(90);
    expect(await passedBy(front, () => get(path))).toBe(1);
    await expect.poll(() => passedBy(front, () => get(path))).toBe(0);
    expect(origin.asked).toHaveLength(2);
  });

  it('has its body', async () => {
    const images = engineOn(pictures.root);
    const front = fronted(nodeAdapter);
    const { send } = await open(front, { mounts: [{ images }] });
    const { text, headers } = await send('POST', '/other?a=1', { body: 'a body that nobody has read' });
    expect([text, headers['x-url']]).toEqual(['a body that nobody has read', '/other?a=1']);
  });

  it('is what an endpoint gives that cannot be written', async () => {
    const images = {
      ...faultyEngine(async () => ({ status: 200, headers: { 'x-way': 'application' }, body: undefined })),
      hit: () => ({ status: 200, headers: { x: 'a\r\nb' }, body: undefined }),
    };
    const { get } = await open(fronted(expressAdapter(express)), { mounts: [{ images }] });
    const answer = await get('/img/photo.jpg');
    expect([answer.status, answer.headers['x-way']]).toEqual([200, 'application']);
  });
});

describe('an endpoint in front', () => {
  const photo = '/img/photo.jpg';

  it('counts each request once, whoever answers it', async () => {
    const { images, get, send } = await openFront({ clientHints: true });
    const hints = { 'sec-ch-width': '100' };
    for (const headers of [{}, hints, hints, { 'if-none-match': '*' }, { range: 'bytes=999999-' }])
      await get(photo, headers);
    await get('/img/none.jpg');
    await send('POST', photo);
    expect(images.stats()).toMatchObject({ requests: 7, errors: 3, renders: 2 });
    expect(images.stats().hits).toEqual({ memory: 1, store: 0, notModified: 1 });
  });

  it('answers by the hints of the client', async () => {
    const { front, get } = await openFront({ clientHints: true });
    const hints = { 'sec-ch-width': '100' };
    const [plain, hinted] = [await get(photo), await get(photo, hints)];
    let again: readonly RawAnswer[] = [];
    const ask = async () => {
      again = [await get(photo), await get(photo, hints)];
    };
    expect(await passedBy(front, ask)).toBe(0);
    expect(again.map(({ body }) => body)).toEqual([plain.body, hinted.body]);
  });

  it('stands in front of HTTP/2 too', async () => {
    const images = engineOn(pictures.root);
    let passed = 0;
    const callback = new Koa().use(serveKoa(images, { prefix: '/img' })).callback();
    const app: typeof callback = (request, response) => {
      passed++;
      return callback(request, response);
    };
    const server = createServer2(inFront(images, app as never)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    onTestFinished(async () => {
      session.close();
      server.close();
      await once(server, 'close');
    });
    const answers = [];
    for (const more of [{}, {}, { 'if-none-match': '*' }]) {
      const stream = session.request({ ':path': auto, ...more });
      const [headers] = await once(stream, 'response');
      let length = 0;
      for await (const chunk of stream) length += (chunk as Buffer).length;
      answers.push([headers[':status'], headers['cache-status']?.split(';')[1]?.trim(), length > 0]);
    }
    expect(answers).toEqual([
      [200, 'fwd=uri-miss', true],
      [200, 'hit', true],
      [304, 'hit', false],
    ]);
    expect(passed).toBe(1);
  });

  it('knows nothing that was only written as a URL', async () => {
    const origin = shelfOrigin();
    origin.put('/a.png', 1);
    const images = openEngine({ origin });
    const url = images.url('/a.png', { w: 8 });
    expect(images.hit({ method: 'GET', target: url, headers: {} })).toBeUndefined();
    const asked = { method: 'GET', target: url, headers: {} };
    await images.handle({ ...asked, mount: '' });
    expect(images.hit(asked)).toMatchObject({
      status: 200,
      headers: { 'cache-status': expect.stringContaining('hit') },
    });
  });
});

describe('in front, one target by two hosts', () => {
  const hitAt = async (images: ReturnType<typeof openEngine>, host: string) =>
    images.hit({ method: 'GET', target: '/a/photo.png?w=4', headers: { host } });

  it('is answered only to the host for which the application has served it', async () => {
    const origin = shelfOrigin();
    for (const [path, version] of [
      ['/a/photo.png', 1],
      ['/photo.png', 2],
    ] as const)
      origin.put(path, version);
    const images = openEngine({ origin });
    const handle = (host: string, mount: string) =>
      images.handle({ method: 'GET', target: '/a/photo.png?w=4', mount, headers: { host } });
    await handle('one.example', '/a');
    await handle('other.example', '');
    expect((await hitAt(images, 'one.example'))?.status).toBe(200);
    expect(await hitAt(images, 'other.example')).toBeUndefined();
    expect(await hitAt(images, 'third.example')).toBeUndefined();
  });
});

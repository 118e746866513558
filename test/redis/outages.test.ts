import { createClient } from '@keyv/redis';
import { createTintype, type HttpResponse, type Tintype } from '@tintype/core';
import { redis } from '@tintype/redis';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { get } from '../support/client.ts';
import { openEngine } from '../support/engines.ts';
import { type LateOrigin, lateOrigin } from '../support/late-origin.ts';
import { hasRedisServer, type RedisServer, startRedisServer } from '../support/redis-server.ts';
import { versionOf } from '../support/versioned-picture.ts';

/** In seconds: much, so that a busy machine does not look like one that waits twice. */
const deadline = 0.8;
/** So long that what Redis was asked within it is overdue when it ends. */
const lease = 1.5;

interface Site {
  readonly server: RedisServer;
  readonly admin: ReturnType<typeof createAdmin>;
  readonly origin: LateOrigin;
  readonly images: Tintype;
}

function createAdmin(url: string) {
  return createClient({ url });
}

const open = (url: string, origin: LateOrigin): Tintype =>
  openEngine({ origin, store: redis({ url, deadline, lease }), originals: true });

async function openSite(args: readonly string[] = []): Promise<Site> {
  const server = await startRedisServer({ args });
  onTestFinished(() => server.stop());
  const admin = createAdmin(server.url);
  admin.on('error', () => undefined);
  await admin.connect();
  onTestFinished(() => admin.destroy());
  const origin = lateOrigin({ headers: { etag: '"1"' }, conditional: 'honest' });
  return { server, admin, origin, images: open(server.url, origin) };
}

/** Answers to pictures that are known and to others, one after the other, each within one deadline and what it takes to make. */
async function askInTurn(images: Tintype, targets: readonly string[]): Promise<readonly HttpResponse[]> {
  const answers: HttpResponse[] = [];
  for (const target of targets) {
    const started = performance.now();
    answers.push(await get(images, target));
    expect(performance.now() - started, `${target}: it waited more than once`).toBeLessThan(deadline * 1900);
  }
  return answers;
}

const isTrusted = (images: Tintype): boolean => images.stats().journal.trust === 'good';

async function untilTrusted(images: Tintype): Promise<void> {
  await vi.waitFor(() => expect(isTrusted(images)).toBe(true), { timeout: 20_000, interval: 50 });
}

const unhandled: unknown[] = [];
const onUnhandled = (error: unknown): void => {
  unhandled.push(error);
};
beforeEach(() => {
  unhandled.length = 0;
  process.on('unhandledRejection', onUnhandled);
});
afterEach(() => {
  process.off('unhandledRejection', onUnhandled);
  expect(unhandled).toEqual([]);
});

type Outage = readonly [name: string, begin: (site: Site) => unknown, end: (site: Site) => unknown];

const outages: readonly Outage[] = [
  [
    'is killed',
    ({ server }) => server.stop(),
    async ({ server }) => {
      const again = await startRedisServer({ port: server.port });
      onTestFinished(() => again.stop());
    },
  ],
  ['hangs', ({ server }) => server.signal('SIGSTOP'), ({ server }) => server.signal('SIGCONT')],
  [
    'becomes a replica that takes no writes',
    ({ admin }) => admin.sendCommand(['REPLICAOF', '127.0.0.1', '1']),
    ({ admin }) => admin.sendCommand(['REPLICAOF', 'NO', 'ONE']),
  ],
  [
    'wants a password that nobody has',
    async ({ admin }) => {
      await admin.configSet('requirepass', 'another');
      await admin.sendCommand(['AUTH', 'another']);
      await admin.sendCommand(['CLIENT', 'KILL', 'SKIPME', 'yes', 'TYPE', 'normal']);
    },
    ({ admin }) => admin.configSet('requirepass', ''),
  ],
];

describe.skipIf(!hasRedisServer)('while Redis', () => {
  it.each(outages)('%s, everything is answered, nothing old is, and purges fail loudly', async (_name, begin, end) => {
    const site = await openSite();
    const { origin, images } = site;
    await askInTurn(images, ['/a.png?w=8', '/b.png?w=8']);
    await untilTrusted(images);
    await begin(site);

    const answers = await askInTurn(images, ['/a.png?w=8', '/a.png?w=7', '/c.png?w=8', '/d.png', '/c.png?w=8']);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    await vi.waitFor(() => expect(isTrusted(images)).toBe(false), { timeout: 5000 });
    await expect(images.purge('/a.png')).rejects.toMatchObject({ code: 'PURGE_FAILED', status: 503 });

    origin.hold({ version: 2, headers: { etag: '"2"' } });
    const many = await Promise.all(Array.from({ length: 200 }, () => get(images, '/b.png?w=8')));
    for (const { status, body } of many) expect([status, await versionOf(body)]).toEqual([200, 2]);

    await end(site);
    await untilTrusted(images);
    await images.purge('/a.png');
    const other = open(site.server.url, origin);
    await untilTrusted(other);
    for (const each of [images, other]) expect(await versionOf((await get(each, '/a.png?w=8')).body)).toBe(2);
    await vi.waitFor(async () => {
      const { body, headers } = await get(open(site.server.url, origin), '/a.png?w=8');
      expect([await versionOf(body), headers['cache-status']]).toEqual([2, expect.stringContaining('redis')]);
    }, 10_000);
  });

  it('pauses its clients, nobody waits for longer than for one read', async () => {
    const { admin, images } = await openSite();
    await askInTurn(images, ['/a.png?w=8']);
    await admin.sendCommand(['CLIENT', 'PAUSE', '4000', 'ALL']);
    const answers = await askInTurn(images, ['/a.png?w=8', '/b.png?w=8', '/a.png?w=7']);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    await untilTrusted(images);
  });

  it('is not there when the process starts, it serves without, and takes it up when it comes', async () => {
    const server = await startRedisServer();
    await server.stop();
    const origin = lateOrigin();
    const images = open(server.url, origin);
    expect((await askInTurn(images, ['/a.png?w=8', '/a.png?w=8'])).map(({ status }) => status)).toEqual([200, 200]);
    expect(origin.asked).toHaveLength(2);
    await expect(images.purge('/a.png')).rejects.toMatchObject({ code: 'PURGE_FAILED' });
    const late = await startRedisServer({ port: server.port });
    onTestFinished(() => late.stop());
    await untilTrusted(images);
    await images.purge('/a.png');
    await get(images, '/a.png?w=8');
    const asked = origin.asked.length;
    await get(images, '/a.png?w=8');
    expect(origin.asked).toHaveLength(asked);
  });

  it('is full and evicts nothing, images are served and purges work', async () => {
    const { admin, images, origin, server } = await openSite(['--maxmemory-policy', 'noeviction']);
    await askInTurn(images, ['/a.png?w=8']);
    await untilTrusted(images);
    await admin.configSet('maxmemory', '1');
    for (let width = 1; width <= 16; width++) expect((await get(images, `/b.png?w=${width}`)).status).toBe(200);
    origin.hold({ version: 2, headers: { etag: '"2"' } });
    await images.purge('/a.png');
    expect(await versionOf((await get(images, '/a.png?w=8')).body)).toBe(2);
    // The next renewals too.
    const { journal } = redis({ url: server.url, lease });
    onTestFinished(() => journal.close());
    await vi.waitFor(async () => expect(await journal.view()).toMatchObject({ trust: 'good' }));
    expect(isTrusted(images)).toBe(true);
  });

  it.each<[string, (admin: Site['admin'], key: string) => unknown]>([
    ['evicted', (admin, key) => admin.del(key)],
    ['cut', async (admin, key) => admin.set(key, ((await admin.get(key)) ?? '').slice(0, 20))],
    ['nonsense', (admin, key) => admin.set(key, 'nonsense')],
    ['empty', (admin, key) => admin.set(key, '')],
    [
      'of another type',
      async (admin, key) => {
        await admin.del(key);
        await admin.lPush(key, 'x');
      },
    ],
  ])('has values that are %s, they are made anew and stored again', async (_name, damage) => {
    const { admin, images, origin, server } = await openSite();
    await askInTurn(images, ['/a.png?w=8']);
    const keys = (): Promise<string[]> => admin.keys('tintype:[pod]:*');
    await vi.waitFor(async () => expect(await keys()).toHaveLength(3));
    for (const key of await keys()) await damage(admin, key);
    const other = open(server.url, origin);
    expect((await askInTurn(other, ['/a.png?w=8'])).map(({ status }) => status)).toEqual([200]);
    await vi.waitFor(async () => {
      for (const key of await keys()) expect(await admin.strLen(key)).toBeGreaterThan(100);
      expect(await keys()).toHaveLength(3);
    });
    expect(other.stats().errors).toBe(0);
  });
});

describe.skipIf(!hasRedisServer)('a redis() whose last endpoint has been closed', () => {
  it('is opened again with the next one, as files are', async () => {
    const server = await startRedisServer();
    onTestFinished(() => server.stop());
    const store = redis({ url: server.url, lease: 0.2 });
    const origin = lateOrigin();
    for (let round = 1; round <= 3; round++) {
      const images = createTintype({ origin, store });
      await untilTrusted(images);
      expect((await get(images, '/a.png?w=8')).status).toBe(200);
      await images.purge('/b.png');
      await images.close();
      expect(origin.asked).toHaveLength(1);
    }
  });
});

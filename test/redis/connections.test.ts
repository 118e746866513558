import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import KeyvRedis, { createClient, createCluster, createKeyv, createSentinel } from '@keyv/redis';
import { type RedisConnection, type RedisOptions, redis } from '@tintype/redis';
import { Keyv } from 'keyv';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Store } from '../../packages/core/src/store/store.ts';
import { describeStore, describeStoreIndex } from '../contracts/store.ts';
import { type RedisClusterServers, startRedisCluster } from '../support/redis-cluster.ts';
import { hasRedisServer, type RedisServer, startRedisServer } from '../support/redis-server.ts';

const bytes = new TextEncoder().encode('value');

let prefixes = 0;
const freshPrefix = (): string => `tintype:${prefixes++}`;

/** Runs both contracts over stores that `connect` leads to. */
function describeRedis(name: string, connect: () => RedisConnection, options: RedisOptions = {}): void {
  let prefix = '';
  const open = (): Store => {
    prefix = `${options.prefix ?? ''}${freshPrefix()}`;
    return redis(connect(), { ...options, prefix });
  };
  describeStore(name, open);
  describeStoreIndex(name, open, () => redis(connect(), { ...options, prefix }));
}

const keysOf = async ({ url }: RedisServer): Promise<readonly string[]> => {
  const client = createClient({ url });
  await client.connect();
  const keys = await client.keys('*');
  client.destroy();
  return keys;
};

describe.skipIf(!hasRedisServer)('over one server', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedisServer();
  });
  afterAll(() => server.stop());

  describeRedis('redis(url)', () => server.url);
  describeRedis('redis({ url }) with a prefix of glob characters', () => ({ url: server.url }), {
    prefix: '[^a-c]*?\\',
  });
  describeRedis('redis({ url }) with a prefix in braces', () => ({ url: server.url }), { prefix: '{pictures}' });
  describeRedis('a Keyv of the user', () => new Keyv(new KeyvRedis(server.url)));
  describeRedis('a KeyvRedis of the user', () => new KeyvRedis(server.url));
  describeRedis('a client of the user', () => createClient({ url: server.url }));
  describeRedis('a client that speaks RESP 3', () => createClient({ url: server.url, RESP: 3 }));
  describeRedis('a client whose replies are Buffers', () =>
    createClient({ url: server.url }).withTypeMapping({ 36: Buffer }),
  );
  describeRedis('another database', () => `${server.url}/3`);

  const namesOf = async (connection: RedisConnection, options: RedisOptions = {}): Promise<readonly string[]> => {
    const before = new Set(await keysOf(server));
    const store = redis(connection, options);
    await store.set(`d:group:${prefixes++}`, bytes);
    await store.close?.();
    return (await keysOf(server)).filter((key) => !before.has(key)).map((key) => key.replace(/\d+$/, ''));
  };

  it.each<readonly [string, () => RedisConnection, RedisOptions, string]>([
    ['tintype', () => server.url, {}, 'tintype:d:group:'],
    ['the given prefix', () => ({ url: server.url, prefix: 'pictures' }), {}, 'pictures:d:group:'],
    ['the given prefix, beside the source', () => server.url, { prefix: 'pictures' }, 'pictures:d:group:'],
    ['tintype, of a Keyv without a name', () => new Keyv(new KeyvRedis(server.url)), {}, 'tintype:d:group:'],
    [
      'the namespace of a Keyv',
      () => new Keyv(new KeyvRedis(server.url), { namespace: 'shop' }),
      {},
      'shop:tintype:d:group:',
    ],
    ['the namespace of createKeyv', () => createKeyv(server.url, { namespace: 'shop' }), {}, 'shop:tintype:d:group:'],
    ['no namespace of createKeyv', () => createKeyv(server.url), {}, 'tintype:d:group:'],
    [
      'the namespace of a KeyvRedis',
      () => new KeyvRedis(server.url, { namespace: 'shop' }),
      {},
      'shop:tintype:d:group:',
    ],
    [
      'the prefix in place of the namespace',
      () => createKeyv(server.url, { namespace: 'shop' }),
      { prefix: 'p' },
      'p:d:group:',
    ],
  ])('keys begin with %s', async (_name, connect, options, name) => {
    expect(await namesOf(connect(), options)).toEqual([name]);
  });

  it('leaves the client of the user connected, and sends nothing through it', async () => {
    const client = createClient({ url: server.url });
    await client.connect();
    onTestFinished(() => client.destroy());
    await client.sendCommand(['CLIENT', 'SETNAME', 'of-the-user']);
    const lastCommand = async (): Promise<string> => {
      const admin = createClient({ url: server.url });
      await admin.connect();
      const list = String(await admin.sendCommand(['CLIENT', 'LIST']));
      admin.destroy();
      const ours = list.split('\n').filter((line) => line.includes('name=of-the-user'));
      expect(ours).toHaveLength(1);
      return / cmd=(\S+)/.exec(ours[0] ?? '')?.[1] ?? '';
    };
    const store = redis(client, { prefix: freshPrefix() });
    await store.set('d:group:key', bytes);
    expect(Buffer.from((await store.get('d:group:key')) ?? [])).toEqual(Buffer.from(bytes));
    await store.close?.();
    await store.journal.close();
    expect(client.isReady).toBe(true);
    expect(await lastCommand()).toBe('client|setname');
  });

  it('leaves a client of the user alone that was never connected', async () => {
    const client = createClient({ url: server.url });
    const store = redis(client, { prefix: freshPrefix() });
    await store.set('d:group:key', bytes);
    await store.close?.();
    expect(client.isOpen).toBe(false);
  });

  it('says what is wrong with settings that no client can be made with', async () => {
    const client = createClient({ url: server.url });
    // As a user may have it who changes the options afterwards.
    Object.assign(client.options.socket ?? {}, { tls: true });
    const store = redis(client);
    const failure = await Promise.resolve(store.get('d:group:key')).catch((error: Error) => error);
    expect(failure).toMatchObject({
      message: 'Redis is not connected',
      cause: expect.objectContaining({ message: expect.stringContaining('tls') }),
    });
    await store.close?.();
  });

  it('connects at the first use, and not before', async () => {
    const client = createClient({ url: server.url });
    await client.connect();
    onTestFinished(() => client.destroy());
    const connections = async (): Promise<number> =>
      String(await client.sendCommand(['CLIENT', 'LIST']))
        .trim()
        .split('\n').length;
    const before = await connections();
    const store = redis(server.url, { prefix: freshPrefix() });
    expect(await connections()).toBe(before);
    await store.get('d:group:key');
    expect(await connections()).toBe(before + 1);
    await store.close?.();
  });

  it.each<readonly [string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a number', 6379],
    ['a host without a scheme', 'localhost:6379'],
    ['a URL of another scheme', 'http://localhost:6379'],
    ['an object without a URL', { host: 'localhost' }],
    ['a URL that is no text', { url: 6379 }],
    ['a Keyv over something else', new Keyv()],
    ['a client of another package', { duplicate() {}, connect() {} }],
    ['a sentinel', createSentinel({ name: 'main', sentinelRootNodes: [{ host: '127.0.0.1', port: 1 }] })],
  ])('refuses %s with what it expects', (_name, source) => {
    expect(() => redis(source as string)).toThrow(TypeError);
    expect(() => redis(source as string)).toThrow(/Expected a URL such as .* a Keyv .* client or cluster/);
  });

  it('tells no password in what it refuses', () => {
    expect(() => redis('http://user:secret@localhost')).toThrow(/^(?!.*secret)/);
  });

  it.each<readonly [string, object, RegExp]>([
    ['an unknown option', { ttl: 1 }, /Unknown option redis\.ttl/],
    ['an unknown option beside the URL', { url: 'redis://localhost', host: 'x' }, /Unknown option redis\.host/],
    ['an empty prefix', { prefix: '' }, /redis\.prefix/],
    ['a lease of nothing', { lease: 0 }, /redis\.lease/],
    ['a deadline of nothing', { deadline: 0 }, /redis\.deadline/],
    ['a life of nothing', { keepFor: 0 }, /redis\.keepFor/],
    ['another way of partition', { onPartition: 'ignore' }, /redis\.onPartition/],
    ['a size in words', { maxEntryBytes: '1mb' }, /redis\.maxEntryBytes/],
    ['records that are none', { maxRecords: 0 }, /redis\.maxRecords/],
    ['hints in words', { hints: 'yes' }, /redis\.hints/],
  ])('refuses %s', (_name, options, message) => {
    const call = () => ('url' in options ? redis(options as { url: string }) : redis('redis://localhost', options));
    expect(call).toThrow(message);
  });
});

describe.skipIf(!hasRedisServer)('over a server with a password', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedisServer({ args: ['--requirepass', 'p@ss/word'] });
  });
  afterAll(() => server.stop());

  describeRedis(
    'redis(url with a password)',
    () => `redis://:${encodeURIComponent('p@ss/word')}@127.0.0.1:${server.port}`,
  );
  describeRedis('a client with a password', () => createClient({ url: server.url, password: 'p@ss/word' }));
});

describe.skipIf(!hasRedisServer)('as a user who may only touch our keys', () => {
  let server: RedisServer;
  const acl =
    'user images on >secret ~tintype:* resetchannels -@all +get +set +unlink +scan +eval +evalsha +pexpire +del';
  beforeAll(async () => {
    const [, ...rules] = acl.split(' ');
    server = await startRedisServer({ args: ['--user', ...rules] });
  });
  afterAll(() => server.stop());

  describeRedis('redis(url) without CONFIG, PING and pub/sub', () => `redis://images:secret@127.0.0.1:${server.port}`);
});

describe.skipIf(!hasRedisServer)('as a user with the rights', () => {
  it.each(['packages/redis/README.md', 'docs/options.md'])(
    'that %s names it does all that there is to do',
    async (page) => {
      const text = readFileSync(join(import.meta.dirname, '../..', page), 'utf8');
      const rights = text.match(/`(~tintype:[^`]+)`/)?.[1]?.split(/\s+/) ?? [];
      expect(rights).toContain('+@read');
      const args = ['--user', 'images', 'on', '>secret', 'resetchannels', '-@all', ...rights];
      const server = await startRedisServer({ args });
      onTestFinished(() => server.stop());
      const store = redis(`redis://images:secret@127.0.0.1:${server.port}/2`, { lease: 0.2, deadline: 10 });
      onTestFinished(async () => {
        await store.close?.();
        await store.journal.close();
      });
      await store.set('d:group:key', bytes);
      expect(await store.linked?.('group')).toEqual(['d:group:key']);
      await (await store.lock?.('d:group:key'))?.release();
      await store.delete('d:group:key');
      const position = await store.journal.append({ targets: [{ kind: 'all', origin: 'photos' }], mode: 'takedown' });
      expect(await store.journal.view()).toMatchObject({ trust: 'good', position, newestTakedown: position });
      await store.journal.note('a', { state: 'done' });
      expect(await store.journal.noted('a')).toEqual({ state: 'done' });
      const admin = createClient({ url: server.url });
      await admin.connect();
      onTestFinished(() => admin.destroy());
      const denied = (await admin.aclLog()).map(({ object }) => String(object));
      // To warn of a policy that does not fit, and the name that node-redis gives itself.
      expect(denied.filter((command) => !/^(config|client)\b/.test(command))).toEqual([]);
    },
  );
});

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

describe.skipIf(!hasRedisServer || !hasOpenssl)('over TLS', () => {
  let server: RedisServer;
  const directory = mkdtempSync(join(tmpdir(), 'tintype-tls-'));
  const openssl = (...args: string[]): void => {
    const { status, stderr } = spawnSync('openssl', args, { cwd: directory });
    if (status !== 0) throw new Error(String(stderr));
  };
  beforeAll(async () => {
    openssl(...'req -x509 -newkey rsa:2048 -nodes -days 2 -keyout ca.key -out ca.crt -subj /CN=ca'.split(' '));
    openssl(...'req -newkey rsa:2048 -nodes -keyout redis.key -out redis.csr -subj /CN=localhost'.split(' '));
    openssl(...'x509 -req -in redis.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -out redis.crt'.split(' '));
    server = await startRedisServer({ tls: directory });
  });
  afterAll(async () => {
    await server.stop();
    rmSync(directory, { recursive: true });
  });

  const socket = () => ({ tls: true as const, ca: readFileSync(join(directory, 'ca.crt')), servername: 'localhost' });
  describeRedis('a client with a certificate authority of its own', () =>
    createClient({ url: server.url, socket: socket() }),
  );
  describeRedis('a Keyv over TLS', () => new Keyv(new KeyvRedis({ url: server.url, socket: socket() })));

  it('lets in no server that it does not know', async () => {
    const store = redis(server.url);
    onTestFinished(() => store.close?.());
    const failure = await Promise.resolve(store.get('d:group:key')).catch((error: Error) => error);
    expect(failure).toMatchObject({ message: 'Redis is not connected' });
    expect((failure as Error).cause).toMatchObject({ code: expect.stringMatching(/CERT|SIGNED|SIGNATURE/) });
  });
});

describe.skipIf(!hasRedisServer)('over a cluster', () => {
  let servers: RedisClusterServers;
  beforeAll(async () => {
    servers = await startRedisCluster();
  });
  afterAll(() => servers.stop());

  describeRedis('a cluster of the user', () => createCluster({ rootNodes: servers.rootNodes }));
  describeRedis('a cluster of the user, named by one node', () =>
    createCluster({ rootNodes: servers.rootNodes.slice(0, 1) }),
  );
  describeRedis('a Keyv over a cluster', () => new Keyv(new KeyvRedis({ rootNodes: servers.rootNodes })));
  describeRedis('a cluster, all keys in one slot', () => createCluster({ rootNodes: servers.rootNodes }), {
    prefix: '{pictures}',
  });

  it('spreads entries over all nodes', async () => {
    const store = redis(createCluster({ rootNodes: servers.rootNodes }), { prefix: 'spread' });
    for (let index = 0; index < 60; index++) await store.set(`d:group:${index}`, bytes);
    await store.close?.();
    for (const node of servers.nodes) {
      expect((await keysOf(node)).filter((key) => key.startsWith('spread:')).length).toBeGreaterThan(5);
    }
  });
});

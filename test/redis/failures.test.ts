import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { type AddressInfo, connect as connectTo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createClient, createCluster } from '@keyv/redis';
import { type RedisConnection, type RedisOptions, type RedisStore, redis } from '@tintype/redis';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { decodeFrame, encodeFrame } from '../../packages/core/src/store/frame.ts';
import { type GuardedStore, guarded } from '../../packages/core/src/store/guarded.ts';
import { bundle } from '../support/bundle.ts';
import { startRedisCluster } from '../support/redis-cluster.ts';
import {
  hasRedisServer,
  type RedisServer,
  type RedisServerOptions,
  startRedisServer,
} from '../support/redis-server.ts';

const key = 'd:group:key';
const frame = encodeFrame(key, { width: 1 }, Buffer.from('body'));
const mebibyte = 1024 * 1024;
/** What may take as long as a silent server is borne, and a pause between two attempts. */
const patient = { timeout: 25_000, interval: 50 };

const start = async (options: RedisServerOptions = {}): Promise<RedisServer> => {
  const server = await startRedisServer(options);
  onTestFinished(() => server.stop());
  return server;
};

const clientOf = async ({ url }: RedisServer) => {
  const client = createClient({ url });
  client.on('error', () => undefined);
  await client.connect();
  onTestFinished(() => client.destroy());
  return client;
};

const open = (connection: RedisConnection, options: RedisOptions = {}): { store: RedisStore; guard: GuardedStore } => {
  const store = redis(connection, options);
  onTestFinished(() => store.close?.());
  return { store, guard: guarded(store) };
};

const failureOf = async (call: unknown): Promise<Error> => {
  const failure = await Promise.resolve(call).catch((error: unknown) => error);
  if (failure instanceof Error) return failure;
  throw new Error('Expected a rejection');
};

const works = (guard: GuardedStore): Promise<void> =>
  vi.waitFor(async () => {
    expect(await guard.set(key, frame)).toBe(true);
    expect(await guard.get(key)).toEqual(frame);
  }, patient);

const fails = async (guard: GuardedStore): Promise<void> => {
  expect(await guard.get(key)).toBeUndefined();
  expect(await guard.set(key, frame)).toBe(false);
  expect(await guard.delete(key)).toBe(false);
};

describe.skipIf(!hasRedisServer)('Redis that is away', () => {
  it('at the start is a miss, and is used as soon as it is there', async () => {
    const { port, url, stop } = await start();
    await stop();
    const { store, guard } = open(url);
    await fails(guard);
    const failure = await failureOf(store.get(key));
    expect(failure.message).toBe('Redis is not connected');
    expect(failure.cause).toMatchObject({ code: 'ECONNREFUSED' });
    await start({ port });
    await works(guard);
  });

  it('since it was killed is a miss, and is used again as soon as it is back', async () => {
    const { port, url, stop } = await start();
    const { store, guard } = open(url);
    await works(guard);
    for (let round = 0; round < 3; round++) {
      await stop();
      await vi.waitFor(async () => expect((await failureOf(store.get(key))).message).toBe('Redis is not connected'));
      await fails(guard);
      const server = await start({ port });
      await works(guard);
      if (round < 2) await server.stop();
    }
  });

  it('rejects what is under way when it is killed', async () => {
    const server = await start();
    const { store } = open(server.url);
    await store.set(key, frame);
    server.signal('SIGSTOP');
    const failures = Promise.all([store.get(key), store.set(key, frame), store.delete(key)].map(failureOf));
    await server.stop();
    for (const failure of await failures) expect(failure.message).toMatch(/^Redis (did not answer|is not connected)$/);
  });

  it('costs no memory and is told nothing later: 300 MiB written meanwhile', async () => {
    const { port, url, stop } = await start();
    const { store } = open(url);
    await store.set(key, frame);
    await stop();
    await vi.waitFor(async () => expect((await failureOf(store.get(key))).message).toBe('Redis is not connected'));
    const settled = await Promise.allSettled(
      Array.from({ length: 300 }, async (_, index) => store.set(`d:group:${index}`, randomBytes(mebibyte))),
    );
    // All of them before it is back: so nothing holds their bytes.
    expect(settled.every(({ status }) => status === 'rejected')).toBe(true);
    const server = await start({ port });
    await vi.waitFor(async () => store.set(key, frame), patient);
    expect(await (await clientOf(server)).dbSize()).toBe(1);
  });

  it('finds its locks free, and gives none meanwhile', async () => {
    const { port, url, stop } = await start();
    const { store, guard } = open(url);
    const lock = await store.lock?.(key);
    expect(lock).toBeDefined();
    await stop();
    await vi.waitFor(async () => expect(await guard.lock(key)).toBe('none'));
    await failureOf(lock?.release());
    await start({ port });
    const again = await vi.waitFor(async () => {
      const taken = await store.lock?.(key);
      expect(taken).toBeDefined();
      return taken;
    }, patient);
    await again?.release();
  });
});

describe.skipIf(!hasRedisServer)('Redis that hangs', () => {
  it('is a miss within the deadline, and is used again as soon as it answers', async () => {
    const server = await start();
    const { guard } = open(server.url);
    await works(guard);
    server.signal('SIGSTOP');
    await fails(guard);
    for (let request = 0; request < 1000; request++) await guard.get(key);
    expect(guard.stats().open).toBe(true);
    server.signal('SIGCONT');
    await works(guard);
  });

  it('is given up by itself, and what is under way rejects', async () => {
    const server = await start();
    const { store } = open(server.url);
    await store.set(key, frame);
    server.signal('SIGSTOP');
    const failure = await failureOf(store.get(key));
    expect(failure.message).toBe('Redis did not answer');
    expect(String(failure.cause)).toMatch(/timeout/i);
    server.signal('SIGCONT');
    await vi.waitFor(async () => store.set(key, frame), patient);
  });

  it('is given up although it is asked again and again', async () => {
    const server = await start();
    const { store } = open(server.url);
    await store.set(key, frame);
    server.signal('SIGSTOP');
    const failures: Error[] = [];
    const timer = setInterval(() => void failureOf(store.get(key)).then((failure) => failures.push(failure)), 100);
    onTestFinished(() => clearInterval(timer));
    await vi.waitFor(() => expect(failures.length).toBeGreaterThan(20), patient);
    expect(failures[0]?.message).toBe('Redis did not answer');
  });

  it('from the start is a miss too, and used as soon as it answers', async () => {
    const server = await start();
    server.signal('SIGSTOP');
    const { guard } = open(server.url);
    expect(await guard.get(key)).toBeUndefined();
    server.signal('SIGCONT');
    await works(guard);
  });

  it('holds no more of what is written than the guard allows', async () => {
    const server = await start();
    const { guard } = open(server.url);
    await works(guard);
    server.signal('SIGSTOP');
    const writes = Array.from({ length: 300 }, (_, index) => guard.set(`d:group:${index}`, randomBytes(mebibyte)));
    expect((await Promise.all(writes)).some(Boolean)).toBe(false);
    expect(guard.stats().declined).toBe(300 - 64);
    server.signal('SIGCONT');
    await works(guard);
  });

  it('is survived when it pauses its clients', async () => {
    const server = await start();
    const { guard } = open(server.url);
    await works(guard);
    const client = await clientOf(server);
    await client.sendCommand(['CLIENT', 'PAUSE', '1000']);
    expect(await guard.get(key)).toBeUndefined();
    await works(guard);
  });

  it.each(['SIGSTOP', 'nothing'])('lets a process end that has closed the store: %s', async (signal) => {
    const server = await start();
    const script = await bundle(join(import.meta.dirname, '../support/redis-child.ts'));
    const work = signal === 'nothing' ? 'use' : 'hang';
    const child = spawn(process.execPath, [script, server.url, work, key], { stdio: ['pipe', 'pipe', 'inherit'] });
    onTestFinished(() => {
      child.kill('SIGKILL');
    });
    const closed = once(child, 'close');
    const lines: string[] = [];
    createInterface(child.stdout).on('line', (line) => lines.push(line));
    await vi.waitFor(() => expect(lines).toContain('value'), patient);
    if (work === 'hang') server.signal('SIGSTOP');
    child.stdin.write('\n');
    expect(await closed).toEqual([0, null]);
    expect(lines).toEqual(work === 'hang' ? ['value', 'rejected', 'closed'] : ['value', 'closed']);
  });

  it.each([0, 5, 300])('leaves no socket behind when it is closed %i ms after its first use', async (milliseconds) => {
    const server = await start();
    server.signal('SIGSTOP');
    const script = await bundle(join(import.meta.dirname, '../support/redis-child.ts'));
    const child = spawn(process.execPath, [script, server.url, 'early', key, String(milliseconds)]);
    onTestFinished(() => {
      child.kill('SIGKILL');
    });
    const closed = once(child, 'close');
    const lines: string[] = [];
    createInterface(child.stdout).on('line', (line) => lines.push(line));
    expect(await closed).toEqual([0, null]);
    expect(lines).toEqual(expect.arrayContaining(['rejected', '0 sockets']));
  });

  it.each([
    ['connected', false],
    ['connecting', true],
  ])('closes at once while it is %s', async (_name, isFirst) => {
    const server = await start();
    const { store } = open(server.url);
    if (!isFirst) await store.set(key, frame);
    server.signal('SIGSTOP');
    const failure = failureOf(store.get(key));
    await store.close?.();
    expect((await failure).message).toMatch(/^Redis did not answer|The connection to Redis has been closed$/);
    expect((await failureOf(store.get(key))).message).toBe('The connection to Redis has been closed');
  });
});

describe.skipIf(!hasRedisServer)('Redis that refuses', () => {
  it('writes, as a replica does, is read from, and written to when it takes them again', async () => {
    const server = await start();
    const { store, guard } = open(server.url);
    await works(guard);
    const client = await clientOf(server);
    await client.sendCommand(['REPLICAOF', '127.0.0.1', '1']);
    expect((await failureOf(store.set(key, frame))).message).toMatch(/^READONLY/);
    expect((await failureOf(store.delete(key))).message).toMatch(/^READONLY/);
    expect(await guard.set(key, frame)).toBe(false);
    expect(await guard.delete(key)).toBe(false);
    expect(await guard.lock(key)).toBe('none');
    await vi.waitFor(async () => expect(await guard.get(key)).toEqual(frame), patient);
    await client.sendCommand(['REPLICAOF', 'NO', 'ONE']);
    await works(guard);
  });

  it('writes behind a name that leads elsewhere now is looked for anew', async () => {
    const [old, other] = [await start(), await start()];
    let { port } = old;
    const sockets = new Set<Socket>();
    const proxy = createServer((socket) => {
      const onward = connectTo(port, '127.0.0.1');
      for (const each of [socket, onward]) {
        sockets.add(each);
        each.on('error', () => undefined);
      }
      socket.pipe(onward).pipe(socket);
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
      proxy.close();
    });
    const { store } = open(`redis://127.0.0.1:${(proxy.address() as AddressInfo).port}`);
    await store.set(key, frame);
    port = other.port;
    await (await clientOf(old)).sendCommand(['REPLICAOF', '127.0.0.1', '1']);
    await failureOf(store.set(key, frame));
    await vi.waitFor(async () => store.set(key, frame), patient);
    expect(await (await clientOf(other)).dbSize()).toBe(1);
  });

  it.each([
    ['everybody without a password', '', /NOAUTH/],
    ['a wrong password', ':wrong@', /WRONGPASS/],
  ])('%s is a miss, and says why', async (_name, user, reason) => {
    const server = await start({ args: ['--requirepass', 'secret'] });
    const { store, guard } = open(`redis://${user}127.0.0.1:${server.port}`);
    await fails(guard);
    const failure = await failureOf(store.get(key));
    expect(`${failure.message} ${String(failure.cause)}`).toMatch(reason);
    expect(failure.message + String(failure.cause)).not.toContain('wrong');
  });

  it('a user who may not read says so', async () => {
    const server = await start({ args: ['--user', 'images', 'on', '>secret', '~other:*', '+@all'] });
    const { store, guard } = open(`redis://images:secret@127.0.0.1:${server.port}`);
    await fails(guard);
    expect((await failureOf(store.get(key))).message).toMatch(/^NOPERM/);
  });

  it('more memory than it has says so, and still reads and deletes', async () => {
    const server = await start();
    const { store, guard } = open(server.url);
    await works(guard);
    await (await clientOf(server)).configSet('maxmemory', '1');
    expect((await failureOf(store.set(key, frame))).message).toMatch(/^OOM/);
    expect(await guard.set('d:group:another', frame)).toBe(false);
    expect(await guard.get(key)).toEqual(frame);
    expect(await guard.delete(key)).toBe(true);
    expect(await guard.get(key)).toBeUndefined();
  });

  it('nothing, but evicts, has some of what was written', async () => {
    const server = await start({ args: ['--maxmemory', '8mb', '--maxmemory-policy', 'volatile-lru'] });
    const { guard } = open(server.url);
    const numbers = Array.from({ length: 20 }, (_, index) => index);
    for (const number of numbers) expect(await guard.set(`d:group:${number}`, randomBytes(mebibyte))).toBe(true);
    const found = await Promise.all(numbers.map((number) => guard.get(`d:group:${number}`)));
    expect(found.filter((bytes) => bytes === undefined).length).toBeGreaterThan(10);
    expect(found.filter((bytes) => bytes?.byteLength === mebibyte).length).toBeGreaterThan(0);
    expect(guard.stats().failures).toBe(0);
  });

  it('a ping, which is no reason to leave it', async () => {
    const acl = ['--user', 'images', 'on', '>secret', '~*', '+@all', '-ping'];
    const server = await start({ args: acl });
    const { store } = open(`redis://images:secret@127.0.0.1:${server.port}`);
    await store.set(key, frame);
    const client = await clientOf(server);
    const idOf = async (): Promise<string> =>
      String(await client.sendCommand(['CLIENT', 'LIST'])).match(/id=(\d+) .*user=images/)?.[1] ?? '';
    const id = await idOf();
    expect(id).not.toBe('');
    const refused = async (): Promise<number> =>
      Number((await client.info('commandstats')).match(/cmdstat_ping:.*rejected_calls=(\d+)/)?.[1] ?? 0);
    await vi.waitFor(async () => expect(await refused()).toBeGreaterThan(1), patient);
    expect(await store.get(key)).toEqual(Buffer.from(frame));
    expect(await idOf()).toBe(id);
  });
});

describe.skipIf(!hasRedisServer)('values that somebody else wrote', () => {
  it.each<readonly [string, Buffer]>([
    ['other bytes', randomBytes(500)],
    ['nothing', Buffer.alloc(0)],
    ['text', Buffer.from('{"value":":base64:AAAA"}')],
    ['half of it', Buffer.from(frame.subarray(0, frame.length / 2))],
    ['one bit turned', Buffer.from(frame.map((byte, index) => (index === frame.length - 1 ? byte ^ 1 : byte)))],
  ])('are read as they are, and are no frame: %s', async (_name, bytes) => {
    const server = await start();
    const { guard } = open(server.url);
    await works(guard);
    await (await clientOf(server)).set(`tintype:${key}`, bytes);
    const read = await guard.get(key);
    expect(read === undefined ? undefined : Buffer.from(read)).toEqual(bytes);
    expect(decodeFrame(key, read ?? Buffer.alloc(0))).toBeUndefined();
    await works(guard);
    expect(guard.stats().failures).toBe(0);
  });

  it('of another type are a failed read, and are replaced', async () => {
    const server = await start();
    const { store, guard } = open(server.url);
    const client = await clientOf(server);
    await client.hSet(`tintype:${key}`, 'field', 'value');
    expect((await failureOf(store.get(key))).message).toMatch(/^WRONGTYPE/);
    expect(await guard.get(key)).toBeUndefined();
    await works(guard);
    await client.del(`tintype:${key}`);
    await client.hSet(`tintype:${key}`, 'field', 'value');
    expect(await guard.delete(key)).toBe(true);
    expect(await guard.get(key)).toBeUndefined();
  });
});

describe.skipIf(!hasRedisServer)('a cluster', () => {
  const spread = Array.from({ length: 60 }, (_, index) => `d:group:${index}`);
  const written = async ({ store }: { store: RedisStore }): Promise<readonly boolean[]> =>
    (await Promise.allSettled(spread.map(async (each) => store.set(each, frame)))).map(
      ({ status }) => status === 'fulfilled',
    );

  it('that is away as a whole is a miss, and says why', async () => {
    const { store, guard } = open(createCluster({ rootNodes: [{ url: 'redis://127.0.0.1:1' }] }));
    await fails(guard);
    const failure = await failureOf(store.get(key));
    expect(failure.message).toBe('Redis is not connected');
    expect(failure.cause).toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('goes on with the nodes that are left when one hangs, and with all when it is back', async () => {
    const servers = await startRedisCluster();
    onTestFinished(() => servers.stop());
    const opened = open(createCluster({ rootNodes: servers.rootNodes }));
    expect((await written(opened)).every(Boolean)).toBe(true);
    servers.nodes[1]?.signal('SIGSTOP');
    await vi.waitFor(async () => {
      const states = await written(opened);
      expect(states).toContain(true);
      expect(states).toContain(false);
    }, patient);
    await expect(Promise.resolve(opened.store.linked?.('group'))).rejects.toThrow();
    servers.nodes[1]?.signal('SIGCONT');
    await vi.waitFor(async () => expect((await written(opened)).every(Boolean)).toBe(true), patient);
    await vi.waitFor(async () => expect(new Set(await opened.store.linked?.('group')).size).toBe(60), patient);
  }, 60_000);

  it('is used without a node that is away already, whose keys fail at once', async () => {
    const servers = await startRedisCluster();
    onTestFinished(() => servers.stop());
    const [dead, alive] = servers.nodes as [RedisServer, RedisServer];
    await dead.stop();
    const errors: string[] = [];
    const note = (event: unknown): void => {
      errors.push((event as { error: Error }).error.message);
    };
    subscribe('tintype:store', note);
    onTestFinished(() => {
      unsubscribe('tintype:store', note);
    });
    const { guard } = open(createCluster({ rootNodes: [{ url: alive.url }] }), { deadline: 0.5 });
    const states: boolean[] = [];
    await vi.waitFor(async () => {
      for (const each of spread) states.push(await guard.set(each, frame));
      expect(states).toContain(true);
      expect(states).toContain(false);
    }, patient);
    expect(new Set(errors)).toEqual(new Set(['Redis did not answer']));
  }, 60_000);

  it('goes on with the replica that took the place of a master that died', async () => {
    const servers = await startRedisCluster({ replicas: true });
    onTestFinished(() => servers.stop());
    const first = servers.nodes[0] as RedisServer;
    const opened = open(createCluster({ rootNodes: [{ url: first.url }] }));
    expect((await written(opened)).every(Boolean)).toBe(true);
    // The only node that was named at first.
    await first.stop();
    await vi.waitFor(async () => expect((await written(opened)).every(Boolean)).toBe(true), patient);
  }, 60_000);
});

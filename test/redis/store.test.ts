import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createClient } from '@keyv/redis';
import { type RedisOptions, type RedisStore, redis } from '@tintype/redis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { bundle } from '../support/bundle.ts';
import { hasRedisServer, type RedisServer, startRedisServer } from '../support/redis-server.ts';

const key = 'd:group:key';
const value = Buffer.from('value');

const clientOf = ({ url }: RedisServer) => createClient({ url });
type Client = ReturnType<typeof clientOf>;

describe.skipIf(!hasRedisServer)('the Redis store', () => {
  let server: RedisServer;
  let client: Client;
  let stores: RedisStore[] = [];
  beforeAll(async () => {
    server = await startRedisServer();
    client = clientOf(server);
    await client.connect();
  });
  beforeEach(() => client.flushAll());
  afterEach(async () => {
    await Promise.all(stores.map((store) => store.close?.()));
    stores = [];
  });
  afterAll(async () => {
    client.destroy();
    await server.stop();
  });

  const open = (options: RedisOptions = {}, url = server.url): RedisStore => {
    const store = redis(url, options);
    stores.push(store);
    return store;
  };

  const all = async (keys: Iterable<string> | AsyncIterable<string> | undefined): Promise<readonly string[]> => {
    const found = new Set<string>();
    for await (const each of keys ?? []) found.add(each);
    return [...found].sort();
  };

  describe('entries', () => {
    it('are in Redis exactly as they were given', async () => {
      const bytes = Buffer.concat([Buffer.from([0, 255, 13, 10, 0x80]), randomBytes(70_000)]);
      await open().set(key, bytes);
      const stored = await client.withTypeMapping({ 36: Buffer }).get(`tintype:${key}`);
      expect(Buffer.compare(stored as unknown as Buffer, bytes)).toBe(0);
    });

    it('expire after thirty days, or after the given time', async () => {
      await open().set(key, value);
      await open({ keepFor: 90 }).set('d:group:other', value);
      const days = (await client.pTTL(`tintype:${key}`)) / 86_400_000;
      expect(days).toBeGreaterThan(29.9);
      expect(days).toBeLessThanOrEqual(30);
      const seconds = (await client.pTTL('tintype:d:group:other')) / 1000;
      expect(seconds).toBeGreaterThan(30);
      expect(seconds).toBeLessThanOrEqual(90);
    });

    it('live their whole time again when they are written again', async () => {
      const store = open();
      await store.set(key, value);
      await client.pExpire(`tintype:${key}`, 50_000);
      await store.set(key, value);
      expect(await client.pTTL(`tintype:${key}`)).toBeGreaterThan(50_000);
    });

    it('are gone when Redis has evicted them, which is a miss', async () => {
      const store = open();
      await store.set(key, value);
      await client.del(`tintype:${key}`);
      expect(await store.get(key)).toBeUndefined();
    });

    it('that are too large are declined without complaint', async () => {
      const store = open({ maxEntryBytes: 1000 });
      await store.set(key, randomBytes(1001));
      expect(await client.dbSize()).toBe(0);
      await store.set(key, randomBytes(1000));
      expect(await client.strLen(`tintype:${key}`)).toBe(1000);
    });
  });

  describe('keys', () => {
    it.each(['*', 'a?', '[a-c]', '[^x]', 'a\\', '\\*', 'a-b', ''])(
      'are those of the own prefix alone where that ends in "%s"',
      async (end) => {
        const foreign = ['a', 'b', 'ab', 'abc', 'x', '*', 'tintype:b', 'a*b:', '\\', 'a\\b'];
        const prefix = `tintype:${end}`.replace(/:$/, '');
        for (const name of foreign) await client.set(`tintype:${name}:d:group:key`, 'foreign');
        const store = open({ prefix });
        await store.set(key, value);
        expect(await all(store.keys?.())).toContain(key);
        const mine = (name: string): boolean => `tintype:${name}:d:group:key`.startsWith(`${prefix}:`);
        for (const each of await all(store.keys?.())) await store.delete(each);
        for (const each of (await store.linked?.('group')) ?? []) await store.delete(each);
        const rest = await client.keys('*');
        const expected = foreign.filter((name) => !mine(name)).map((name) => `tintype:${name}:d:group:key`);
        expect(rest.sort()).toEqual(expected.sort());
      },
    );

    it('name neither locks nor the journal', async () => {
      const store = open();
      await store.set(key, value);
      const lock = await store.lock?.(key);
      await client.set('tintype:{journal}:note:group', 'a note');
      await client.xAdd('tintype:{journal}:log', '*', { purge: 'group' });
      expect(await all(store.keys?.())).toEqual([key]);
      expect(await store.linked?.('group')).toEqual([key]);
      await lock?.release();
    });

    it('are all found among many', async () => {
      const store = open();
      const many = Array.from({ length: 5000 }, (_, index) => `d:group${index % 100}:${index}:over`).sort();
      await Promise.all(many.map((each) => store.set(each, value)));
      expect(await all(store.keys?.())).toEqual(many);
      expect(new Set(await store.linked?.('over')).size).toBe(5000);
      expect(new Set(await store.linked?.('group7')).size).toBe(50);
    });
  });

  describe('a lock', () => {
    const name = `tintype:lock:${key}`;

    const start = async (url: string): Promise<ChildProcess> => {
      const script = await bundle(join(import.meta.dirname, '../support/redis-child.ts'));
      const child = spawn(process.execPath, [script, url, 'hold', key], { stdio: ['ignore', 'pipe', 'inherit'] });
      onTestFinished(() => {
        child.kill('SIGKILL');
      });
      if (child.stdout === null) throw new Error('Expected a pipe');
      expect(await once(createInterface(child.stdout), 'line')).toEqual(['held']);
      return child;
    };

    it('is held by one at a time', async () => {
      const [store, other] = [open(), open()];
      const lock = await store.lock?.(key);
      expect(lock).toBeDefined();
      expect(await other.lock?.(key)).toBeUndefined();
      expect(await store.lock?.(key)).toBeUndefined();
      const another = await other.lock?.('d:group:other');
      expect(another).toBeDefined();
      await Promise.all([lock?.release(), another?.release()]);
    });

    it('of many who ask at once is given to one', async () => {
      const asked = Array.from({ length: 20 }, () => open().lock?.(key));
      const given = (await Promise.all(asked)).filter((lock) => lock !== undefined);
      expect(given).toHaveLength(1);
      await given[0]?.release();
    });

    it('is free when it has been released', async () => {
      const [store, other] = [open(), open()];
      await (await store.lock?.(key))?.release();
      expect(await client.exists(name)).toBe(0);
      const lock = await other.lock?.(key);
      expect(lock).toBeDefined();
      await lock?.release();
    });

    it('is held for as long as its holder lives', async () => {
      await start(server.url);
      const token = await client.get(name);
      let renewals = 0;
      let last = await client.pTTL(name);
      await vi.waitFor(
        async () => {
          const left = await client.pTTL(name);
          if (left > last) renewals++;
          last = left;
          expect(await open().lock?.(key)).toBeUndefined();
          // More than its life without renewal.
          expect(renewals).toBeGreaterThan(3);
        },
        { timeout: 20_000, interval: 20 },
      );
      expect(await client.get(name)).toBe(token);
    });

    it('lapses when the process of its holder died', async () => {
      const child = await start(server.url);
      child.kill('SIGKILL');
      const store = open();
      const lock = await vi.waitFor(
        async () => {
          const taken = await store.lock?.(key);
          expect(taken).toBeDefined();
          return taken;
        },
        { timeout: 20_000, interval: 20 },
      );
      await lock?.release();
    });

    it('of another is not harmed by the release of one that has lapsed', async () => {
      const [store, other] = [open(), open()];
      const lapsed = await store.lock?.(key);
      await client.del(name);
      const lock = await other.lock?.(key);
      await lapsed?.release();
      expect(await store.lock?.(key)).toBeUndefined();
      await lock?.release();
      expect(await client.exists(name)).toBe(0);
    });

    it('of another is not renewed by the holder of one that has lapsed', async () => {
      const store = open();
      const lapsed = await store.lock?.(key);
      await client.set(name, 'another', { expiration: { type: 'PX', value: 1500 } });
      await vi.waitFor(async () => expect(await client.exists(name)).toBe(0), { timeout: 20_000, interval: 20 });
      await lapsed?.release();
    });

    it('can be released when Redis has forgotten its scripts', async () => {
      const store = open();
      const lock = await store.lock?.(key);
      await client.scriptFlush();
      await lock?.release();
      expect(await client.exists(name)).toBe(0);
    });
  });

  describe('a Redis with little memory', () => {
    const warningsOf = async (...args: string[]): Promise<readonly string[]> => {
      const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
      onTestFinished(() => warn.mockRestore());
      const small = await startRedisServer({ args });
      onTestFinished(() => small.stop());
      const other = clientOf(small);
      await other.connect();
      onTestFinished(() => other.destroy());
      const store = open({}, small.url);
      await store.get(key);
      await vi.waitFor(async () => expect(await other.info('commandstats')).toContain('cmdstat_config|get'));
      // Whatever came of the question has come when the next one is answered.
      await store.get(key);
      return warn.mock.calls.map(([warning]) => String(warning));
    };

    it.each([
      ['nothing where it evicts entries alone', ['--maxmemory', '64mb', '--maxmemory-policy', 'volatile-lru'], []],
      ['nothing where it has no bound', ['--maxmemory-policy', 'noeviction'], []],
      [
        'where it may evict the journal',
        ['--maxmemory', '64mb', '--maxmemory-policy', 'allkeys-lru'],
        [expect.stringContaining('journal of purges too')],
      ],
      [
        'where it evicts nothing',
        ['--maxmemory', '64mb', '--maxmemory-policy', 'noeviction'],
        [expect.stringContaining('it will take no more images')],
      ],
    ])('is warned of: %s', async (_name, args, expected) => {
      expect(await warningsOf(...args)).toEqual(expected);
    });
  });
});

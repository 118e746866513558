import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import KeyvRedis, { createClient } from '@keyv/redis';
import { Keyv } from 'keyv';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { files } from '../packages/core/src/store/files/files.ts';
import { decodeFrame, encodeFrame } from '../packages/core/src/store/frame.ts';
import { guarded } from '../packages/core/src/store/guarded.ts';
import { keyv } from '../packages/core/src/store/keyv.ts';
import { memory } from '../packages/core/src/store/memory.ts';
import type { Store } from '../packages/core/src/store/store.ts';
import { describeStore, describeStoreIndex } from './contracts/store.ts';
import { bundle } from './support/bundle.ts';
import { hasRedisServer, type RedisServer, startRedisServer } from './support/redis-server.ts';

const mebibyte = 1024 * 1024;
const directories: string[] = [];

function createDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'tintype-store-'));
  directories.push(directory);
  return join(directory, 'cache');
}

afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

describeStore('memory', () => memory());
describeStore('files', () => files(createDirectory()));

let shared = '';
describeStoreIndex('memory', () => memory());
describeStoreIndex(
  'files',
  () => {
    shared = createDirectory();
    return files(shared);
  },
  () => files(shared),
);

// Loosely typed, because Keyv's own types forbid an explicit undefined under exactOptionalPropertyTypes.
const raw: object = { serialize: undefined, deserialize: undefined };
describeStore('keyv over a Map', () => keyv(new Keyv({ store: new Map(), ...raw })));
describeStore('keyv over a Map, serializing', () => keyv(new Keyv({ store: new Map() })));
describeStore('keyv with the namespace "ns"', () => keyv(new Keyv({ store: new Map(), namespace: 'ns', ...raw })));
describeStore('keyv with the namespace "p"', () => keyv(new Keyv({ store: new Map(), namespace: 'p', ...raw })));
describeStore('keyv with the namespace "tintype"', () => keyv(new Keyv({ store: new Map(), namespace: 'tintype' })));

const createRedisClient = ({ url }: RedisServer) => createClient({ url });
type RedisClient = ReturnType<typeof createRedisClient>;

describe.skipIf(!hasRedisServer)('over a real Redis', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedisServer();
  });
  afterAll(async () => {
    await server.stop();
  });

  const connect = async (redis: RedisServer): Promise<{ store: Store; client: RedisClient }> => {
    const client = createRedisClient(redis);
    client.on('error', () => undefined);
    await client.connect();
    onTestFinished(() => client.destroy());
    return { client, store: keyv(new Keyv(new KeyvRedis(client))) };
  };

  describeStore('keyv over @keyv/redis', async () => {
    const client = createRedisClient(server);
    await client.connect();
    await client.flushDb();
    const store = keyv(new Keyv(new KeyvRedis(client)));
    return {
      ...store,
      close: async () => {
        await store.close?.();
        expect(client.isReady, 'the connection is the caller’s').toBe(true);
        client.destroy();
      },
    };
  });

  const key = 'd:group:key';
  const frame = encodeFrame(key, { width: 1 }, Buffer.from('body'));
  const stored = async (client: RedisClient): Promise<string> =>
    (await client.keys('*')).find((name) => name.includes('group')) ?? '';

  it.each([
    ['no JSON', 'nonsense'],
    ['nothing', ''],
    ['JSON of another shape', '{"value":7}'],
    ['null', 'null'],
    ['another text', '{"value":"!!!!"}'],
    ['an empty Buffer of Keyv', '{"value":":base64:"}'],
    ['half of itself', undefined],
  ])('a value overwritten by hand with %s is a miss', async (_name, text) => {
    const { store, client } = await connect(server);
    const guard = guarded(store);
    await guard.set(key, frame);
    expect(decodeFrame(key, (await guard.get(key)) ?? Buffer.alloc(0))?.header).toEqual({ width: 1 });
    const name = await stored(client);
    const before = (await client.get(name)) ?? '';
    await client.set(name, text ?? `${before.slice(0, before.length / 2)}"}`);
    const bytes = await guard.get(key);
    expect(bytes === undefined ? undefined : decodeFrame(key, bytes)).toBeUndefined();
    await guard.set(key, frame);
    expect(await guard.get(key)).toEqual(frame);
    expect(guard.stats().failures).toBe(0);
  });

  it('reports a write that Redis refused', async () => {
    const redis = await startRedisServer();
    onTestFinished(() => redis.stop());
    const { store, client } = await connect(redis);
    await client.configSet('maxmemory', '1');
    await expect(store.set(key, frame)).rejects.toThrow(/OOM/);
  });

  it('reports a delete that Redis refused, so that no takedown believes it', async () => {
    const redis = await startRedisServer();
    onTestFinished(() => redis.stop());
    const { store, client } = await connect(redis);
    await store.set(key, frame);
    await client.sendCommand(['REPLICAOF', '127.0.0.1', '1']);
    await expect(store.delete(key)).rejects.toThrow(/READONLY/);
    expect(await guarded(store).delete(key)).toBe(false);
  });

  it('reports a read of what is no string', async () => {
    const { store, client } = await connect(server);
    await store.set(key, frame);
    const name = await stored(client);
    await client.del(name);
    await client.lPush(name, 'x');
    await expect(store.get(key)).rejects.toThrow(/WRONGTYPE/);
    await client.del(name);
  });

  it.each(['SIGSTOP', 'SIGKILL'] as const)('survives a server that got %s, within the deadline', async (signal) => {
    const redis = await startRedisServer();
    onTestFinished(() => redis.stop());
    const { store } = await connect(redis);
    const guard = guarded(store);
    expect(await guard.set(key, frame)).toBe(true);
    expect(await guard.get(key)).toEqual(frame);
    redis.signal(signal);
    const startedAt = performance.now();
    expect(await guard.get(key)).toBeUndefined();
    expect(await guard.set(key, frame)).toBe(false);
    expect(await guard.delete(key)).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(6000);
    for (let request = 0; request < 1000; request++) await guard.get(key);
    // A thousand deadlines would be four minutes: the breaker lets almost all of them pass by.
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    expect(guard.stats()).toMatchObject({ open: true });
    if (signal === 'SIGKILL') return;
    redis.signal('SIGCONT');
    await vi.waitFor(async () => expect(await guard.set(key, frame)).toBe(true), { timeout: 10_000, interval: 100 });
    await vi.waitFor(async () => expect(await guard.get(key)).toEqual(frame), { timeout: 10_000, interval: 100 });
    expect(guard.stats().open).toBe(false);
  });
});

describe('files shared by processes', () => {
  let script: string;
  beforeAll(async () => {
    script = await bundle(join(import.meta.dirname, 'support/files-child.ts'));
  });

  interface Task {
    readonly directory: string;
    readonly maxBytes: number;
    readonly milliseconds: number;
    readonly keys: number;
    readonly work: 'flood' | 'churn' | 'large';
  }

  const start = ({ directory, maxBytes, milliseconds, keys, work }: Task): ChildProcess => {
    const task = [directory, maxBytes, milliseconds, keys, work].map(String);
    const child = spawn(process.execPath, [script, ...task], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => {
      child.kill('SIGKILL');
    });
    return child;
  };

  const result = async (child: ChildProcess): Promise<{ readonly writes: number; readonly errors: number }> => {
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    const [code] = (await once(child, 'close')) as [number | null];
    expect(code).toBe(0);
    return JSON.parse(output) as { writes: number; errors: number };
  };

  const list = (directory: string, part: 'objects' | 'tmp'): Map<string, number> => {
    const found = new Map<string, number>();
    for (const name of readdirSync(join(directory, part), { recursive: true, encoding: 'utf8' })) {
      const stats = statSync(join(directory, part, name), { throwIfNoEntry: false });
      if (stats?.isFile()) found.set(`${name} ${stats.ino}`, Math.max(1, Math.ceil(stats.size / 4096)) * 4096);
    }
    return found;
  };

  const sum = (found: Map<string, number>): number => [...found.values()].reduce((total, bytes) => total + bytes, 0);

  /** Bytes on disk at one moment: of what stands there both times. */
  const bytesOnDisk = (directory: string): number => {
    try {
      const [tmp, objects] = [list(directory, 'tmp'), list(directory, 'objects')];
      const [objectsAfter, tmpAfter] = [list(directory, 'objects'), list(directory, 'tmp')];
      const stays = (before: Map<string, number>, after: Map<string, number>) =>
        new Map([...before].filter(([name]) => after.has(name)));
      return sum(stays(objects, objectsAfter)) + sum(stays(tmp, tmpAfter));
    } catch {
      return 0;
    }
  };

  const ledgerText = (directory: string): string => {
    try {
      return readFileSync(join(directory, 'ledger'), 'latin1');
    } catch {
      return '';
    }
  };

  const ledgerTotal = (directory: string): number => {
    let total = 0;
    for (const [, sign, bytes] of ledgerText(directory).matchAll(/\n([=+-])(\d+);/g)) {
      total += sign === '-' ? -Number(bytes) : Number(bytes);
    }
    return total;
  };

  it.each([
    ['flood', 1_000_000],
    ['churn', 150],
  ] as const)('stays within its bound while four processes write flat out: %s', async (work, keys) => {
    const directory = createDirectory();
    const maxBytes = 24 * mebibyte;
    const children = Array.from({ length: 4 }, () => start({ directory, maxBytes, milliseconds: 2000, keys, work }));
    let peak = 0;
    const timer = setInterval(() => {
      peak = Math.max(peak, bytesOnDisk(directory));
    }, 25);
    const results = await Promise.all(children.map(result));
    clearInterval(timer);
    expect(peak).toBeGreaterThan(maxBytes / 4);
    expect(peak).toBeLessThanOrEqual(maxBytes * 1.05);
    for (const { writes, errors } of results) {
      expect(errors).toBe(0);
      expect(writes).toBeGreaterThan(50);
    }
    const rest = sum(list(directory, 'objects'));
    expect(list(directory, 'tmp').size).toBe(0);
    expect(rest).toBeLessThanOrEqual(maxBytes);
    expect(ledgerTotal(directory)).toBeGreaterThanOrEqual(rest);
    // It goes on being of use: room was made for what came later.
    expect(rest).toBeGreaterThan(maxBytes / 3);
  });

  it('holds whole values only, and counts them all, after its writers were killed', async () => {
    const directory = createDirectory();
    const maxBytes = 24 * mebibyte;
    for (let round = 0; round < 5; round++) {
      const children = Array.from({ length: 3 }, () =>
        start({ directory, maxBytes, milliseconds: 120_000, keys: 400, work: round % 2 === 0 ? 'flood' : 'churn' }),
      );
      const before = ledgerText(directory);
      // A writer that was killed while it swept is given fifteen seconds to show that it lives.
      await vi.waitFor(() => expect(ledgerText(directory)).not.toBe(before), { timeout: 60_000, interval: 5 });
      // The first ledger stands before the first entry.
      await vi.waitFor(() => expect(existsSync(join(directory, 'objects'))).toBe(true), {
        timeout: 60_000,
        interval: 5,
      });
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 250));
      await Promise.all(
        children.map(async (child) => {
          const closed = once(child, 'exit');
          child.kill('SIGKILL');
          await closed;
        }),
      );
      expect(ledgerTotal(directory), `round ${round}`).toBeGreaterThanOrEqual(sum(list(directory, 'objects')));
    }
    const store = files(directory, { maxBytes });
    onTestFinished(() => store.close?.());
    let whole = 0;
    for (let number = 0; number < 400 * 13; number++) {
      const key = `d:group${number % 13}:key${number % 400}`;
      const bytes = await store.get(key);
      if (bytes === undefined) continue;
      expect(decodeFrame(key, bytes)?.header).toHaveProperty('number');
      whole++;
    }
    expect(whole).toBe(list(directory, 'objects').size);
    expect(whole).toBeGreaterThan(20);
  }, 200_000);

  it.each(['its own image', 'the image laid over it'])(
    'deletes with %s what a writer was writing when it was killed',
    async (which) => {
      const directory = createDirectory();
      const maxBytes = 1024 * mebibyte;
      const left = (): number => [...list(directory, 'tmp').values()].filter((bytes) => bytes > mebibyte).length;
      // Once more where it was killed just between two writes.
      await vi.waitFor(
        async () => {
          const child = start({ directory, maxBytes, milliseconds: 120_000, keys: 1, work: 'large' });
          await vi.waitFor(() => expect(left()).toBe(1), { timeout: 20_000, interval: 1 });
          const closed = once(child, 'exit');
          child.kill('SIGKILL');
          await closed;
          expect(left()).toBe(1);
        },
        { timeout: 60_000, interval: 1 },
      );
      const store = files(directory, { maxBytes });
      onTestFinished(() => store.close?.());
      const over = (await store.linked?.('over')) ?? [];
      const own = over.map((key) => key.split(':')[1] ?? '');
      const inputs = which === 'its own image' ? own : ['over'];
      expect(inputs).not.toEqual([]);
      for (const input of inputs) for (const key of (await store.linked?.(input)) ?? []) await store.delete(key);
      expect([left(), await store.linked?.('over')]).toEqual([0, []]);
    },
    90_000,
  );

  it('lets the process end, closed or not', async () => {
    const directory = createDirectory();
    expect(
      await result(start({ directory, maxBytes: mebibyte, milliseconds: 200, keys: 9, work: 'flood' })),
    ).toMatchObject({ errors: 0 });
    const foreign = await mkdtemp(join(tmpdir(), 'tintype-script-'));
    onTestFinished(() => rm(foreign, { recursive: true, force: true }));
    const module = await bundle(join(import.meta.dirname, '../packages/core/src/store/files/files.ts'));
    const program = join(foreign, 'idle.mjs');
    // Never closed: nothing in the store may keep the process alive.
    await writeFile(
      program,
      `const { files } = await import(${JSON.stringify(module)});
       const store = files(${JSON.stringify(directory)}, { maxBytes: 1048576 });
       await store.set('d:a:b', new Uint8Array(5000));`,
    );
    const child = spawn(process.execPath, [program], { stdio: 'inherit' });
    const [code] = (await once(child, 'close')) as [number | null];
    expect(code).toBe(0);
  });
});

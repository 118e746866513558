import { channel } from 'node:diagnostics_channel';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { StoreEvent } from '../../src/events.ts';
import { guarded } from '../../src/store/guarded.ts';
import { memory } from '../../src/store/memory.ts';
import type { Store } from '../../src/store/store.ts';

const bytes = Uint8Array.of(1, 2, 3);
const never = (): Promise<never> => new Promise(() => undefined);

/** A store of which a test gives only what it is about. */
function storeWith(parts: Partial<Store>): Store {
  return { kind: 'odd', deadline: 20, get: () => undefined, set: () => undefined, delete: () => undefined, ...parts };
}

/** Settles when it is told to. */
function createDeferred<T>() {
  let settle: { resolve(value: T): void; reject(error: unknown): void } = {
    resolve: () => undefined,
    reject: () => undefined,
  };
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject };
  });
  return { promise, ...settle };
}

const events: StoreEvent[] = [];
const listen = (event: unknown): void => {
  events.push(event as StoreEvent);
};
const unhandled: unknown[] = [];
const onUnhandled = (reason: unknown): void => {
  unhandled.push(reason);
};

beforeEach(() => {
  events.length = 0;
  unhandled.length = 0;
  channel('tintype:store').subscribe(listen);
  process.on('unhandledRejection', onUnhandled);
});

afterEach(() => {
  channel('tintype:store').unsubscribe(listen);
  process.off('unhandledRejection', onUnhandled);
});

describe('a guarded store', () => {
  it('passes on what a sound store does', async () => {
    const store = guarded(memory({ maxBytes: 10_000 }));
    expect(await store.get('a')).toBeUndefined();
    expect(await store.set('a', bytes)).toBe(true);
    expect(await store.get('a')).toBe(bytes);
    expect(await store.delete('a')).toBe(true);
    expect(await store.get('a')).toBeUndefined();
    expect(store).toMatchObject({ kind: 'memory', shared: false });
    expect(store.stats()).toEqual({
      kind: 'memory',
      entries: 0,
      bytes: 0,
      maxBytes: 10_000,
      hits: 1,
      misses: 2,
      failures: 0,
      declined: 0,
      open: false,
    });
    expect(events).toEqual([]);
  });

  it('is shared unless the store says otherwise', () => {
    expect(guarded(storeWith({})).shared).toBe(true);
  });

  const error = new Error('broken');
  const broken: ReadonlyArray<readonly [string, () => never]> = [
    [
      'throws',
      (): never => {
        throw error;
      },
    ],
    ['rejects', () => Promise.reject(error) as never],
    ['rejects later', () => new Promise((_, reject) => setTimeout(reject, 1, error)) as never],
    [
      'rejects with a thenable of its own',
      // biome-ignore lint/suspicious/noThenProperty: it is what is tested
      () => ({ then: (_: unknown, reject: (reason: unknown) => void) => reject(error) }) as never,
    ],
  ];

  it.each(broken)('survives a store that %s', async (_name, call) => {
    const store = guarded(storeWith({ get: call, set: call, delete: call, usage: call, close: call }));
    expect(await store.get('a')).toBeUndefined();
    expect(await store.set('a', bytes)).toBe(false);
    expect(await store.delete('a')).toBe(false);
    expect(store.stats()).toMatchObject({ misses: 1, failures: 3 });
    await store.close();
    expect(events.map(({ operation }) => operation)).toEqual(['get', 'set', 'delete', 'other']);
    for (const event of events) expect(event).toEqual({ store: 'odd', operation: event.operation, error });
  });

  it('answers within the deadline though the store hangs', async () => {
    const store = guarded(storeWith({ get: never, set: never, delete: never }));
    const startedAt = performance.now();
    const answers = await Promise.all([store.get('a'), store.set('a', bytes), store.delete('a')]);
    expect(answers).toEqual([undefined, false, false]);
    expect(performance.now() - startedAt).toBeLessThan(2000);
    expect(store.stats()).toMatchObject({ failures: 3, misses: 1 });
    // Nobody waits for a write, so it may take longer.
    const times = events.map(({ operation, error }) => [operation, String(error)]);
    expect(times).toEqual([
      ['get', 'Error: No answer within 20 ms'],
      ['delete', 'Error: No answer within 20 ms'],
      ['set', 'Error: No answer within 200 ms'],
    ]);
  });

  it('gives a store 250 ms unless it says otherwise', async () => {
    vi.useFakeTimers();
    try {
      const { deadline: _, ...rest } = storeWith({ get: never });
      const answer = vi.fn();
      const pending = guarded(rest).get('a').then(answer);
      await vi.advanceTimersByTimeAsync(249);
      expect(answer).not.toHaveBeenCalled();
      await vi.advanceTimersByTimeAsync(1);
      await pending;
      expect(answer).toHaveBeenCalledWith(undefined);
    } finally {
      vi.useRealTimers();
    }
  });

  it('ignores an answer and a rejection that come after the deadline', async () => {
    const late = createDeferred<Uint8Array | undefined>();
    const later = createDeferred<void>();
    const store = guarded(storeWith({ get: () => late.promise, set: () => later.promise }));
    expect(await store.get('a')).toBeUndefined();
    expect(await store.set('a', bytes)).toBe(false);
    late.resolve(bytes);
    later.reject(new Error('late'));
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(unhandled).toEqual([]);
    expect(store.stats()).toMatchObject({ hits: 0, misses: 1, failures: 2 });
    expect(events).toHaveLength(2);
  });

  it('leaves no timer behind', async () => {
    vi.useFakeTimers();
    try {
      const store = guarded(
        storeWith({ get: async () => bytes, set: async () => Promise.reject(new Error('broken')) }),
      );
      await store.get('a');
      await store.set('a', bytes);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it.each(['text', 7, {}, [1, 2], true, new ArrayBuffer(3), new Uint16Array(2)])(
    'takes the answer %o for a miss',
    async (lie) => {
      for (const get of [() => lie, async () => lie]) {
        const store = guarded(storeWith({ get: get as never }));
        expect(await store.get('a')).toBeUndefined();
        expect(store.stats()).toMatchObject({ hits: 0, misses: 1, failures: 1 });
      }
      expect(events).toHaveLength(2);
    },
  );

  it('takes null for a miss without blame', async () => {
    const store = guarded(storeWith({ get: (() => null) as never }));
    expect(await store.get('a')).toBeUndefined();
    expect(store.stats()).toMatchObject({ misses: 1, failures: 0 });
  });

  it('takes bytes of another realm for bytes', async () => {
    const foreign = runInNewContext('new Uint8Array([1, 2, 3])') as Uint8Array;
    expect(await guarded(storeWith({ get: () => foreign })).get('a')).toBe(foreign);
  });

  it('skips a store that failed five times in a row, for two seconds', async () => {
    let now = 0;
    let calls = 0;
    const get = (): never => {
      calls++;
      throw new Error('broken');
    };
    const store = guarded(storeWith({ get, set: get, delete: get }), { clock: { now: () => now } });
    for (let request = 0; request < 100; request++) await store.get('a');
    expect(calls).toBe(5);
    expect(store.stats()).toMatchObject({ misses: 100, failures: 5, open: true });
    now = 2000;
    for (let request = 0; request < 100; request++) await store.get('a');
    expect(calls).toBe(6);
    for (let request = 0; request < 100; request++) await store.set('a', bytes);
    expect(await store.delete('a')).toBe(false);
    expect(calls).toBe(11);
    expect(store.stats()).toMatchObject({ declined: 95 });
  });

  it('skips reads that fail, though writes work in between', async () => {
    let reads = 0;
    const get = (): never => {
      reads++;
      throw new Error('broken');
    };
    const store = guarded(storeWith({ get }), { clock: { now: () => 0 } });
    for (let request = 0; request < 100; request++) {
      await store.get('a');
      expect(await store.set('a', bytes)).toBe(true);
    }
    expect(reads).toBe(5);
  });

  it('does not ask a store that has yet to answer, so that a request waits for it only once', async () => {
    const late = createDeferred<Uint8Array>();
    const get = vi.fn(() => late.promise);
    const lock = vi.fn(() => undefined);
    const store = guarded(storeWith({ get, lock }), { clock: { now: () => 0 } });
    expect(await store.get('a')).toBeUndefined();
    expect(await store.get('b')).toBeUndefined();
    expect(await store.lock('b')).toBe('none');
    expect([get.mock.calls.length, lock.mock.calls.length]).toEqual([1, 0]);
    expect(store.stats()).toMatchObject({ failures: 1, misses: 2, open: true });
    late.resolve(bytes);
    await vi.waitFor(() => expect(store.stats().open).toBe(false));
    expect(await store.get('b')).toBe(bytes);
  });

  it('goes on asking a store that is slow with one entry and answers others meanwhile', async () => {
    const late = createDeferred<Uint8Array>();
    const store = guarded(storeWith({ get: (key) => (key === 'large' ? late.promise : Promise.resolve(bytes)) }));
    const large = store.get('large');
    expect(await store.get('a')).toBe(bytes);
    expect(await large).toBeUndefined();
    expect(await store.get('b')).toBe(bytes);
    expect(store.stats()).toMatchObject({ failures: 1, open: false });
    late.resolve(bytes);
  });

  it('asks it again after two seconds, answered or not', async () => {
    const get = vi.fn(never);
    let now = 0;
    const store = guarded(storeWith({ get }), { clock: { now: () => now } });
    await store.get('a');
    await store.get('a');
    now = 2000;
    await store.get('a');
    expect(get).toHaveBeenCalledTimes(2);
  });

  it('uses the store again once it has answered one trial', async () => {
    let now = 0;
    let isBroken = true;
    const get = (): Uint8Array => {
      if (isBroken) throw new Error('broken');
      return bytes;
    };
    const store = guarded(storeWith({ get }), { clock: { now: () => now } });
    for (let request = 0; request < 5; request++) await store.get('a');
    isBroken = false;
    expect(await store.get('a')).toBeUndefined();
    now = 2000;
    expect(await store.get('a')).toBe(bytes);
    expect(await store.get('a')).toBe(bytes);
    expect(store.stats().open).toBe(false);
  });

  it('declines writes while too many bytes are pending, and takes them again afterwards', async () => {
    const writes = [createDeferred<void>(), createDeferred<void>()];
    let count = 0;
    const set = (): Promise<void> | undefined => writes[count++]?.promise;
    const store = guarded(storeWith({ set: set as never }), { maxPendingBytes: 6 });
    const first = store.set('a', bytes);
    const second = store.set('b', bytes);
    expect(await store.set('c', bytes)).toBe(false);
    expect(store.stats()).toMatchObject({ declined: 1, failures: 0 });
    expect(count).toBe(2);
    // Past the deadline the store still holds the bytes.
    expect(await Promise.all([first, second])).toEqual([false, false]);
    expect(await store.set('d', bytes)).toBe(false);
    writes[0]?.resolve();
    writes[1]?.reject(new Error('late'));
    await vi.waitFor(async () => expect(await store.set('e', bytes)).toBe(true));
    expect(await store.set('f', new Uint8Array(6))).toBe(true);
    expect(unhandled).toEqual([]);
  });

  it('gives back the pending bytes of writes that throw or are skipped', async () => {
    const set = (): never => {
      throw new Error('broken');
    };
    const store = guarded(storeWith({ set }), { maxPendingBytes: 3, clock: { now: () => 0 } });
    for (let request = 0; request < 8; request++) expect(await store.set('a', bytes)).toBe(false);
    expect(store.stats()).toMatchObject({ failures: 5, declined: 3 });
  });

  it('waits for writes under way, also those that are past their deadline', async () => {
    const write = createDeferred<void>();
    const store = guarded(storeWith({ set: () => write.promise }));
    expect(await store.set('a', bytes)).toBe(false);
    const order: string[] = [];
    const settled = store.settled().then(() => order.push('settled'));
    await Promise.resolve();
    order.push('written');
    write.resolve();
    await settled;
    expect(order).toEqual(['written', 'settled']);
  });

  it('warns the operator once when a store fails again and again', async () => {
    const warnings: Error[] = [];
    const listenToWarnings = (warning: Error): void => {
      warnings.push(warning);
    };
    process.on('warning', listenToWarnings);
    const get = (): never => {
      throw new Error('out of order');
    };
    const store = guarded(storeWith({ kind: 'often broken', get }), { clock: { now: () => 0 } });
    for (let request = 0; request < 20; request++) await store.get('a');
    await vi.waitFor(() => expect(warnings).toHaveLength(1));
    process.off('warning', listenToWarnings);
    expect(warnings[0]).toMatchObject({ code: 'TINTYPE_STORE_FAILS' });
  });
});

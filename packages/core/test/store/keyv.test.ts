import { channel } from 'node:diagnostics_channel';
import { Keyv } from 'keyv';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { StoreEvent } from '../../src/events.ts';
import { keyv } from '../../src/store/keyv.ts';

// Loosely typed, because Keyv's own types forbid an explicit undefined under exactOptionalPropertyTypes.
const raw: object = { serialize: undefined, deserialize: undefined };
const bytes = Uint8Array.of(0, 1, 254, 255);
const key = 'd:group:key';

const events: StoreEvent[] = [];
const listen = (event: unknown): void => {
  events.push(event as StoreEvent);
};

beforeEach(() => {
  events.length = 0;
  channel('tintype:store').subscribe(listen);
});

afterEach(() => {
  channel('tintype:store').unsubscribe(listen);
});

/** An adapter that fails as it is told, in the way of @keyv/redis: with an event, not with an exception. */
function createAdapter() {
  const map = new Map<string, unknown>();
  const listeners: Array<(error: unknown) => void> = [];
  const adapter = {
    failing: new Set<string>(),
    map,
    opts: { dialect: 'test', url: '' },
    namespace: undefined,
    on: (_event: string, listener: (error: unknown) => void) => listeners.push(listener),
    emitError: (error: unknown) => {
      for (const listener of listeners) listener(error);
    },
    fails: (operation: string): boolean => {
      const isFailing = adapter.failing.has(operation);
      if (isFailing) adapter.emitError(new Error(`${operation} refused`));
      return isFailing;
    },
    get: async (name: string) => (adapter.fails('get') ? undefined : map.get(name)),
    set: async (name: string, value: unknown) => {
      if (!adapter.fails('set')) map.set(name, value);
    },
    delete: async (name: string) => (adapter.fails('delete') ? false : map.delete(name)),
    clear: async () => undefined,
  };
  return adapter;
}

describe('the Keyv store', () => {
  it('hands the bytes themselves to a Keyv without a serializer', async () => {
    const map = new Map<string, { value: unknown }>();
    const store = keyv(new Keyv({ store: map, ...raw }));
    await store.set(key, bytes);
    expect([...map.values()].map(({ value }) => value)).toEqual([bytes]);
    expect(await store.get(key)).toBe(bytes);
  });

  it('hands one base64 text to a Keyv that serializes, and says once what that costs', async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error): void => {
      warnings.push(warning);
    };
    process.on('warning', onWarning);
    const map = new Map<string, string>();
    const store = keyv(new Keyv({ store: map }));
    keyv(new Keyv());
    await store.set(key, bytes);
    expect([...map.values()]).toEqual([`{"value":"${Buffer.from(bytes).toString('base64')}"}`]);
    expect(Buffer.from((await store.get(key)) ?? [])).toEqual(Buffer.from(bytes));
    await new Promise(setImmediate);
    process.off('warning', onWarning);
    expect(warnings.map((warning) => warning.message)).toEqual([expect.stringMatching(/base64.*serialize: undefined/)]);
  });

  it('reads what was written before the serializer was turned off', async () => {
    const map = new Map<string, unknown>();
    await keyv(new Keyv({ store: map })).set(key, bytes);
    const [[name, text] = ['', '']] = [...map] as Array<[string, string]>;
    map.set(name, JSON.parse(text));
    expect(Buffer.from((await keyv(new Keyv({ store: map, ...raw })).get(key)) ?? [])).toEqual(Buffer.from(bytes));
  });

  it.each([7, true, { a: 1 }, [1, 2, 3], null])('takes the value %o for a miss', async (value) => {
    const instance = new Keyv({ store: new Map(), ...raw });
    const store = keyv(instance);
    await store.set(key, bytes);
    for (const name of (instance.store as Map<string, unknown>).keys()) {
      (instance.store as Map<string, unknown>).set(name, { value });
    }
    expect(await store.get(key)).toBeUndefined();
  });

  it('takes text that is no JSON for a miss', async () => {
    const map = new Map<string, string>();
    const store = keyv(new Keyv({ store: map }));
    await store.set(key, bytes);
    for (const name of map.keys()) map.set(name, '{"value":"AA');
    expect(await store.get(key)).toBeUndefined();
  });

  it('gives Keyv keys that it cannot take for prefixed ones', async () => {
    const map = new Map<string, unknown>();
    const store = keyv(new Keyv({ store: map, namespace: 'tintype/d', ...raw }));
    await store.set('d:x', bytes);
    expect([...map.keys()]).toEqual(['tintype/d:tintype/d/x']);
  });

  it.each(['get', 'set', 'delete'] as const)(
    'rejects a %s of which the adapter only emitted the failure',
    async (operation) => {
      const adapter = createAdapter();
      const store = keyv(new Keyv(adapter as never));
      await store.set(key, bytes);
      adapter.failing.add(operation);
      await expect(operation === 'set' ? store.set(key, bytes) : store[operation](key)).rejects.toThrow(
        `${operation} refused`,
      );
      adapter.failing.clear();
      expect(Buffer.from((await store.get(key)) ?? [])).toEqual(Buffer.from(bytes));
      expect(events).toEqual([]);
    },
  );

  it('rejects where the adapter throws', async () => {
    const adapter = createAdapter();
    const store = keyv(new Keyv(adapter as never));
    adapter.set = () => Promise.reject(new Error('set threw'));
    adapter.delete = () => Promise.reject(new Error('delete threw'));
    await expect(store.set(key, bytes)).rejects.toThrow('set threw');
    await expect(store.delete(key)).rejects.toThrow('delete threw');
  });

  it('rejects a set that resolves false', async () => {
    const adapter = createAdapter();
    adapter.set = (async () => false) as never;
    await expect(keyv(new Keyv(adapter as never)).set(key, bytes)).rejects.toThrow('did not store');
  });

  it('does not blame a read that found its value for the error of another', async () => {
    const adapter = createAdapter();
    const store = keyv(new Keyv(adapter as never));
    await store.set(key, bytes);
    const reading = store.get(key);
    adapter.emitError(new Error('of nobody'));
    expect(await reading).toBeDefined();
    expect(events).toEqual([{ store: 'keyv', operation: 'other', error: new Error('of nobody') }]);
  });

  it('publishes an error that comes between calls, and survives it', () => {
    const adapter = createAdapter();
    keyv(new Keyv(adapter as never));
    adapter.emitError('connection lost');
    expect(events).toEqual([{ store: 'keyv', operation: 'other', error: 'connection lost' }]);
  });

  it('takes only its own listener away when closed, and leaves the Keyv connected', async () => {
    const instance = new Keyv({ store: new Map(), ...raw });
    const theirs = vi.fn();
    const disconnected = vi.fn();
    instance.on('error', theirs);
    instance.on('disconnect', disconnected);
    const store = keyv(instance);
    expect(instance.listeners('error')).toHaveLength(2);
    await store.close?.();
    expect(instance.listeners('error')).toEqual([theirs]);
    expect(disconnected).not.toHaveBeenCalled();
  });

  it.each([undefined, null, 'redis://localhost', new Map(), {}])('refuses %o in place of a Keyv', (value) => {
    expect(() => keyv(value as never)).toThrow(new TypeError('Expected a Keyv instance for keyv(instance)'));
  });
});

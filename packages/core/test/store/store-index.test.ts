import { describe, expect, it, vi } from 'vitest';
import { guarded } from '../../src/store/guarded.ts';
import { memory } from '../../src/store/memory.ts';
import type { Store } from '../../src/store/store.ts';

const bytes = Uint8Array.of(1, 2, 3);
const never = (): Promise<never> => new Promise(() => undefined);
const broken = (): never => {
  throw new Error('broken');
};

/** A store with an index, of which a test gives only what it is about. */
function storeWith(parts: Partial<Store>): Store {
  const nothing = {
    kind: 'odd',
    deadline: 20,
    get: () => undefined,
    set: () => undefined,
    delete: () => undefined,
    link: () => undefined,
    linked: () => [],
    keys: () => [],
  };
  return { ...nothing, ...parts };
}

async function listed(store: Store): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const key of guarded(store).index?.keys() ?? []) keys.push(key);
  return keys;
}

describe('a guarded store with an index', () => {
  it('notes the inputs of an entry before it is set', async () => {
    const calls: string[] = [];
    const store = guarded(
      storeWith({
        link: async (input, key) => {
          calls.push(`link ${input} ${key}`);
          await new Promise(setImmediate);
          calls.push('linked');
        },
        set: (key) => void calls.push(`set ${key}`),
      }),
    );
    expect(await store.set('d:a:1:b', bytes, ['a', 'b'])).toBe(true);
    expect(calls).toEqual(['link a d:a:1:b', 'link b d:a:1:b', 'linked', 'linked', 'set d:a:1:b']);
  });

  it.each([
    ['fails', broken],
    ['rejects', async () => broken()],
    ['never comes', never],
  ])('does not set an entry of which a note %s', async (_name, fails) => {
    const set = vi.fn();
    const link = (input: string) => (input === 'b' ? fails() : undefined);
    const store = guarded(storeWith({ link, set, deadline: 5 }), { maxPendingBytes: bytes.length });
    expect(await store.set('d:a:1:b', bytes, ['a', 'b', 'c'])).toBe(false);
    expect(set).not.toHaveBeenCalled();
    expect(store.stats()).toMatchObject({ failures: 1, declined: 0 });
    // The bytes are not held for it any longer.
    expect(await store.set('d:a:1', bytes, ['a'])).toBe(true);
  });

  it('does not set an entry whose note comes too late, even then', async () => {
    const set = vi.fn();
    let come = (): void => undefined;
    const link = (): Promise<void> =>
      new Promise((resolve) => {
        come = resolve;
      });
    const store = guarded(storeWith({ link, set, deadline: 1 }));
    expect(await store.set('d:a:1', bytes, ['a'])).toBe(false);
    come();
    await store.settled();
    await new Promise(setImmediate);
    expect(set).not.toHaveBeenCalled();
  });

  it('skips entries while the store does not take notes', async () => {
    const link = vi.fn(broken);
    const store = guarded(storeWith({ link }), { clock: { now: () => 0 } });
    for (let round = 0; round < 8; round++) expect(await store.set('d:a:1', bytes, ['a'])).toBe(false);
    expect(link).toHaveBeenCalledTimes(5);
    expect(store.stats()).toMatchObject({ failures: 5, declined: 3 });
  });

  it('has one where entries are found by their keys alone', async () => {
    const { link: _, ...rest } = storeWith({ linked: () => ['d:a:1:b'] });
    const store = guarded(rest);
    expect(await store.set('d:a:1:b', bytes, ['a', 'b'])).toBe(true);
    expect(await store.index?.linked('b')).toEqual(['d:a:1:b']);
  });

  it.each(['linked', 'keys'] as const)('has none where the store lacks %s, and takes no notes', async (part) => {
    const { [part]: _, ...rest } = storeWith({ link: broken });
    const store = guarded(rest);
    expect(store.index).toBeUndefined();
    expect(await store.set('d:a:1', bytes, ['a'])).toBe(true);
  });

  it('takes no notes where it is told no inputs', async () => {
    expect(await guarded(storeWith({ link: broken })).set('d:a:1', bytes)).toBe(true);
  });
});

describe('the index of a guarded store', () => {
  it('passes on what a sound store says', async () => {
    const store = guarded(memory());
    await store.set('d:a:1:b', bytes, ['a', 'b']);
    expect(await store.index?.linked('b')).toEqual(['d:a:1:b']);
    expect(await listed(storeWith({ keys: () => ['x', 'y'] }))).toEqual(['x', 'y']);
    expect(await store.index?.get('d:a:1:b')).toBe(bytes);
    expect(await store.index?.get('none')).toBeUndefined();
    await store.index?.remove('d:a:1:b');
    expect(await store.get('d:a:1:b')).toBeUndefined();
    expect(store.stats()).toMatchObject({ failures: 0 });
  });

  async function* failing(): AsyncGenerator<string> {
    yield 'first';
    broken();
  }
  const lies: readonly unknown[] = [undefined, null, 'text', 7, {}, [7], ['key', undefined]];

  it.each(lies)('throws where a store says that %o is linked', async (lie) => {
    const store = guarded(storeWith({ linked: (() => lie) as never }));
    await expect(store.index?.linked('a')).rejects.toThrow('The odd store answered with something other than a list');
    expect(store.stats().failures).toBe(1);
  });

  it.each(lies)('throws where the keys of a store are %o', async (lie) => {
    await expect(listed(storeWith({ keys: (() => lie) as never }))).rejects.toThrow(TypeError);
  });

  it.each(['text', 7, {}])('throws where a store gives %o for bytes', async (lie) => {
    await expect(guarded(storeWith({ get: (() => lie) as never })).index?.get('a')).rejects.toThrow(TypeError);
  });

  it('throws what a store throws, however often', async () => {
    const parts = { get: broken, delete: broken, linked: broken, keys: broken };
    const store = guarded(storeWith(parts), { clock: { now: () => 0 } });
    const { index } = store;
    for (let round = 0; round < 10; round++) {
      await expect(index?.linked('a')).rejects.toThrow('broken');
      await expect(index?.get('a')).rejects.toThrow('broken');
      await expect(index?.remove('a')).rejects.toThrow('broken');
      await expect(index?.keys()[Symbol.asyncIterator]().next()).rejects.toThrow('broken');
    }
    expect(store.stats()).toMatchObject({ failures: 40, open: false });
    await expect(listed(storeWith({ keys: failing }))).rejects.toThrow('broken');
  });

  it('asks a store that is being skipped', async () => {
    let isBroken = true;
    const remove = (): void => {
      if (isBroken) broken();
    };
    const store = guarded(storeWith({ delete: remove }), { clock: { now: () => 0 } });
    for (let round = 0; round < 9; round++) await store.delete('a');
    expect(store.stats().open).toBe(true);
    isBroken = false;
    expect(await store.delete('a')).toBe(false);
    await expect(store.index?.remove('a')).resolves.toBeUndefined();
  });

  it('gives a store 30 seconds for each call and each key, whatever its deadline', async () => {
    vi.useFakeTimers();
    try {
      const slow = <T>(value: T): Promise<T> => new Promise((resolve) => setTimeout(resolve, 29_000, value));
      async function* slowKeys(): AsyncGenerator<string> {
        yield await slow('a');
        yield await slow('b');
        await never();
      }
      const parts = { get: never, delete: never, linked: (input: string) => (input === 'slow' ? slow([]) : never()) };
      const { index } = guarded(storeWith({ ...parts, keys: slowKeys }));
      const keys: string[] = [];
      const walk = async (): Promise<void> => {
        for await (const key of index?.keys() ?? []) keys.push(key);
      };
      const outcomes = Promise.allSettled([
        index?.linked('slow'),
        index?.linked('never'),
        index?.get('a'),
        index?.remove('a'),
        walk(),
      ]);
      await vi.advanceTimersByTimeAsync(88_001);
      const all = await outcomes;
      expect(all.map(({ status }) => status)).toEqual(['fulfilled', ...Array(4).fill('rejected')]);
      for (const outcome of all.slice(1))
        expect(outcome).toMatchObject({ reason: new Error('No answer within 30000 ms') });
      expect(keys).toEqual(['a', 'b']);
    } finally {
      vi.useRealTimers();
    }
  });

  it('ends the walk of a store whose reader has had enough', async () => {
    let isEnded = false;
    async function* endless(): AsyncGenerator<string> {
      try {
        for (;;) yield 'key';
      } finally {
        isEnded = true;
      }
    }
    const { index } = guarded(storeWith({ keys: endless }));
    for await (const _ of index?.keys() ?? []) break;
    expect(isEnded).toBe(true);
  });
});

import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { encodeFrame } from '../../packages/core/src/store/frame.ts';
import type { MaybePromise, Store } from '../../packages/core/src/store/store.ts';

/** Keys that a careless store mixes up: by prefix, case, path, normalisation or the escapes of another key. */
const lookalikes = [
  'x',
  'X',
  ':x',
  'ns:x',
  'ns:ns:x',
  'keyv:x',
  'tintype:x',
  'tintype/x',
  'tintype/ns:x',
  'p:x',
  'p:p:x',
  'p::x',
  'p/x',
  'p~x',
  'p~0x',
  'p~1x',
  'p%3Ax',
  'p.x',
  'p*',
  '../x',
  './x',
  'x/',
  '',
  ' ',
  'x ',
  'x\0',
  'x\0y',
  'caf\u00e9',
  'cafe\u0301',
  '__proto__',
  'constructor',
  'x'.repeat(300),
  'x'.repeat(301),
  'd:1:2',
  'd:12',
  'd:1:2:',
  'o:1:2',
] as const;

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What every store must do. `createStore` gives an empty one; it is closed after each test. */
export function describeStore(name: string, createStore: () => MaybePromise<Store>): void {
  describe(`${name} as a store`, () => {
    let store: Store;
    beforeEach(async () => {
      store = await createStore();
    });
    afterEach(async () => {
      await store.close?.();
    });

    const read = async (key: string): Promise<Buffer | undefined> => {
      const bytes = await store.get(key);
      return bytes === undefined ? undefined : Buffer.from(bytes);
    };

    it.each([0, 1, 3, 4095, 4096, 4097, 100_000, 2 * 1024 * 1024])('gives back %i bytes as they were', async (size) => {
      const bytes = randomBytes(size);
      await store.set('d:group:key', bytes);
      expect((await read('d:group:key'))?.equals(bytes)).toBe(true);
    });

    it('gives back every byte value', async () => {
      const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
      await store.set('d:group:key', bytes);
      expect(await read('d:group:key')).toEqual(Buffer.from(bytes));
    });

    it('answers with a Uint8Array', async () => {
      await store.set('d:group:key', bytesOf('value'));
      expect(await store.get('d:group:key')).toBeInstanceOf(Uint8Array);
    });

    it('keeps only the part that a view shows', async () => {
      await store.set('d:group:key', bytesOf('before value after').subarray(7, 12));
      expect(await read('d:group:key')).toEqual(Buffer.from('value'));
    });

    it('has nothing under a key that was never set', async () => {
      await store.set('d:group:key', bytesOf('value'));
      expect(await store.get('d:group:other')).toBeUndefined();
    });

    it('replaces a value, by a longer and by a shorter one', async () => {
      for (const value of ['first', 'the second', '3']) {
        await store.set('d:group:key', bytesOf(value));
        expect(String(await read('d:group:key'))).toBe(value);
      }
    });

    it('leaves what was read before untouched when the value is replaced', async () => {
      await store.set('d:group:key', bytesOf('first'));
      const before = await store.get('d:group:key');
      await store.set('d:group:key', bytesOf('other'));
      expect(Buffer.from(before ?? []).toString()).toBe('first');
    });

    it('forgets a deleted value, and takes a new one in its place', async () => {
      await store.set('d:group:key', bytesOf('value'));
      await store.delete('d:group:key');
      expect(await store.get('d:group:key')).toBeUndefined();
      await store.set('d:group:key', bytesOf('again'));
      expect(String(await read('d:group:key'))).toBe('again');
    });

    it('deletes a key that was never set without complaint', async () => {
      await store.delete('d:group:never');
      expect(await store.get('d:group:never')).toBeUndefined();
    });

    it('never takes one key for another', async () => {
      for (const key of lookalikes) await store.set(key, bytesOf(`value of ${key}`));
      for (const key of lookalikes) expect(String(await read(key))).toBe(`value of ${key}`);
    });

    it('deletes one key and no other', async () => {
      for (const key of lookalikes) await store.set(key, bytesOf(`value of ${key}`));
      for (const [index, key] of lookalikes.entries()) {
        await store.delete(key);
        expect(await store.get(key), key).toBeUndefined();
        const next = lookalikes[index + 1];
        if (next !== undefined) expect(String(await read(next))).toBe(`value of ${next}`);
      }
    });

    it('shows one whole value while many write one key, and afterwards', async () => {
      const isWhole = (value: Uint8Array | undefined): boolean =>
        value === undefined ||
        (value.length === 1000 + (value[0] ?? 0) * 500 && value.every((byte) => byte === value[0]));
      const writers = Array.from({ length: 40 }, (_, index) =>
        Promise.resolve(store.set('d:group:key', new Uint8Array(1000 + index * 500).fill(index))),
      );
      const readers = Array.from({ length: 40 }, async () => store.get('d:group:key'));
      await Promise.all(writers);
      for (const value of await Promise.all(readers)) expect(isWhole(value)).toBe(true);
      const last = await store.get('d:group:key');
      expect(last).toBeDefined();
      expect(isWhole(last)).toBe(true);
    });

    it('keeps many keys written at once apart', async () => {
      const keys = Array.from({ length: 100 }, (_, index) => `d:group${index % 7}:key${index}`);
      await Promise.all(keys.map(async (key) => store.set(key, bytesOf(key))));
      const values = await Promise.all(keys.map(read));
      expect(values.map(String)).toEqual(keys);
    });

    it('has a whole index or none', () => {
      expect(store.linked === undefined).toBe(store.keys === undefined);
      if (store.link !== undefined) expect(store.linked).toBeDefined();
    });

    it('tells its usage within its bound, where it tells it', async () => {
      await store.set('d:group:key', randomBytes(10_000));
      const usage = store.usage?.();
      if (usage?.bytes === undefined) return;
      expect(usage.bytes).toBeGreaterThanOrEqual(10_000);
      expect(usage.bytes).toBeLessThanOrEqual(usage.maxBytes ?? Number.POSITIVE_INFINITY);
    });
  });
}

/**
 * What a store with an index must do besides. Entries are frames here, as the engine writes them.
 *
 * @param open gives an empty store.
 * @param openAgain gives another handle on what the last one holds, where several can share it.
 */
export function describeStoreIndex(
  name: string,
  open: () => MaybePromise<Store>,
  openAgain?: () => MaybePromise<Store>,
): void {
  describe(`${name} as a store with an index`, () => {
    let store: Store;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(async () => {
      await store.close?.();
    });

    const put = async (key: string, inputs: readonly string[] = [], to: Store = store): Promise<void> => {
      for (const input of inputs) await to.link?.(input, key);
      await to.set(key, encodeFrame(key, {}, bytesOf(`value of ${key}`)));
    };

    const linked = async (input: string, to: Store = store): Promise<readonly string[]> =>
      [...new Set(await to.linked?.(input))].sort();

    const keys = async (): Promise<readonly string[]> => {
      const found = new Set<string>();
      for await (const key of store.keys?.() ?? []) found.add(key);
      return [...found].sort();
    };

    it('finds nothing while it is empty', async () => {
      expect(await linked('x')).toEqual([]);
      expect(await keys()).toEqual([]);
    });

    it('finds an entry by each of its inputs, and by no other', async () => {
      await put('d:own:1:over:under', ['own', 'over', 'under']);
      for (const input of ['own', 'over', 'under']) expect(await linked(input)).toEqual(['d:own:1:over:under']);
      for (const input of ['1', 'd', 'ow', 'own:1', 'O', '']) expect(await linked(input), input).toEqual([]);
    });

    it('finds the entries of a group, of every kind, linked or not', async () => {
      await put('p:own:1');
      await put('o:own:2');
      await put('d:own:3:over', ['own', 'over']);
      await put('d:owner:4');
      expect(await linked('own')).toEqual(['d:own:3:over', 'o:own:2', 'p:own:1']);
    });

    it('names an entry that was linked again and again, and set again, still', async () => {
      for (let round = 0; round < 3; round++) await put('d:own:1:over', ['over', 'over']);
      expect(await linked('over')).toEqual(['d:own:1:over']);
    });

    it('finds an entry that was set already when it is linked', async () => {
      await put('d:own:1:over');
      await put('d:own:1:over', ['over']);
      expect(await linked('over')).toEqual(['d:own:1:over']);
    });

    it('finds an entry again that is set again after it was deleted', async () => {
      await put('d:own:1:over', ['over']);
      await store.delete('d:own:1:over');
      expect(await keys()).toEqual([]);
      await put('d:own:1:over', ['over']);
      expect(await linked('over')).toEqual(['d:own:1:over']);
      expect(await keys()).toEqual(['d:own:1:over']);
    });

    it('finds what is left when some of it was deleted', async () => {
      for (const key of ['d:a:1:over', 'd:b:2:over', 'd:c:3:over']) await put(key, ['over']);
      await store.delete('d:b:2:over');
      expect(await linked('over')).toEqual(expect.arrayContaining(['d:a:1:over', 'd:c:3:over']));
      expect(await linked('b')).toEqual([]);
      expect(await keys()).toEqual(['d:a:1:over', 'd:c:3:over']);
    });

    it('links one input to many entries set at once', async () => {
      const many = Array.from({ length: 200 }, (_, index) => `d:group${index % 7}:${index}:over`);
      await Promise.all(many.map((key) => put(key, ['over'])));
      expect(await linked('over')).toEqual([...many].sort());
      expect(await linked('group3')).toEqual(many.filter((key) => key.includes('group3')).sort());
      expect(await keys()).toEqual([...many].sort());
    });

    it('deletes all while it walks the keys', async () => {
      for (let index = 0; index < 50; index++) await put(`d:group${index % 7}:${index}`);
      for await (const key of store.keys?.() ?? []) await store.delete(key);
      expect(await keys()).toEqual([]);
    });

    it('never takes one key, or one input, for another', async () => {
      for (const key of lookalikes) await put(key);
      expect(await keys()).toEqual([...lookalikes].sort());
      // A key names its inputs between colons, so no input has one.
      const inputs = lookalikes.filter((key) => !key.includes(':'));
      for (const input of inputs) await put(`d:odd:1:${input}`, [input]);
      for (const input of inputs) expect(await linked(input), input).toContain(`d:odd:1:${input}`);
      for (const input of inputs) {
        const others = (await linked(input)).filter((key) => key.startsWith('d:odd:') && key !== `d:odd:1:${input}`);
        expect(others, input).toEqual([]);
      }
    });

    if (openAgain === undefined) return;
    it('shows the same to all who share it', async () => {
      const other = await openAgain();
      onTestFinished(() => other.close?.());
      await put('d:own:1:over', ['own', 'over']);
      await put('d:own:2:over', ['own', 'over'], other);
      for (const each of [store, other]) {
        expect(await linked('over', each)).toEqual(['d:own:1:over', 'd:own:2:over']);
        expect(await linked('own', each)).toEqual(['d:own:1:over', 'd:own:2:over']);
      }
      await other.delete('d:own:1:over');
      expect(await keys()).toEqual(['d:own:2:over']);
      expect(await linked('own')).toEqual(['d:own:2:over']);
    });
  });
}

import { describe, expect, it } from 'vitest';
import { isMemoryStore, memory } from '../../src/store/memory.ts';
import type { Store } from '../../src/store/store.ts';

const kibibyte = 1024;
const mebibyte = 1024 * kibibyte;

describe('the memory store', () => {
  it('answers at once', () => {
    const store = memory();
    store.set('a', Uint8Array.of(1));
    expect(store.get('a')).toEqual(Uint8Array.of(1));
    store.delete('a');
    expect(store.get('a')).toBeUndefined();
  });

  it('stays within its bound, keys and bookkeeping included', () => {
    const store = memory({ maxBytes: 100 * kibibyte });
    for (let index = 0; index < 1000; index++) {
      store.set(`${index}`.padEnd(100), new Uint8Array(100));
      expect(store.usage?.().bytes).toBeLessThanOrEqual(100 * kibibyte);
    }
    // 100 bytes of value, 100 of key, 1280 besides.
    expect(store.usage?.()).toEqual({ entries: 69, bytes: 69 * 1480, maxBytes: 100 * kibibyte });
  });

  it('forgets what was used least recently', () => {
    const store = memory({ maxBytes: 4 * 3072 });
    for (const key of ['aaaaaaaaaa', 'bbbbbbbbbb', 'cccccccccc']) store.set(key, new Uint8Array(1700));
    store.get('aaaaaaaaaa');
    store.entry('bbbbbbbbbb');
    for (const key of ['dddddddddd', 'eeeeeeeeee']) store.set(key, new Uint8Array(1700));
    expect(store.get('cccccccccc')).toBeUndefined();
    expect(store.get('aaaaaaaaaa')).toBeDefined();
    expect(store.get('bbbbbbbbbb')).toBeDefined();
  });

  it.each([
    [200 * mebibyte, 10 * mebibyte],
    [40 * mebibyte, 4 * mebibyte],
    [8 * mebibyte, 2 * mebibyte],
    [8 * kibibyte, 2 * kibibyte],
  ])('within %i bytes, declines an entry of more than %i', (maxBytes, largest) => {
    const store = memory({ maxBytes });
    store.set('a', new Uint8Array(largest - 1281));
    store.set('b', new Uint8Array(largest - 1280));
    expect(store.get('a')).toBeDefined();
    expect(store.get('b')).toBeUndefined();
  });

  it('does not keep the old value where it declines the new one', () => {
    const store = memory({ maxBytes: 8 * kibibyte });
    store.set('a', Uint8Array.of(1));
    store.set('a', new Uint8Array(8 * kibibyte));
    expect(store.get('a')).toBeUndefined();
  });

  it('keeps nothing within no bytes', () => {
    const store = memory({ maxBytes: 0 });
    store.set('a', new Uint8Array(0));
    expect(store.usage?.()).toEqual({ entries: 0, bytes: 0, maxBytes: 0 });
  });

  it('keeps beside an entry what its reader made of it, until the entry is replaced', () => {
    const store = memory();
    expect(store.entry('a')).toBeUndefined();
    store.set('a', Uint8Array.of(1));
    const entry = store.entry('a');
    expect(entry).toEqual({ bytes: Uint8Array.of(1), decoded: undefined });
    if (entry !== undefined) entry.decoded = 'decoded';
    expect(store.entry('a')?.decoded).toBe('decoded');
    store.set('a', Uint8Array.of(1));
    expect(store.entry('a')?.decoded).toBeUndefined();
  });

  it('does not keep a large buffer alive for a small part of it', () => {
    const store = memory();
    store.set('a', new Uint8Array(mebibyte).subarray(10, 20));
    expect(store.get('a')?.buffer.byteLength).toBe(10);
  });

  it('is told from other stores', () => {
    const store: Store = memory();
    expect(isMemoryStore(store)).toBe(true);
    expect(isMemoryStore({ ...store })).toBe(false);
    expect(store).toMatchObject({ kind: 'memory', shared: false });
  });

  it.each([{ maxBytes: 'lots' }, { maxBytes: -1 }, { size: 1 }])('refuses the options %o', (options) => {
    expect(() => memory(options as object)).toThrow(TypeError);
  });

  it('forgets the links of an entry that is pushed out, deleted or declined', () => {
    const store = memory({ maxBytes: 4 * 3072 });
    const put = (key: string, bytes = 1000): void => {
      store.link('over', key);
      store.set(key, new Uint8Array(bytes));
    };
    for (const key of ['d:aa:1:ove', 'd:bb:2:ove', 'd:cc:3:ove', 'd:dd:4:ove']) put(key);
    expect(store.linked('over')).toEqual(['d:aa:1:ove', 'd:bb:2:ove', 'd:cc:3:ove', 'd:dd:4:ove']);
    put('d:ee:5:ove');
    store.delete('d:bb:2:ove');
    put('d:cc:3:ove', 10_000);
    put('d:ff:6:ove', 10_000);
    expect(store.linked('over')).toEqual(['d:dd:4:ove', 'd:ee:5:ove']);
    // Set again without a link: nothing is left of the old ones.
    for (const key of ['d:aa:1:ove', 'd:bb:2:ove']) store.set(key, new Uint8Array(1700));
    expect(store.linked('over')).toEqual(['d:dd:4:ove', 'd:ee:5:ove']);
  });

  it('keeps the links of an entry that is replaced', () => {
    const store = memory();
    store.link('over', 'd:own:1');
    store.set('d:own:1', new Uint8Array(1));
    store.set('d:own:1', new Uint8Array(2));
    expect(store.linked('over')).toEqual(['d:own:1']);
  });

  it('names no entry that was linked and never set', () => {
    const store = memory();
    for (let index = 0; index < 20_000; index++) store.link('over', `d:own:${index}`);
    expect(store.linked('over')).toEqual([]);
    store.set('d:own:19999', new Uint8Array(1));
    // So long ago that its entry will not come.
    store.set('d:own:0', new Uint8Array(1));
    expect(store.linked('over')).toEqual(['d:own:19999']);
  });

  it('lets an entry be looked at without a use of it', () => {
    const store = memory({ maxBytes: 4 * 3072 });
    for (const key of ['aaaaaaaaaa', 'bbbbbbbbbb', 'cccccccccc', 'dddddddddd']) store.set(key, new Uint8Array(1700));
    expect(store.peek('aaaaaaaaaa')).toBe(store.peek('aaaaaaaaaa'));
    expect(store.peek('aaaaaaaaaa')?.bytes).toHaveLength(1700);
    store.set('eeeeeeeeee', new Uint8Array(1700));
    expect(store.peek('aaaaaaaaaa')).toBeUndefined();
  });
});

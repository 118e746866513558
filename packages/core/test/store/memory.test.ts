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
    // 100 bytes of value, 100 of key, 512 besides.
    expect(store.usage?.()).toEqual({ entries: 143, bytes: 143 * 712, maxBytes: 100 * kibibyte });
  });

  it('forgets what was used least recently', () => {
    const store = memory({ maxBytes: 4 * 1512 });
    for (const key of ['aaaaaaaaaa', 'bbbbbbbbbb', 'cccccccccc']) store.set(key, new Uint8Array(900));
    store.get('aaaaaaaaaa');
    store.entry('bbbbbbbbbb');
    for (const key of ['dddddddddd', 'eeeeeeeeee']) store.set(key, new Uint8Array(900));
    expect(store.get('cccccccccc')).toBeUndefined();
    expect(store.get('aaaaaaaaaa')).toBeDefined();
    expect(store.get('bbbbbbbbbb')).toBeDefined();
  });

  it.each([
    [200 * mebibyte, 10 * mebibyte],
    [40 * mebibyte, 4 * mebibyte],
    [8 * mebibyte, 2 * mebibyte],
    [4 * kibibyte, kibibyte],
  ])('within %i bytes, declines an entry of more than %i', (maxBytes, largest) => {
    const store = memory({ maxBytes });
    store.set('a', new Uint8Array(largest - 513));
    store.set('b', new Uint8Array(largest - 512));
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
});

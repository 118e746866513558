import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hashBytes, hashOf } from '../src/hash.ts';

describe('the hash of parts', () => {
  it('is one for what says the same, in whatever order its fields were put together', () => {
    const plan = { stages: [{ width: 1, background: { r: 1, g: 2 } }], format: 'jpeg' };
    const same = { format: 'jpeg', stages: [{ background: { g: 2, r: 1 }, width: 1 }] };
    expect(hashOf('key', same)).toBe(hashOf('key', plan));
  });

  it('is one for a field that is undefined and one that is not there', () => {
    expect(hashOf({ a: 1, b: undefined })).toBe(hashOf({ a: 1 }));
  });

  it.each([
    [[1, 2], [[1, 2]]],
    [
      ['a', 'b'],
      ['b', 'a'],
    ],
    [
      ['ab', ''],
      ['a', 'b'],
    ],
    [[null], []],
    [[{ a: 1 }], [{ b: 1 }]],
    [[{ a: { b: 1 } }], [{ a: {}, b: 1 }]],
  ])('is another for %j and %j', (one, other) => {
    expect(hashOf(...one)).not.toBe(hashOf(...other));
  });

  it('is SHA-256 of their canonical JSON', () => {
    const digest = createHash('sha256').update('["a",{"x":1,"y":[2]}]').digest('base64url');
    expect(hashOf('a', { y: [2], x: 1 })).toBe(digest);
    expect(hashBytes(Buffer.from('["a",{"x":1,"y":[2]}]'))).toBe(digest);
  });
});

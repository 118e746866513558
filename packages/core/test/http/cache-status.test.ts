import fc from 'fast-check';
import { parseList, Token } from 'structured-headers';
import { describe, expect, it } from 'vitest';
import { type CacheStatus, formatCacheStatus } from '../../src/http/cache-status.ts';

describe('formatCacheStatus', () => {
  it.each<readonly [CacheStatus, string]>([
    [{ hit: true }, 'tintype; hit'],
    [{ hit: true, ttl: 59.9, detail: 'memory' }, 'tintype; hit; ttl=59; detail=memory'],
    [{ hit: true, ttl: -0.1 }, 'tintype; hit; ttl=-1'],
    [{ hit: true, ttl: 0 }, 'tintype; hit; ttl=0'],
    [{ hit: true, ttl: 2 ** 31 }, 'tintype; hit; ttl=2147483648'],
    [{ hit: true, stored: false, collapsed: false }, 'tintype; hit'],
    [{ hit: true, detail: '' }, 'tintype; hit; detail=""'],
    [{ hit: false, forward: undefined, ttl: undefined, detail: undefined }, 'tintype'],
    [{ hit: true, forward: 'stale' }, 'tintype; hit'],
    [{ hit: false }, 'tintype'],
    [{ hit: false, forward: 'uri-miss', forwardStatus: 200 }, 'tintype; fwd=uri-miss; fwd-status=200'],
    [{ hit: false, forward: 'stale', forwardStatus: 304, ttl: 60 }, 'tintype; fwd=stale; fwd-status=304; ttl=60'],
    [
      { hit: false, forward: 'uri-miss', stored: true, collapsed: true, detail: 'render' },
      'tintype; fwd=uri-miss; stored; collapsed; detail=render',
    ],
    [{ hit: false, forward: 'uri-miss', stored: false, collapsed: false }, 'tintype; fwd=uri-miss'],
  ])('writes %o (RFC 9211 §2)', (status, expected) => {
    expect(formatCacheStatus(status)).toBe(expected);
  });

  it.each([
    ['files', 'files'],
    ['s3/eu-1', 's3/eu-1'],
    ['my store', '"my store"'],
    ['2nd', '"2nd"'],
    ['', '""'],
    ['a"b\\c', '"a\\"b\\\\c"'],
    ['a; hit, b\r\nX: y', '"a; hit, b??X: y"'],
    ['größe', '"gr??e"'],
  ])('writes the layer %j as a token or a string (RFC 9651 §3.3)', (detail, expected) => {
    expect(formatCacheStatus({ hit: true, detail })).toBe(`tintype; hit; detail=${expected}`);
  });

  it('writes one member of a Structured Fields list, with hit or fwd but never both (RFC 9211 §2.1)', () => {
    const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
      fc.option(arbitrary, { nil: undefined });
    const statuses = fc.record({
      hit: fc.boolean(),
      forward: fc.constantFrom('uri-miss' as const, 'vary-miss' as const, 'stale' as const, undefined),
      forwardStatus: maybe(fc.integer({ min: 100, max: 599 })),
      stored: maybe(fc.boolean()),
      collapsed: maybe(fc.boolean()),
      ttl: maybe(fc.double({ min: -(2 ** 31), max: 2 ** 31, noNaN: true })),
      detail: maybe(fc.string({ unit: 'binary' })),
    });
    fc.assert(
      fc.property(statuses, (status) => {
        const [[name, parameters] = [], ...others] = parseList(formatCacheStatus(status));
        expect(others).toEqual([]);
        expect(name).toEqual(new Token('tintype'));
        expect(parameters?.get('hit') ?? false).toBe(status.hit);
        expect(parameters?.has('fwd')).toBe(!status.hit && status.forward !== undefined);
        expect(parameters?.get('ttl')).toEqual(status.ttl === undefined ? undefined : Math.floor(status.ttl) + 0);
      }),
    );
  });
});

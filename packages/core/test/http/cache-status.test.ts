import { describe, expect, it } from 'vitest';
import { type CacheStatus, formatCacheStatus } from '../../src/http/cache-status.ts';

describe('formatCacheStatus', () => {
  it.each<readonly [CacheStatus, string]>([
    [{ hit: true }, 'tintype; hit'],
    [{ hit: true, ttl: 59.9, detail: 'memory' }, 'tintype; hit; ttl=59; detail=memory'],
    [{ hit: true, ttl: -0.1 }, 'tintype; hit; ttl=-1'],
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
});

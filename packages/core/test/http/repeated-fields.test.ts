import { describe, expect, it } from 'vitest';
import { fieldFilter, fieldsWhere, isLifetimeField, isRepeatable } from '../../src/http/repeated-fields.ts';

const own = [
  ...['accept-ranges', 'age', 'cache-control', 'cache-status', 'connection', 'date', 'etag', 'expires', 'keep-alive'],
  ...['last-modified', 'pragma', 'proxy-authenticate', 'proxy-authentication-info', 'proxy-authorization'],
  ...['proxy-connection', 'set-cookie', 'set-cookie2', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'vary'],
  ...['content-encoding', 'content-length', 'content-md5', 'content-range', 'content-type', 'content-digest'],
  ...['digest', 'repr-digest', 'content-security-policy', 'x-content-type-options', 'access-control-allow-origin'],
  ...['access-control-expose-headers', 'accept-ch', 'cross-origin-resource-policy'],
];

describe('isRepeatable', () => {
  it.each(['x-credit', 'X-Credit', 'x-*', 'link', 'content-language', 'cdn-cache-control', 'content-*', 'a'])(
    'takes %s',
    (pattern) => {
      expect(isRepeatable(pattern)).toBe(true);
    },
  );

  it.each(['', '*', '**', 'x-*-y', '*-credit', 'x-**', 'x y', 'x:y', 'x\n', 'größe', ' x'])('refuses %j', (pattern) => {
    expect(isRepeatable(pattern)).toBe(false);
  });

  it.each(own)('refuses %s, which a derivative states itself or would be untrue of it', (name) => {
    expect(isRepeatable(name)).toBe(false);
    expect(isRepeatable(name.toUpperCase())).toBe(false);
  });
});

describe('fieldFilter', () => {
  const isTaken = fieldFilter(['X-Credit', 'content-*', 'Link']);

  it.each(['x-credit', 'link', 'content-language', 'content-'])('takes %s', (name) => {
    expect(isTaken(name)).toBe(true);
  });

  it.each(['x-credits', 'x-credi', 'links', 'contentlanguage', 'x'])('does not take %s', (name) => {
    expect(isTaken(name)).toBe(false);
  });

  it.each(own)('brings in no %s by its beginning', (name) => {
    expect(fieldFilter([`${name.slice(0, 1)}*`, `${name.slice(0, -1)}*`])(name)).toBe(false);
  });

  it('takes nothing without patterns', () => {
    expect(fieldFilter([])('x-credit')).toBe(false);
  });
});

describe('fieldsWhere', () => {
  it('gives those that are taken, each in one line', () => {
    const headers = { 'x-a': ['1', '2'], 'x-b': '3', 'x-c': undefined, y: '4' };
    expect(fieldsWhere(headers, (name) => name.startsWith('x-'))).toStrictEqual({ 'x-a': '1, 2', 'x-b': '3' });
  });

  it('leaves out what cannot be sent, a name or a value', () => {
    const headers = { 'x a': '1', 'x-b': 'a\r\nb', 'x-c': 'a\0', 'x-d': '☃', 'x-e': 'caf\u00e9', '': '1', 'x-f': '' };
    expect(fieldsWhere(headers, () => true)).toStrictEqual({ 'x-e': 'caf\u00e9', 'x-f': '' });
  });
});

describe('isLifetimeField', () => {
  it.each([
    'expires',
    'pragma',
    'surrogate-control',
    'edge-control',
    'x-accel-expires',
    'cdn-cache-control',
    'acme-cdn-cache-control',
  ])('is %s', (name) => {
    expect(isLifetimeField(name)).toBe(true);
  });

  it.each(['cache-control-x', 'surrogate-key', 'cache-status', 'date', 'etag'])('is not %s', (name) => {
    expect(isLifetimeField(name)).toBe(false);
  });
});

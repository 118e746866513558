import { describe, expect, it } from 'vitest';
import { passedFields } from '../../src/http/passed-fields.ts';

describe('passedFields', () => {
  const plain = { isTrusted: true, isCoded: false, isRepeated: true, hasCors: false };

  it('passes everything end to end (RFC 9110 §7.6.1)', () => {
    const headers = {
      'content-disposition': 'inline',
      'content-encoding': 'gzip',
      'content-language': 'de',
      'content-location': '/x',
      'content-md5': 'x',
      'repr-digest': 'sha-256=:x:',
      'access-control-allow-origin': '*',
      'cdn-cache-control': 'max-age=60',
      'content-security-policy': "default-src 'self'",
      expires: 'Thu, 01 Jan 1970 00:00:00 GMT',
      link: '<a>',
      via: '1.1 a',
    };
    expect(passedFields({ ...headers, 'x-a': ['1', '2'] }, plain)).toStrictEqual({ ...headers, 'x-a': '1, 2' });
  });

  it.each([
    ...['accept-ranges', 'age', 'cache-control', 'cache-status', 'content-length', 'content-type', 'date', 'etag'],
    ...['last-modified', 'set-cookie', 'set-cookie2', 'vary', 'x-content-type-options'],
  ])('leaves %s to the answer', (name) => {
    expect(passedFields({ [name]: 'x', 'x-a': '1' }, plain)).toStrictEqual({ 'x-a': '1' });
  });

  it.each(['content-md5', 'content-digest', 'digest', 'repr-digest'])(
    'passes %s on only of the bytes as they are (RFC 9530)',
    (name) => {
      expect(passedFields({ [name]: 'x' }, plain)).toStrictEqual({ [name]: 'x' });
      expect(passedFields({ [name]: 'x' }, { ...plain, isCoded: true })).toStrictEqual({});
    },
  );

  it.each(['expires', 'pragma', 'surrogate-control', 'cdn-cache-control'])(
    "passes %s on only where the origin's word on lifetimes is (RFC 9213 §2.2)",
    (name) => {
      expect(passedFields({ [name]: 'x' }, plain)).toStrictEqual({ [name]: 'x' });
      expect(passedFields({ [name]: 'x' }, { ...plain, isRepeated: false })).toStrictEqual({});
    },
  );

  it.each(['access-control-allow-origin', 'access-control-expose-headers', 'access-control-allow-credentials'])(
    'passes %s on only where the mount says nothing of it',
    (name) => {
      expect(passedFields({ [name]: 'x' }, plain)).toStrictEqual({ [name]: 'x' });
      expect(passedFields({ [name]: 'x' }, { ...plain, hasCors: true })).toStrictEqual({});
    },
  );

  it.each(['content-disposition', 'content-encoding', 'content-language', 'expires'])(
    'passes %s on from an origin that clients name',
    (name) => {
      expect(passedFields({ [name]: 'x' }, { ...plain, isTrusted: false })).toStrictEqual({ [name]: 'x' });
    },
  );

  it.each([
    ...['access-control-allow-origin', 'content-security-policy', 'clear-site-data', 'link', 'location', 'refresh'],
    ...['set-cookie', 'strict-transport-security', 'x-a', 'cdn-cache-control', 'content-type', 'etag'],
  ])('lets no %s from such an origin speak for our host', (name) => {
    expect(passedFields({ [name]: 'x' }, { ...plain, isTrusted: false })).toStrictEqual({});
  });
});

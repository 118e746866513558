import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isCoded, updatedFields, withoutCookies } from '../../src/http/stored-fields.ts';

describe('withoutCookies (RFC 9111 §7.3)', () => {
  it('keeps everything but cookies', () => {
    const headers = { etag: '"a"', 'set-cookie': ['a=1', 'b=2'], 'set-cookie2': 'c=3', 'x-set-cookie': 'kept' };
    expect(withoutCookies(headers)).toStrictEqual({ etag: '"a"', 'x-set-cookie': 'kept' });
  });
});

describe('updatedFields (RFC 9111 §3.2, §4.3.4)', () => {
  it('replaces those that a 304 has, adds what is new, and keeps the rest', () => {
    const stored = { etag: '"a"', 'cache-control': 'max-age=1', 'content-type': 'image/png', 'x-a': '1' };
    const renewal = { etag: 'W/"a"', 'cache-control': 'max-age=2', 'x-b': ['2', '3'] };
    expect(updatedFields(stored, renewal)).toStrictEqual({
      etag: 'W/"a"',
      'cache-control': 'max-age=2',
      'content-type': 'image/png',
      'x-a': '1',
      'x-b': ['2', '3'],
    });
  });

  it.each([
    'content-encoding',
    'content-length',
    'content-range',
    'content-md5',
    'content-digest',
    'digest',
    'repr-digest',
  ])('neither takes %s from a 304 nor loses it', (name) => {
    expect(updatedFields({ [name]: 'old' }, { [name]: 'new' })).toStrictEqual({ [name]: 'old' });
    expect(updatedFields({}, { [name]: 'new' })).toStrictEqual({});
    expect(updatedFields({ [name]: 'old' }, {})).toStrictEqual({ [name]: 'old' });
  });

  it.each(['age', 'date'])('keeps no old %s, which says nothing of the renewed answer (§4.2.3)', (name) => {
    expect(updatedFields({ [name]: 'old', etag: '"a"' }, {})).toStrictEqual({ etag: '"a"' });
    expect(updatedFields({ [name]: 'old' }, { [name]: 'new' })).toStrictEqual({ [name]: 'new' });
  });

  it('takes no cookies from a 304 (§7.3)', () => {
    expect(updatedFields({}, { 'set-cookie': ['a=1'], 'set-cookie2': 'b=2' })).toStrictEqual({});
  });

  it('says after a second renewal with the same fields nothing else', () => {
    const name = fc.constantFrom('etag', 'date', 'age', 'vary', 'content-length', 'set-cookie', 'x-a', 'x-b');
    const fields = fc.dictionary(name, fc.string());
    fc.assert(
      fc.property(fields, fields, (stored, renewal) => {
        const once = updatedFields(stored, renewal);
        expect(updatedFields(once, renewal)).toEqual(once);
      }),
    );
  });
});

describe('isCoded (RFC 9110 §8.4)', () => {
  it.each<readonly [string | readonly string[] | undefined, boolean]>([
    [undefined, false],
    ['', false],
    [' ', false],
    ['identity', false],
    [' Identity ', false],
    ['gzip', true],
    ['BR', true],
    ['gzip, br', true],
    [['identity', 'gzip'], true],
    ['aws-chunked', true],
  ])('of Content-Encoding %j: %s', (coding, expected) => {
    expect(isCoded({ 'content-encoding': coding })).toBe(expected);
  });
});

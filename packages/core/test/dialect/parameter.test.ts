import { describe, expect, it } from 'vitest';
import {
  checkQueryLength,
  decimal,
  length,
  originPath,
  type ParameterType,
  readQuery,
  token,
  wholeNumber,
  word,
} from '../../src/dialect/parameter.ts';

describe.each<readonly [string, ParameterType<unknown>, string, Readonly<Record<string, unknown>>]>([
  [
    'wholeNumber',
    wholeNumber(0, 7_000_000),
    'a whole number from 0 to 7000000',
    {
      '0': 0,
      '7': 7,
      '7000000': 7_000_000,
      '7000001': undefined,
      '00': undefined,
      '-0': undefined,
      '70000000': undefined,
    },
  ],
  [
    'decimal',
    decimal(0.5, 999),
    'a number from 0.5 to 999 with at most two decimal places',
    { '0.5': 0.5, '0.49': undefined, '1.25': 1.25, '001.50': 1.5, '999': 999, '999.01': undefined, '1.': undefined },
  ],
  [
    'word',
    word(['a', 'b'], { beta: 'b' }),
    'one of a, b',
    { a: 'a', b: 'b', beta: 'b', A: undefined, '': undefined, constructor: undefined },
  ],
  [
    'token',
    token(3),
    '1 to 3 letters, digits, ".", "_" or "-"',
    { a: 'a', '.-_': '.-_', '': undefined, abcd: undefined, 'a b': undefined, ä: undefined, 'a\n': undefined },
  ],
  [
    'length',
    length(900),
    'a whole number from 1 to 900, or a decimal from 0.01 to 1.00',
    {
      '1': { pixels: 1 },
      '900': { pixels: 900 },
      '901': undefined,
      '0': undefined,
      '0.01': { percent: 1 },
      '0.5': { percent: 50 },
      '0.50': { percent: 50 },
      '0.29': { percent: 29 },
      '0.57': { percent: 57 },
      '1.0': { percent: 100 },
      '1.00': { percent: 100 },
      '0.0': undefined,
      '0.00': undefined,
      '0.001': undefined,
      '1.01': undefined,
      '2.0': undefined,
      '.5': undefined,
      '1.': undefined,
      '50%': undefined,
    },
  ],
  [
    'originPath',
    originPath(),
    'an origin path such as /logo.png',
    {
      '/logo.png': '/logo.png',
      '/a b/%C3%BC.png': '/a b/ü.png',
      '/100%25.png': '/100%.png',
      'logo.png': undefined,
      '': undefined,
      'https://example.org/logo.png': undefined,
    },
  ],
])('%s', (_, type, allowed, values) => {
  it.each(Object.entries(values))('reads %j as %s', (text, expected) => {
    expect(type.read(text)).toEqual(expected);
  });

  it('says what is allowed', () => {
    expect(type.allowed).toBe(allowed);
  });
});

describe('originPath', () => {
  it.each([
    ['/../logo.png', 'NOT_FOUND'],
    ['//evil.example/logo.png', 'NOT_FOUND'],
    ['/.hidden', 'NOT_FOUND'],
    ['/', 'NOT_FOUND'],
    ['/a%2Fb.png', 'NOT_FOUND'],
    ['/100%.png', 'MALFORMED_REQUEST'],
    ['/a\0.png', 'MALFORMED_REQUEST'],
  ])('refuses %j as a request would be', (text, code) => {
    expect(() => originPath().read(text)).toThrow(expect.objectContaining({ code }));
  });

  it.each(['/logo.png', '/100%.png', '/%41.png', '/a b+c.png'])('writes %s so that it is read again', (path) => {
    const type = originPath();
    expect(type.read(type.write?.(path) ?? '')).toBe(path);
  });
});

describe('checkQueryLength', () => {
  it('takes 2048 characters, not one more', () => {
    expect(() => checkQueryLength('a'.repeat(2048))).not.toThrow();
    const error = expect.objectContaining({ code: 'MALFORMED_REQUEST', message: 'The query is over 2048 characters.' });
    expect(() => checkQueryLength('a'.repeat(2049))).toThrow(error);
  });
});

describe('readQuery', () => {
  const known = new Set(['w', 'x-y']);

  it.each<readonly [string, Readonly<Record<string, string>>, string | undefined]>([
    ['', {}, undefined],
    ['&', {}, undefined],
    ['w=4', { w: '4' }, undefined],
    ['w', { w: '' }, undefined],
    ['w=', { w: '' }, undefined],
    ['w=a=b', { w: 'a=b' }, undefined],
    ['w=a+b%20c%2B', { w: 'a b c+' }, undefined],
    ['%77=4&x%2Dy=5', { w: '4', 'x-y': '5' }, undefined],
    ['a=1', {}, 'a=1'],
    ['a=1&w=4&&b=%zz', { w: '4' }, 'a=1&b=%zz'],
    ['b&a&b', {}, 'b&a&b'],
    ['%zz=4', {}, '%zz=4'],
    ['W=4', {}, 'W=4'],
    ['__proto__=1', {}, '__proto__=1'],
  ])('reads %j as %j and leaves %j', (query, values, rest) => {
    const read = readQuery(query, known);
    expect(Object.fromEntries(read.values)).toEqual(values);
    expect(read.rest).toBe(rest);
  });

  it.each<readonly [string, string, string]>([
    ['w=4&w=4', 'INVALID_PARAMETER', 'w: given more than once.'],
    ['w=4&%77', 'INVALID_PARAMETER', 'w: given more than once.'],
    ['w=%zz', 'MALFORMED_REQUEST', 'The query is not valid percent-encoding.'],
    [`a=${'a'.repeat(2047)}`, 'MALFORMED_REQUEST', 'The query is over 2048 characters.'],
  ])('refuses %s', (query, code, message) => {
    expect(() => readQuery(query, known)).toThrow(expect.objectContaining({ code, message }));
  });
});

import { describe, expect, it } from 'vitest';
import { decimal, type ParameterType, token, wholeNumber, word } from '../../src/dialect/parameter.ts';

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
])('%s', (_, type, allowed, values) => {
  it.each(Object.entries(values))('reads %j as %s', (text, expected) => {
    expect(type.read(text)).toBe(expected);
  });

  it('says what is allowed', () => {
    expect(type.allowed).toBe(allowed);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  colour,
  decimal,
  flag,
  length,
  list,
  orWord,
  sides,
  through,
  token,
  wholeNumber,
  word,
} from '../../src/dialect/value.ts';
import {
  type AnyType,
  colours,
  describeValues,
  hundredths,
  itReadsWhatItWrites,
  lengths,
  type Readings,
} from './values.ts';

const opaque = (r: number, g: number, b: number) => ({ r, g, b, alpha: 255 });

describe.each<readonly [string, AnyType, string, Readings]>([
  [
    'wholeNumber',
    wholeNumber(0, 7_000_000),
    'a whole number from 0 to 7000000',
    {
      '0': 0,
      '7': 7,
      '7000000': 7_000_000,
      '7000001': undefined,
      '70000000': undefined,
      '99999999999': undefined,
      '00': undefined,
      '07': undefined,
      '-0': undefined,
      '-1': undefined,
      '+7': undefined,
      '7.0': undefined,
      '7e3': undefined,
      '0x10': undefined,
      '': undefined,
      '\uff14': undefined,
      NaN: undefined,
    },
  ],
  [
    'wholeNumber below nothing',
    wholeNumber(-360, 360),
    'a whole number from -360 to 360',
    { '-360': -360, '-1': -1, '0': 0, '-0': undefined, '-01': undefined, '--1': undefined, '-361': undefined },
  ],
  [
    'wholeNumber of ten digits',
    wholeNumber(0, 9_999_999_999),
    'a whole number from 0 to 9999999999',
    { '1767225600': 1_767_225_600, '9999999999': 9_999_999_999, '10000000000': undefined, '1767225600000': undefined },
  ],
  [
    'decimal',
    decimal(0.5, 999),
    'a number from 0.5 to 999 with at most two decimal places',
    {
      '0.5': 0.5,
      '0.49': undefined,
      '1.25': 1.25,
      '001.50': 1.5,
      '999': 999,
      '999.01': undefined,
      '1.': undefined,
      '.5': undefined,
      '1.234': undefined,
      '1,5': undefined,
      '1e2': undefined,
      '0001': undefined,
      Infinity: undefined,
      '': undefined,
    },
  ],
  [
    'decimal below nothing',
    decimal(-360, 360),
    'a number from -360 to 360 with at most two decimal places',
    { '-360': -360, '-0.5': -0.5, '-0': 0, '-0.00': 0, '-360.01': undefined, '+1': undefined, '-': undefined },
  ],
  [
    'word',
    word(['a', 'b'], { beta: 'b' }),
    'one of a, b',
    {
      a: 'a',
      b: 'b',
      beta: 'b',
      A: undefined,
      '': undefined,
      constructor: undefined,
      toString: undefined,
      'a,b': undefined,
    },
  ],
  [
    'flag',
    flag,
    'true or false',
    {
      true: true,
      false: false,
      '1': true,
      '0': false,
      '': undefined,
      yes: undefined,
      TRUE: undefined,
      '01': undefined,
      constructor: undefined,
    },
  ],
  [
    'orWord',
    orWord('auto', decimal(0, 5)),
    'auto, or a number from 0 to 5 with at most two decimal places',
    { auto: 'auto', '1.5': 1.5, '0': 0, Auto: undefined, '6': undefined, '': undefined },
  ],
  [
    'token',
    token(3),
    '1 to 3 letters, digits, ".", "_" or "-"',
    { a: 'a', '.-_': '.-_', '': undefined, abcd: undefined, 'a b': undefined, ä: undefined, 'a|b': undefined },
  ],
  [
    'length',
    length(1, 900),
    'a whole number from 1 to 900, or a decimal from 0.0001 to 1.0',
    {
      '1': 1,
      '900': 900,
      '901': undefined,
      '0': undefined,
      '-1': undefined,
      '0.0001': { percent: 0.01 },
      '0.01': { percent: 1 },
      '0.5': { percent: 50 },
      '0.50': { percent: 50 },
      '0.5000': { percent: 50 },
      '0.29': { percent: 29 },
      '0.57': { percent: 57 },
      '0.3333': { percent: 33.33 },
      '0.9999': { percent: 99.99 },
      '1.0': { percent: 100 },
      '1.0000': { percent: 100 },
      '0.0': undefined,
      '0.0000': undefined,
      '0.00001': undefined,
      '1.00000': undefined,
      '1.0001': undefined,
      '2.0': undefined,
      '-0.5': undefined,
      '.5': undefined,
      '1.': undefined,
      '50%': undefined,
      '4.5': undefined,
    },
  ],
  [
    'length of nothing',
    length(0, 900),
    'a whole number from 0 to 900, or a decimal from 0.0001 to 1.0',
    { '0': 0, '0.0': undefined, '0.5': { percent: 50 } },
  ],
  [
    'list',
    list(wholeNumber(0, 9), 2, 3),
    '2 to 3 with commas between them, each a whole number from 0 to 9',
    {
      '1,2': [1, 2],
      '1,2,3': [1, 2, 3],
      '0,0': [0, 0],
      '1': undefined,
      '1,2,3,4': undefined,
      '1,': undefined,
      ',1': undefined,
      '1, 2': undefined,
      '1;2': undefined,
      '': undefined,
    },
  ],
  ['list of a number', list(flag, 2, 2), '2 with commas between them, each true or false', { '1,0': [true, false] }],
  [
    'through',
    through(wholeNumber(0, 9), {
      to: (value) => (value === 5 ? undefined : { half: value / 2 }),
      from: ({ half }) => half * 2,
    }),
    'a whole number from 0 to 9',
    { '4': { half: 2 }, '5': undefined, x: undefined },
  ],
  [
    'sides',
    sides(900),
    '1 to 4 lengths with commas between them, each a whole number from 0 to 900, or a decimal from 0.0001 to 1.0',
    {
      '10': [10, 10, 10, 10],
      '0': [0, 0, 0, 0],
      '10,20': [10, 20, 10, 20],
      '1,2,3': [1, 2, 3, 2],
      '1,2,3,4': [1, 2, 3, 4],
      '0.5,10': [{ percent: 50 }, 10, { percent: 50 }, 10],
      '1,2,3,4,5': undefined,
      '901': undefined,
      '1,,2': undefined,
      '1 2': undefined,
      '': undefined,
    },
  ],
  [
    'colour',
    colour,
    'a colour: rgb, rgba, rrggbb or rrggbbaa in hexadecimal, or a name of CSS',
    {
      fff: opaque(255, 255, 255),
      FFF: opaque(255, 255, 255),
      '#fff': opaque(255, 255, 255),
      '102030': opaque(16, 32, 48),
      '1234': { r: 17, g: 34, b: 51, alpha: 68 },
      '10203040': { r: 16, g: 32, b: 48, alpha: 64 },
      ff000001: { r: 255, g: 0, b: 0, alpha: 1 },
      ff0000fe: { r: 255, g: 0, b: 0, alpha: 254 },
      red: opaque(255, 0, 0),
      Red: opaque(255, 0, 0),
      rebeccapurple: opaque(102, 51, 153),
      grey: opaque(128, 128, 128),
      gray: opaque(128, 128, 128),
      transparent: { r: 0, g: 0, b: 0, alpha: 0 },
      facade: opaque(250, 202, 222),
      '': undefined,
      '#': undefined,
      '##fff': undefined,
      f: undefined,
      ff: undefined,
      ff000: undefined,
      '1234567': undefined,
      ff00000000: undefined,
      ggg: undefined,
      'rgb(1,2,3)': undefined,
      hsl: undefined,
      currentcolor: undefined,
      inherit: undefined,
      constructor: undefined,
      tostring: undefined,
      '0x102030': undefined,
    },
  ],
])('%s', (_, type, allowed, readings) => {
  describeValues(type, { allowed, readings });
});

describe.each<readonly [string, AnyType, fc.Arbitrary<unknown>]>([
  ['wholeNumber', wholeNumber(-9_999_999, 9_999_999_999), fc.integer({ min: -9_999_999, max: 2 ** 31 - 1 })],
  ['decimal', decimal(-999, 999), hundredths(-999, 999)],
  ['word', word(['a', 'b'], { c: 'b' }), fc.constantFrom('a', 'b')],
  ['flag', flag, fc.boolean()],
  ['orWord', orWord('auto', decimal(0, 5)), fc.oneof(fc.constant('auto'), hundredths(0, 5))],
  ['token', token(64), fc.stringMatching(/^[\w.-]{1,64}$/)],
  ['length', length(0, 65_535), lengths(0)],
  ['list', list(flag, 1, 4), fc.array(fc.boolean(), { minLength: 1, maxLength: 4 })],
  ['sides', sides(65_535), fc.tuple(lengths(0), lengths(0), lengths(0), lengths(0))],
  ['colour', colour, colours],
])('%s', (_, type, values) => {
  itReadsWhatItWrites(type, values);
});

describe('sides', () => {
  it.each([
    ['1,1,1,1', '1'],
    ['1,2,1,2', '1,2'],
    ['1,2,3,2', '1,2,3'],
    ['1,1,1,2', '1,1,1,2'],
    ['0.50,0.5,0.500,0.5000', '0.5'],
    ['1,1.0', '1,1.0'],
  ])('are written in their shortest form: %s as %s', (given, written) => {
    const type = sides(900);
    const value = type.read(given);
    expect(value && type.write(value)).toBe(written);
  });
});

describe('colour', () => {
  it.each([
    ['RED', 'ff0000'],
    ['#FFF', 'ffffff'],
    ['ffff', 'ffffff'],
    ['fff0', 'ffffff00'],
    ['transparent', '00000000'],
  ])('%s is written %s', (given, written) => {
    const value = colour.read(given);
    expect(value && colour.write(value)).toBe(written);
  });
});

describe('every type', () => {
  it('reads any text at all, or refuses it', () => {
    const types = [wholeNumber(0, 9), decimal(0, 9), flag, token(9), length(0, 9), sides(9), colour, list(flag, 1, 9)];
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        for (const type of types) expect(() => type.read(text)).not.toThrow();
      }),
    );
  });
});

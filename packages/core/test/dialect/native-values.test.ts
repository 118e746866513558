import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  borderValue,
  cropValue,
  fileName,
  focusValue,
  ratioValue,
  rotationValue,
  trimValue,
} from '../../src/dialect/native-values.ts';
import { colour } from '../../src/dialect/value.ts';
import {
  type AnyType,
  colours,
  describeValues,
  hundredths,
  itReadsWhatItWrites,
  lengths,
  type Readings,
} from './values.ts';

const lengthWords = 'a whole number from 0 to 65535, or a decimal from 0.0001 to 1.0';
const red = { r: 255, g: 0, b: 0, alpha: 255 };

describe.each<readonly [string, AnyType, string, Readings]>([
  [
    'focusValue',
    focusValue,
    'two numbers from 0 to 1 with a comma between them, then perhaps a number from 1 to 100 with at most two decimal places',
    {
      '0,0': { x: 0, y: 0 },
      '1,1': { x: 1, y: 1 },
      '1.0,1.0000': { x: 1, y: 1 },
      '0.5,0.25': { x: 0.5, y: 0.25 },
      '0.0001,0.3333': { x: 0.0001, y: 0.3333 },
      '0.5,0.5,1': { x: 0.5, y: 0.5, zoom: 1 },
      '0.5,0.5,2.25': { x: 0.5, y: 0.5, zoom: 2.25 },
      '0.5,0.5,100': { x: 0.5, y: 0.5, zoom: 100 },
      '': undefined,
      '0.5': undefined,
      '0.5,': undefined,
      ',0.5': undefined,
      '0.5,0.5,': undefined,
      '0.5,0.5,1,1': undefined,
      '0.5,0.5,0.9': undefined,
      '0.5,0.5,100.01': undefined,
      '1.1,0': undefined,
      '0,1.0001': undefined,
      '-0.1,0': undefined,
      '.5,.5': undefined,
      '50,50': undefined,
      '0.12345,0': undefined,
      '0.5;0.5': undefined,
      '1e-1,0': undefined,
    },
  ],
  [
    'ratioValue',
    ratioValue,
    'two whole numbers up to 9999 with a colon between them, such as 16:9',
    {
      '16:9': { width: 16, height: 9 },
      '16/9': { width: 16, height: 9 },
      '4:4': { width: 4, height: 4 },
      '9999:1': { width: 9999, height: 1 },
      '': undefined,
      '16': undefined,
      '16:': undefined,
      ':9': undefined,
      '0:9': undefined,
      '16:0': undefined,
      '016:9': undefined,
      '10000:1': undefined,
      '1.5:1': undefined,
      '-1:1': undefined,
      '16:9:1': undefined,
      '16x9': undefined,
      '1.78': undefined,
    },
  ],
  [
    'cropValue',
    cropValue,
    `2 or 4 lengths with commas between them, each ${lengthWords}; after 4 perhaps ",centre"`,
    {
      '100,50': { width: 100, height: 50 },
      '0.5,1.0': { width: { percent: 50 }, height: { percent: 100 } },
      '0,0,100,50': { x: 0, y: 0, width: 100, height: 50 },
      '10,0.25,0.5,50': { x: 10, y: { percent: 25 }, width: { percent: 50 }, height: 50 },
      '1,2,3,4,centre': { x: 1, y: 2, width: 3, height: 4, anchor: 'centre' },
      '1,2,centre': undefined,
      '1,2,3,4,centre,1': undefined,
      '65535,65535,1,1': { x: 65_535, y: 65_535, width: 1, height: 1 },
      '': undefined,
      '100': undefined,
      '1,2,3': undefined,
      '1,2,3,4,5': undefined,
      '0,50': undefined,
      '0,0,0,50': undefined,
      '0,0,50,0': undefined,
      '-1,0,5,5': undefined,
      '0,0,65536,1': undefined,
      '1.5,0,5,5': undefined,
      ',,5,5': undefined,
      'x,y,5,5': undefined,
      '0,x,5,5': undefined,
    },
  ],
  [
    'trimValue',
    trimValue,
    `true, false, or a whole number from 1 to 100, then perhaps a comma and ${colour.allowed}`,
    {
      true: { threshold: 10 },
      false: 'false',
      '0': 'false',
      '1': { threshold: 1 },
      '100': { threshold: 100 },
      '20,red': { threshold: 20, colour: red },
      'true,f00': { threshold: 10, colour: red },
      '': undefined,
      '101': undefined,
      '-1': undefined,
      '1.5': undefined,
      red: undefined,
      ',red': undefined,
      '20,': undefined,
      '20,nored': undefined,
      '20,red,1': undefined,
      'false,red': undefined,
      '0,red': undefined,
    },
  ],
  [
    'rotationValue',
    rotationValue,
    'a number from -360 to 360 with at most two decimal places, then perhaps ",cover"',
    {
      '90': { degrees: 90 },
      '-90': { degrees: -90 },
      '-0': { degrees: 0 },
      '12.25': { degrees: 12.25 },
      '360': { degrees: 360 },
      '-360': { degrees: -360 },
      '15,cover': { degrees: 15, frame: 'cover' },
      '': undefined,
      '360.01': undefined,
      '361': undefined,
      '90deg': undefined,
      auto: undefined,
      '15,grow': undefined,
      '15,Cover': undefined,
      '15,': undefined,
      ',cover': undefined,
      '15,cover,cover': undefined,
      cover: undefined,
    },
  ],
  [
    'borderValue',
    borderValue,
    `${lengthWords}, a comma, and ${colour.allowed}`,
    {
      '2,red': { width: 2, colour: red },
      '0,red': { width: 0, colour: red },
      '0.05,ff0000': { width: { percent: 5 }, colour: red },
      '': undefined,
      '2': undefined,
      '2,': undefined,
      red: undefined,
      ',red': undefined,
      'red,2': undefined,
      '2,red,solid': undefined,
      '65536,red': undefined,
      '-1,red': undefined,
    },
  ],
])('%s', (_, type, allowed, readings) => {
  describeValues(type, { allowed, readings });
});

const part = fc.integer({ min: 0, max: 10_000 }).map((parts) => parts / 10_000);
const whole = fc.integer({ min: 1, max: 9999 });

describe('focusValue', () => {
  const zoom = { zoom: hundredths(1, 100) };
  itReadsWhatItWrites(focusValue, fc.record({ x: part, y: part, ...zoom }, { requiredKeys: ['x', 'y'] }));
});

describe('ratioValue', () => {
  itReadsWhatItWrites(ratioValue, fc.record({ width: whole, height: whole }));
});

describe('cropValue', () => {
  const size = { width: lengths(1), height: lengths(1) };
  itReadsWhatItWrites(cropValue, fc.oneof(fc.record(size), fc.record({ x: lengths(0), y: lengths(0), ...size })));
});

describe('trimValue', () => {
  const threshold = fc.integer({ min: 1, max: 100 });
  itReadsWhatItWrites(
    trimValue,
    fc.oneof(fc.constant('false' as const), fc.record({ threshold, colour: colours }, { requiredKeys: ['threshold'] })),
  );
});

describe('rotationValue', () => {
  itReadsWhatItWrites(
    rotationValue,
    fc.record({ degrees: hundredths(-360, 360), frame: fc.constant('cover' as const) }, { requiredKeys: ['degrees'] }),
  );
});

describe('borderValue', () => {
  itReadsWhatItWrites(borderValue, fc.record({ width: lengths(0), colour: colours }));
});

describe('fileName', () => {
  it.each([
    'true',
    'cat.jpg',
    'a cat, and a dog.jpg',
    'Über ☃.webp',
    '😀.png',
    'cat',
    "it's & co; 100% = all + more#1.jpg",
    'a'.repeat(100),
  ])('takes %s', (name) => {
    expect(fileName.read(name)).toBe(name);
    expect(fileName.write(name)).toBe(name);
  });

  it('takes the words of yes and no', () => {
    expect(['true', '1', 'false', '0'].map(fileName.read)).toEqual(['true', 'true', 'false', 'false']);
  });

  it.each([
    '',
    '.',
    '..',
    '.htaccess',
    'cat.',
    'a/b.jpg',
    '../cat.jpg',
    'a\\b.jpg',
    'C:cat.jpg',
    'a*.jpg',
    'a?.jpg',
    'a"b.jpg',
    'a<b>.jpg',
    'a|b.jpg',
    'a\nb.jpg',
    'a\r\nX-Evil: 1',
    'a\0.jpg',
    'a\x7f.jpg',
    'a\x85.jpg',
    'cat\u202egpj.exe',
    'a\u200bb.jpg',
    'a\u2028b.jpg',
    'a\ud800.jpg',
    'a\ufeff.jpg',
    'a'.repeat(101),
  ])('takes no %j', (name) => {
    expect(fileName.read(name)).toBeUndefined();
  });

  it('says what is allowed', () => {
    expect(fileName.allowed).toBe('true, false, or a file name of up to 100 characters');
  });
});

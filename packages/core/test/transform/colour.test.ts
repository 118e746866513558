import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Colour,
  formatColour,
  over,
  parseColour,
  toSharpColour,
  transparent,
  white,
} from '../../src/transform/colour.ts';

const colour = (r: number, g: number, b: number, alpha = 255): Colour => ({ r, g, b, alpha });

const byte = fc.integer({ min: 0, max: 255 });
const colours: fc.Arbitrary<Colour> = fc.record({ r: byte, g: byte, b: byte, alpha: byte }, { noNullPrototype: true });

describe('parseColour', () => {
  it.each<readonly [string, Colour]>([
    ['f80', colour(255, 136, 0)],
    ['#f80', colour(255, 136, 0)],
    ['F80', colour(255, 136, 0)],
    ['f80c', colour(255, 136, 0, 204)],
    ['#f800', colour(255, 136, 0, 0)],
    ['1a2b3c', colour(26, 43, 60)],
    ['#1A2b3C', colour(26, 43, 60)],
    ['1a2b3c4d', colour(26, 43, 60, 77)],
    ['#1a2b3c00', colour(26, 43, 60, 0)],
    ['000', colour(0, 0, 0)],
    ['123', colour(17, 34, 51)],
    ['bad', colour(187, 170, 221)],
    ['fade', colour(255, 170, 221, 238)],
    ['red', colour(255, 0, 0)],
    ['Red', colour(255, 0, 0)],
    ['tan', colour(210, 180, 140)],
    ['rebeccapurple', colour(102, 51, 153)],
    ['lightgoldenrodyellow', colour(250, 250, 210)],
    ['white', white],
    ['transparent', transparent],
    ['TRANSPARENT', transparent],
  ])('reads %s', (text, expected) => {
    expect(parseColour(text)).toEqual(expected);
  });

  it.each([
    '',
    '#',
    'f',
    'ff',
    '12345',
    '#12345',
    '1234567',
    '123456789',
    '##fff',
    'fff#',
    '#ggg',
    ' fff',
    'fff ',
    'fff\n',
    '0xffffff',
    'reddish',
    '#red',
    're',
    'red1',
    'currentcolor',
    'inherit',
    'none',
    'rgb',
    'rgb(1,2,3)',
    'rgb(1 2 3 / 50%)',
    'hsl(0, 100%, 50%)',
    'hwb(0 0% 0%)',
    'constructor',
    'toString',
    'valueOf',
    'hasOwnProperty',
    'prototype',
    '__proto__',
    'ｆｆｆ',
  ])('reads nothing in "%s"', (text) => {
    expect(parseColour(text)).toBeUndefined();
  });

  it('is exact to the step of alpha', () => {
    for (let alpha = 0; alpha < 256; alpha += 1) {
      expect(parseColour(`102030${alpha.toString(16).padStart(2, '0')}`)).toEqual(colour(16, 32, 48, alpha));
    }
    for (let digit = 0; digit < 16; digit += 1) {
      expect(parseColour(`123${digit.toString(16)}`)).toEqual(colour(17, 34, 51, digit * 17));
    }
  });

  it('gives whole numbers from 0 to 255, whatever it reads', () => {
    const texts = fc.oneof(fc.string({ maxLength: 12 }), fc.stringMatching(/^#?[\da-fA-F]{1,9}$/));
    fc.assert(
      fc.property(texts, (text) => {
        const read = parseColour(text);
        if (read === undefined) return;
        for (const value of Object.values(read)) {
          expect(Number.isInteger(value) && value >= 0 && value <= 255).toBe(true);
        }
      }),
    );
  });
});

describe('formatColour', () => {
  it.each<readonly [Colour, string]>([
    [colour(255, 136, 0), 'ff8800'],
    [colour(1, 2, 3, 4), '01020304'],
    [transparent, '00000000'],
    [white, 'ffffff'],
  ])('writes %o as %s', (given, expected) => {
    expect(formatColour(given)).toBe(expected);
  });

  it('is undone by parseColour', () => {
    fc.assert(
      fc.property(colours, (given) => {
        expect(parseColour(formatColour(given))).toStrictEqual(given);
      }),
    );
  });

  it('gives one text for all ways of writing a colour', () => {
    const written = ['f00', '#f00', 'F00F', 'ff0000', '#FF0000ff', 'red', 'RED'].map((text) => {
      const read = parseColour(text);
      return read && formatColour(read);
    });
    expect(new Set(written)).toEqual(new Set(['ff0000']));
  });
});

describe('toSharpColour', () => {
  it('has alpha from 0 to 1', () => {
    expect(toSharpColour(colour(1, 2, 3, 255))).toEqual({ r: 1, g: 2, b: 3, alpha: 1 });
    expect(toSharpColour(transparent)).toEqual({ r: 0, g: 0, b: 0, alpha: 0 });
    expect(toSharpColour(colour(1, 2, 3, 51)).alpha).toBeCloseTo(0.2, 10);
  });
});

describe('over', () => {
  it.each<readonly [Colour, Colour, Colour]>([
    [colour(255, 0, 0), white, colour(255, 0, 0)],
    [transparent, white, white],
    [colour(0, 0, 0, 128), white, colour(127, 127, 127)],
    [colour(200, 100, 0, 51), colour(100, 200, 50), colour(120, 180, 40)],
  ])('%o, %o is %o', (upper, lower, expected) => {
    expect(over(upper, lower)).toEqual(expected);
  });

  it('is opaque, and between both', () => {
    fc.assert(
      fc.property(colours, colours, (upper, lower) => {
        const mixed = over(upper, { ...lower, alpha: 255 });
        expect(mixed.alpha).toBe(255);
        for (const channel of ['r', 'g', 'b'] as const) {
          expect(mixed[channel]).toBeGreaterThanOrEqual(Math.min(upper[channel], lower[channel]));
          expect(mixed[channel]).toBeLessThanOrEqual(Math.max(upper[channel], lower[channel]));
        }
      }),
    );
  });
});

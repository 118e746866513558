import { describe, expect, it } from 'vitest';
import { isNothing, isSameLength, type Length, pixelsOf, wholePixelsOf } from '../../src/transform/length.ts';

const half = { percent: 50 };

describe('pixelsOf', () => {
  it.each<readonly [Length, number, number]>([
    [7, 100, 7],
    [0, 100, 0],
    [half, 100, 50],
    [half, 101, 50.5],
    [{ percent: 100 }, 333, 333],
    [{ percent: 0.01 }, 1000, 0.1],
    [{ percent: 33.33 }, 300, 99.99],
  ])('makes of %o of a side of %i pixels %f', (length, side, expected) => {
    expect(pixelsOf(length, side)).toBeCloseTo(expected, 10);
  });
});

describe('wholePixelsOf', () => {
  it.each<readonly [Length, number, number | undefined, number]>([
    [7, 100, undefined, 7],
    [half, 101, undefined, 51],
    [half, 100, undefined, 50],
    [{ percent: 0.01 }, 100, undefined, 1],
    [{ percent: 0.01 }, 100, 0, 0],
    [0, 100, 0, 0],
    [0, 100, undefined, 1],
  ])('makes of %o of a side of %i pixels, at least %s, %i', (length, side, least, expected) => {
    expect(wholePixelsOf(length, side, least)).toBe(expected);
  });
});

describe('isSameLength', () => {
  it.each<readonly [Length, Length, boolean]>([
    [50, 50, true],
    [50, 51, false],
    [half, { percent: 50 }, true],
    [half, { percent: 51 }, false],
    [50, half, false],
    [half, 50, false],
  ])('of %o and %o is %s', (first, second, expected) => {
    expect(isSameLength(first, second)).toBe(expected);
  });
});

describe('isNothing', () => {
  it.each<readonly [Length, boolean]>([
    [0, true],
    [1, false],
    [{ percent: 0.01 }, false],
  ])('of %o is %s', (length, expected) => {
    expect(isNothing(length)).toBe(expected);
  });
});

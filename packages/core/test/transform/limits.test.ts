import { describe, expect, it } from 'vitest';
import { checkOptions } from '../../src/options.ts';
import type { ImageInfo } from '../../src/transform/image.ts';
import { checkLimits, defaultLimits, isAnimationWithin, limitExpectations } from '../../src/transform/limits.ts';

const image = (changes: Partial<ImageInfo>): ImageInfo => ({
  format: 'jpeg',
  width: 1000,
  height: 1000,
  orientation: 1,
  frames: 1,
  alpha: false,
  interlaced: false,
  ...changes,
});

describe('checkLimits', () => {
  it.each<readonly [string, Partial<ImageInfo>]>([
    ['a JPEG of 50 megapixels', { width: 10_000, height: 5000 }],
    ['a GIF of 50 megapixels', { format: 'gif', width: 10_000, height: 5000, frames: 900 }],
    ['a still WebP of 25 megapixels', { format: 'webp', width: 5000, height: 5000 }],
    ['a progressive JPEG of 25 megapixels', { width: 5000, height: 5000, interlaced: true }],
    ['an animated WebP of 25 megapixels', { format: 'webp', width: 5000, height: 5000, frames: 2 }],
    ['an AVIF of 16 megapixels', { format: 'avif', width: 4000, height: 4000 }],
    ['the longest side', { width: 16_384, height: 1 }],
    ['an animation of 10,000 frames', { format: 'gif', width: 1, height: 1, frames: 10_000 }],
    ['a JPEG of 100 scans', { interlaced: true, scans: 100 }],
  ])('lets %s through', (_, changes) => {
    expect(() => checkLimits(image(changes), defaultLimits)).not.toThrow();
  });

  it.each<readonly [string, Partial<ImageInfo>, string]>([
    ['a JPEG', { width: 8000, height: 8000 }, 'The original has 64.0 megapixels; 50 are allowed.'],
    ['a JPEG of many scans', { interlaced: true, scans: 101 }, 'The original has 101 scans; 100 are allowed.'],
    [
      'an animation of many frames',
      { format: 'webp', frames: 10_001 },
      'The original has 10001 frames; 10000 are allowed.',
    ],
    ['a pixel row too many', { width: 10_000, height: 5001 }, 'The original has 50.1 megapixels; 50 are allowed.'],
    ['a PNG', { format: 'png', width: 8000, height: 8000 }, 'The original has 64.0 megapixels; 50 are allowed.'],
    ['a GIF', { format: 'gif', width: 8000, height: 8000 }, 'The original has 64.0 megapixels; 50 are allowed.'],
    [
      'an interlaced PNG',
      { format: 'png', width: 6000, height: 5000, interlaced: true },
      'The original, interlaced or progressive, has 30.0 megapixels; 25 are allowed.',
    ],
    [
      'a still WebP',
      { format: 'webp', width: 6000, height: 5000 },
      'The original, a WebP, has 30.0 megapixels; 25 are allowed.',
    ],
    [
      'an animated WebP',
      { format: 'webp', width: 6000, height: 5000, frames: 2 },
      'The original, a WebP, has 30.0 megapixels; 25 are allowed.',
    ],
    [
      'an AVIF',
      { format: 'avif', width: 5000, height: 4000 },
      'The original, an AVIF, has 20.0 megapixels; 16 are allowed.',
    ],
    [
      'a wide strip',
      { width: 16_385, height: 1 },
      'The original is 16385 pixels on its longer side; 16384 are allowed.',
    ],
    [
      'a high strip',
      { width: 1, height: 20_000 },
      'The original is 20000 pixels on its longer side; 16384 are allowed.',
    ],
  ])('refuses %s with both numbers', (_, changes, message) => {
    expect(() => checkLimits(image(changes), defaultLimits)).toThrow(
      expect.objectContaining({ code: 'ORIGINAL_TOO_LARGE', status: 413, message }),
    );
  });

  it.each(['pixels', 'heldPixels', 'avifPixels', 'side'] as const)('obeys another value of %s', (name) => {
    const one = image({
      format: name === 'avifPixels' ? 'avif' : 'jpeg',
      interlaced: name === 'heldPixels',
      width: 10,
      height: 10,
    });
    const value = name === 'side' ? 10 : 100;
    expect(() => checkLimits(one, { ...defaultLimits, [name]: value })).not.toThrow();
    expect(() => checkLimits(one, { ...defaultLimits, [name]: value - 1 })).toThrow('are allowed.');
  });
});

describe('isAnimationWithin', () => {
  it.each([
    ['a still', 1, 9000, 9000, true],
    ['as many frames as allowed', 300, 100, 100, true],
    ['a frame too many', 301, 100, 100, false],
    ['as many pixels as allowed', 100, 1000, 1000, true],
    ['a frame of pixels too many', 101, 1000, 1000, false],
    ['two huge frames', 2, 10_000, 5001, false],
  ])('judges %s', (_, frames, width, height, expected) => {
    expect(isAnimationWithin(image({ format: 'gif', frames, width, height }), defaultLimits)).toBe(expected);
  });
});

describe('limitExpectations', () => {
  it('takes the default limits', () => {
    expect(() => checkOptions('limits', defaultLimits, limitExpectations)).not.toThrow();
  });

  it.each(Object.keys(defaultLimits))('refuses words for %s', (name) => {
    expect(() => checkOptions('limits', { [name]: 'lots' }, limitExpectations)).toThrow(
      new RegExp(`^Expected a .* for limits\\.${name} but received 'lots'$`),
    );
  });

  it.each(Object.keys(defaultLimits).filter((name) => name !== 'bytes'))('refuses zero for %s', (name) => {
    expect(() => checkOptions('limits', { [name]: 0 }, limitExpectations)).toThrow(TypeError);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cropRegion } from '../../src/transform/crop.ts';
import type { Size } from '../../src/transform/geometry.ts';
import type { Length } from '../../src/transform/length.ts';
import { type Crop, type Position, positions, type Resize } from '../../src/transform/stage.ts';

const picture: Size = { width: 100, height: 60 };

/** The region in short, as `WxH+left+top`. */
function region(crop: Crop, placing?: Resize, from: Size = picture): string {
  const { width, height, left, top } = cropRegion(crop, from, placing);
  return `${width}x${height}+${left}+${top}`;
}

const percent = (share: number): Length => ({ percent: share });

describe('a crop with a place', () => {
  it.each<readonly [string, Crop, string]>([
    ['is cut there', { x: 10, y: 20, width: 30, height: 15 }, '30x15+10+20'],
    ['may be the whole', { x: 0, y: 0, width: 100, height: 60 }, '100x60+0+0'],
    ['loses what lies beyond the right edge', { x: 80, y: 0, width: 30, height: 10 }, '20x10+80+0'],
    ['loses what lies beyond the lower edge', { x: 0, y: 50, width: 10, height: 30 }, '10x10+0+50'],
    ['may end as the last pixel', { x: 99, y: 59, width: 30, height: 30 }, '1x1+99+59'],
    ['may be in shares', { x: percent(10), y: percent(50), width: percent(20), height: percent(25) }, '20x15+10+30'],
    ['may be in both', { x: percent(10), y: 5, width: 20, height: percent(50) }, '20x30+10+5'],
    [
      'is rounded to pixels',
      { x: percent(0.4), y: percent(0.9), width: percent(33.33), height: percent(33.33) },
      '33x20+0+1',
    ],
    ['has at least a pixel', { x: 0, y: 0, width: percent(0.01), height: percent(0.01) }, '1x1+0+0'],
  ])('%s', (_, crop, expected) => {
    expect(region(crop)).toBe(expected);
  });

  it('has it whatever position and focus say', () => {
    const crop = { x: 1, y: 2, width: 3, height: 4 };
    expect(region(crop, { position: 'right bottom' })).toBe('3x4+1+2');
    expect(region(crop, { focus: { x: 1, y: 1 } })).toBe('3x4+1+2');
  });

  it.each<readonly [string, Crop]>([
    ['right of it', { x: 100, y: 0, width: 9, height: 9 }],
    ['below it', { x: 0, y: 60, width: 9, height: 9 }],
    ['far away', { x: 5000, y: 5000, width: 9, height: 9 }],
    ['right of it by its share', { x: percent(100), y: 0, width: 9, height: 9 }],
    ['below it by its share, rounded', { x: 0, y: percent(99.5), width: 9, height: 9 }],
  ])('that begins outside of the picture is refused: %s', (_, crop) => {
    expect(() => cropRegion(crop, picture, undefined)).toThrow(
      expect.objectContaining({
        code: 'INVALID_PARAMETER',
        message: 'crop: begins outside of the picture, which is 100 × 60 pixels there.',
      }),
    );
  });
});

describe('a crop without a place', () => {
  it.each<readonly [Position, string]>([
    ['centre', '40x20+30+20'],
    ['top', '40x20+30+0'],
    ['right top', '40x20+60+0'],
    ['right', '40x20+60+20'],
    ['right bottom', '40x20+60+40'],
    ['bottom', '40x20+30+40'],
    ['left bottom', '40x20+0+40'],
    ['left', '40x20+0+20'],
    ['left top', '40x20+0+0'],
    ['entropy', '40x20+30+20'],
    ['attention', '40x20+30+20'],
  ])('is cut at the position %s', (position, expected) => {
    expect(region({ width: 40, height: 20 }, { position })).toBe(expected);
  });

  it.each<readonly [string, Resize | undefined, string]>([
    ['in the middle', undefined, '40x20+30+20'],
    ['in the middle without a position', { width: 9 }, '40x20+30+20'],
    ['around a point', { focus: { x: 0.4, y: 0.5 } }, '40x20+20+20'],
    ['around it rather than at a position', { focus: { x: 0.4, y: 0.5 }, position: 'right' }, '40x20+20+20'],
    ['as near to it as there is picture, from the left top', { focus: { x: 0, y: 0 } }, '40x20+0+0'],
    ['as near to it as there is picture, from the right bottom', { focus: { x: 1, y: 1 } }, '40x20+60+40'],
    ['around it in its own size whatever the zoom', { focus: { x: 0.4, y: 0.5, zoom: 4 } }, '40x20+20+20'],
  ])('is cut %s', (_, placing, expected) => {
    expect(region({ width: 40, height: 20 }, placing)).toBe(expected);
  });

  it.each<readonly [string, Crop, string]>([
    ['is no wider than the picture', { width: 200, height: 20 }, '100x20+0+20'],
    ['is no higher than the picture', { width: 20, height: 200 }, '20x60+40+0'],
    ['may be in shares', { width: percent(50), height: percent(10) }, '50x6+25+27'],
    ['has at least a pixel', { width: percent(0.01), height: percent(0.01) }, '1x1+50+30'],
  ])('%s', (_, crop, expected) => {
    expect(region(crop)).toBe(expected);
  });
});

describe('cropRegion', () => {
  const side = fc.integer({ min: 1, max: 5000 });
  const share = fc.double({ min: 0.01, max: 100, noNaN: true }).map((value) => ({ percent: value }));
  const length: fc.Arbitrary<Length> = fc.oneof(side, share);
  const begin: fc.Arbitrary<Length> = fc.oneof(fc.integer({ min: 0, max: 5000 }), share);
  const crops: fc.Arbitrary<Crop> = fc.oneof(
    fc.record({ width: length, height: length }),
    fc.record({ x: begin, y: begin, width: length, height: length }),
  );
  const part = fc.double({ min: 0, max: 1, noNaN: true });
  const placings: fc.Arbitrary<Resize> = fc.oneof(
    fc.record({ position: fc.constantFrom(...positions) }),
    fc.record({ focus: fc.record({ x: part, y: part }) }),
  );

  it('gives whole pixels inside the picture, or refuses', () => {
    fc.assert(
      fc.property(fc.record({ width: side, height: side }), crops, placings, (from, crop, placing) => {
        try {
          const { left, top, width, height } = cropRegion(crop, from, placing);
          for (const value of [left, top, width, height]) expect(Number.isInteger(value)).toBe(true);
          expect(Math.min(left, top)).toBeGreaterThanOrEqual(0);
          expect(Math.min(width, height)).toBeGreaterThanOrEqual(1);
          expect(left + width).toBeLessThanOrEqual(from.width);
          expect(top + height).toBeLessThanOrEqual(from.height);
        } catch (error) {
          expect(error).toMatchObject({ code: 'INVALID_PARAMETER' });
          expect(crop.x).toBeDefined();
        }
      }),
      { numRuns: 500 },
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { thumbnailStage } from '../../src/transform/thumbnail.ts';

describe('thumbnailStage', () => {
  it.each<readonly [number, number, number, number]>([
    [1000, 600, 100, 60],
    [600, 1000, 60, 100],
    [100, 100, 100, 100],
    [30, 20, 30, 20],
    [1, 1, 1, 1],
    [16_384, 1, 100, 1],
    [1, 16_384, 1, 100],
  ])('makes of %i × %i pixels %i × %i', (width, height, across, down) => {
    expect(thumbnailStage({ width, height, alpha: true })).toEqual({
      width: across,
      height: down,
      resize: { width: across, height: down, fit: 'fill', position: 'centre' },
      layers: [],
      alpha: true,
    });
  });

  it('keeps whether there is alpha', () => {
    expect(thumbnailStage({ width: 9, height: 9, alpha: false }).alpha).toBe(false);
  });

  it('is at least a pixel and at most what ThumbHash takes, never enlarged', () => {
    const side = fc.integer({ min: 1, max: 20_000 });
    fc.assert(
      fc.property(side, side, (width, height) => {
        const made = thumbnailStage({ width, height, alpha: false });
        expect(Math.max(made.width, made.height)).toBe(Math.min(100, Math.max(width, height)));
        expect(Math.min(made.width, made.height)).toBeGreaterThanOrEqual(1);
        expect(made.width).toBeLessThanOrEqual(width);
        expect(made.height).toBeLessThanOrEqual(height);
      }),
    );
  });
});

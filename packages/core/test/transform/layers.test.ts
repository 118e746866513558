import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Size } from '../../src/transform/geometry.ts';
import { placeOverlay } from '../../src/transform/layers.ts';
import { type OverlayPosition, overlayPositions, type Placement } from '../../src/transform/overlay.ts';

type Wish = Placement;

/** `WxH` as a size. */
function size(text: string): Size {
  const [width = 0, height = 0] = text.split('x').map(Number);
  return { width, height };
}

/** Where an overlay comes to lie, as `WxH+left+top`. */
function placed(own: string, picture: string, wish: Wish): string {
  const { width, height, left, top } = placeOverlay(wish, size(own), size(picture));
  return `${width}x${height}+${left}+${top}`;
}

const percent = (share: number) => ({ percent: share });

describe('placeOverlay', () => {
  it.each<readonly [OverlayPosition, string]>([
    ['centre', '20x10+40+25'],
    ['top', '20x10+40+4'],
    ['right top', '20x10+76+4'],
    ['right', '20x10+76+25'],
    ['right bottom', '20x10+76+46'],
    ['bottom', '20x10+40+46'],
    ['left bottom', '20x10+4+46'],
    ['left', '20x10+4+25'],
    ['left top', '20x10+4+4'],
  ])('puts it at the %s', (position, expected) => {
    expect(placed('20x10', '100x60', { position, margin: 4 })).toBe(expected);
  });

  it.each<readonly [string, string, string, Wish, string]>([
    ['in its own size', '20x10', '100x60', {}, '20x10+40+25'],
    ['as wide as asked', '20x10', '100x60', { width: 10 }, '10x5+45+27'],
    ['as high as asked', '20x10', '100x60', { height: 20 }, '40x20+30+20'],
    ['enlarged where asked', '20x10', '100x60', { width: 60 }, '60x30+20+15'],
    ['by its share of the width', '20x10', '100x60', { width: percent(25) }, '25x13+37+23'],
    ['by its share of the height', '20x10', '100x60', { height: percent(50) }, '60x30+20+15'],
    ['inside a box that is too high', '20x10', '100x60', { width: 40, height: 50 }, '40x20+30+20'],
    ['inside a box that is too wide', '20x10', '100x60', { width: percent(90), height: 5 }, '10x5+45+27'],
    ['no wider than the picture', '200x10', '100x60', {}, '100x5+0+27'],
    ['no higher than the picture', '20x120', '100x60', {}, '10x60+45+0'],
    ['no larger though asked', '20x10', '100x60', { width: 9999 }, '100x50+0+5'],
    ['between its margins', '200x10', '100x60', { margin: 10 }, '80x4+10+28'],
    ['with a margin of a quarter at most', '20x10', '100x60', { margin: 999, position: 'left top' }, '20x10+25+15'],
    ['with no margin where there is no room', '20x10', '3x3', { margin: 9 }, '3x2+0+0'],
    ['with at least a pixel', '1000x1', '100x60', { width: 1 }, '1x1+49+29'],
    ['on a single pixel', '20x10', '1x1', { margin: 9, width: percent(1) }, '1x1+0+0'],
  ])('lays it on %s', (_, own, picture, wish, expected) => {
    expect(placed(own, picture, wish)).toBe(expected);
  });

  const side = fc.integer({ min: 1, max: 5000 });
  const sizes = fc.record({ width: side, height: side });
  const length = fc.option(fc.oneof(side, fc.integer({ min: 1, max: 100 }).map(percent)), {
    nil: undefined,
  });
  const wishes = fc.record({
    width: length,
    height: length,
    position: fc.constantFrom(...overlayPositions),
    margin: fc.integer({ min: 0, max: 3000 }),
  });

  it('keeps it whole pixels, inside the picture and off its edges', () => {
    fc.assert(
      fc.property(sizes, sizes, wishes, (own, picture, wish) => {
        const { width, height, left, top } = placeOverlay(wish, own, picture);
        for (const value of [width, height, left, top]) expect(Number.isInteger(value)).toBe(true);
        for (const [start, extent, whole] of [
          [left, width, picture.width],
          [top, height, picture.height],
        ] as const) {
          const margin = Math.min(wish.margin, Math.floor(whole / 4));
          expect(extent).toBeGreaterThanOrEqual(1);
          expect(start).toBeGreaterThanOrEqual(margin);
          expect(start + extent).toBeLessThanOrEqual(whole - margin);
        }
      }),
    );
  });

  it('keeps its proportions to the pixel', () => {
    fc.assert(
      fc.property(sizes, sizes, wishes, (own, picture, wish) => {
        const { width, height } = placeOverlay(wish, own, picture);
        // The scales that round to a side: one of them must give both.
        const scales = (made: number, side: number) =>
          [made === 1 ? 0 : (made - 0.5) / side, (made + 0.5) / side] as const;
        const [least, most] = scales(width, own.width);
        const [leastHigh, mostHigh] = scales(height, own.height);
        expect(Math.max(least, leastHigh)).toBeLessThanOrEqual(Math.min(most, mostHigh) + 1e-9);
      }),
    );
  });
});

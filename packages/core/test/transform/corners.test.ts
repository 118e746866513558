import { describe, expect, it } from 'vitest';
import type { Colour } from '../../src/transform/colour.ts';
import { cornersOf, innerCornersOf } from '../../src/transform/corners.ts';
import type { Corners } from '../../src/transform/stage.ts';

const picture = { width: 400, height: 300 };

interface Tile {
  readonly left: number;
  readonly top: number;
  readonly side: number;
  readonly blend: string | undefined;
  /** What is covered of a pixel of it, 0–255. */
  readonly at: (x: number, y: number) => number;
  readonly pixel: (x: number, y: number) => readonly number[];
}

function tilesOf(parts: ReturnType<typeof cornersOf>): readonly Tile[] {
  return parts.map(({ input, raw, left = -1, top = -1, blend }) => {
    const pixels = input as Buffer;
    const side = raw?.width ?? 0;
    expect(raw).toEqual({ width: side, height: side, channels: 4 });
    expect(pixels).toHaveLength(side * side * 4);
    const pixel = (x: number, y: number) => [...pixels.subarray((y * side + x) * 4, (y * side + x) * 4 + 4)];
    return { left, top, side, blend, pixel, at: (x, y) => pixel(x, y)[3] ?? 0 };
  });
}

const tiles = (radii: Corners<number>, size = picture) => tilesOf(cornersOf(radii, size));

/** Pixels that a tile covers, parts of them counted. */
function areaOf({ side, at }: Tile): number {
  let sum = 0;
  for (let y = 0; y < side; y += 1) for (let x = 0; x < side; x += 1) sum += at(x, y) / 255;
  return sum;
}

describe('cornersOf', () => {
  it('cuts nothing where nothing is round', () => {
    expect(tiles([0, 0, 0, 0])).toEqual([]);
  });

  it('cuts from each corner that is round, clockwise from the left top', () => {
    expect(tiles([10, 20, 30, 40]).map(({ left, top, side, blend }) => [left, top, side, blend])).toEqual([
      [0, 0, 10, 'dest-out'],
      [380, 0, 20, 'dest-out'],
      [370, 270, 30, 'dest-out'],
      [0, 260, 40, 'dest-out'],
    ]);
    expect(tiles([0, 20, 0, 40]).map(({ left, top }) => [left, top])).toEqual([
      [380, 0],
      [0, 260],
    ]);
  });

  it.each([1, 2, 3, 10, 10.5, 37.3, 100, 150])('covers (1 − π/4)r² of a corner of radius %d', (radius) => {
    for (const tile of tiles([radius, radius, radius, radius])) {
      expect(Math.abs(areaOf(tile) - (1 - Math.PI / 4) * radius ** 2)).toBeLessThan(0.05 + radius * 0.01);
    }
  });

  it.each([1, 7, 10.5, 64])('covers the same of all four corners, mirrored: radius %d', (radius) => {
    const [first, second, third, fourth] = tiles([radius, radius, radius, radius]);
    if (first === undefined) throw new Error('Expected a corner');
    const last = first.side - 1;
    for (let y = 0; y <= last; y += 1) {
      for (let x = 0; x <= last; x += 1) {
        const covered = first.at(x, y);
        expect(second?.at(last - x, y)).toBe(covered);
        expect(third?.at(last - x, last - y)).toBe(covered);
        expect(fourth?.at(x, last - y)).toBe(covered);
      }
    }
  });

  it.each([2, 7, 10.5, 64])('is alike along both edges, but for what a pixel is looked at in: radius %d', (radius) => {
    const [tile] = tiles([radius, 0, 0, 0]);
    if (tile === undefined) throw new Error('Expected a corner');
    for (let y = 0; y < tile.side; y += 1) {
      for (let x = 0; x < y; x += 1) expect(Math.abs(tile.at(x, y) - tile.at(y, x))).toBeLessThanOrEqual(32);
    }
  });

  it('covers less and less from the corner inwards, softly', () => {
    const [tile] = tiles([50, 0, 0, 0]);
    if (tile === undefined) throw new Error('Expected a corner');
    expect([tile.at(0, 0), tile.at(13, 13), tile.at(16, 16), tile.at(49, 49)]).toEqual([255, 255, 0, 0]);
    for (let y = 0; y < 50; y += 1) {
      for (let x = 1; x < 50; x += 1) expect(tile.at(x, y)).toBeLessThanOrEqual(tile.at(x - 1, y));
    }
    const soft = Array.from({ length: 50 }, (_, index) => tile.at(index, index)).filter((a) => a > 0 && a < 255);
    expect(soft.length).toBeGreaterThanOrEqual(1);
  });

  it('stays in a picture that is smaller than its radius', () => {
    for (const { left, top, side } of tiles([9, 9, 9, 9], { width: 3, height: 2 })) {
      expect(side).toBe(2);
      expect(left + side).toBeLessThanOrEqual(3);
      expect(top + side).toBeLessThanOrEqual(2);
      expect(Math.min(left, top)).toBeGreaterThanOrEqual(0);
    }
  });

  it('meets in the middle where a picture is a circle', () => {
    const all = tiles([15, 15, 15, 15], { width: 30, height: 30 });
    const cut = all.reduce((sum, tile) => sum + areaOf(tile), 0);
    expect(Math.abs(900 - cut - Math.PI * 15 ** 2)).toBeLessThan(1);
    expect(all.map(({ left, top, side }) => [left, top, side])).toEqual([
      [0, 0, 15],
      [15, 0, 15],
      [15, 15, 15],
      [0, 15, 15],
    ]);
  });
});

describe('innerCornersOf', () => {
  const colour: Colour = { r: 10, g: 20, b: 30, alpha: 255 };

  it('lays the colour of a frame on the corners inside it, rounder by its width', () => {
    const made = tilesOf(innerCornersOf([30, 30, 30, 30], picture, { width: 10, colour }));
    expect(made.map(({ left, top, side, blend }) => [left, top, side, blend])).toEqual([
      [10, 10, 20, 'over'],
      [370, 10, 20, 'over'],
      [370, 270, 20, 'over'],
      [10, 270, 20, 'over'],
    ]);
    for (const tile of made) expect(Math.abs(areaOf(tile) - (1 - Math.PI / 4) * 400)).toBeLessThan(0.3);
    expect(made[0]?.pixel(0, 0)).toEqual([10, 20, 30, 255]);
  });

  it('is as transparent as the frame', () => {
    const [tile] = tilesOf(innerCornersOf([30, 0, 0, 0], picture, { width: 10, colour: { ...colour, alpha: 100 } }));
    expect(tile?.pixel(0, 0)).toEqual([10, 20, 30, 100]);
  });

  it('lays nothing where the frame is wider than the corner is round', () => {
    expect(innerCornersOf([10, 5, 0, 10], picture, { width: 10, colour })).toEqual([]);
    expect(innerCornersOf([30, 30, 30, 30], { width: 20, height: 20 }, { width: 10, colour })).toEqual([]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkRequestedSize, resizePlan, type Size, sizeOf } from '../../src/transform/geometry.ts';
import type { ImageInfo } from '../../src/transform/image.ts';
import { defaultLimits, type Limits } from '../../src/transform/limits.ts';
import { fits, positions, type Resize } from '../../src/transform/stage.ts';

const image = (width: number, height: number, orientation = 1): ImageInfo => ({
  format: 'jpeg',
  width,
  height,
  orientation,
  frames: 1,
  alpha: false,
  interlaced: false,
});

/** `WxH` as a size. */
function size(text: string): Size {
  const [width = 0, height = 0] = text.split('x').map(Number);
  return { width, height };
}

/** The plan of one resize in short: its size, and its fit where that is not plain scaling. */
function planned(from: string, resize: Resize, limits: Limits = defaultLimits): string {
  const plan = resizePlan(resize, size(from), limits);
  return `${plan.width}x${plan.height}${plan.fit === 'fill' ? '' : ` ${plan.fit}`}`;
}

describe('sizeOf', () => {
  it.each([1, 2, 3, 4])('keeps the sides of orientation %i', (orientation) => {
    expect(sizeOf(image(300, 200, orientation))).toEqual(size('300x200'));
  });

  it.each([5, 6, 7, 8])('swaps the sides of orientation %i', (orientation) => {
    expect(sizeOf(image(300, 200, orientation))).toEqual(size('200x300'));
  });
});

describe('resizePlan', () => {
  it.each<readonly [string, string, string, string, string, string, string]>([
    // from, box, cover, contain, fill, inside, outside
    ['1000x600', '400x300', '400x300 cover', '400x300 contain', '400x300', '400x240', '500x300'],
    ['600x1000', '400x300', '400x300 cover', '400x300 contain', '400x300', '180x300', '400x667'],
    ['1000x600', '300x400', '300x400 cover', '300x400 contain', '300x400', '300x180', '667x400'],
    ['1000x600', '2000x1500', '800x600 cover', '2000x1500 contain', '1000x600', '1000x600', '1000x600'],
    ['1000x600', '2000x300', '1000x150 cover', '2000x300 contain', '1000x300', '500x300', '1000x600'],
    ['1000x600', '500x900', '333x600 cover', '500x900 contain', '500x600', '500x300', '1000x600'],
    ['1000x600', '1000x600', '1000x600', '1000x600', '1000x600', '1000x600', '1000x600'],
    ['1000x600', '500x300', '500x300', '500x300', '500x300', '500x300', '500x300'],
    ['1000x600', '2000x1200', '1000x600', '2000x1200 contain', '1000x600', '1000x600', '1000x600'],
    ['1000x600', '1x1', '1x1 cover', '1x1 contain', '1x1', '1x1', '2x1'],
    ['1x1', '400x300', '1x1', '400x300 contain', '1x1', '1x1', '1x1'],
    ['1x1', '1x1', '1x1', '1x1', '1x1', '1x1', '1x1'],
    ['4000x1', '100x100', '1x1 cover', '100x100 contain', '100x1', '100x1', '4000x1'],
    ['1x4000', '100x100', '1x1 cover', '100x100 contain', '1x100', '1x100', '1x4000'],
    ['4000x10', '1x10', '1x10 cover', '1x10 contain', '1x10', '1x1', '4000x10'],
    ['3x2', '2x2', '2x2 cover', '2x2 contain', '2x2', '2x1', '3x2'],
  ])('fits %s into %s: cover %s, contain %s, fill %s, inside %s, outside %s', (from, box, ...expected) => {
    expect(
      (['cover', 'contain', 'fill', 'inside', 'outside'] as const).map((fit) => planned(from, { ...size(box), fit })),
    ).toEqual(expected);
  });

  it.each<readonly [string, Resize, string]>([
    ['1000x600', { width: 500 }, '500x300'],
    ['1000x600', { height: 300 }, '500x300'],
    ['1000x600', { width: 333 }, '333x200'],
    ['1000x600', { width: 1 }, '1x1'],
    ['1000x600', { width: 2000 }, '1000x600'],
    ['1000x600', { height: 2000 }, '1000x600'],
    ['4000x1', { width: 10 }, '10x1'],
    ['1x4000', { width: 10 }, '1x4000'],
    ['1x4000', { height: 10 }, '1x10'],
    ['1000x600', { width: 500, fit: 'contain' }, '500x300'],
    ['1000x600', {}, '1000x600'],
  ])('makes of %s with %o alone %s', (from, resize, expected) => {
    expect(planned(from, resize)).toBe(expected);
  });

  it('turns the box of a sideways picture with it', () => {
    expect(resizePlan({ width: 100 }, sizeOf(image(300, 200, 6)), defaultLimits)).toMatchObject(size('100x150'));
  });

  it.each<readonly [string, Resize | undefined, Partial<Limits>, string]>([
    ['8000x4000', undefined, {}, '4096x2048'],
    ['4096x4096', undefined, { outputPixels: 1_000_000 }, '1000x1000'],
    ['4096x3906', undefined, {}, '4096x3906'],
    ['4096x3907', undefined, {}, '4095x3906'],
    ['9000x3', undefined, {}, '4096x1'],
    ['9000x1', undefined, {}, '4096x1'],
    ['8000x4000', { height: 4000 }, {}, '4096x2048'],
    ['8000x4000', { width: 4096 }, {}, '4096x2048'],
    ['8000x1000', { width: 500, height: 900, fit: 'outside' }, {}, '4096x512'],
    ['8000x4000', { width: 3000, height: 3000, fit: 'inside' }, {}, '3000x1500'],
    ['1001x999', undefined, { outputSide: 100 }, '100x99'],
  ])('keeps %s with %o within the limits %o: %s', (from, resize, limits, expected) => {
    const plan = resizePlan(resize, size(from), { ...defaultLimits, ...limits });
    expect(plan).toEqual({ ...size(expected), fit: 'fill', position: 'centre' });
  });

  it.each(positions)('keeps the position %s where there is something to place', (position) => {
    const box = size('300x300');
    const isSmart = position === 'entropy' || position === 'attention';
    const [from, shaped] = [size('1000x600'), size('1000x1000')];
    expect(resizePlan({ ...box, position }, from, defaultLimits).position).toBe(position);
    expect(resizePlan({ ...box, position, fit: 'contain' }, from, defaultLimits).position).toBe(
      isSmart ? 'centre' : position,
    );
    for (const fit of ['fill', 'inside', 'outside'] as const) {
      expect(resizePlan({ ...box, position, fit }, from, defaultLimits).position).toBe('centre');
    }
    expect(resizePlan({ ...box, position }, shaped, defaultLimits).position).toBe('centre');
  });

  const side = fc.integer({ min: 1, max: 4096 });
  const sizes = fc.record({ width: side, height: side });
  const boxes = fc.record({ width: side, height: side, fit: fc.constantFrom(...fits) }, { requiredKeys: ['fit'] });

  it('enlarges nothing, keeps within the limits and makes at least one pixel', () => {
    fc.assert(
      fc.property(sizes, boxes, fc.integer({ min: 1, max: 20_000_000 }), (from, resize, outputPixels) => {
        const { width = 1, height = 1 } = resize;
        fc.pre(width * height <= outputPixels);
        const plan = resizePlan(resize, from, { ...defaultLimits, outputPixels });
        expect(Number.isInteger(plan.width) && Number.isInteger(plan.height)).toBe(true);
        expect(Math.min(plan.width, plan.height)).toBeGreaterThanOrEqual(1);
        if (plan.fit !== 'contain') {
          expect(plan.width).toBeLessThanOrEqual(from.width);
          expect(plan.height).toBeLessThanOrEqual(from.height);
        }
        expect(plan.width * plan.height).toBeLessThanOrEqual(Math.max(outputPixels, plan.width, plan.height));
      }),
    );
  });

  it('keeps proportions to the pixel where nothing is cut or stretched', () => {
    fc.assert(
      fc.property(sizes, boxes, (from, resize) => {
        fc.pre(resize.fit === 'inside' || resize.fit === 'outside');
        const limits = { ...defaultLimits, outputPixels: 4096 * 4096 };
        const plan = resizePlan(resize, from, limits);
        // The scales that round to a side: one of them must give both.
        const scales = (made: number, side: number) =>
          [made === 1 ? 0 : (made - 0.5) / side, (made + 0.5) / side] as const;
        const [least, most] = scales(plan.width, from.width);
        const [leastHigh, mostHigh] = scales(plan.height, from.height);
        expect(Math.max(least, leastHigh)).toBeLessThanOrEqual(Math.min(most, mostHigh));
      }),
    );
  });

  it('meets its box: inside stays in it, outside and cover reach it where the picture is large enough', () => {
    fc.assert(
      fc.property(sizes, sizes, (from, box) => {
        const limits = { ...defaultLimits, outputPixels: 4096 * 4096 };
        const of = (fit: (typeof fits)[number]) => resizePlan({ ...box, fit }, from, limits);
        expect(of('inside').width).toBeLessThanOrEqual(box.width);
        expect(of('inside').height).toBeLessThanOrEqual(box.height);
        if (from.width < box.width || from.height < box.height) return;
        expect(of('cover')).toMatchObject(box);
        expect(of('outside').width).toBeGreaterThanOrEqual(box.width);
        expect(of('outside').height).toBeGreaterThanOrEqual(box.height);
      }),
    );
  });
});

describe('checkRequestedSize', () => {
  const check =
    (resize: Resize | undefined, limits: Partial<Limits> = {}) =>
    () =>
      checkRequestedSize({ stages: [{ resize }], output: {} }, { ...defaultLimits, ...limits });

  it.each<readonly [Resize | undefined, Partial<Limits>]>([
    [undefined, {}],
    [{ width: 4096 }, {}],
    [{ height: 4096 }, {}],
    [{ width: 4000, height: 4000 }, {}],
    [
      { width: 100, height: 100 },
      { outputPixels: 10_000, outputSide: 100 },
    ],
  ])('lets %o through with %o', (resize, limits) => {
    expect(check(resize, limits)).not.toThrow();
  });

  it.each<readonly [Resize, Partial<Limits>, string]>([
    [{ width: 4097 }, {}, 'w: at most 4096 pixels may be asked for, dpr included.'],
    [{ height: 4097 }, {}, 'h: at most 4096 pixels may be asked for, dpr included.'],
    [{ width: 4097, height: 1 }, {}, 'w: at most 4096 pixels may be asked for, dpr included.'],
    [{ width: 4001, height: 4000 }, {}, 'w, h: at most 16 megapixels may be asked for, dpr included.'],
    [{ width: 101 }, { outputSide: 100 }, 'w: at most 100 pixels may be asked for, dpr included.'],
    [
      { width: 100, height: 101 },
      { outputPixels: 10_000 },
      'w, h: at most 0.01 megapixels may be asked for, dpr included.',
    ],
  ])('refuses %o with %o', (resize, limits, message) => {
    expect(check(resize, limits)).toThrow(expect.objectContaining({ code: 'INVALID_PARAMETER', message }));
  });

  it('looks at every stage', () => {
    const stages = [{ resize: { width: 9 } }, { resize: { width: 5000 } }];
    expect(() => checkRequestedSize({ stages, output: {} }, defaultLimits)).toThrow('w: at most 4096 pixels');
  });
});

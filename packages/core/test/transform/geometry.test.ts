import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkRequestedSize, resizePlan, type Size, sizeOf } from '../../src/transform/geometry.ts';
import type { ImageInfo } from '../../src/transform/image.ts';
import { defaultLimits, type Limits } from '../../src/transform/limits.ts';
import { type Focus, fits, positions, type Resize } from '../../src/transform/stage.ts';

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

const noLimits = { outputSide: Number.MAX_SAFE_INTEGER, outputPixels: Number.MAX_SAFE_INTEGER };

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
        if (plan.fit !== 'contain' && plan.fit !== 'none') {
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

describe('a share', () => {
  const half = { percent: 50 };

  it.each<readonly [string, Resize, string]>([
    ['1000x600', { width: half }, '500x300'],
    ['1000x600', { height: { percent: 10 } }, '100x60'],
    ['1000x600', { width: { percent: 100 } }, '1000x600'],
    ['1000x600', { width: { percent: 0.01 } }, '1x1'],
    ['1000x600', { width: { percent: 33.33 } }, '333x200'],
    ['1000x600', { width: half, height: half }, '500x300'],
    ['1000x600', { width: half, height: { percent: 100 } }, '500x600 cover'],
    ['1000x600', { width: half, height: 100, fit: 'contain' }, '500x100 contain'],
    ['1000x600', { width: half, height: 600, fit: 'fill' }, '500x600'],
  ])('of %s with %o makes %s', (from, resize, expected) => {
    expect(planned(from, resize)).toBe(expected);
  });
});

describe('a ratio', () => {
  const square = { width: 1, height: 1 };
  const wide = { width: 2, height: 1 };

  it.each<readonly [string, Resize, string]>([
    ['1000x600', { width: 400, ratio: wide }, '400x200 cover'],
    ['1000x600', { height: 400, ratio: square }, '400x400 cover'],
    ['1000x600', { width: 400, ratio: { width: 5, height: 3 } }, '400x240'],
    ['1000x600', { width: 400, height: 300, ratio: wide }, '400x300 cover'],
    ['1000x600', { width: 400, ratio: square, fit: 'contain' }, '400x400 contain'],
    ['1000x600', { width: 400, ratio: square, fit: 'fill' }, '400x400'],
    ['1000x600', { width: 400, ratio: square, fit: 'inside' }, '400x240'],
    ['1000x600', { width: 400, ratio: square, fit: 'outside' }, '667x400'],
    ['1000x600', { width: 2000, ratio: wide }, '1000x500 cover'],
    ['1000x600', { width: { percent: 50 }, ratio: square }, '500x500 cover'],
    ['1000x600', { width: 1, ratio: { width: 100, height: 1 } }, '1x1 cover'],
    ['1000x600', { ratio: square }, '600x600 cover'],
    ['1000x600', { ratio: wide }, '1000x500 cover'],
    ['600x1000', { ratio: square }, '600x600 cover'],
    ['1000x600', { ratio: { width: 5, height: 3 } }, '1000x600'],
    ['1000x600', { ratio: square, fit: 'contain' }, '1000x1000 contain'],
    ['1000x600', { ratio: wide, fit: 'contain' }, '1200x600 contain'],
    ['1000x600', { ratio: { width: 5, height: 3 }, fit: 'contain' }, '1000x600'],
    ['1000x1', { ratio: { width: 5000, height: 1 } }, '1000x1'],
  ])('of %s with %o makes %s', (from, resize, expected) => {
    expect(planned(from, resize)).toBe(expected);
  });

  it('keeps the largest part of its shape that there is', () => {
    const side = fc.integer({ min: 1, max: 4000 });
    fc.assert(
      fc.property(side, side, fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 30 }), (w, h, x, y) => {
        const { width, height } = resizePlan({ ratio: { width: x, height: y } }, { width: w, height: h }, noLimits);
        expect(width === w || height === h).toBe(true);
        expect(width <= w && height <= h).toBe(true);
        // In proportion but for the rounding of one side.
        expect(Math.min(Math.abs(width - (height * x) / y), Math.abs(height - (width * y) / x))).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('a resize that may enlarge', () => {
  it.each<readonly [string, Resize, string]>([
    ['100x60', { width: 200 }, '200x120'],
    ['100x60', { height: 120 }, '200x120'],
    ['100x60', { width: 200, height: 200 }, '200x200 cover'],
    ['100x60', { width: 200, height: 120 }, '200x120'],
    ['100x60', { width: 200, height: 200, fit: 'contain' }, '200x200 contain'],
    ['100x60', { width: 200, height: 120, fit: 'contain' }, '200x120'],
    ['100x60', { width: 200, height: 200, fit: 'fill' }, '200x200'],
    ['100x60', { width: 200, height: 200, fit: 'inside' }, '200x120'],
    ['100x60', { width: 200, height: 200, fit: 'outside' }, '333x200'],
    ['100x60', { width: 200, ratio: { width: 1, height: 1 } }, '200x200 cover'],
    ['100x60', { width: 50 }, '50x30'],
  ])('makes of %s with %o %s', (from, resize, expected) => {
    expect(planned(from, { ...resize, enlarge: true })).toBe(expected);
  });

  it.each<readonly [string, Resize, string]>([
    ['10x4000', { width: 4096 }, '10x4096'],
    ['1x1000', { width: 400, height: 400, fit: 'outside' }, '4x4096'],
    ['100x100', { width: 4096 }, '4000x4000'],
  ])('keeps %s with %o within the limits: %s', (from, resize, expected) => {
    expect(planned(from, { ...resize, enlarge: true })).toBe(expected);
  });

  it('says so on a canvas that is larger than the picture only', () => {
    const canvas = { width: 200, height: 200, fit: 'contain', enlarge: true } as const;
    expect(resizePlan(canvas, size('100x60'), defaultLimits)).toMatchObject({ fit: 'contain', enlarge: true });
    expect(resizePlan(canvas, size('1000x600'), defaultLimits)).toEqual(
      resizePlan({ ...canvas, enlarge: undefined }, size('1000x600'), defaultLimits),
    );
  });
});

describe('a focus', () => {
  const box = { width: 200, height: 200 };
  /** The size that is made and what it is made of, as `WxH of WxH+left+top`. */
  const focused = (resize: Resize, from = '1000x600'): string => {
    const { width, height, fit, position, cut } = resizePlan(resize, size(from), defaultLimits);
    expect([fit, position]).toEqual(['fill', 'centre']);
    if (cut === undefined) return `${width}x${height}`;
    return `${width}x${height} of ${cut.width}x${cut.height}+${cut.left}+${cut.top}`;
  };

  it.each<readonly [string, Focus, string]>([
    ['in the middle', { x: 0.5, y: 0.5 }, '200x200 of 600x600+200+0'],
    ['on the left', { x: 0, y: 0.5 }, '200x200 of 600x600+0+0'],
    ['on the right', { x: 1, y: 0.5 }, '200x200 of 600x600+400+0'],
    ['near the left, where there is no more picture', { x: 0.2, y: 0.9 }, '200x200 of 600x600+0+0'],
    ['right of the middle', { x: 0.6, y: 0.5 }, '200x200 of 600x600+300+0'],
    ['in the middle, twice as large', { x: 0.5, y: 0.5, zoom: 2 }, '200x200 of 300x300+350+150'],
    ['at the left top, twice as large', { x: 0, y: 0, zoom: 2 }, '200x200 of 300x300+0+0'],
    ['at the right bottom, twice as large', { x: 1, y: 1, zoom: 2 }, '200x200 of 300x300+700+300'],
    ['somewhere, three times as large', { x: 0.25, y: 0.75, zoom: 3 }, '200x200 of 200x200+150+350'],
  ])('%s keeps in view what is there', (_, focus, expected) => {
    expect(focused({ ...box, focus })).toBe(expected);
  });

  it('shrinks the box rather than the picture grows', () => {
    expect(focused({ ...box, focus: { x: 0.5, y: 0.5, zoom: 6 } })).toBe('100x100 of 100x100+450+250');
    expect(focused({ ...box, enlarge: true, focus: { x: 0.5, y: 0.5, zoom: 6 } })).toBe('200x200 of 100x100+450+250');
    expect(focused({ ...box, focus: { x: 0, y: 0, zoom: 100 } }, '50x50')).toBe('1x1 of 1x1+0+0');
  });

  it('zooms though the box has the shape of the picture', () => {
    const shaped = { width: 500, height: 300 };
    expect(focused({ ...shaped, focus: { x: 0.5, y: 0.5, zoom: 2 } })).toBe('500x300 of 500x300+250+150');
  });

  it.each(['contain', 'fill', 'inside', 'outside'] as const)('means nothing where nothing is cut off: %s', (fit) => {
    const resize = { ...box, fit } as const;
    expect(resizePlan({ ...resize, focus: { x: 0, y: 0, zoom: 2 } }, size('1000x600'), defaultLimits)).toEqual(
      resizePlan(resize, size('1000x600'), defaultLimits),
    );
  });

  it('is in what is cut, which lies in the picture and has the shape of the box', () => {
    const side = fc.integer({ min: 1, max: 4000 });
    const sizes = fc.record({ width: side, height: side });
    const part = fc.double({ min: 0, max: 1, noNaN: true });
    const focuses = fc.record({ x: part, y: part, zoom: fc.double({ min: 1, max: 100, noNaN: true }) });
    fc.assert(
      fc.property(sizes, sizes, focuses, fc.boolean(), (from, { width, height }, focus, enlarge) => {
        const plan = resizePlan({ width, height, focus, enlarge }, from, noLimits);
        const { cut } = plan;
        if (cut === undefined) throw new Error('Expected a cut');
        for (const value of Object.values(cut)) expect(Number.isInteger(value)).toBe(true);
        for (const [start, extent, whole, share] of [
          [cut.left, cut.width, from.width, focus.x],
          [cut.top, cut.height, from.height, focus.y],
        ] as const) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(extent).toBeGreaterThanOrEqual(1);
          expect(start + extent).toBeLessThanOrEqual(whole);
          expect(share * whole).toBeGreaterThanOrEqual(start - 0.5);
          expect(share * whole).toBeLessThanOrEqual(start + extent + 0.5);
        }
        // Nothing grows unless it may, but for the rounding of sides.
        const shorter = Math.min(plan.width, plan.height);
        if (enlarge || shorter < 4) return;
        expect(plan.width / cut.width).toBeLessThanOrEqual(1 + 2 / shorter);
        expect(plan.height / cut.height).toBeLessThanOrEqual(1 + 2 / shorter);
      }),
      { numRuns: 500 },
    );
  });
});

describe('what nobody asked for in pixels', () => {
  const all = { percent: 100 };

  it.each<readonly [string, Resize, string]>([
    ['8000x4000', { width: all }, '4096x2048'],
    ['8000x4000', { width: all, height: all }, '4096x2048'],
    ['8000x4000', { width: all, height: { percent: 50 } }, '4096x1024 cover'],
    ['8000x4000', { width: all, height: all, fit: 'contain' }, '4096x2048'],
    ['8000x4000', { ratio: { width: 1, height: 1 } }, '4000x4000 cover'],
    ['8000x4000', { ratio: { width: 4, height: 1 } }, '4096x1024 cover'],
    ['8000x8000', { ratio: { width: 1, height: 1 } }, '4000x4000'],
    ['8000x4000', { ratio: { width: 1, height: 1 }, fit: 'contain' }, '4000x4000 contain'],
    ['8000x8000', { width: 4096, ratio: { width: 1, height: 4 } }, '1024x4096 cover'],
    ['100x100', { width: 4096, ratio: { width: 1, height: 4 }, fit: 'contain' }, '1024x4096 contain'],
    ['100x100', { width: 4096, ratio: { width: 1, height: 4 }, enlarge: true }, '1024x4096 cover'],
    ['100x100', { width: 4000, ratio: { width: 1, height: 1000 }, enlarge: true, fit: 'fill' }, '4x4096'],
  ])('is kept within the limits: of %s with %o %s', (from, resize, expected) => {
    expect(planned(from, resize)).toBe(expected);
  });

  it('is kept within them whatever is asked for', () => {
    const side = fc.integer({ min: 1, max: 16_000 });
    const length = fc.option(
      fc.oneof(fc.integer({ min: 1, max: 400 }), fc.record({ percent: fc.integer({ min: 1, max: 100 }) })),
      {
        nil: undefined,
      },
    );
    const ratio = fc.option(
      fc.record({ width: fc.integer({ min: 1, max: 99 }), height: fc.integer({ min: 1, max: 99 }) }),
      {
        nil: undefined,
      },
    );
    const resize = fc.record({
      width: length,
      height: length,
      ratio,
      fit: fc.constantFrom(...fits),
      enlarge: fc.boolean(),
    });
    const limits = { outputSide: 400, outputPixels: 160_000 };
    fc.assert(
      fc.property(fc.record({ width: side, height: side }), resize, (from, asked) => {
        const { width, height } = resizePlan(asked, from, limits);
        expect(Math.max(width, height)).toBeLessThanOrEqual(400);
        expect(Math.min(width, height)).toBeGreaterThanOrEqual(1);
      }),
      { numRuns: 1000 },
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

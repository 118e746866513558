import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Colour } from '../../src/transform/colour.ts';
import type { Size } from '../../src/transform/geometry.ts';
import type { Length } from '../../src/transform/length.ts';
import { defaultLimits, type OutputLimits } from '../../src/transform/limits.ts';
import type { Border, Corners, Sides, Stage } from '../../src/transform/stage.ts';
import { type Picture, planStage, type StagePlan } from '../../src/transform/stage-plan.ts';

const picture: Picture = { width: 100, height: 60, alpha: false };
const red: Colour = { r: 255, g: 0, b: 0, alpha: 255 };
const glass: Colour = { ...red, alpha: 128 };

const plan = (stage: Stage, from: Picture = picture, limits: OutputLimits = defaultLimits): StagePlan =>
  planStage(stage, from, limits, { sizes: [], first: 0 });

const percent = (share: number): Length => ({ percent: share });
const size = ({ width, height }: Size): string => `${width}x${height}`;

describe('the plan of a stage', () => {
  it('says nothing where nothing is done', () => {
    expect(plan({})).toStrictEqual({ width: 100, height: 60, layers: [], alpha: false });
    expect(plan({ resize: { width: 100 }, crop: { width: 100, height: 60 } })).toStrictEqual(plan({}));
    expect(plan({ resize: { width: 500, height: 300, fit: 'fill' } })).toStrictEqual(plan({}));
  });

  it('takes over what needs no size', () => {
    const stage: Stage = {
      flip: 'hv',
      blur: 2,
      adjust: { negate: true },
      sharpen: 'mild',
      opacity: 50,
      background: red,
    };
    expect(plan(stage)).toStrictEqual({ width: 100, height: 60, ...stage, layers: [], alpha: false });
  });

  it('has no background under what is opaque: nobody would see it', () => {
    expect(plan({ background: red })).toStrictEqual(plan({}));
    expect(plan({ blur: 2, background: glass })).toStrictEqual(plan({ blur: 2 }));
    expect(plan({ pad: [1, 0, 0, 0], background: red }).background).toBe(red);
    expect(plan({ background: red }, { ...picture, alpha: true }).background).toBe(red);
  });

  it('has no trim: what it leaves is known with the pixels', () => {
    expect(plan({ trim: { threshold: 10 } })).toStrictEqual(plan({}));
  });

  it('resizes what is cropped', () => {
    expect(plan({ crop: { x: 10, y: 20, width: 40, height: 40 }, resize: { width: 20 } })).toStrictEqual({
      width: 20,
      height: 20,
      crop: { left: 10, top: 20, width: 40, height: 40 },
      resize: { width: 20, height: 20, fit: 'fill', position: 'centre' },
      layers: [],
      alpha: false,
    });
  });

  it('does no resize where the crop has the size', () => {
    const made = plan({ crop: { x: 10, y: 20, width: 40, height: 40 }, resize: { width: 90 } });
    expect(made).toStrictEqual({
      ...plan({}),
      width: 40,
      height: 40,
      crop: { left: 10, top: 20, width: 40, height: 40 },
    });
  });

  it('crops where a focal point is, in the crop where there is one', () => {
    const resize = { width: 20, height: 20, focus: { x: 1, y: 0, zoom: 2 } };
    expect(plan({ resize })).toMatchObject({
      crop: { left: 70, top: 0, width: 30, height: 30 },
      resize: { width: 20, height: 20, fit: 'fill' },
    });
    expect(plan({ crop: { x: 10, y: 20, width: 40, height: 40 }, resize })).toMatchObject({
      crop: { left: 30, top: 20, width: 20, height: 20 },
      width: 20,
      height: 20,
    });
  });

  it('does not crop where a focal point leaves all in view', () => {
    expect(plan({ resize: { width: 50, height: 30, focus: { x: 0, y: 0 } } })).toStrictEqual(
      plan({ resize: { width: 50 } }),
    );
  });

  it('turns what is resized', () => {
    expect(plan({ resize: { width: 50 }, rotate: { degrees: 90 } })).toMatchObject({
      width: 30,
      height: 50,
      resize: { width: 50, height: 30 },
      rotate: { degrees: 90, width: 30, height: 50 },
    });
    expect(plan({ resize: { width: 50 }, rotate: { degrees: 90, frame: 'cover' } })).toMatchObject({
      width: 50,
      height: 30,
      rotate: { width: 50, height: 30, cut: { width: 30, height: 18 } },
    });
  });

  it('lays layers on what is framed', () => {
    const overlays = [{ path: '/a', position: 'right bottom' } as const, { path: '/b' }];
    const sizes = [
      { width: 1, height: 1 },
      { width: 20, height: 10 },
      { width: 8, height: 8 },
    ];
    const made = planStage({ pad: [5, 10, 5, 10], overlays }, picture, defaultLimits, { sizes, first: 1 });
    expect(made.layers).toStrictEqual([
      { width: 20, height: 10, left: 100, top: 60, overlay: 1, opacity: 100, blend: 'over' },
      { width: 8, height: 8, left: 56, top: 31, overlay: 2, opacity: 100, blend: 'over' },
    ]);
  });
});

describe('padding', () => {
  it.each<readonly [Sides<Length>, Sides<number>, string]>([
    [[1, 2, 3, 4], [1, 2, 3, 4], '106x64'],
    [[0, 0, 0, 7], [0, 0, 0, 7], '107x60'],
    [[percent(10), percent(10), percent(50), percent(50)], [6, 10, 30, 50], '160x96'],
    [[percent(1), 5, percent(0.1), 0], [1, 5, 0, 0], '105x61'],
  ])('of %o is %o and makes %s', (pad, expected, made) => {
    const stage = plan({ pad });
    expect(stage.pad).toStrictEqual(expected);
    expect(size(stage)).toBe(made);
  });

  it('measures shares on the picture as resized and turned', () => {
    const stage = plan({ resize: { width: 50 }, rotate: { degrees: 90 }, pad: [percent(10), percent(10), 0, 0] });
    expect(stage).toMatchObject({ pad: [5, 3, 0, 0], width: 33, height: 55 });
  });
});

describe('a border', () => {
  it.each<readonly [Length, number, string]>([
    [3, 3, '106x66'],
    [percent(10), 6, '112x72'],
    [percent(0.1), 1, '102x62'],
  ])('of %o is %i wide and makes %s', (width, expected, made) => {
    const stage = plan({ border: { width, colour: red } });
    expect(stage.border).toStrictEqual({ width: expected, colour: red });
    expect(size(stage)).toBe(made);
  });

  it('lies around the padding, of which its shares are', () => {
    expect(plan({ pad: [70, 0, 70, 0], border: { width: percent(10), colour: red } })).toMatchObject({
      border: { width: 10 },
      width: 120,
      height: 220,
    });
  });
});

describe('a radius', () => {
  it.each<readonly [Corners<Length> | 'max', Corners<number>]>([
    ['max', [30, 30, 30, 30]],
    [
      [1, 2, 3, 4],
      [1, 2, 3, 4],
    ],
    [
      [percent(10), percent(50), 0, 5],
      [6, 30, 0, 5],
    ],
    [
      [30, 30, 30, 30],
      [30, 30, 30, 30],
    ],
    // CSS Backgrounds 3 §4.5: by the smallest of side ÷ sum.
    [
      [40, 40, 40, 40],
      [30, 30, 30, 30],
    ],
    [
      [90, 0, 30, 0],
      [60, 0, 20, 0],
    ],
    [
      [60, 60, 0, 0],
      [50, 50, 0, 0],
    ],
    [
      [0, 100, 20, 0],
      [0, 50, 10, 0],
    ],
    [
      [100_000, 100_000, 1000, 1000],
      [50, 50, 0.5, 0.5],
    ],
  ])('of %o is %o', (radius, expected) => {
    const { radius: made, ...rest } = plan({ radius });
    expect(rest).toStrictEqual({ ...plan({}), alpha: true });
    expect(made).toHaveLength(4);
    for (const [index, value] of expected.entries()) expect(made?.[index]).toBeCloseTo(value, 8);
  });

  it('is one of the picture with its frame', () => {
    expect(plan({ pad: [20, 0, 20, 0], radius: 'max' }).radius).toEqual([50, 50, 50, 50]);
    expect(plan({ border: { width: 10, colour: red }, radius: [percent(50), 0, 0, 0] }).radius).toEqual([40, 0, 0, 0]);
  });

  it('never makes two corners overlap, and keeps them in proportion', () => {
    const side = fc.integer({ min: 1, max: 500 });
    const length: fc.Arbitrary<Length> = fc.oneof(
      fc.integer({ min: 0, max: 2000 }),
      fc.integer({ min: 1, max: 100 }).map(percent),
    );
    fc.assert(
      fc.property(side, side, fc.tuple(length, length, length, length), (width, height, radius) => {
        const [a = 0, b = 0, c = 0, d = 0] = plan({ radius }, { width, height, alpha: false }).radius ?? [];
        expect(a + b).toBeLessThanOrEqual(width + 1e-6);
        expect(b + c).toBeLessThanOrEqual(height + 1e-6);
        expect(c + d).toBeLessThanOrEqual(width + 1e-6);
        expect(d + a).toBeLessThanOrEqual(height + 1e-6);
        const asked = radius.map((each) =>
          typeof each === 'number' ? each : (each.percent * Math.min(width, height)) / 100,
        );
        const factors = [a, b, c, d].flatMap((made, index) => (asked[index] ? [made / (asked[index] ?? 1)] : []));
        for (const factor of factors) expect(factor).toBeCloseTo(factors[0] ?? 0, 8);
        for (const factor of factors) expect(factor).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('the output limits', () => {
  const limits: OutputLimits = { outputSide: 120, outputPixels: 8000 };
  const border = (width: number): Border => ({ width, colour: red });

  it.each<readonly [string, Stage]>([
    ['padding up to the side', { pad: [0, 20, 0, 0] }],
    ['padding up to the pixels', { pad: [0, 0, 20, 0] }],
    ['a border', { border: border(5) }],
    ['a half turn', { rotate: { degrees: 180 } }],
    ['a turn that keeps its frame', { rotate: { degrees: 45, frame: 'cover' } }],
    ['a turn made smaller', { resize: { width: 50 }, rotate: { degrees: 45 } }],
  ])('let %s through', (_, stage) => {
    expect(() => plan(stage, picture, limits)).not.toThrow();
  });

  it.each<readonly [string, Stage, string]>([
    ['padding over the side', { pad: [0, 21, 0, 0] }, '121 × 60'],
    ['padding over the pixels', { pad: [0, 0, 21, 0] }, '100 × 81'],
    ['padding by shares', { pad: [0, percent(100), 0, percent(100)] }, '300 × 60'],
    ['a border over the side', { border: border(11) }, '122 × 82'],
    ['both together', { pad: [0, 8, 0, 8], border: border(3) }, '122 × 66'],
    ['a turn that grows', { rotate: { degrees: 45 } }, '113 × 113'],
  ])('refuse %s', (_, stage, made) => {
    expect(() => plan(stage, picture, limits)).toThrow(
      expect.objectContaining({
        code: 'INVALID_PARAMETER',
        status: 400,
        message: `The result would have ${made} pixels; 120 pixels a side and 0.008 megapixels are allowed. Ask for a smaller w or h.`,
      }),
    );
  });

  it('make a picture smaller that nobody gave a size', () => {
    expect(plan({}, { width: 240, height: 120, alpha: false }, limits)).toMatchObject({
      width: 120,
      height: 60,
      resize: { width: 120, height: 60, fit: 'fill' },
    });
  });

  it('bound every stage', () => {
    const side = fc.integer({ min: 1, max: 300 });
    const edge: fc.Arbitrary<Length> = fc.oneof(
      fc.integer({ min: 0, max: 90 }),
      fc.integer({ min: 1, max: 100 }).map(percent),
    );
    const stages: fc.Arbitrary<Stage> = fc.record(
      {
        resize: fc.record(
          {
            width: fc.oneof(fc.integer({ min: 1, max: 80 }), fc.integer({ min: 1, max: 100 }).map(percent)),
            ratio: fc.record({ width: side, height: side }),
            enlarge: fc.boolean(),
          },
          { requiredKeys: [] },
        ),
        rotate: fc.record({ degrees: fc.integer({ min: 1, max: 359 }), frame: fc.constantFrom(undefined, 'cover') }),
        pad: fc.tuple(edge, edge, edge, edge),
        border: fc.record({ width: edge, colour: fc.constant(red) }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(side, side, stages, (width, height, stage) => {
        try {
          const made = plan(stage, { width, height, alpha: false }, limits);
          expect(Math.max(made.width, made.height)).toBeLessThanOrEqual(120);
          expect(made.width * made.height).toBeLessThanOrEqual(8000);
        } catch (error) {
          expect(error).toMatchObject({ code: 'INVALID_PARAMETER' });
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('a background', () => {
  const opaque: Picture = { width: 100, height: 60, alpha: false };
  const on = (stage: Stage, picture: Picture) =>
    planStage({ ...stage, background: glass }, picture, defaultLimits, { sizes: [], first: 0 }).background;

  it('is left out below what is opaque, so that each colour does not make a derivative of its own', () => {
    expect(on({}, opaque)).toBeUndefined();
    expect(on({ blur: 2, border: { width: 3, colour: red } }, opaque)).toBeUndefined();
    expect(on({}, { ...opaque, alpha: true })).toEqual(glass);
    expect(on({ pad: [1, 0, 0, 0] }, opaque)).toEqual(glass);
  });
});

describe('the alpha of a stage', () => {
  it.each<readonly [string, Stage, boolean]>([
    ['nothing', {}, false],
    ['a resize', { resize: { width: 10, height: 10 } }, false],
    ['a canvas', { resize: { width: 10, height: 10, fit: 'contain' } }, true],
    ['a canvas in the shape of the picture', { resize: { width: 50, height: 30, fit: 'contain' } }, false],
    ['a quarter turn', { rotate: { degrees: 90 } }, false],
    ['a turn', { rotate: { degrees: 45 } }, true],
    ['a turn that covers', { rotate: { degrees: 45, frame: 'cover' } }, false],
    ['padding', { pad: [1, 0, 0, 0] }, true],
    ['a border', { border: { width: 1, colour: red } }, false],
    ['a border of glass', { border: { width: 1, colour: glass } }, true],
    ['round corners', { radius: [1, 0, 0, 0] }, true],
    ['opacity', { opacity: 99 }, true],
    ['effects', { blur: 1, sharpen: 'mild', adjust: { negate: true }, flip: 'h' }, false],
    ['glass below', { background: glass }, false],
    ['padding on a colour', { pad: [1, 0, 0, 0], background: red }, false],
    ['padding on glass', { pad: [1, 0, 0, 0], background: glass }, true],
    ['round corners and opacity on a colour', { radius: 'max', opacity: 0, background: red }, false],
  ])('that was opaque, with %s, is %s', (_, stage, expected) => {
    expect(plan(stage).alpha).toBe(expected);
  });

  it.each<readonly [string, Stage, boolean]>([
    ['nothing', {}, true],
    ['a resize', { resize: { width: 10 } }, true],
    ['glass below', { background: glass }, true],
    ['a colour below', { background: red }, false],
  ])('that was transparent, with %s, is %s', (_, stage, expected) => {
    expect(plan(stage, { ...picture, alpha: true }).alpha).toBe(expected);
  });
});

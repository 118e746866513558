import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalTransformation } from '../../src/transform/canonical.ts';
import type { Colour } from '../../src/transform/colour.ts';
import type { Length } from '../../src/transform/length.ts';
import { blends, type Overlay, overlayPositions } from '../../src/transform/overlay.ts';
import {
  type Adjustments,
  type Border,
  type Crop,
  type Focus,
  fits,
  flips,
  positions,
  type Resize,
  type Rotation,
  type Stage,
  type Trim,
} from '../../src/transform/stage.ts';
import { type Output, overlaysOf } from '../../src/transform/transformation.ts';

const canonicalStages = (...stages: readonly Stage[]): readonly Stage[] =>
  canonicalTransformation({ stages, output: {} }).stages;

const canonicalResize = (resize: Resize, stage: Stage = {}): Resize | undefined =>
  canonicalStages({ ...stage, resize })[0]?.resize;

const red: Colour = { r: 255, g: 0, b: 0, alpha: 255 };
const clear: Colour = { r: 0, g: 0, b: 0, alpha: 0 };

describe('a canonical resize', () => {
  it.each<readonly [Resize, Resize | undefined]>([
    [{}, undefined],
    [{ fit: 'contain', position: 'top' }, undefined],
    [{ width: undefined, height: undefined }, undefined],
    [{ width: 9 }, { width: 9 }],
    [{ height: 9 }, { height: 9 }],
    [{ width: 9, fit: 'contain', position: 'top' }, { width: 9 }],
    [{ height: 9, fit: 'outside' }, { height: 9 }],
    [
      { width: 9, height: 8, fit: 'cover', position: 'centre' },
      { width: 9, height: 8 },
    ],
    [
      { width: 9, height: 8, position: 'top' },
      { width: 9, height: 8, position: 'top' },
    ],
    [
      { width: 9, height: 8, fit: 'contain', position: 'top' },
      { width: 9, height: 8, fit: 'contain', position: 'top' },
    ],
    [
      { width: 9, height: 8, fit: 'contain', position: 'centre' },
      { width: 9, height: 8, fit: 'contain' },
    ],
    [
      { width: 9, height: 8, fit: 'fill', position: 'top' },
      { width: 9, height: 8, fit: 'fill' },
    ],
    [
      { width: 9, height: 8, fit: 'inside', position: 'entropy' },
      { width: 9, height: 8, fit: 'inside' },
    ],
    [
      { width: 9, height: 8, fit: 'outside', position: 'left' },
      { width: 9, height: 8, fit: 'outside' },
    ],
    [{ width: { percent: 50 } }, { width: { percent: 50 } }],
    [
      { width: 9, height: 8, fit: 'none', position: 'left', enlarge: true },
      { width: 9, height: 8, fit: 'none', position: 'left' },
    ],
    [
      { width: 9, height: 8, fit: 'none', position: 'entropy' },
      { width: 9, height: 8, fit: 'none' },
    ],
    [
      { width: 9, height: 8, fit: 'none', focus: { x: 0, y: 1, zoom: 2 } },
      { width: 9, height: 8, fit: 'none', focus: { x: 0, y: 1 } },
    ],
    [{ width: 9, fit: 'none' }, { width: 9 }],
    [
      { ratio: { width: 2, height: 1 }, fit: 'none', position: 'attention' },
      { ratio: { width: 2, height: 1 }, position: 'attention' },
    ],
    [
      { width: 9, least: { width: undefined, height: 5 }, most: {}, position: 'top' },
      { width: 9, position: 'top', least: { height: 5 } },
    ],
    [
      { least: { height: 5, width: 4 }, enlarge: true },
      { enlarge: true, least: { width: 4, height: 5 } },
    ],
    [
      { width: 9, height: 8, fit: 'inside', least: { width: 20 } },
      { width: 9, height: 8, fit: 'inside' },
    ],
  ])('of %o is %o', (resize, expected) => {
    expect(canonicalResize(resize)).toStrictEqual(expected);
  });

  it.each<readonly [string, Resize, Resize | undefined]>([
    [
      'has no ratio beside both sides',
      { width: 9, height: 8, ratio: { width: 1, height: 1 } },
      { width: 9, height: 8 },
    ],
    [
      'has a ratio without a common divisor',
      { width: 9, ratio: { width: 1600, height: 900 } },
      { width: 9, ratio: { width: 16, height: 9 } },
    ],
    [
      'has fit and position where one side and a ratio make a box',
      { height: 9, ratio: { width: 1, height: 1 }, fit: 'contain', position: 'left' },
      { height: 9, ratio: { width: 1, height: 1 }, fit: 'contain', position: 'left' },
    ],
    [
      'has them where a ratio does alone',
      { ratio: { width: 2, height: 2 }, position: 'left' },
      { ratio: { width: 1, height: 1 }, position: 'left' },
    ],
    ['has enlarge where there is a side to reach', { width: 9, enlarge: true }, { width: 9, enlarge: true }],
    ['has none that is false', { width: 9, enlarge: false }, { width: 9 }],
    [
      'has none beside a ratio alone',
      { ratio: { width: 2, height: 1 }, enlarge: true },
      { ratio: { width: 2, height: 1 } },
    ],
    ['has none alone', { enlarge: true }, undefined],
  ])('%s', (_, resize, expected) => {
    expect(canonicalResize(resize)).toStrictEqual(expected);
  });

  const box = { width: 9, height: 8 };

  it.each<readonly [string, Resize, Resize]>([
    ['in place of a position', { position: 'left', focus: { x: 0.1, y: 0.2 } }, { focus: { x: 0.1, y: 0.2 } }],
    ['but the middle', { focus: { x: 0.5, y: 0.5 } }, {}],
    ['but the middle without zoom', { focus: { x: 0.5, y: 0.5, zoom: 1 } }, {}],
    ['with zoom, the middle too', { focus: { x: 0.5, y: 0.5, zoom: 2 } }, { focus: { x: 0.5, y: 0.5, zoom: 2 } }],
    ['without a zoom that shows it as it is', { focus: { x: 0.1, y: 0.5, zoom: 1 } }, { focus: { x: 0.1, y: 0.5 } }],
    ['not where nothing is cut off: fill', { fit: 'fill', focus: { x: 0, y: 0 } }, { fit: 'fill' }],
    ['not where nothing is cut off: inside', { fit: 'inside', focus: { x: 0, y: 0 } }, { fit: 'inside' }],
    ['not where nothing is cut off: outside', { fit: 'outside', focus: { x: 0, y: 0 } }, { fit: 'outside' }],
    ['not where nothing is cut off: contain', { fit: 'contain', focus: { x: 0, y: 0, zoom: 3 } }, { fit: 'contain' }],
    [
      'and leaves contain its position',
      { fit: 'contain', position: 'left', focus: { x: 0, y: 0 } },
      { fit: 'contain', position: 'left' },
    ],
  ])('has a focus %s', (_, resize, expected) => {
    expect(canonicalResize({ ...box, ...resize })).toStrictEqual({ ...box, ...expected });
  });

  it('has neither without a box', () => {
    expect(canonicalResize({ width: 9, focus: { x: 0, y: 0, zoom: 2 }, position: 'top' })).toStrictEqual({ width: 9 });
  });

  it.each<readonly [Resize, Resize | undefined]>([
    [{ position: 'left' }, { position: 'left' }],
    [{ position: 'centre' }, undefined],
    [{ fit: 'fill', position: 'left' }, { position: 'left' }],
    [
      { ...box, fit: 'fill', position: 'left' },
      { ...box, fit: 'fill', position: 'left' },
    ],
    [{ focus: { x: 0, y: 1, zoom: 2 } }, { focus: { x: 0, y: 1 } }],
    [
      { ...box, fit: 'contain', position: 'left', focus: { x: 0, y: 1 } },
      { ...box, fit: 'contain', focus: { x: 0, y: 1 } },
    ],
  ])('keeps of %o what places a crop: %o', (resize, expected) => {
    expect(canonicalResize(resize, { crop: { width: 5, height: 5 } })).toStrictEqual(expected);
  });

  it('keeps nothing of it where the crop has its place', () => {
    const crop = { x: 1, y: 2, width: 5, height: 5 };
    expect(canonicalStages({ crop, resize: { position: 'left', focus: { x: 0, y: 0 } } })).toStrictEqual([{ crop }]);
  });
});

describe('a canonical turn', () => {
  it.each<readonly [Rotation, Rotation | undefined]>([
    [{ degrees: 90 }, { degrees: 90 }],
    [{ degrees: 450 }, { degrees: 90 }],
    [{ degrees: -90 }, { degrees: 270 }],
    [{ degrees: 0 }, undefined],
    [{ degrees: 360 }, undefined],
    [{ degrees: -360, frame: 'cover' }, undefined],
    [{ degrees: 359.999 }, undefined],
    [{ degrees: 0.1 + 0.2 }, { degrees: 0.3 }],
    [{ degrees: 12.345 }, { degrees: 12.35 }],
    [{ degrees: 45, frame: 'grow' }, { degrees: 45 }],
    [
      { degrees: 45, frame: 'cover' },
      { degrees: 45, frame: 'cover' },
    ],
    [
      { degrees: 90, frame: 'cover' },
      { degrees: 90, frame: 'cover' },
    ],
    [{ degrees: 180, frame: 'cover' }, { degrees: 180 }],
  ])('of %o is %o', (rotate, expected) => {
    expect(canonicalStages({ rotate })).toStrictEqual(expected === undefined ? [] : [{ rotate: expected }]);
  });
});

describe('canonical adjustments', () => {
  it.each<readonly [Adjustments, Adjustments | undefined]>([
    [{}, undefined],
    [
      {
        negate: false,
        contrast: 1,
        brightness: 1,
        saturation: 1,
        hue: 0,
        gamma: 1,
        grayscale: false,
        sepia: 0,
        tint: undefined,
      },
      undefined,
    ],
    [{ hue: 360 }, undefined],
    [{ hue: -360 }, undefined],
    [{ hue: -90 }, { hue: 270 }],
    [{ hue: 359 }, { hue: 359 }],
    [{ contrast: 'auto' }, { contrast: 'auto' }],
    [
      { contrast: 0, brightness: 0, saturation: 0 },
      { contrast: 0, brightness: 0, saturation: 0 },
    ],
    [
      {
        tint: red,
        sepia: 1,
        grayscale: true,
        gamma: 2,
        hue: 1,
        saturation: 2,
        brightness: 3,
        contrast: 4,
        negate: true,
      },
      {
        negate: true,
        contrast: 4,
        brightness: 3,
        saturation: 2,
        hue: 1,
        gamma: 2,
        grayscale: true,
        sepia: 1,
        tint: red,
      },
    ],
  ])('of %o are %o', (adjust, expected) => {
    const stages = canonicalStages({ adjust });
    expect(stages).toStrictEqual(expected === undefined ? [] : [{ adjust: expected }]);
    expect(JSON.stringify(stages)).toBe(JSON.stringify(expected === undefined ? [] : [{ adjust: expected }]));
  });
});

describe('a canonical frame', () => {
  it.each<readonly [Stage, Stage | undefined]>([
    [{ pad: [0, 0, 0, 0] }, undefined],
    [{ pad: [0, 0, 0, 1] }, { pad: [0, 0, 0, 1] }],
    [{ pad: [{ percent: 1 }, 0, 0, 0] }, { pad: [{ percent: 1 }, 0, 0, 0] }],
    [{ border: { width: 0, colour: red } }, undefined],
    [{ border: { width: 1, colour: red } }, { border: { width: 1, colour: red } }],
    [{ border: { width: 1, colour: clear } }, { border: { width: 1, colour: clear } }],
    [{ radius: [0, 0, 0, 0] }, undefined],
    [{ radius: [0, 5, 0, 0] }, { radius: [0, 5, 0, 0] }],
    [{ radius: 'max' }, { radius: 'max' }],
    [{ opacity: 100 }, undefined],
    [{ opacity: 0 }, { opacity: 0 }],
    [{ background: clear }, undefined],
    [{ background: { ...red, alpha: 0 } }, undefined],
    [{ background: red }, { background: red }],
    [{ flip: 'hv' }, { flip: 'hv' }],
    [{ blur: 1 }, { blur: 1 }],
    [{ sharpen: 'mild' }, { sharpen: 'mild' }],
    [{ sharpen: { sigma: 1, amount: 0, threshold: 5 } }, undefined],
    [{ sharpen: { threshold: 0, amount: 2, sigma: 1 } }, { sharpen: { sigma: 1, amount: 2 } }],
    [{ pixelate: 1 }, undefined],
    [{ pixelate: 2 }, { pixelate: 2 }],
    [{ mask: 'ellipse' }, { mask: 'ellipse' }],
    [{ fill: 'blur' }, undefined],
    [{ fill: red, pad: [0, 0, 0, 0] }, undefined],
    [{ fill: clear, pad: [0, 0, 0, 1] }, { pad: [0, 0, 0, 1] }],
    [
      { fill: red, pad: [0, 0, 0, 1] },
      { pad: [0, 0, 0, 1], fill: red },
    ],
    [
      { fill: 'blur', resize: { width: 9, height: 8, fit: 'contain' } },
      { fill: 'blur', resize: { width: 9, height: 8, fit: 'contain' } },
    ],
    [{ fill: 'blur', resize: { width: 9, fit: 'contain' } }, { resize: { width: 9 } }],
    [
      { crop: { x: 1, y: 2, width: 9, height: 9, anchor: 'centre' } },
      { crop: { x: 1, y: 2, width: 9, height: 9, anchor: 'centre' } },
    ],
    [{ crop: { width: 9, height: 9, anchor: 'centre' } }, { crop: { width: 9, height: 9 } }],
    [{ trim: { threshold: 10, colour: undefined } }, { trim: { threshold: 10 } }],
    [
      { crop: { x: undefined, y: undefined, width: 9, height: { percent: 5 } } },
      { crop: { width: 9, height: { percent: 5 } } },
    ],
    [{ overlays: [] }, undefined],
  ])('of %o is %o', (stage, expected) => {
    expect(canonicalStages(stage)).toStrictEqual(expected === undefined ? [] : [expected]);
  });
});

describe('a canonical output', () => {
  it.each<readonly [Output, Output]>([
    [{}, {}],
    [{ format: undefined, quality: undefined }, {}],
    [{ format: 'auto', quality: 80 }, { format: 'auto' }],
    [{ quality: 79 }, { quality: 79 }],
    [{ lossless: false, progressive: false }, {}],
    [
      { lossless: true, progressive: true, frame: 1, orient: 'none' },
      { lossless: true, progressive: true, frame: 1, orient: 'none' },
    ],
    [{ progressive: 'jpeg' }, { progressive: 'jpeg' }],
    [
      { progressive: 'jpeg', format: 'jpeg' },
      { progressive: true, format: 'jpeg' },
    ],
    [{ progressive: 'jpeg', format: 'png' }, { format: 'png' }],
    [{ otherwise: 'png' }, {}],
    [
      { otherwise: 'png', format: 'auto', progressive: 'jpeg' },
      { otherwise: 'png', format: 'auto', progressive: 'jpeg' },
    ],
    [{ orient: 1 }, { orient: 'none' }],
    [{ orient: 6 }, { orient: 6 }],
    [
      { dpi: 72, colours: 9, chroma: '4:4:4', keep: 'icc' },
      { keep: 'icc', chroma: '4:4:4', colours: 9, dpi: 72 },
    ],
    [
      { format: 'jpeg', dpi: 72, colours: 9, chroma: '4:4:4' },
      { format: 'jpeg', chroma: '4:4:4', dpi: 72 },
    ],
    [
      { format: 'png', dpi: 72, colours: 9, chroma: '4:4:4' },
      { format: 'png', colours: 9, dpi: 72 },
    ],
    [
      { format: 'avif', dpi: 72, colours: 9, chroma: '4:4:4' },
      { format: 'avif', chroma: '4:4:4' },
    ],
    [
      { format: 'gif', dpi: 72, colours: 9, chroma: '4:4:4' },
      { format: 'gif', colours: 9 },
    ],
    [{ format: 'webp', dpi: 72, colours: 9, chroma: '4:4:4' }, { format: 'webp' }],
    [
      { format: 'json', orient: 6, keep: 'all', dpi: 72 },
      { format: 'json', orient: 6 },
    ],
    [{ format: 'json', quality: 7, lossless: true, progressive: true }, { format: 'json' }],
    [
      { format: 'json', frame: 2, orient: 'none' },
      { format: 'json', frame: 2, orient: 'none' },
    ],
  ])('of %o is %o', (output, expected) => {
    expect(canonicalTransformation({ stages: [], output })).toStrictEqual({ stages: [], output: expected });
  });
});

describe('canonical overlays', () => {
  const path = '/logo.png';

  it.each<readonly [Overlay, Overlay]>([
    [{ path }, { path }],
    [{ path, position: 'centre', margin: 0, opacity: 100, blend: 'over' }, { path }],
    [{ path, width: undefined, height: undefined, position: undefined, margin: undefined }, { path }],
    [{ path, opacity: undefined, blend: undefined }, { path }],
    [
      { blend: 'screen', opacity: 99, margin: 1, position: 'top', height: { percent: 5 }, width: 9, path },
      { path, width: 9, height: { percent: 5 }, position: 'top', margin: 1, opacity: 99, blend: 'screen' },
    ],
  ])('of %o are %o', (overlay, expected) => {
    const stages = canonicalStages({ overlays: [overlay] });
    expect(stages).toStrictEqual([{ overlays: [expected] }]);
    // Keys are made of the text.
    expect(JSON.stringify(stages)).toBe(JSON.stringify([{ overlays: [expected] }]));
  });

  it('are not those that nobody would see, nor the stages that had no others', () => {
    const unseen = { path, opacity: 0 };
    const stages = [{ overlays: [unseen] }, { overlays: [] }, { resize: { width: 9 }, overlays: [unseen, { path }] }];
    expect(canonicalStages(...stages)).toStrictEqual([{ resize: { width: 9 }, overlays: [{ path }] }]);
  });
});

describe('canonicalTransformation', () => {
  it('leaves out stages that do nothing and keeps the order of the others', () => {
    expect(canonicalStages({}, { resize: { width: 9 } }, { resize: {} }, { resize: { height: 7 } })).toStrictEqual([
      { resize: { width: 9 } },
      { resize: { height: 7 } },
    ]);
  });

  const anyStage = stageArbitrary();
  const anyOutput: fc.Arbitrary<Output> = fc.record(
    {
      format: fc.constantFrom('auto', 'jpeg', 'json', 'webp'),
      quality: fc.integer({ min: 78, max: 82 }),
      lossless: fc.boolean(),
      progressive: fc.boolean(),
      frame: fc.integer({ min: 1, max: 3 }),
      orient: fc.constantFrom<Output['orient'][]>('none', 1, 6, undefined),
      keep: fc.constantFrom(undefined, 'icc', 'all'),
      dpi: fc.constantFrom(undefined, 72),
      colours: fc.constantFrom(undefined, 9),
    },
    { requiredKeys: [] },
  );
  const transformations = fc
    .record({ stages: fc.array(anyStage, { maxLength: 3 }), output: anyOutput })
    .map((transformation) => structuredClone(transformation));

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(transformations, (transformation) => {
        const once = canonicalTransformation(transformation);
        const twice = canonicalTransformation(once);
        expect(twice).toStrictEqual(once);
        expect(JSON.stringify(twice)).toBe(JSON.stringify(once));
        expect(overlaysOf(once)).toHaveLength(overlaysOf(transformation).filter((o) => o.opacity !== 0).length);
      }),
      { numRuns: 500 },
    );
  });

  it('does not change what it is given', () => {
    fc.assert(
      fc.property(transformations, (transformation) => {
        const before = structuredClone(transformation);
        canonicalTransformation(transformation);
        expect(transformation).toEqual(before);
      }),
    );
  });

  it('leaves no undefined, no default and no empty part', () => {
    fc.assert(
      fc.property(transformations, (transformation) => {
        const { stages, output } = canonicalTransformation(transformation);
        expect(JSON.parse(JSON.stringify({ stages, output }))).toStrictEqual({ stages, output });
        for (const stage of stages) {
          expect(stage).not.toEqual({});
          for (const part of [stage.resize, stage.adjust, stage.overlays]) expect(part).not.toEqual({});
          expect(stage).not.toMatchObject({ resize: { fit: 'cover' } });
          expect(stage).not.toMatchObject({ resize: { position: 'centre' } });
          expect(stage).not.toMatchObject({ opacity: 100 });
        }
      }),
    );
  });

  it('gives one text, and so one key, to all ways of writing the same', () => {
    const defaults: Stage = { opacity: 100, pad: [0, 0, 0, 0], radius: [0, 0, 0, 0], background: clear, overlays: [] };
    fc.assert(
      fc.property(transformations, ({ stages, output }) => {
        const reversed = stages.flatMap((stage) => [{}, { ...defaults, ...withoutUndefined(turnedRound(stage)) }]);
        const other = {
          output: { quality: 80, lossless: false, ...withoutUndefined(turnedRound(output)) },
          stages: reversed,
        };
        expect(JSON.stringify(canonicalTransformation(other))).toBe(
          JSON.stringify(canonicalTransformation({ stages, output })),
        );
      }),
    );
  });
});

/** The same with its properties the other way round, in all depths but that of lists. */
function turnedRound<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(turnedRound) as T;
  const entries = Object.entries(value).map(([name, each]) => [name, turnedRound(each)] as const);
  return Object.fromEntries(entries.reverse()) as T;
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as T;
}

function stageArbitrary(): fc.Arbitrary<Stage> {
  const some = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(of, { nil: undefined });
  const part = fc.constantFrom(0, 0.25, 0.5, 1);
  const pixel = fc.integer({ min: 1, max: 99 });
  const share = fc.record({ percent: fc.integer({ min: 1, max: 100 }) });
  const side: fc.Arbitrary<Length> = fc.oneof(pixel, share);
  const edge: fc.Arbitrary<Length> = fc.oneof(fc.constant(0), side);
  const edges = fc.tuple(edge, edge, edge, edge);
  const factor = fc.constantFrom(0, 0.5, 1, 2);
  const colour: fc.Arbitrary<Colour> = fc.constantFrom(red, clear, { ...red, alpha: 128 });
  const resize: fc.Arbitrary<Resize> = fc.record(
    {
      width: some(side),
      height: some(side),
      ratio: some(fc.record({ width: pixel, height: pixel })),
      fit: fc.constantFrom(undefined, ...fits),
      position: fc.constantFrom(undefined, ...positions),
      focus: some<Focus>(fc.record({ x: part, y: part, zoom: fc.constantFrom(undefined, 1, 2) })),
      enlarge: some(fc.boolean()),
      least: some(fc.record({ width: some(pixel), height: some(pixel) })),
      most: some(fc.record({ width: some(pixel), height: some(pixel) })),
    },
    { requiredKeys: [] },
  );
  const adjust: fc.Arbitrary<Adjustments> = fc.record(
    {
      negate: some(fc.boolean()),
      contrast: some(fc.oneof(factor, fc.constant('auto' as const))),
      exposure: fc.constantFrom(undefined, 0, -1),
      brightness: some(factor),
      saturation: some(factor),
      hue: some(fc.integer({ min: -360, max: 360 })),
      gamma: fc.constantFrom(undefined, 0.5, 1, 2),
      grayscale: some(fc.boolean()),
      sepia: fc.constantFrom(undefined, 0, 50),
      tint: some(colour),
    },
    { requiredKeys: [] },
  );
  const overlay: fc.Arbitrary<Overlay> = fc.record(
    {
      path: fc.constantFrom('/a.png', '/b.png'),
      width: some(side),
      height: some(side),
      position: fc.constantFrom(undefined, ...overlayPositions),
      margin: fc.constantFrom(undefined, 0, 1),
      opacity: fc.constantFrom(undefined, 0, 1, 100),
      blend: fc.constantFrom(undefined, ...blends),
    },
    { requiredKeys: ['path'] },
  );
  const crop: fc.Arbitrary<Crop> = fc.oneof(
    fc.record({ width: side, height: side }),
    fc.record({ x: edge, y: edge, width: side, height: side }),
    fc.record({ x: edge, y: edge, width: side, height: side, anchor: fc.constant('centre' as const) }),
  );
  const rotate: fc.Arbitrary<Rotation> = fc.record({
    degrees: fc.oneof(fc.integer({ min: -720, max: 720 }), fc.double({ min: -400, max: 400, noNaN: true })),
    frame: fc.constantFrom(undefined, 'grow', 'cover'),
  });
  const trim: fc.Arbitrary<Trim> = fc.record({ threshold: pixel, colour: some(colour) });
  const border: fc.Arbitrary<Border> = fc.record({ width: edge, colour });
  return fc.record(
    {
      trim: some(trim),
      crop: some(crop),
      resize: some(resize),
      flip: fc.constantFrom(undefined, ...flips),
      rotate: some(rotate),
      adjust: some(adjust),
      blur: fc.constantFrom(undefined, 0.3, 5),
      sharpen: fc.constantFrom<Stage['sharpen'][]>(
        undefined,
        'mild',
        2,
        { sigma: 1, amount: 0 },
        { sigma: 1, amount: 2 },
      ),
      pixelate: fc.constantFrom(undefined, 1, 8),
      pad: some(edges),
      fill: some(fc.oneof(fc.constant('blur' as const), colour)),
      mask: fc.constantFrom(undefined, 'ellipse'),
      border: some(border),
      radius: some(fc.oneof(edges, fc.constant('max' as const))),
      opacity: fc.constantFrom(undefined, 0, 50, 100),
      background: some(colour),
      overlays: some(fc.array(overlay, { maxLength: 3 })),
    },
    { requiredKeys: [] },
  );
}

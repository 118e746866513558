import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Colour } from '../../src/transform/colour.ts';
import { defaultLimits } from '../../src/transform/limits.ts';
import { type Blend, blends, type Overlay } from '../../src/transform/overlay.ts';
import { isLooking, needsFrames, type Pass, passesOf, runsOf } from '../../src/transform/passes.ts';
import { worksOf } from '../../src/transform/pipeline.ts';
import { type Adjustments, fits, flips, type Stage } from '../../src/transform/stage.ts';
import { type Picture, planStage, type StagePlan } from '../../src/transform/stage-plan.ts';
import { ranks } from '../../src/transform/steps/step.ts';

const red: Colour = { r: 255, g: 0, b: 0, alpha: 255 };
const glass: Colour = { ...red, alpha: 128 };

/** The plans of stages, each working on what the one before made of 100 × 60 pixels. All overlays have one size. */
function planned(stages: readonly Stage[]): readonly StagePlan[] {
  const sizes = stages.flatMap(({ overlays = [] }) => overlays.map(() => ({ width: 9, height: 9 })));
  const plans: StagePlan[] = [];
  let first = 0;
  for (const stage of stages) {
    const from: Picture = plans.at(-1) ?? { width: 100, height: 60, alpha: true };
    plans.push(planStage(stage, from, defaultLimits, { sizes, first }));
    first += stage.overlays?.length ?? 0;
  }
  return plans;
}

const names = new Map<number, string>(Object.entries(ranks).map(([name, rank]) => [rank, name] as const));

/** What a pass does, by its places in sharp's order; what lays overlays on, by those. */
const short = (pass: Pass): readonly string[] =>
  pass.map(({ rank, layers }) =>
    layers === undefined
      ? (names.get(rank) ?? '?')
      : `lay ${layers.map((layer) => ('overlay' in layer ? layer.overlay : '?')).join('+')}`,
  );

const passes = (stages: readonly Stage[], isAnimated = false) => passesOf(planned(stages), isAnimated).map(short);

const laid = (...modes: readonly Blend[]): readonly Overlay[] =>
  modes.map((blend, index) => ({ path: `/${index}`, blend }));
const small = { resize: { width: 50 } } as const;
const smaller = { resize: { width: 20 } } as const;

describe('the passes of some stages', () => {
  it.each<readonly [string, readonly Stage[], readonly (readonly string[])[]]>([
    ['one with nothing in it where nothing is done', [], [[]]],
    ['one with nothing in it where no stage does anything', [{}, {}], [[]]],
    ['one for each stage', [small, smaller], [['resize'], ['resize']]],
    ['one for plain layers alone', [{ overlays: laid('over', 'over') }], [['lay 0+1']]],
    [
      'one for a change of size and the plain layers on it',
      [{ ...small, overlays: laid('over') }],
      [['resize', 'lay 0']],
    ],
    [
      'one more for a layer that is blended, and what lies on it',
      [{ ...small, overlays: laid('over', 'screen', 'over') }],
      [['resize', 'lay 0'], ['lay 1+2']],
    ],
    [
      'one for a layer that is blended, with nothing before it',
      [{ ...small, overlays: laid('screen', 'over') }],
      [['resize'], ['lay 0+1']],
    ],
    [
      'one more for each such layer, of its stage',
      [
        { ...small, overlays: laid('multiply') },
        { ...smaller, overlays: laid('multiply', 'screen') },
      ],
      [['resize'], ['lay 0'], ['resize'], ['lay 1'], ['lay 2']],
    ],
    ['one for layers on layers', [{ overlays: laid('over') }, { overlays: laid('over') }], [['lay 0'], ['lay 1']]],
    ['none for a stage that does nothing between others', [small, {}, smaller], [['resize'], ['resize']]],
  ])('are %s', (_, stages, expected) => {
    expect(passes(stages)).toEqual(expected);
  });

  it.each<readonly [string, Stage, readonly (readonly string[])[]]>([
    [
      'all of one stage in one, where it is in the order of sharp',
      {
        crop: { width: 50, height: 50 },
        resize: { width: 20 },
        adjust: { grayscale: true },
        blur: 1,
        opacity: 50,
      },
      [
        ['crop', 'resize', 'recomb'],
        ['blur', 'compose'],
      ],
    ],
    ['one where sharp does it after: negate', { ...small, adjust: { negate: true } }, [['resize', 'negate']]],
    [
      'one more where sharp would do it before: gamma below 1',
      { ...small, adjust: { gamma: 0.5 } },
      [['resize'], ['darken']],
    ],
    ['one more where sharp would do it before: blur', { adjust: { gamma: 2 }, blur: 1 }, [['brighten'], ['blur']]],
    [
      'one more where sharp does it at the same place: padding and border',
      { pad: [1, 1, 1, 1], border: { width: 1, colour: red } },
      [['extend'], ['extend']],
    ],
    [
      'one for each change of colour that sharp would do earlier',
      { adjust: { contrast: 'auto', saturation: 2, gamma: 0.5, grayscale: true, tint: red } },
      // What looks at the picture needs it decoded, and is alone.
      [[], ['modulate'], ['modulate'], ['darken', 'recomb', 'tint']],
    ],
    ['one for both of grey and sepia', { adjust: { grayscale: true, sepia: 50 } }, [['recomb'], ['recomb']]],
    ['a mirroring alone', { ...small, flip: 'h', blur: 1 }, [['resize'], ['turn'], ['blur']]],
    ['a turn alone', { ...small, rotate: { degrees: 10 }, blur: 1 }, [['resize'], ['turn'], ['blur']]],
    [
      'a turn and the cut of its corners each alone',
      { ...small, flip: 'v', rotate: { degrees: 10, frame: 'cover' }, blur: 1 },
      [['resize'], ['turn'], ['turn'], ['crop'], ['blur']],
    ],
    [
      'a colour below at once, where nothing is in between',
      { resize: { width: 50, height: 50, fit: 'contain' }, background: red, pad: [1, 1, 1, 1] },
      [['flatten', 'resize', 'extend']],
    ],
    [
      'a colour below at the end, where something is',
      { resize: { width: 50, height: 50, fit: 'contain' }, background: red, blur: 1 },
      [['resize', 'blur', 'compose']],
    ],
    [
      'round corners, opacity and glass in one, what is laid on in the next',
      { radius: 'max', opacity: 50, background: glass, overlays: laid('over') },
      [['compose'], ['lay 0']],
    ],
  ])('are %s', (_, stage, expected) => {
    expect(passes([stage])).toEqual(expected);
  });
});

describe('a pass that looks at what it works on', () => {
  const looking: Stage = { adjust: { contrast: 'auto' } };

  it.each<readonly [string, readonly Stage[], readonly (readonly string[])[]]>([
    ['is never the first, which works on a file', [looking], [[], ['modulate']]],
    ['does nothing else', [{ ...small, ...looking, blur: 1 }], [['resize'], ['modulate'], ['blur']]],
  ])('%s', (_, stages, expected) => {
    const made = passesOf(planned(stages), false);
    expect(made.map(short)).toEqual(expected);
    expect(made.map(isLooking)).toEqual(expected.map(([first]) => first === 'modulate'));
  });

  it('begins a run of its own, through which all frames go', () => {
    const runs = (stages: readonly Stage[]) =>
      runsOf(passesOf(planned(stages), true).slice(1)).map((run) => run.map(short));
    expect(
      runs([
        { ...small, ...looking, blur: 1 },
        { ...smaller, ...looking },
      ]),
    ).toEqual([[['modulate'], ['blur'], ['resize']], [['modulate']]]);
    expect(runs([{ blur: 1 }, { ...small, ...looking }])).toEqual([[['blur'], ['resize']], [['modulate']]]);
    expect(runs([small])).toEqual([]);
  });
});

describe('a pass that multiplies colours by their alpha', () => {
  it.each<readonly [string, Stage, readonly (readonly string[])[]]>([
    ['a resize', { ...small, adjust: { saturation: 2 } }, [['resize'], ['modulate']]],
    ['sharpening', { adjust: { saturation: 2 }, sharpen: 2 }, [['modulate'], ['sharpen']]],
    ['none', { adjust: { saturation: 2, tint: red } }, [['modulate', 'tint']]],
  ])('does not change hue or saturation too: %s', (_, stage, expected) => {
    expect(passes([stage])).toEqual(expected);
  });

  it('does, where the frames of an animation would have to be taken apart', () => {
    expect(passes([{ ...small, adjust: { saturation: 2 } }], true)).toEqual([['resize', 'modulate']]);
  });
});

describe('a picture without colours', () => {
  it.each<readonly [string, Stage, readonly (readonly string[])[]]>([
    ['a tint', { ...small, adjust: { tint: red } }, [['resize'], ['tint']]],
    ['a border', { border: { width: 1, colour: red } }, [[], ['extend']]],
    ['nothing that brings any', { ...small, adjust: { grayscale: true } }, [['resize', 'recomb']]],
  ])('takes none in the first pass: %s', (_, stage, expected) => {
    const grey: Picture = { width: 100, height: 60, alpha: false, grey: true };
    const made = planStage(stage, grey, defaultLimits, { sizes: [], first: 0 });
    expect(passesOf([made], false).map(short)).toEqual(expected);
  });
});

describe('the passes of an animation', () => {
  it.each<readonly [string, readonly Stage[], readonly (readonly string[])[]]>([
    ['one for the strip where nothing is done', [], [[]]],
    [
      'one for the strip where no frame is mixed with its neighbour',
      [{ ...small, adjust: { grayscale: true }, overlays: laid('over') }],
      [['resize', 'recomb', 'lay 0']],
    ],
    ['an empty one for the strip before what mixes frames', [{ blur: 1 }], [[], ['blur']]],
    ['one for the strip and the rest for its frames', [{ ...small, sharpen: 2 }], [['resize'], ['sharpen']]],
    ['the second stage for its frames', [small, smaller], [['resize'], ['resize']]],
    ['a mirroring for its frames', [{ flip: 'h' }], [[], ['turn']]],
    ['a turn for its frames', [{ rotate: { degrees: 90 } }], [[], ['turn']]],
    ['padding for its frames', [{ pad: [1, 1, 1, 1] }], [[], ['extend']]],
    ['a border for its frames', [{ border: { width: 1, colour: red } }], [[], ['extend']]],
    ['round corners for its frames', [{ radius: 'max' }], [[], ['compose']]],
    ['a blended layer for its frames', [{ overlays: laid('screen') }], [[], ['lay 0']]],
    ['one for its frames, not one for each work', [{ blur: 1, opacity: 50 }], [[], ['blur', 'compose']]],
  ])('are %s', (_, stages, expected) => {
    expect(passes(stages, true)).toEqual(expected);
    expect(needsFrames(planned(stages))).toBe(expected.length > 1);
  });
});

describe('passesOf', () => {
  const some = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(of, { nil: undefined });
  const adjust: fc.Arbitrary<Adjustments> = fc.record({
    negate: some(fc.constant(true)),
    contrast: fc.constantFrom<number | 'auto' | undefined>(undefined, 2, 'auto'),
    brightness: some(fc.constant(2)),
    gamma: fc.constantFrom(undefined, 0.5, 2),
    grayscale: some(fc.constant(true)),
    sepia: some(fc.constant(50)),
    tint: some(fc.constant(red)),
  });
  const stage: fc.Arbitrary<Stage> = fc.record({
    crop: some(fc.constant({ width: 10, height: 10 })),
    resize: some(fc.record({ width: fc.constant(8), height: fc.constant(6), fit: fc.constantFrom(...fits) })),
    flip: fc.constantFrom(undefined, ...flips),
    rotate: some(
      fc.record({ degrees: fc.constantFrom(45, 90), frame: fc.constantFrom<'cover' | undefined>(undefined, 'cover') }),
    ),
    adjust: some(adjust),
    blur: some(fc.constant(1)),
    sharpen: some(fc.constant('mild' as const)),
    pad: some(fc.constant([1, 1, 1, 1] as const)),
    border: some(fc.record({ width: fc.constant(1), colour: fc.constantFrom(red, glass) })),
    radius: some(fc.constant('max' as const)),
    opacity: some(fc.constant(50)),
    background: fc.constantFrom(undefined, red, glass),
    overlays: fc.array(fc.constantFrom(...blends), { maxLength: 3 }).map((modes) => laid(...modes)),
  });
  const stages = fc.array(stage, { maxLength: 3 }).map(planned);
  const worksIn = (plans: readonly StagePlan[]) => plans.map((plan) => short(worksOf(plan)));

  it('leaves out nothing and changes no order', () => {
    fc.assert(
      fc.property(stages, fc.boolean(), (plans, isAnimated) => {
        expect(passesOf(plans, isAnimated).flatMap(short)).toEqual(worksIn(plans).flat());
      }),
    );
  });

  it('gives each pass what sharp does in that order, and nothing beside what must be alone', () => {
    fc.assert(
      fc.property(stages, fc.boolean(), (plans, isAnimated) => {
        for (const pass of passesOf(plans, isAnimated)) {
          const order = pass.map(({ rank }) => rank);
          expect(order).toEqual([...new Set(order)].sort((a, b) => a - b));
          if (pass.some(({ isAlone }) => isAlone)) expect(pass).toHaveLength(1);
        }
      }),
    );
  });

  it('mixes no two stages in a pass', () => {
    fc.assert(
      fc.property(stages, fc.boolean(), (plans, isAnimated) => {
        let left = worksIn(plans).filter((works) => works.length > 0);
        for (const pass of passesOf(plans, isAnimated)) {
          const [works = [], ...rest] = left;
          expect(works.slice(0, pass.length)).toEqual(short(pass));
          left = works.length > pass.length ? [works.slice(pass.length), ...rest] : rest;
        }
        expect(left).toEqual([]);
      }),
    );
  });

  it('gives the strip of an animation nothing that would mix its frames', () => {
    fc.assert(
      fc.property(stages, (plans) => {
        expect(passesOf(plans, true)[0]?.some(({ isOfFrame }) => isOfFrame)).toBe(false);
      }),
    );
  });

  it('gives no pass nothing to do, but the first', () => {
    fc.assert(
      fc.property(stages, fc.boolean(), (plans, isAnimated) => {
        const [, ...others] = passesOf(plans, isAnimated);
        expect(others.map(({ length }) => length)).not.toContain(0);
      }),
    );
  });
});

describe('the passes of large round corners', () => {
  // Their pixels are as many as the picture's, for each of eight stages.
  it('hold no pixels before they are made', () => {
    const stage: Stage = { radius: 'max', border: { width: 1, colour: glass } };
    const picture: Picture = { width: 3980, height: 3980, alpha: true };
    const plan = planStage(stage, picture, defaultLimits, { sizes: [], first: 0 });
    const before = process.memoryUsage().arrayBuffers;
    const made = passesOf(Array(8).fill(plan), false);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1e6);
    expect(made).toHaveLength(8);
  });
});

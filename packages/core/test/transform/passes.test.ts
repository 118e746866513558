import { describe, expect, it } from 'vitest';
import type { StagePlan } from '../../src/transform/geometry.ts';
import type { LayerPlan } from '../../src/transform/layers.ts';
import type { Blend } from '../../src/transform/overlay.ts';
import { passesOf } from '../../src/transform/passes.ts';
import type { RenderPlan } from '../../src/transform/plan.ts';

const stage = (width: number): StagePlan => ({ width, height: 1, fit: 'fill', position: 'centre' });

const layer = (of: number, blend: Blend, overlay = 0): LayerPlan => ({
  width: 1,
  height: 1,
  left: 0,
  top: 0,
  opacity: 100,
  stage: of,
  blend,
  overlay,
});

/** The passes in short: the width that each makes and the overlays that it lays on. */
const passes = (stages: readonly StagePlan[], layers: readonly LayerPlan[]) =>
  passesOf({ stages, layers } as RenderPlan).map((pass) => [
    pass.stage?.width,
    pass.layers.map(({ overlay }) => overlay),
  ]);

describe('passesOf', () => {
  it.each<readonly [string, readonly StagePlan[], readonly LayerPlan[], readonly unknown[]]>([
    ['one where nothing changes size', [], [], [[undefined, []]]],
    [
      'one for each stage',
      [stage(9), stage(8)],
      [],
      [
        [9, []],
        [8, []],
      ],
    ],
    ['the same with plain layers', [], [layer(0, 'over', 0), layer(0, 'over', 1)], [[undefined, [0, 1]]]],
    [
      'one more for a layer that is blended, and what lies on it',
      [stage(9)],
      [layer(0, 'over', 0), layer(0, 'screen', 1), layer(0, 'over', 2)],
      [
        [9, [0]],
        [undefined, [1, 2]],
      ],
    ],
    [
      'one more for each such layer, of its stage',
      [stage(9), stage(8)],
      [layer(0, 'multiply', 0), layer(1, 'multiply', 1), layer(1, 'screen', 2)],
      [
        [9, []],
        [undefined, [0]],
        [8, []],
        [undefined, [1]],
        [undefined, [2]],
      ],
    ],
  ])('gives %s', (_, stages, layers, expected) => {
    expect(passes(stages, layers)).toEqual(expected);
  });
});

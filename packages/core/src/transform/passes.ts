import type { StagePlan } from './geometry.ts';
import type { LayerPlan } from './layers.ts';
import type { RenderPlan } from './plan.ts';

/** One pass of sharp. */
export interface Pass {
  /** Undefined where the size does not change. */
  readonly stage: StagePlan | undefined;
  readonly layers: readonly LayerPlan[];
}

/**
 * The passes of a plan: one for each stage, and one more before each layer that is blended, because the picture below it
 * must be there to be mixed with. At least one.
 */
export function passesOf({ stages, layers }: RenderPlan): readonly Pass[] {
  return (stages.length === 0 ? [undefined] : stages).flatMap((stage, index) => {
    const groups: LayerPlan[][] = [[]];
    for (const layer of layers.filter((each) => each.stage === index)) {
      if (layer.blend !== 'over') groups.push([]);
      groups.at(-1)?.push(layer);
    }
    return groups.map((group, place) => ({ stage: place === 0 ? stage : undefined, layers: group }));
  });
}

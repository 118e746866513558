import type { Layer } from '../layer.ts';
import type { LayerPlan } from '../layers.ts';
import type { StagePlan } from '../stage-plan.ts';
import { ranks, type Work } from './step.ts';

/**
 * Lays the layers of a stage on the picture: all in one, but that each which is blended begins anew, because the picture
 * below it must be there to be mixed with.
 */
export function layOn(stage: StagePlan): readonly Work[] {
  const groups: LayerPlan[][] = [];
  for (const layer of stage.layers) {
    if (layer.blend !== 'over' || groups.length === 0) groups.push([]);
    groups.at(-1)?.push(layer);
  }
  return groups.map((layers) => {
    const isBlended = layers.some(({ blend }) => blend !== 'over');
    return {
      rank: ranks.compose,
      // What it is mixed with is what its pass begins with.
      isAlone: isBlended,
      isOfFrame: isBlended,
      layers,
      apply: (picture, context) => {
        const placed = Array.from({ length: context.frames }, (_, frame) =>
          onFrame(context.layers, frame * stage.height),
        );
        return picture.composite(placed.flat());
      },
    };
  });
}

function onFrame(layers: readonly Layer[], offset: number) {
  return layers.map(({ left, top, pixels }) => ({ ...pixels, left, top: top + offset }));
}

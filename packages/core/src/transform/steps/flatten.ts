import { toSharpColour } from '../colour.ts';
import type { StagePlan } from '../stage-plan.ts';
import { ranks, type Step } from './step.ts';

/** Whether a background can be laid under at once, because nothing in between would change its colour or its edge. */
export function flattensEarly({
  background,
  blur,
  adjust,
  sharpen,
  radius,
  opacity,
  border,
  grey,
}: StagePlan): boolean {
  const between = [blur, adjust, sharpen, radius, opacity];
  // A frame that is seen through needs it below; and what is laid on grey would be grey.
  if (grey || (border !== undefined && border.colour.alpha < 255)) return false;
  return background?.alpha === 255 && between.every((each) => each === undefined);
}

/** Lays transparent parts on the background before anything is added around them. */
export const flatten: Step = (stage) => {
  const { background } = stage;
  if (background === undefined || !flattensEarly(stage)) return undefined;
  return { rank: ranks.flatten, apply: (picture) => picture.flatten({ background: toSharpColour(background) }) };
};

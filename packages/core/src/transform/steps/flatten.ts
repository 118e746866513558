import { toSharpColour } from '../colour.ts';
import type { StagePlan } from '../stage-plan.ts';
import { ranks, type Step } from './step.ts';

/** Whether a background can be laid under at once, because nothing in between would change its colour or its edge. */
export function flattensEarly({ background, blur, adjust, sharpen, radius, opacity }: StagePlan): boolean {
  const between = [blur, adjust, sharpen, radius, opacity];
  return background?.alpha === 255 && between.every((each) => each === undefined);
}

/** Lays transparent parts on the background before anything is added around them. */
export const flatten: Step = (stage) => {
  const { background } = stage;
  if (background === undefined || !flattensEarly(stage)) return undefined;
  return { rank: ranks.flatten, apply: (picture) => picture.flatten({ background: toSharpColour(background) }) };
};

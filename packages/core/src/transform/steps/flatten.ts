import { toSharpColour } from '../colour.ts';
import type { StagePlan } from '../stage-plan.ts';
import { ranks, type Step } from './step.ts';

/** Whether a background can be laid under at once, because nothing in between would change its colour or lie on it. */
export function flattensEarly(stage: StagePlan): boolean {
  const { background, blur, adjust, sharpen, pixelate, fill, border, radius, mask, opacity, grey } = stage;
  const between = [blur, adjust, sharpen, pixelate, fill, radius, mask, opacity];
  const isFramed = border !== undefined && border.colour.alpha < 255;
  // What is laid on a picture without colours has none either.
  if (grey || isFramed) return false;
  return background?.alpha === 255 && between.every((each) => each === undefined);
}

/** Lays transparent parts on the background before anything is added around them. */
export const flatten: Step = (stage) => {
  const { background } = stage;
  if (background === undefined || !flattensEarly(stage)) return undefined;
  return { rank: ranks.flatten, apply: (picture) => picture.flatten({ background: toSharpColour(background) }) };
};

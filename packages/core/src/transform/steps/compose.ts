import type { OverlayOptions } from 'sharp';
import { cornersOf, ellipseOf, innerCornersOf } from '../corners.ts';
import { everywhere, onePixel, veil } from '../open.ts';
import type { StagePlan } from '../stage-plan.ts';
import { flattensEarly } from './flatten.ts';
import { ranks, type Step } from './step.ts';

/** Rounds corners, cuts out an ellipse, makes all more transparent, and lays the background under. */
export const compose: Step = (stage) => {
  const { radius, mask, opacity, background } = stage;
  const isUnder = background !== undefined && !flattensEarly(stage);
  if ((radius ?? mask ?? opacity) === undefined && !isUnder) return undefined;
  return {
    rank: ranks.compose,
    isOfFrame: true,
    // Made no earlier: corners are as many pixels as the picture, and a plan only asks whether there are any.
    apply: (picture) => picture.composite([...partsOf(stage)]),
  };
};

function partsOf(stage: StagePlan): readonly OverlayOptions[] {
  const { radius, border, mask, opacity, background } = stage;
  return [
    ...(radius === undefined || border === undefined ? [] : innerCornersOf(radius, stage, border)),
    ...(radius === undefined ? [] : cornersOf(radius, stage)),
    ...(mask === undefined ? [] : ellipseOf(stage)),
    ...(opacity === undefined ? [] : [veil(opacity)]),
    ...(background === undefined || flattensEarly(stage) ? [] : [everywhere(onePixel(background), 'dest-over')]),
  ];
}

import { toSharpColour, transparent } from '../colour.ts';
import { flattensEarly } from './flatten.ts';
import { ranks, type Step } from './step.ts';

/** Makes the picture the size of the plan. */
export const resize: Step = (stage) => {
  if (stage.resize === undefined) return undefined;
  const { width, height, fit, position, enlarge = false, fastShrinkOnLoad = true } = stage.resize;
  const canvas = flattensEarly(stage) ? stage.background : transparent;
  const background = toSharpColour(canvas ?? transparent);
  const withoutEnlargement = fit === 'contain' && !enlarge;
  return {
    rank: ranks.resize,
    colours: 'multiplied',
    apply: (picture) =>
      picture.resize({ width, height, fit, position, background, withoutEnlargement, fastShrinkOnLoad }),
  };
};

import type { Step } from './step.ts';

const transparent = { r: 0, g: 0, b: 0, alpha: 0 };
const white = '#ffffff';

/** Makes the picture the size of the plan. */
export const resize: Step = (picture, { plan, stage }) => {
  if (stage === undefined) return picture;
  const { width, height, fit, position } = stage;
  return picture.resize({
    width,
    height,
    fit,
    position,
    // sharp flattens before it lays the picture on a canvas.
    background: plan.flatten ? white : transparent,
    withoutEnlargement: fit === 'contain',
  });
};

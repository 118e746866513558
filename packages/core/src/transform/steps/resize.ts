import type { Step } from '../pipeline.ts';

const transparent = { r: 0, g: 0, b: 0, alpha: 0 };

/** Makes the picture the size of the plan. */
export const resize: Step = (picture, { stage }) => {
  if (stage === undefined) return picture;
  const { width, height, fit, position } = stage;
  return picture.resize({
    width,
    height,
    fit,
    position,
    background: transparent,
    withoutEnlargement: fit === 'contain',
  });
};

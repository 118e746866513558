import type { Step } from './step.ts';

/** Turns the picture upright by its EXIF orientation. AVIF is upright as decoded. */
export const orient: Step = (picture, { image }) => {
  if (image.orientation === 1 || image.format === 'avif') return picture;
  return picture.autoOrient();
};

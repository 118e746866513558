import type { Sharp } from 'sharp';
import type { ImageInfo } from '../image.ts';
import type { Step } from './step.ts';

/** Turns the picture upright by its EXIF orientation. */
export const orient: Step = (picture, { image }) => upright(picture, image);

/** A picture turned upright. AVIF is upright as decoded. */
export function upright(picture: Sharp, image: ImageInfo): Sharp {
  if (image.orientation === 1 || image.format === 'avif') return picture;
  return picture.autoOrient();
}

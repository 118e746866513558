import type { Sharp } from 'sharp';
import type { ImageInfo } from './image.ts';

/** A picture turned upright by its EXIF orientation. AVIF is upright as decoded. */
export function upright(picture: Sharp, image: ImageInfo): Sharp {
  if (image.orientation === 1 || image.format === 'avif') return picture;
  return picture.autoOrient();
}

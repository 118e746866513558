import type { Sharp } from 'sharp';
import type { ImageFormat } from '../image.ts';
import type { RenderPlan } from '../plan.ts';

/** Encodes the result. */
export function encode(picture: Sharp, format: ImageFormat, { alpha, encoding, density, keep }: RenderPlan): Sharp {
  // What is opaque may have got alpha on its way.
  const made = alpha ? picture : picture.removeAlpha();
  if (density === undefined) return made.toFormat(format, encoding);
  // sharp would keep all of the original's EXIF beside the density.
  const said = keep === 'all' ? made : made.withExif({});
  return said.withDensity(density).toFormat(format, encoding);
}

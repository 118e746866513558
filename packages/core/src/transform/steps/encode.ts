import type { Sharp } from 'sharp';
import type { ImageFormat } from '../image.ts';
import type { RenderPlan } from '../plan.ts';

/** Encodes the result. */
export function encode(picture: Sharp, format: ImageFormat, { alpha, encoding }: RenderPlan): Sharp {
  // What is opaque may have got alpha on its way.
  return (alpha ? picture : picture.removeAlpha()).toFormat(format, encoding);
}

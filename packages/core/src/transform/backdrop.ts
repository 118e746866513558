import type { Sharp } from 'sharp';
import { type Size, scale } from './geometry.ts';
import { type Opener, type RawPicture, toRaw } from './open.ts';

/** Pixels of the longer side in which a backdrop is blurred: nobody sees more in it, and a wide bell costs the more. */
const blurredSide = 128;
/** Parts of the longer side that are one standard deviation. */
const parts = 20;

/** A picture blurred, and so large that it covers a size. Throws what sharp throws. */
export async function backdropOf(picture: Sharp, size: Size, open: Opener): Promise<RawPicture> {
  const longer = Math.max(size.width, size.height);
  const small = scale(size, Math.min(1, blurredSide / longer));
  const sigma = Math.max(0.3, Math.min(blurredSide, longer) / parts);
  const blurred = await toRaw(picture.resize({ ...small, fit: 'cover' }).blur({ sigma, precision: 'float' }));
  return toRaw(open.raw(blurred).resize({ ...size, fit: 'fill' }));
}

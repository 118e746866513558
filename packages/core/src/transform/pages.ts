import { TintypeError } from '../errors.ts';
import type { ImageInfo } from './image.ts';

/**
 * The page of an original that is made a picture of: the first where none is asked for. Everything but a TIFF of several
 * pages comes back as it is, and so does the first page where there is none of that number.
 *
 * @param frame from 1.
 * @throws TintypeError `INVALID_PARAMETER` for a page too far back to be picked, and what is wrong with that page.
 */
export function pageOf(image: ImageInfo, frame = 1): ImageInfo {
  const { format, frames, pages } = image;
  if (pages === undefined) return image;
  const page = pages[frame > frames ? 0 : frame - 1];
  if (page === undefined) {
    const message = `frame: of ${frames} pages only the first ${pages.length} can be picked.`;
    throw new TintypeError('INVALID_PARAMETER', { message });
  }
  if (typeof page === 'string') throw new TintypeError(page);
  return { format, frames, ...page };
}

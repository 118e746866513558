import type { ImageInfo } from './image.ts';
import type { Opener, RawPicture } from './open.ts';
import { dataUriOf, placeholderOf, thumbnailSize } from './placeholder.ts';
import type { RenderPlan } from './plan.ts';

/** What a description is made of, beside the picture. */
export interface Described {
  readonly plan: RenderPlan;
  readonly image: ImageInfo;
  /** Of the original. */
  readonly bytes: number;
  readonly open: Opener;
}

/** Pixels of the longer side, and quality, of the picture that is put into a page: some 100 bytes. */
const tinySide = 16;
const tinyQuality = 40;

async function tinyOf(thumbnail: RawPicture, open: Opener): Promise<Uint8Array> {
  const { width, height } = thumbnail.raw;
  const size = thumbnailSize(width, height, tinySide);
  return open
    .raw(thumbnail)
    .resize({ ...size, fit: 'fill' })
    .webp({ quality: tinyQuality })
    .toBuffer();
}

/** Describes a picture, of which a thumbnail is given: as JSON in UTF-8. */
export async function describePicture(
  thumbnail: RawPicture,
  { plan, image, bytes, open }: Described,
): Promise<Uint8Array> {
  const { width, height } = plan;
  const { format, frames, orientation, alpha } = image;
  const { width: across, height: down } = thumbnail.raw;
  const description = {
    width,
    height,
    format,
    frames,
    orientation,
    alpha,
    bytes,
    ...placeholderOf({ data: thumbnail.input, width: across, height: down }),
    placeholder: dataUriOf(await tinyOf(thumbnail, open)),
  };
  return new TextEncoder().encode(JSON.stringify(description));
}

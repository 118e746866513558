import type { ImageInfo } from './image.ts';
import type { RawPicture } from './open.ts';
import { dataUriOf, placeholderOf } from './placeholder.ts';
import type { RenderPlan } from './plan.ts';

/** What a description is made of, beside the picture. */
export interface Described {
  readonly plan: RenderPlan;
  readonly image: ImageInfo;
  /** Of the original. */
  readonly bytes: number;
}

/** Describes a picture, of which a thumbnail is given: as JSON in UTF-8. */
export async function describePicture(thumbnail: RawPicture, { plan, image, bytes }: Described): Promise<Uint8Array> {
  const { width, height } = plan;
  const { format, frames, orientation, alpha } = image;
  const placeholder = placeholderOf({ data: thumbnail.input, ...thumbnail.raw });
  const description = {
    width,
    height,
    format,
    frames,
    orientation,
    alpha,
    bytes,
    ...placeholder,
    placeholder: await dataUriOf(thumbnail),
  };
  return new TextEncoder().encode(JSON.stringify(description));
}

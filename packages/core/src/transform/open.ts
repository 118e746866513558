import sharp, { type Sharp } from 'sharp';
import type { ImageFormat } from './image.ts';
import type { Limits } from './limits.ts';
import { withoutTextChunks } from './text-chunks.ts';

/** Seconds after which sharp gives up a render, all its passes together. It cannot interrupt a decoder; the limits do. */
export const renderTimeout = 30;

/** Decoded pixels, as sharp takes them. */
export interface RawPicture {
  readonly input: Buffer;
  readonly raw: { readonly width: number; readonly height: number; readonly channels: 1 | 2 | 3 | 4 };
}

/** Opens pictures for the passes of one render. */
export interface Opener {
  /** Opens encoded bytes of a type, the first frame alone unless `animated`. */
  encoded(bytes: Uint8Array, format: ImageFormat, animated: boolean): Sharp;
  /** Opens decoded pixels of our own making. */
  raw(picture: RawPicture): Sharp;
}

/** Creates the opener of a render that begins now: each pass gets what is left of its time. */
export function createOpener(limits: Limits): Opener {
  const end = performance.now() + renderTimeout * 1000;
  // sharp counts in whole seconds and takes 0 for no end.
  const timeout = () => ({ seconds: Math.max(1, Math.ceil((end - performance.now()) / 1000)) });
  // The second line: our own probe has refused what is larger.
  const limitInputPixels = Math.max(limits.pixels, limits.animationPixels);
  return {
    encoded(bytes, format, animated) {
      const picture = sharp(withoutTextChunks(bytes), { animated, limitInputPixels }).timeout(timeout());
      // sharp takes what has 16 bits and a colour profile into Display P3, and drops that fact with the profile.
      return format === 'png' || format === 'avif' ? picture.pipelineColourspace('srgb') : picture;
    },
    raw: ({ input, raw }) => sharp(input, { raw }).timeout(timeout()),
  };
}

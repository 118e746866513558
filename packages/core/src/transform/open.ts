import sharp, { type OverlayOptions, type Sharp } from 'sharp';
import { TintypeError } from '../errors.ts';
import type { Colour } from './colour.ts';
import type { Size } from './geometry.ts';
import type { ImageInfo, SourceFormat } from './image.ts';
import type { Limits } from './limits.ts';
import { hasCostlyProfile } from './profile.ts';
import { withoutTextChunks } from './text-chunks.ts';

/**
 * Seconds after which a render is given up where nobody said otherwise, all its passes together. sharp cannot interrupt a
 * decoder: the limits do, and the end of its process.
 */
export const defaultRenderTimeout = 30;

/** Decoded pixels in sRGB with alpha, as sharp takes them. */
export interface RawPicture {
  readonly input: Buffer;
  readonly raw: { readonly width: number; readonly height: number; readonly channels: 4; readonly pageHeight?: number };
}

/** Which of its frames a file is opened with: all, or one by its number from 0. */
export type Frames = 'all' | number;

/** Types whose pixels may have 16 bits a channel. */
const has16Bits: ReadonlySet<SourceFormat> = new Set<SourceFormat>(['png', 'avif', 'tiff']);

/** Opens pictures for the passes of one render. */
export interface Opener {
  /** Opens encoded bytes of a type. */
  encoded(bytes: Uint8Array, format: SourceFormat, frames: Frames): Sharp;
  /** Opens an SVG, drawn in a size. */
  drawn(bytes: Uint8Array, image: ImageInfo, size: Size): Sharp;
  /** Opens decoded pixels of our own making. */
  raw(picture: RawPicture): Sharp;
  /** For work of our own. Throws `RENDER_TIMEOUT` where no time is left. */
  checkTime(): void;
}

/**
 * Creates the opener of a render that begins now: each pass gets what is left of its time.
 *
 * @param seconds for all passes together.
 * @throws TintypeError `RENDER_TIMEOUT` when something is opened and nothing is left.
 */
export function createOpener(limits: Limits, seconds: number): Opener {
  const end = performance.now() + seconds * 1000;
  // sharp counts in whole seconds and takes 0 for no end.
  const timeout = () => {
    const left = end - performance.now();
    if (left <= 0) throw new TintypeError('RENDER_TIMEOUT');
    return { seconds: Math.ceil(left / 1000) };
  };
  // The second line: our own probe has refused what is larger.
  const limitInputPixels = Math.max(limits.pixels, limits.animationPixels);
  return {
    encoded(bytes, format, frames) {
      const which = frames === 'all' ? { animated: true } : { page: frames };
      const ignoreIcc = hasCostlyProfile(bytes, format);
      const picture = sharp(withoutTextChunks(bytes), { ...which, limitInputPixels, ignoreIcc }).timeout(timeout());
      // sharp takes what has 16 bits and a colour profile into Display P3, and drops that fact with the profile.
      return has16Bits.has(format) ? picture.pipelineColourspace('srgb') : picture;
    },
    drawn(bytes, image, { width, height }) {
      const factor = Math.max(width / image.width, height / image.height);
      const density = Math.min(100_000, Math.max(1, 72 * factor));
      // The renderer may be a pixel off.
      return sharp(bytes, { density, limitInputPixels }).timeout(timeout()).resize({ width, height, fit: 'fill' });
    },
    raw: ({ input, raw }) => sharp(input, { raw, limitInputPixels }).timeout(timeout()),
    checkTime: () => void timeout(),
  };
}

/** Makes the picture and gives its pixels. */
export async function toRaw(picture: Sharp): Promise<RawPicture> {
  // In this order: alpha is added to whatever colours there are.
  const { data, info } = await picture.toColourspace('srgb').ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  if (info.channels !== 4) throw new Error(`Expected 4 channels but received ${info.channels}`);
  return { input: data, raw: { width: info.width, height: info.height, channels: 4 } };
}

/** One pixel of a colour. */
export function onePixel({ r, g, b, alpha }: Colour): RawPicture {
  return { input: Buffer.from([r, g, b, Math.round(alpha)]), raw: { width: 1, height: 1, channels: 4 } };
}

/** What leaves so many percent of the alpha of a picture when it is laid on. */
export function veil(opacity: number): OverlayOptions {
  return everywhere(onePixel({ r: 0, g: 0, b: 0, alpha: (opacity * 255) / 100 }), 'dest-in');
}

/** A picture laid on another again and again, from the left top. */
export function everywhere({ input, raw }: RawPicture, blend: NonNullable<OverlayOptions['blend']>): OverlayOptions {
  return { input, raw, tile: true, gravity: 'northwest', blend };
}

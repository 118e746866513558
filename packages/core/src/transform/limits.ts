import { TintypeError } from '../errors.ts';
import { type Expectation, expectations } from '../options.ts';
import { type ImageInfo, isAnimation } from './image.ts';

/** What an original may cost. Decoders take memory by the pixel and not by the byte, each type at its own rate. */
export interface Limits {
  /**
   * Bytes of an original.
   *
   * @default 26_214_400 (25 MiB)
   */
  readonly bytes: number;
  /**
   * Pixels of a still JPEG or PNG, which decoders read row by row, and of the canvas of a GIF, of which they hold one frame.
   *
   * @default 50_000_000
   */
  readonly pixels: number;
  /**
   * Pixels where the decoder holds the whole picture: interlaced PNG, progressive JPEG, WebP; and of all
   * frames together where each is worked on by itself.
   *
   * @default 25_000_000
   */
  readonly heldPixels: number;
  /**
   * Pixels of an AVIF, which takes the most memory for each.
   *
   * @default 16_000_000
   */
  readonly avifPixels: number;
  /**
   * Width and height of an original, in pixels.
   *
   * @default 16_384
   */
  readonly side: number;
  /**
   * Scans of a progressive JPEG, each of which goes over the whole picture. Encoders make some ten.
   *
   * @default 100
   */
  readonly scans: number;
  /**
   * Frames of an animation. One with more is rendered as its first frame.
   *
   * @default 300
   */
  readonly frames: number;
  /**
   * Frames that a file may have at all: decoders list them before they decode the first.
   *
   * @default 10_000
   */
  readonly listedFrames: number;
  /**
   * Frames × canvas of an animation, in pixels. One with more is rendered as its first frame.
   *
   * @default 100_000_000
   */
  readonly animationPixels: number;
  /**
   * Width and height of a derivative, in pixels.
   *
   * @default 4096
   */
  readonly outputSide: number;
  /**
   * Pixels of a derivative.
   *
   * @default 16_000_000
   */
  readonly outputPixels: number;
}

/** What a result may measure. */
export type OutputLimits = Pick<Limits, 'outputSide' | 'outputPixels'>;

/** The limits that hold where nobody set others. */
export const defaultLimits: Limits = {
  bytes: 25 * 1024 * 1024,
  pixels: 50_000_000,
  heldPixels: 25_000_000,
  avifPixels: 16_000_000,
  side: 16_384,
  scans: 100,
  frames: 300,
  listedFrames: 10_000,
  animationPixels: 100_000_000,
  outputSide: 4096,
  outputPixels: 16_000_000,
};

/** What `checkOptions` expects of each limit. */
export const limitExpectations: Readonly<Record<keyof Limits, Expectation>> = {
  bytes: expectations.bytes,
  pixels: expectations.count,
  heldPixels: expectations.count,
  avifPixels: expectations.count,
  side: expectations.count,
  scans: expectations.count,
  frames: expectations.count,
  listedFrames: expectations.count,
  animationPixels: expectations.count,
  outputSide: expectations.count,
  outputPixels: expectations.count,
};

/**
 * Refuses an original whose first frame alone would cost too much. A long animation is no reason, unless it is one of
 * many thousand frames: see {@link isAnimationWithin}.
 *
 * @throws TintypeError `ORIGINAL_TOO_LARGE`, with a message that names the limit and both numbers.
 */
export function checkLimits(image: ImageInfo, limits: Limits): void {
  const side = Math.max(image.width, image.height);
  if (side > limits.side) {
    throw tooLarge(`The original is ${side} pixels on its longer side; ${limits.side} are allowed.`);
  }
  const { allowed, subject } = pixelLimit(image, limits);
  const pixels = image.width * image.height;
  if (pixels > allowed) {
    throw tooLarge(`${subject} has ${overMegapixels(pixels)} megapixels; ${allowed / 1e6} are allowed.`);
  }
  const { scans = 1, frames } = image;
  if (scans > limits.scans) {
    throw tooLarge(`The original has ${scans} scans; ${limits.scans} are allowed.`);
  }
  if (frames > limits.listedFrames) {
    throw tooLarge(`The original has ${frames} frames; ${limits.listedFrames} are allowed.`);
  }
}

/**
 * Refuses to go to a frame of an animation, from 1, where all before it would cost too much: decoders go through them.
 *
 * @throws TintypeError `ORIGINAL_TOO_LARGE`, with a message that names both numbers.
 */
export function checkFrameWithin(frame: number, image: ImageInfo, limits: Limits): void {
  const pixels = frame * image.width * image.height;
  if (frame === 1 || !isAnimation(image) || pixels <= limits.animationPixels) return;
  const allowed = limits.animationPixels / 1e6;
  throw tooLarge(`frame: up to that one there are ${overMegapixels(pixels)} megapixels; ${allowed} are allowed.`);
}

/**
 * Whether an animation may be rendered with all its frames. True for a still image.
 */
export function isAnimationWithin(image: ImageInfo, limits: Limits): boolean {
  if (image.frames === 1) {
    return true;
  }
  return image.frames <= limits.frames && image.frames * image.width * image.height <= limits.animationPixels;
}

function pixelLimit(image: ImageInfo, limits: Limits): { readonly allowed: number; readonly subject: string } {
  if (image.format === 'avif') {
    return { allowed: limits.avifPixels, subject: 'The original, an AVIF,' };
  }
  if (image.interlaced && image.format === 'tiff') {
    return { allowed: limits.heldPixels, subject: 'The original, a TIFF that is decoded in one piece,' };
  }
  if (image.interlaced && image.format !== 'webp') {
    return { allowed: limits.heldPixels, subject: 'The original, interlaced or progressive,' };
  }
  if (image.format === 'webp') {
    return { allowed: limits.heldPixels, subject: 'The original, a WebP,' };
  }
  return { allowed: limits.pixels, subject: 'The original' };
}

/** Rounded up, so that a picture just over a limit does not read as just at it. */
function overMegapixels(pixels: number): string {
  return (Math.ceil(pixels / 1e5) / 10).toFixed(1);
}

function tooLarge(message: string): TintypeError {
  return new TintypeError('ORIGINAL_TOO_LARGE', { message });
}

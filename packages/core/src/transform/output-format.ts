import type { AcceptClass } from '../http/accept.ts';
import { sizeOf } from './geometry.ts';
import { type ImageFormat, type ImageInfo, isAnimation } from './image.ts';
import { isAnimationWithin, type Limits } from './limits.ts';
import { needsFrames } from './passes.ts';
import type { StagePlan } from './stage-plan.ts';
import type { OutputFormat } from './transformation.ts';

/** The type that an output is made in. */
export function outputFormat(
  asked: OutputFormat | 'auto' | undefined,
  image: ImageInfo,
  accept: AcceptClass,
  animated: boolean,
): OutputFormat {
  if (asked === undefined) return madeOf(image);
  if (asked !== 'auto') return asked;
  // libheif writes no AVIF sequences: an animation stays one as WebP, or as GIF for everybody.
  if (animated) return accept.includes('webp') ? 'webp' : 'gif';
  if (accept.includes('avif')) return 'avif';
  if (accept.includes('webp')) return 'webp';
  return everybodysFormat(image);
}

/** What every client decodes: the original's type where that is one, else by whether there is alpha to keep. */
function everybodysFormat(image: ImageInfo): ImageFormat {
  if (image.format === 'webp' || image.format === 'avif') return plainFormat(image);
  return madeOf(image);
}

/** What is made of an original where nobody says. */
function madeOf(image: ImageInfo): ImageFormat {
  if (image.format === 'svg') return 'png';
  return image.format === 'tiff' ? plainFormat(image) : image.format;
}

/** By whether there is alpha to keep. */
function plainFormat({ alpha }: ImageInfo): ImageFormat {
  return alpha ? 'png' : 'jpeg';
}

/** Whether a type can hold an animation. */
export const canAnimate = (format: OutputFormat): boolean => format === 'webp' || format === 'gif';

/** Whether all frames of an original can be kept through some stages, whatever type comes out. */
export function isAnimatedWithin(image: ImageInfo, stages: readonly StagePlan[], limits: Limits): boolean {
  // sharp turns and mirrors single pictures only.
  if (!isAnimation(image) || image.orientation !== 1 || !isAnimationWithin(image, limits)) return false;
  // Work on each frame by itself holds all of them at once.
  const most = needsFrames(stages) ? limits.heldPixels : limits.animationPixels;
  const pixels = [sizeOf(image), ...stages]
    .slice(needsFrames(stages) ? 0 : -1)
    .map(({ width, height }) => width * height);
  // The first is read row by row where it is made smaller at once.
  const held = needsFrames(stages) && stages[0]?.resize !== undefined ? pixels.slice(1) : pixels;
  return image.frames * Math.max(...held) <= most;
}

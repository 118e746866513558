import type { Encoding } from './encoding.ts';
import { type Region, type Size, scale, sizeOf, within } from './geometry.ts';
import type { ImageInfo, SourceFormat } from './image.ts';
import type { RenderPlan } from './plan.ts';

/**
 * A copy of an original, smaller and quick to decode, from which derivatives that are smaller still are made instead.
 * How it is made, and what it will be, as the header of the original alone says.
 */
export interface Mezzanine {
  readonly plan: RenderPlan;
  readonly image: ImageInfo;
}

/** Pixels of the longer side where the option says no more than `true`. */
export const defaultMezzanineSide = 2048;

/** Pixels from which on a type is worth it; none where it never is. A decoder of baseline JPEG makes them smaller as it reads. */
const leastPixels: Partial<Record<SourceFormat, number>> = { jpeg: 12_000_000, png: 0, webp: 0, avif: 0 };

/**
 * Seen at half its size or less nobody can tell it from the original (docs/formats.md): even of its colours, which it has
 * for four pixels together, there is one for each pixel then.
 */
const encoding: Encoding = { quality: 90, chromaSubsampling: '4:2:0' };

/** A mezzanine is at least so many times as large as what is made from it. */
const margin = 2;

/**
 * The mezzanine of an original, by its header alone; undefined where it would save nothing: where the original is small,
 * or a baseline JPEG below 12 megapixels; or where it would lose something: transparency, or frames.
 *
 * @param side pixels of its longer side.
 */
export function mezzanineOf(image: ImageInfo, side: number): Mezzanine | undefined {
  const size = sizeOf(image);
  const longer = Math.max(size.width, size.height);
  if (image.alpha || image.frames > 1 || longer <= side) return undefined;
  const least = image.interlaced ? 0 : leastPixels[image.format];
  if (least === undefined || size.width * size.height < least) return undefined;
  const made = scale(size, side / longer);
  const stage = {
    ...made,
    resize: { ...made, fit: 'fill', position: 'centre' },
    layers: [],
    alpha: false,
  } as const;
  return {
    plan: { stages: [stage], format: 'jpeg', encoding, animated: false, alpha: false, ...made },
    image: { format: 'jpeg', ...made, orientation: 1, frames: 1, alpha: false, interlaced: false },
  };
}

/**
 * The plan by which a derivative is made from the mezzanine, its `recipe` set; undefined where it is to be made from the
 * original: where it shows more than half of the detail that the mezzanine has, loses nothing, or looks at the pixels as
 * they are.
 */
export function planFrom(
  { plan: mezzanine, image }: Mezzanine,
  original: ImageInfo,
  plan: RenderPlan,
): RenderPlan | undefined {
  const [stage, ...others] = plan.stages;
  const needsOriginal = plan.trimmed !== undefined || plan.asStored || plan.keep !== undefined;
  if (stage?.resize === undefined || needsOriginal || !isLossy(plan)) return undefined;
  const from = sizeOf(original);
  const factors: Size = { width: image.width / from.width, height: image.height / from.height };
  const { width, height } = stage.crop ?? from;
  // A pixel more is what rounding may add to a side.
  const isWithin =
    stage.resize.width * margin <= width * factors.width + 1 &&
    stage.resize.height * margin <= height * factors.height + 1;
  if (!isWithin) return undefined;
  const crop = stage.crop === undefined ? {} : { crop: scaled(stage.crop, factors, image) };
  // A decoder that makes it smaller at once may do worse by it than by the original; it is quick enough without.
  const resize = { ...stage.resize, fastShrinkOnLoad: false } as const;
  return {
    ...plan,
    recipe: { mezzanine },
    stages: [{ ...stage, ...crop, resize }, ...others],
  };
}

/** Whether a few bits more or less in a pixel are lost in the encoding anyway. */
function isLossy({ format, encoding: { lossless } }: RenderPlan): boolean {
  return format === 'jpeg' || ((format === 'webp' || format === 'avif') && lossless !== true);
}

/** A part of the original as the same part of the mezzanine, to the nearest pixel. */
function scaled({ left, top, width, height }: Region, by: Size, whole: Size): Region {
  const size = { width: side(width * by.width, whole.width), height: side(height * by.height, whole.height) };
  return {
    ...size,
    left: within(Math.round(left * by.width), whole.width - size.width),
    top: within(Math.round(top * by.height), whole.height - size.height),
  };
}

function side(length: number, most: number): number {
  return Math.min(most, Math.max(1, Math.round(length)));
}

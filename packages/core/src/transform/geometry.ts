import { TintypeError } from '../errors.ts';
import { type ImageInfo, isSideways } from './image.ts';
import type { Limits } from './limits.ts';
import type { Fit, Position, Resize, Stage, Transformation } from './transformation.ts';

/** Width and height in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** One pass with every length known, in pixels. */
export interface StagePlan {
  /** The size to make, exactly. */
  readonly width: number;
  readonly height: number;
  /** `fill`: the sizes are in proportion already. */
  readonly fit: Exclude<Fit, 'inside' | 'outside'>;
  readonly position: Position;
}

/** The size of an image as it is looked at: its orientation applied. */
export function sizeOf(image: ImageInfo): Size {
  const { width, height } = image;
  return isSideways(image.orientation) ? { width: height, height: width } : { width, height };
}

/**
 * Refuses a size over the limits before anything is read.
 *
 * @throws TintypeError `INVALID_PARAMETER`.
 */
export function checkRequestedSize(transformation: Transformation, limits: Limits): void {
  for (const { resize } of transformation.stages) {
    const [width = 1, height = 1] = [resize?.width, resize?.height];
    if (Math.max(width, height) > limits.outputSide) {
      const side = width > limits.outputSide ? 'w' : 'h';
      const message = `${side}: at most ${limits.outputSide} pixels may be asked for, dpr included.`;
      throw new TintypeError('INVALID_PARAMETER', { message });
    }
    if (width * height > limits.outputPixels) {
      const message = `w, h: at most ${limits.outputPixels / 1e6} megapixels may be asked for, dpr included.`;
      throw new TintypeError('INVALID_PARAMETER', { message });
    }
  }
}

/** The exact sizes of one stage. Nothing is enlarged; what nobody asked for is kept within the output limits. */
export function stagePlan(stage: Stage, from: Size, limits: Limits): StagePlan {
  if (stage.resize === undefined) return proportional(clamp(from, limits));
  const { resize } = stage;
  if (resize.width === undefined || resize.height === undefined) {
    return proportional(clamp(scale(from, Math.min(1, oneSideScale(resize, from))), limits));
  }
  const box = { width: resize.width, height: resize.height };
  const planned = boxPlans[resize.fit ?? 'cover'](box, from, resize, limits);
  // In the picture's own proportions nothing is cut off and nothing is added, whatever the fit.
  const isOwnShape = planned.width * from.height === planned.height * from.width;
  return isOwnShape && planned.width <= from.width ? proportional(planned) : planned;
}

type BoxPlan = (box: Size, from: Size, resize: Resize, limits: Limits) => StagePlan;

const boxPlans: Readonly<Record<NonNullable<Resize['fit']>, BoxPlan>> = {
  inside: (box, from) => proportional(scale(from, Math.min(1, box.width / from.width, box.height / from.height))),
  outside: (box, from, _resize, limits) =>
    proportional(clamp(scale(from, Math.min(1, Math.max(box.width / from.width, box.height / from.height))), limits)),
  fill: (box, from) => ({
    width: Math.min(box.width, from.width),
    height: Math.min(box.height, from.height),
    fit: 'fill',
    position: 'centre',
  }),
  // The box keeps its proportions and shrinks until the picture covers it without growing.
  cover: (box, from, { position = 'centre' }) => ({
    ...scale(box, Math.min(1, from.width / box.width, from.height / box.height)),
    fit: 'cover',
    position,
  }),
  contain: (box, _from, { position = 'centre' }) => ({
    ...box,
    fit: 'contain',
    // A smart position has nothing to choose where nothing is cut off.
    position: position === 'entropy' || position === 'attention' ? 'centre' : position,
  }),
};

function proportional(size: Size): StagePlan {
  return { ...size, fit: 'fill', position: 'centre' };
}

function oneSideScale({ width, height }: Resize, from: Size): number {
  return width === undefined ? (height ?? from.height) / from.height : width / from.width;
}

function scale(size: Size, factor: number): Size {
  return {
    width: Math.max(1, Math.round(size.width * factor)),
    height: Math.max(1, Math.round(size.height * factor)),
  };
}

function clamp(size: Size, limits: Limits): Size {
  const bySide = limits.outputSide / Math.max(size.width, size.height);
  const byPixels = Math.sqrt(limits.outputPixels / (size.width * size.height));
  const factor = Math.min(1, bySide, byPixels);
  if (factor === 1) return size;
  // Rounding must not lead back over the limit.
  return {
    width: Math.max(1, Math.floor(size.width * factor)),
    height: Math.max(1, Math.floor(size.height * factor)),
  };
}

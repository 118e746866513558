import { TintypeError } from '../errors.ts';
import { type ImageInfo, isSideways } from './image.ts';
import { type Length, wholePixelsOf } from './length.ts';
import type { OutputLimits } from './limits.ts';
import { allStages } from './overlay.ts';
import type { Bounds, Fit, Position, Resize } from './stage.ts';
import type { Transformation } from './transformation.ts';

/** Width and height in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A rectangle of a picture, in whole pixels. */
export interface Region extends Size {
  readonly left: number;
  readonly top: number;
}

/** A change of size with every length known, in pixels. */
export interface ResizePlan extends Size {
  /** `fill`: the sizes are in proportion already, or are not to be. */
  readonly fit: Exclude<Fit, 'inside' | 'outside' | 'none'>;
  readonly position: Position;
  /** Whether a picture grows to fill a canvas. */
  readonly enlarge?: boolean | undefined;
  /** Whether a JPEG's decoder may make it so much smaller as it reads that some sharpness is lost; undefined for yes. */
  readonly fastShrinkOnLoad?: false | undefined;
}

/** What is to become of a picture: a change of size, or with `none` a canvas that it lies on as it is. */
export interface BoxPlan extends Omit<ResizePlan, 'fit'> {
  readonly fit: ResizePlan['fit'] | 'none';
  /** What is cut out first, where a point stays in view. */
  readonly cut?: Region | undefined;
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
export function checkRequestedSize(transformation: Transformation, limits: OutputLimits): void {
  for (const { resize } of allStages(transformation.stages)) {
    const [width, height] = [requested(resize?.width), requested(resize?.height)];
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

/** Shares are known with the picture only. */
function requested(length: Length | undefined): number {
  return typeof length === 'number' ? length : 1;
}

/** The exact size that a resize makes. What nobody asked for is kept within the output limits. */
export function resizePlan(resize: Resize | undefined, from: Size, limits: OutputLimits): BoxPlan {
  const asked = resize ?? {};
  const { width, height, enlarge } = bounded(resolved(resize, from), asked, from);
  const most = enlarge === true ? Number.POSITIVE_INFINITY : 1;
  if (width === undefined && height === undefined) return proportional(clamp(from, limits));
  if (width === undefined || height === undefined) {
    const factor = width === undefined ? (height ?? from.height) / from.height : width / from.width;
    return proportional(clamp(scale(from, Math.min(most, factor)), limits));
  }
  const { fit = 'cover' } = asked;
  // A side that is within the limits may have another beside it, by a ratio or a share, that is not.
  const box = clamp({ width, height }, limits);
  const planned = boxPlans[fit](box, { from, most, resize: asked, limits });
  return isOwnShape(planned, from) && planned.width <= from.width * most ? proportional(planned) : planned;
}

/** In the picture's own proportions nothing is cut off and nothing is added, whatever the fit. */
function isOwnShape({ width, height, fit, cut }: BoxPlan, from: Size): boolean {
  return width * from.height === height * from.width && cut === undefined && fit !== 'none';
}

interface Box {
  readonly width: number | undefined;
  readonly height: number | undefined;
  readonly enlarge: boolean | undefined;
}

/** The sides of a box in whole pixels, those included that a ratio gives. */
function resolved(resize: Resize | undefined, from: Size): Box {
  const { ratio, fit = 'cover', enlarge } = resize ?? {};
  const width = resize?.width === undefined ? undefined : wholePixelsOf(resize.width, from.width);
  const height = resize?.height === undefined ? undefined : wholePixelsOf(resize.height, from.height);
  if (ratio === undefined || (width !== undefined && height !== undefined)) return { width, height, enlarge };
  const factor = ratio.width / ratio.height;
  if (width !== undefined) return { width, height: Math.max(1, Math.round(width / factor)), enlarge };
  if (height !== undefined) return { width: Math.max(1, Math.round(height * factor)), height, enlarge };
  return { ...ofRatio(factor, from, fit === 'contain'), enlarge };
}

/** The largest box of a ratio in a picture, or the smallest around it. */
function ofRatio(ratio: number, { width, height }: Size, isAround: boolean): Size {
  const isWider = ratio > width / height;
  return isWider === isAround
    ? { width: Math.max(1, Math.round(height * ratio)), height }
    : { width, height: Math.max(1, Math.round(width / ratio)) };
}

/** A box with its sides kept within bounds, where it is cropped to. A side that nobody asked for is looked at too. */
function bounded(box: Box, { fit = 'cover', least, most }: Resize, from: Size): Box {
  if (fit !== 'cover' || (least ?? most) === undefined) return box;
  const whole = wholeBox(box, from);
  const width = between(whole.width, least?.width, most?.width);
  const height = between(whole.height, least?.height, most?.height);
  return width === whole.width && height === whole.height ? box : { ...box, width, height };
}

function wholeBox({ width, height, enlarge }: Box, from: Size): Size {
  if (width !== undefined && height !== undefined) return { width, height };
  const factor = width === undefined ? (height ?? from.height) / from.height : width / from.width;
  return scale(from, enlarge === true ? factor : Math.min(1, factor));
}

/** The least goes first, as in CSS (CSS 2.2 §10.4). */
function between(side: number, least: Bounds['width'] = 1, most: Bounds['width'] = side): number {
  return Math.max(least, Math.min(most, side));
}

interface BoxContext {
  readonly from: Size;
  /** The largest factor by which the picture may grow. */
  readonly most: number;
  readonly resize: Resize;
  readonly limits: OutputLimits;
}

type PlanBox = (box: Size, context: BoxContext) => BoxPlan;

const boxPlans: Readonly<Record<Fit, PlanBox>> = {
  inside: (box, { from, most }) =>
    proportional(scale(from, Math.min(most, box.width / from.width, box.height / from.height))),
  outside: (box, { from, most, limits }) =>
    proportional(
      clamp(scale(from, Math.min(most, Math.max(box.width / from.width, box.height / from.height))), limits),
    ),
  fill: (box, { from, most }) => ({
    width: Math.min(box.width, from.width * most),
    height: Math.min(box.height, from.height * most),
    fit: 'fill',
    position: 'centre',
  }),
  // The box keeps its proportions and shrinks until the picture covers it without growing.
  cover: (box, { from, most, resize: { position = 'centre', focus } }) => {
    const zoom = focus?.zoom ?? 1;
    const size = scale(
      box,
      Math.min(1, (most * from.width) / zoom / box.width, (most * from.height) / zoom / box.height),
    );
    if (focus === undefined) return { ...size, fit: 'cover', position };
    return { ...size, fit: 'fill', position: 'centre', cut: around(focus, size, from) };
  },
  contain: (box, { from, resize: { position = 'centre', enlarge } }) => ({
    ...box,
    fit: 'contain',
    ...(enlarge && box.width > from.width && box.height > from.height ? { enlarge } : {}),
    // A smart position has nothing to choose where nothing is cut off.
    position: plainly(position),
  }),
  none: (box, { resize: { position = 'centre' } }) => ({ ...box, fit: 'none', position: plainly(position) }),
};

function plainly(position: Position): Position {
  return position === 'entropy' || position === 'attention' ? 'centre' : position;
}

/** The part of a picture, in the shape of a size, that has a point in its middle, or as near to it as there is picture. */
function around({ x, y, zoom = 1 }: NonNullable<Resize['focus']>, shape: Size, from: Size): Region {
  const factor = Math.min(from.width / shape.width, from.height / shape.height) / zoom;
  const width = Math.min(from.width, Math.max(1, Math.round(shape.width * factor)));
  const height = Math.min(from.height, Math.max(1, Math.round(shape.height * factor)));
  return {
    left: within(Math.round(x * from.width - width / 2), from.width - width),
    top: within(Math.round(y * from.height - height / 2), from.height - height),
    width,
    height,
  };
}

/** The nearest from 0 to `most`: where a part of a picture begins that must lie in it. */
export function within(value: number, most: number): number {
  return Math.min(most, Math.max(0, value));
}

function proportional({ width, height }: Size): ResizePlan {
  return { width, height, fit: 'fill', position: 'centre' };
}

/** The size multiplied, in whole pixels, never less than one. */
export function scale(size: Size, factor: number): Size {
  return {
    width: Math.max(1, Math.round(size.width * factor)),
    height: Math.max(1, Math.round(size.height * factor)),
  };
}

/** The largest factor by which a size stays within the output limits. */
export function largestFactor({ width, height }: Size, { outputSide, outputPixels }: OutputLimits): number {
  return Math.min(outputSide / Math.max(width, height), Math.sqrt(outputPixels / (width * height)));
}

function clamp(size: Size, limits: OutputLimits): Size {
  const factor = Math.min(1, largestFactor(size, limits));
  if (factor === 1) return size;
  // Rounding must not lead back over the limit.
  return {
    width: Math.max(1, Math.floor(size.width * factor)),
    height: Math.max(1, Math.floor(size.height * factor)),
  };
}

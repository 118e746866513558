import { TintypeError } from '../errors.ts';
import { type CanvasPlan, sizePlan } from './canvas.ts';
import type { Colour } from './colour.ts';
import { cropRegion } from './crop.ts';
import type { Region, ResizePlan, Size } from './geometry.ts';
import { type LayerPlan, layerPlans } from './layers.ts';
import { type Length, pixelsOf, wholePixelsOf } from './length.ts';
import type { OutputLimits } from './limits.ts';
import { hasCorners, type RotationPlan, rotationPlan } from './rotation.ts';
import type { Adjustments, Corners, Flip, Sides, Stage, UnsharpMask } from './stage.ts';

/** One stage with every length known, in pixels. What it does not do is left out. Width and height are the result's. */
export interface StagePlan extends Size {
  readonly crop?: Region | undefined;
  readonly resize?: ResizePlan | undefined;
  readonly canvas?: CanvasPlan | undefined;
  readonly flip?: Flip | undefined;
  readonly rotate?: RotationPlan | undefined;
  readonly blur?: number | undefined;
  readonly adjust?: Adjustments | undefined;
  readonly sharpen?: number | 'mild' | UnsharpMask | undefined;
  readonly pixelate?: PixelatePlan | undefined;
  readonly pad?: Sides<number> | undefined;
  /** Of canvas and pad. */
  readonly fill?: 'blur' | Colour | undefined;
  readonly border?: { readonly width: number; readonly colour: Colour } | undefined;
  readonly radius?: Corners<number> | undefined;
  readonly mask?: 'ellipse' | undefined;
  readonly opacity?: number | undefined;
  readonly background?: Colour | undefined;
  readonly layers: readonly LayerPlan[];
  /** Whether pixels may be transparent after it. */
  readonly alpha: boolean;
  /** Whether what it works on has no colours yet. */
  readonly grey?: true | undefined;
}

/** A picture, and how many squares of a side it becomes. */
export interface PixelatePlan extends Size {
  readonly side: number;
  readonly squares: Size;
}

/** What a stage works on. */
export interface Picture extends Size {
  readonly alpha: boolean;
  readonly grey?: true | undefined;
}

/** What is laid on by a stage: the sizes of all overlays of the transformation, and which is its first. */
export interface OverlaySizes {
  readonly sizes: readonly Size[];
  readonly first: number;
}

/**
 * Works out what a stage does to a picture. A trim is none of it: what it leaves is known with the pixels only.
 *
 * @throws TintypeError `INVALID_PARAMETER` where the result would be over the output limits, or a crop lies outside.
 */
export function planStage(stage: Stage, picture: Picture, limits: OutputLimits, overlays: OverlaySizes): StagePlan {
  const sized = planSize(stage, picture, limits);
  const framed = planFrame(stage, sized);
  if (framed.width !== sized.width || framed.height !== sized.height) checkSize(framed, limits);
  const { opacity, sharpen, blur, adjust, flip, mask } = stage;
  const pixelate = stage.pixelate === undefined ? undefined : pixelatePlan(stage.pixelate, sized);
  const isSeenThrough = canBeSeenThrough(framed, stage, picture);
  // Below what is opaque nobody sees it.
  const background = isSeenThrough ? stage.background : undefined;
  return {
    ...framed,
    ...said({ flip, blur, adjust, sharpen, pixelate, mask, opacity, background }),
    layers: layerPlans(stage, framed, { ...overlays, limits }),
    alpha: isSeenThrough && background?.alpha !== 255,
    ...(picture.grey ? { grey: picture.grey } : {}),
  };
}

/** Without what is undefined. */
function said<T extends object>(work: T): T {
  return Object.fromEntries(Object.entries(work).filter(([, each]) => each !== undefined)) as T;
}

type Sized = Size & Pick<StagePlan, 'crop' | 'resize' | 'canvas' | 'rotate'>;

/** Crop, resize and turn. */
function planSize(stage: Stage, from: Size, limits: OutputLimits): Sized {
  const { crop, rotate } = stage;
  const region = crop === undefined ? undefined : cropRegion(crop, from, stage.resize);
  const { cut, resize: resized, canvas } = sizePlan(stage, region ?? from, limits);
  const cropped = partOf(cut, region);
  const before = cropped ?? from;
  const isSame = resized.width === before.width && resized.height === before.height && resized.fit === 'fill';
  const turned = rotate === undefined ? undefined : rotationPlan(rotate, canvas ?? resized);
  const { width, height } = turned ?? canvas ?? resized;
  if (turned !== undefined) checkSize(turned, limits);
  return {
    width,
    height,
    ...said({
      crop: cropped === undefined || isWhole(cropped, from) ? undefined : cropped,
      resize: isSame ? undefined : resized,
      canvas,
      rotate: turned,
    }),
  };
}

/** A part of a part of the picture, as a part of the picture. */
function partOf(inner: Region | undefined, outer: Region | undefined): Region | undefined {
  if (inner === undefined || outer === undefined) return inner ?? outer;
  return { ...inner, left: inner.left + outer.left, top: inner.top + outer.top };
}

function isWhole({ width, height }: Region, from: Size): boolean {
  return width === from.width && height === from.height;
}

function pixelatePlan(side: number, { width, height }: Size): PixelatePlan {
  return { side, width, height, squares: { width: Math.ceil(width / side), height: Math.ceil(height / side) } };
}

type Framed = Sized & Pick<StagePlan, 'pad' | 'fill' | 'border' | 'radius'>;

/** What is put around. */
function planFrame({ pad, fill, border, radius }: Stage, sized: Sized): Framed {
  const sides = pad === undefined ? undefined : padding(pad, sized);
  const padded = sides === undefined ? sized : grown(sized, sides);
  const width = border === undefined ? 0 : wholePixelsOf(border.width, shorter(padded));
  const outer = grown(padded, [width, width, width, width]);
  const corners = radius === undefined ? undefined : radiiOf(radius, outer);
  const isFilled = fill !== undefined && (sized.canvas ?? sides) !== undefined;
  return {
    ...sized,
    ...outer,
    ...(sides === undefined ? {} : { pad: sides }),
    ...(isFilled ? { fill } : {}),
    ...(border === undefined ? {} : { border: { width, colour: border.colour } }),
    ...(corners === undefined ? {} : { radius: corners }),
  };
}

function padding([top, right, bottom, left]: Sides<Length>, { width, height }: Size): Sides<number> {
  const across = (length: Length): number => wholePixelsOf(length, width, 0);
  const down = (length: Length): number => wholePixelsOf(length, height, 0);
  return [down(top), across(right), down(bottom), across(left)];
}

function grown({ width, height }: Size, [top, right, bottom, left]: Sides<number>): Size {
  return { width: width + left + right, height: height + top + bottom };
}

/** Corners that would overlap shrink together, as in CSS (CSS Backgrounds 3 §4.5). */
function radiiOf(radius: Corners<Length> | 'max', size: Size): Corners<number> {
  const most = shorter(size) / 2;
  if (radius === 'max') return [most, most, most, most];
  const wanted = radius.map((length) => pixelsOf(length, shorter(size)));
  const [a = 0, b = 0, c = 0, d = 0] = wanted;
  const factor = Math.min(
    1,
    ...[size.width / (a + b), size.height / (b + c), size.width / (c + d), size.height / (d + a)],
  );
  return [a * factor, b * factor, c * factor, d * factor];
}

function shorter({ width, height }: Size): number {
  return Math.min(width, height);
}

function checkSize({ width, height }: Size, { outputSide, outputPixels }: OutputLimits): void {
  if (Math.max(width, height) <= outputSide && width * height <= outputPixels) return;
  const allowed = `${outputSide} pixels a side and ${outputPixels / 1e6} megapixels are allowed`;
  const message = `The result would have ${width} × ${height} pixels; ${allowed}. Ask for a smaller w or h.`;
  throw new TintypeError('INVALID_PARAMETER', { message });
}

/** Whether pixels may be transparent before a background is laid under. */
function canBeSeenThrough(
  { resize, canvas, rotate, pad, fill, border, radius }: Framed,
  { opacity = 100, mask }: Stage,
  before: Picture,
): boolean {
  const isEmpty = fill === undefined || (fill !== 'blur' && fill.alpha < 255);
  return (
    before.alpha ||
    resize?.fit === 'contain' ||
    (isEmpty && (canvas ?? pad) !== undefined) ||
    (rotate !== undefined && hasCorners(rotate)) ||
    (border !== undefined && border.colour.alpha < 255) ||
    (radius ?? mask) !== undefined ||
    opacity < 100
  );
}

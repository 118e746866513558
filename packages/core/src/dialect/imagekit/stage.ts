import { TintypeError } from '../../errors.ts';
import type { HintValues } from '../../http/client-hints.ts';
import type { Colour } from '../../transform/colour.ts';
import type { Length } from '../../transform/length.ts';
import type { Adjustments, Crop, Resize, Stage } from '../../transform/stage.ts';
import type { ValuesOf } from './items.ts';
import type { CropMode, CropStrategy, PictureParameters } from './parameters.ts';
import { lengthOf } from './part.ts';

/** What one step does to a picture. */
export type PictureValues = ValuesOf<PictureParameters>;

/** What holds where a step says nothing. */
export interface StageContext {
  readonly hints: HintValues;
  /** Whether edges of one colour are taken off. */
  readonly isTrimmed: boolean;
  /** Whether what the step finds is the original. */
  readonly isFirst: boolean;
}

const black: Colour = { r: 0, g: 0, b: 0, alpha: 255 };
const whole: Length = { percent: 100 };
const middle: Length = { percent: 50 };

/** How far from a colour is still taken for it, where nobody says. */
const defaultThreshold = 10;

/** The largest side for which the pixel ratio counts. */
const mostScaled = 5000;

/**
 * The stage of one step.
 *
 * @throws TintypeError `INVALID_PARAMETER` for what has no meaning beside, or without, something else.
 */
export function toStage(values: PictureValues, context: StageContext): Stage {
  checkCompany(values);
  const known = context.isFirst ? (['initial', 'current'] as const) : (['current'] as const);
  const mode = modeOf(values);
  const { bg, o, fl, rt, b, bl, r } = values;
  const isPadded = mode !== undefined && mode !== 'extract';
  const sides = sidesOf(values, context.hints, known);
  return {
    trim: trimOf(values, context),
    ...(mode === 'extract'
      ? { crop: cropOf(values, sides, known), resize: { position: values.fo } }
      : { resize: resizeOf(values, sides, mode) }),
    flip: fl,
    rotate: rt === undefined || rt === 'auto' ? undefined : { degrees: rt },
    adjust: adjustmentsOf(values),
    blur: bl,
    sharpen: values['e-usm'] ?? values['e-sharpen'],
    fill: isPadded ? fillOf(bg) : undefined,
    border: b,
    ...(r === 'max' ? { mask: 'ellipse' as const } : { radius: r }),
    opacity: o,
    background: isPadded && isSeenThrough(bg) ? undefined : backgroundOf(bg, o),
  };
}

/** Such a colour would lie on the edges twice: what is transparent in the picture itself stays so. */
function isSeenThrough(bg: PictureValues['bg']): boolean {
  return typeof bg === 'object' && bg.alpha < 255;
}

function fillOf(bg: PictureValues['bg']): Colour | 'blur' {
  return bg === 'blurred' ? 'blur' : (bg ?? black);
}

function backgroundOf(bg: PictureValues['bg'], opacity: number | undefined): Colour | undefined {
  if (bg === undefined || bg === 'blurred') return undefined;
  return opacity === undefined ? bg : { ...bg, alpha: 255 };
}

function trimOf({ t }: PictureValues, { isTrimmed }: StageContext): Stage['trim'] {
  const asked = t ?? isTrimmed;
  if (asked === false) return undefined;
  return { threshold: asked === true ? defaultThreshold : asked };
}

function adjustmentsOf(values: PictureValues): Adjustments {
  return {
    grayscale: values['e-grayscale'],
    contrast: values['e-contrast'] ? 'auto' : undefined,
  };
}

/** What expressions can be measured on. */
type Known = Parameters<typeof lengthOf>[2];

interface SidesAsked {
  readonly width: Length | undefined;
  readonly height: Length | undefined;
}

/** Width and height in device pixels. The width of a hint has them already. */
function sidesOf(values: PictureValues, hints: HintValues, known: Known): SidesAsked {
  const { dpr } = values;
  const [w, h] = [lengthOf('w', values.w, known), lengthOf('h', values.h, known)];
  const width = w === 'auto' ? hints.width : w;
  const isHinted = w === 'auto' && hints.width !== undefined;
  const wanted = dpr === 'auto' ? (isHinted ? 1 : (hints.dpr ?? 1)) : (dpr ?? 1);
  const own = isHinted ? [h] : [width, h];
  const fits = own.every((side) => typeof side !== 'number' || isScalable(side * wanted));
  const factor = fits ? wanted : 1;
  return { width: isHinted ? width : scaled(width, factor), height: scaled(h, factor) };
}

const isScalable = (side: number): boolean => side >= 1 && side <= mostScaled;

function scaled(length: Length | undefined, factor: number): Length | undefined {
  if (length === undefined || factor === 1) return length;
  if (typeof length === 'number') return Math.max(1, Math.round(length * factor));
  return { percent: Math.round(length.percent * factor * 100) / 100 };
}

const strategies: Readonly<Record<Exclude<CropMode, 'extract'>, CropStrategy>> = {
  pad_resize: { fit: 'contain', enlarge: true },
  pad_resize_no_enlarge: { fit: 'contain', enlarge: false },
  pad_extract: { fit: 'none', enlarge: false },
};

const maintainRatio: CropStrategy = { fit: 'cover', enlarge: true };

function resizeOf(
  { c, ar, fo }: PictureValues,
  { width, height }: SidesAsked,
  mode: Exclude<CropMode, 'extract'> | undefined,
): Resize {
  const { fit, enlarge } = mode === undefined ? ((c as CropStrategy | undefined) ?? maintainRatio) : strategies[mode];
  return { width, height, ratio: ar, fit, position: fo, enlarge };
}

/** A part of the picture as it is; a side that nothing is said of is the whole one. */
function cropOf(values: PictureValues, { width, height }: SidesAsked, known: Known): Crop {
  const { ar } = values;
  const [x, xc] = [lengthOf('x', values.x, known), lengthOf('xc', values.xc, known)];
  const [y, yc] = [lengthOf('y', values.y, known), lengthOf('yc', values.yc, known)];
  const size = {
    width: width ?? fromRatio(height, ar === undefined ? undefined : ar.width / ar.height) ?? whole,
    height: height ?? fromRatio(width, ar === undefined ? undefined : ar.height / ar.width) ?? whole,
  };
  if (xc !== undefined || yc !== undefined) return { ...size, x: xc ?? middle, y: yc ?? middle, anchor: 'centre' };
  return x === undefined && y === undefined ? size : { ...size, x: x ?? 0, y: y ?? 0 };
}

function fromRatio(length: Length | undefined, factor: number | undefined): Length | undefined {
  if (length === undefined || factor === undefined) return undefined;
  if (typeof length !== 'number') throw lonely('ar', 'beside a share in cm-extract');
  return Math.max(1, Math.round(length * factor));
}

/** The mode, which the older spelling has under `c`. */
function modeOf({ c, cm }: PictureValues): CropMode | undefined {
  return cm ?? (typeof c === 'string' ? c : undefined);
}

const points = ['x', 'y', 'xc', 'yc'] as const;

function checkCompany(values: PictureValues): void {
  const { c, cm, w, h, ar, bg, x, y, xc, yc } = values;
  if (c !== undefined && cm !== undefined) throw lonely('c', 'beside cm');
  const mode = modeOf(values);
  const point = points.find((name) => values[name] !== undefined);
  if (point !== undefined && mode !== 'extract') throw lonely(point, 'without cm-extract');
  if ((x ?? y) !== undefined && (xc ?? yc) !== undefined) throw lonely('x', 'beside xc or yc');
  if (ar !== undefined && w === undefined && h === undefined) throw lonely('ar', 'without w or h');
  if (bg === 'blurred' && mode !== 'pad_resize') throw lonely('bg', 'as blurred without cm-pad_resize');
}

function lonely(name: string, where: string): TintypeError {
  return new TintypeError('INVALID_PARAMETER', { message: `${name}: has no meaning ${where}.` });
}

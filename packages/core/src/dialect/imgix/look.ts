import { TintypeError } from '../../errors.ts';
import type { Colour } from '../../transform/colour.ts';
import type { Adjustments, Border, Corners, Sides, Stage, UnsharpMask } from '../../transform/stage.ts';
import type { Scale } from './scale.ts';
import type { Said } from './table.ts';

/** A percentage from -100 to 100 as a factor. */
function factor(percent: number | undefined): number | undefined {
  return percent === undefined ? undefined : 1 + percent / 100;
}

/** Changes of colour. */
export function toAdjustments(said: Said): Adjustments {
  const { exp, gam, monochrome } = said;
  const isEnhanced = said.auto?.includes('enhance') === true && said.con === undefined;
  return {
    negate: said.invert,
    contrast: isEnhanced ? 'auto' : factor(said.con),
    exposure: exp === undefined || exp === 0 ? undefined : exp / 50,
    brightness: factor(said.bri),
    saturation: factor(said.sat),
    hue: said.hue,
    gamma: gam === undefined ? undefined : Math.min(3, Math.max(0.34, Math.round(3 ** (gam / 100) * 100) / 100)),
    sepia: said.sepia,
    tint: monochrome === undefined ? undefined : { ...monochrome, alpha: 255 },
  };
}

/** Standard deviations that a stage has, device pixels included. */
const [leastBlur, mostBlur] = [0.3, 250];

/** imgix's units of blur for a standard deviation of one pixel. */
const blurUnits = 20;

/** Blur, sharpness and squares. */
export function toEffects(said: Said, { dpr, pixels }: Scale): Pick<Stage, 'blur' | 'sharpen' | 'pixelate'> {
  const { blur = 0, px = 0 } = said;
  const deviation = Math.round((blur / blurUnits) * dpr * 100) / 100;
  return {
    blur: blur === 0 ? undefined : Math.min(mostBlur, Math.max(leastBlur, deviation)),
    sharpen: toSharpness(said),
    pixelate: px === 0 ? undefined : pixels(px),
  };
}

/** @throws TintypeError `INVALID_PARAMETER` where a picture is to be sharpened in two ways: one would be lost. */
function toSharpness({ sharp = 0, usm = 0, usmrad = 2.5 }: Said): UnsharpMask | undefined {
  if (sharp > 0 && usm > 0) {
    throw new TintypeError('INVALID_PARAMETER', { message: 'sharp: has no meaning beside usm; one of them sharpens.' });
  }
  if (usm > 0) return { sigma: usmrad, amount: usm / 40 };
  return sharp > 0 ? { sigma: 1, amount: Math.round(sharp * 5) / 100 } : undefined;
}

/** Pixels of padding on each side, those around what is trimmed included. */
export function toPadding(said: Said, { pixels }: Scale): Sides<number> {
  const trimmed = said.trim === undefined ? 0 : Math.max(0, said['trim-pad'] ?? 0);
  const side = (name: 'pad-top' | 'pad-right' | 'pad-bottom' | 'pad-left'): number =>
    pixels((said[name] ?? said.pad ?? 0) + trimmed);
  return [side('pad-top'), side('pad-right'), side('pad-bottom'), side('pad-left')];
}

/** The border, where it is one. */
export function toBorder({ border }: Said, { pixels }: Scale): Border | undefined {
  return border === undefined || border.width === 0
    ? undefined
    : { width: pixels(border.width), colour: border.colour };
}

/** Pixels that padding and border take off the sides that are asked for. */
export function edgesOf(padding: Sides<number>, border: Border | undefined): Sides<number> {
  const width = typeof border?.width === 'number' ? border.width : 0;
  const [top, right, bottom, left] = padding;
  return [top + width, right + width, bottom + width, left + width];
}

/** What cuts away corners. */
export function toShape(said: Said, scale: Scale): Pick<Stage, 'radius' | 'mask'> {
  if (said.mask === 'ellipse') return { mask: 'ellipse' };
  if (said.mask === 'corners') return { radius: radiusOf(said['corner-radius'], scale) ?? fifths };
  return said.border === undefined ? {} : { radius: radiusOf(said['border-radius'], scale) };
}

const fifth = { percent: 20 };
const fifths: NonNullable<Stage['radius']> = [fifth, fifth, fifth, fifth];

function radiusOf(radius: Corners<number> | undefined, { pixels }: Scale): Corners<number> | undefined {
  return radius && [pixels(radius[0]), pixels(radius[1]), pixels(radius[2]), pixels(radius[3])];
}

/** What a canvas is filled with. */
export function toFill(said: Said): 'blur' | Colour | undefined {
  return said.fill === 'blur' ? 'blur' : said['fill-color'];
}

import type { Matrix3x3, Sharp } from 'sharp';
import { toSharpColour } from '../colour.ts';
import type { TonalRange } from '../tonal-range.ts';
import { ranks, type Step } from './step.ts';

/** Turns colours into their opposites. */
export const negate: Step = ({ adjust }) =>
  adjust?.negate ? { rank: ranks.negate, apply: (picture) => picture.negate({ alpha: false }) } : undefined;

/** Stretches lightness to its full range: over all frames alike, so that an animation does not flicker. */
export const stretch: Step = ({ adjust }) => {
  if (adjust?.contrast !== 'auto') return undefined;
  return {
    rank: ranks.modulate,
    isAlone: true,
    isOfFrame: true,
    isLooking: true,
    // sharp's own counts what is transparent too.
    apply: (picture, { range }) => (range === undefined ? picture : stretched(picture, range)),
  };
};

function stretched(picture: Sharp, { least, most }: TonalRange): Sharp {
  const factor = 100 / (most - least);
  return picture.modulate({ brightness: factor, lightness: -least * factor });
}

/** Changes brightness, saturation and hue, in CIE LCh as sharp does. */
export const modulate: Step = ({ adjust: { brightness, saturation, hue } = {} }) => {
  if (brightness === undefined && saturation === undefined && hue === undefined) return undefined;
  const changes = {
    ...(brightness === undefined ? {} : { brightness }),
    ...(saturation === undefined ? {} : { saturation }),
    ...(hue === undefined ? {} : { hue }),
  };
  return { rank: ranks.modulate, colours: 'plain', apply: (picture) => picture.modulate(changes) };
};

/** About the exponent by which sRGB codes light. */
const coding = 2.2;

/** Doubles or halves the light, then moves values away from the middle grey, or to it (Filter Effects 1 §8.5). */
export const contrast: Step = ({ adjust: { exposure = 0, contrast: asked } = {} }) => {
  const factor = typeof asked === 'number' ? asked : 1;
  if (exposure === 0 && factor === 1) return undefined;
  const light = 2 ** (exposure / coding);
  return { rank: ranks.linear, apply: (picture) => picture.linear(light * factor, 127.5 * (1 - factor)) };
};

/** Makes middle tones lighter above 1 and darker below. */
export const gamma: Step = ({ adjust }) => {
  const exponent = adjust?.gamma;
  if (exponent === undefined) return undefined;
  // sharp darkens by the first before its work and lightens by the second after it, each from 1 to 3.
  return exponent > 1
    ? { rank: ranks.brighten, apply: (picture) => picture.gamma(1, exponent) }
    : { rank: ranks.darken, apply: (picture) => picture.gamma(1 / exponent, 1) };
};

/** Takes the colour out (Filter Effects 1 §8.1, the luminance of sRGB). */
export const grayscale: Step = ({ adjust }) =>
  adjust?.grayscale ? { rank: ranks.recomb, apply: (picture) => picture.recomb(greys) } : undefined;

const luminance: readonly [number, number, number] = [0.2126, 0.7152, 0.0722];
const greys: Matrix3x3 = [[...luminance], [...luminance], [...luminance]];

/** Browns the picture (Filter Effects 1 §8.2). */
export const sepia: Step = ({ adjust }) => {
  const percent = adjust?.sepia;
  if (percent === undefined) return undefined;
  const part = percent / 100;
  const mixed = brown.map((row, y) =>
    row.map((value, x) => value * part + (x === y ? 1 - part : 0)),
  ) as unknown as Matrix3x3;
  return { rank: ranks.recomb, apply: (picture) => picture.recomb(mixed) };
};

const brown: Matrix3x3 = [
  [0.393, 0.769, 0.189],
  [0.349, 0.686, 0.168],
  [0.272, 0.534, 0.131],
];

/** Colours the picture, its brightness kept. */
export const tint: Step = ({ adjust }) => {
  const colour = adjust?.tint;
  return colour && { rank: ranks.tint, isColoured: true, apply: (picture) => picture.tint(toSharpColour(colour)) };
};

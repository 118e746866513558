import type { SharpenOptions } from 'sharp';
import type { UnsharpMask } from '../stage.ts';
import { ranks, type Step } from './step.ts';

/** Blurs the picture. */
export const blur: Step = ({ blur: sigma }) => {
  if (sigma === undefined) return undefined;
  // libvips' own 0.2 makes the bell narrower than asked for, and one below 0.56 nothing; a wide one would cost too much.
  const minAmplitude = Math.min(0.2, 0.01 + 0.02 * sigma);
  // In whole numbers a bell of few steps changes colours and alpha by up to 8 of 255. Exact ones take several times as long.
  const precision = sigma <= 2.5 ? 'float' : 'integer';
  return {
    rank: ranks.blur,
    isOfFrame: true,
    colours: 'multiplied',
    apply: (picture) => picture.blur({ sigma, minAmplitude, precision }),
  };
};

/** Sharpens the picture. */
export const sharpen: Step = ({ sharpen: strength }) => {
  if (strength === undefined) return undefined;
  return {
    rank: ranks.sharpen,
    isOfFrame: true,
    colours: 'multiplied',
    apply: (picture) => (strength === 'mild' ? picture.sharpen() : picture.sharpen(toSharpOptions(strength))),
  };
};

function toSharpOptions(strength: number | UnsharpMask): SharpenOptions {
  if (typeof strength === 'number') return { sigma: strength };
  const { sigma, amount, threshold = 0 } = strength;
  // sharp bounds how much lighter or darker it makes a pixel; lightness goes to 100.
  return { sigma, m1: threshold === 0 ? amount : 0, m2: amount, x1: threshold, y2: 100, y3: 100 };
}

/** Makes a pixel of each square that is to have one colour. */
export const shrinkSquares: Step = ({ pixelate }) =>
  pixelate && {
    rank: ranks.resize,
    isOfFrame: true,
    colours: 'multiplied',
    apply: (picture) => picture.resize({ ...pixelate.squares, fit: 'fill', kernel: 'linear' }),
  };

/** Makes squares of pixels. */
export const growSquares: Step = ({ pixelate }) => {
  if (pixelate === undefined) return undefined;
  const { side, squares, width, height } = pixelate;
  const whole = { width: squares.width * side, height: squares.height * side };
  return {
    rank: ranks.resize,
    isAlone: true,
    isOfFrame: true,
    apply: (picture) =>
      picture.resize({ ...whole, fit: 'fill', kernel: 'nearest' }).extract({ left: 0, top: 0, width, height }),
  };
};

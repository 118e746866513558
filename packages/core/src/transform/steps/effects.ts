import type { SharpenOptions } from 'sharp';
import type { Size } from '../geometry.ts';
import type { UnsharpMask } from '../stage.ts';
import type { StagePlan } from '../stage-plan.ts';
import { ranks, type Step, type Work } from './step.ts';

/** Blurs the picture: a wide blur leaves nothing that a smaller picture could not hold, where it costs a small part. */
export const blur: Step = (stage) => {
  if (stage.blur === undefined) return undefined;
  const size = sizeBlurred(stage);
  const factor = shrinking(stage.blur, size);
  if (factor === 1) return [blurring(stage.blur)];
  const small = { width: Math.round(size.width / factor), height: Math.round(size.height / factor) };
  return [sizing(small), blurring(stage.blur / factor), sizing(size)];
};

/** Standard deviation, in pixels of the smaller picture, that a blur is left with at least. */
const leastSmallSigma = 8;
/** Pixels that the smaller picture keeps a side at least. */
const leastSmallSide = 64;

/** Pixels × standard deviation from which on it is worth it: some 0.2 s of CPU. */
const leastWork = 100_000_000;

/** How many times smaller a picture is blurred. */
function shrinking(sigma: number, { width, height }: Size): number {
  if (width * height * sigma < leastWork) return 1;
  return Math.max(1, Math.floor(Math.min(sigma / leastSmallSigma, width / leastSmallSide, height / leastSmallSide)));
}

/** The size of what is blurred: nothing has been put around it yet. */
function sizeBlurred({ width, height, pad = [0, 0, 0, 0], border }: StagePlan): Size {
  const [top, right, bottom, left] = pad;
  const around = 2 * (border?.width ?? 0);
  return { width: width - left - right - around, height: height - top - bottom - around };
}

function sizing({ width, height }: Size): Work {
  return {
    rank: ranks.resize,
    isOfFrame: true,
    colours: 'multiplied',
    // What a decoder makes smaller as it reads is cropped and turned at another size.
    apply: (picture) => picture.resize({ width, height, fit: 'fill', kernel: 'cubic', fastShrinkOnLoad: false }),
  };
}

function blurring(sigma: number): Work {
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
}

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

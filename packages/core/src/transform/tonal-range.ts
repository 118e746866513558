import type { RawPicture } from './open.ts';

/** Between which lightnesses (CIE L*, 0–100) nearly all lies that is seen. */
export interface TonalRange {
  readonly least: number;
  readonly most: number;
}

/** Pixels that are looked at: more tell no more. */
const enough = 250_000;

/** The part of all pixels that may lie outside at each end. */
const outside = 0.01;

const steps = 4096;

/** The range of pictures, all together. What is transparent counts by its alpha. Undefined where all is of one lightness. */
export function tonalRange(pictures: readonly RawPicture[]): TonalRange | undefined {
  const counts = new Float64Array(steps);
  const total = pictures.reduce((sum, { raw }) => sum + raw.width * raw.height, 0);
  const stride = 4 * Math.ceil(total / enough);
  for (const { input } of pictures) {
    for (let at = 0; at < input.length; at += stride) {
      const luminance =
        0.2126 * linearOf(input[at]) + 0.7152 * linearOf(input[at + 1]) + 0.0722 * linearOf(input[at + 2]);
      const step = Math.min(steps - 1, Math.floor(luminance * steps));
      counts[step] = (counts[step] ?? 0) + (input[at + 3] ?? 0);
    }
  }
  const sum = counts.reduce((all, count) => all + count, 0);
  const [least, most] = [lightnessAt(counts, sum * outside), lightnessAt(counts, sum * (1 - outside))];
  return most - least > 1 ? { least, most } : undefined;
}

/** The lightness up to which so many lie. */
function lightnessAt(counts: Float64Array, wanted: number): number {
  let below = 0;
  const step = counts.findIndex((count) => {
    below += count;
    return below > wanted;
  });
  const luminance = Math.max(0, step) / (steps - 1);
  // CIE 15 §8.2.1.
  return luminance > 216 / 24389 ? 116 * Math.cbrt(luminance) - 16 : (luminance * 24389) / 27;
}

/** IEC 61966-2-1. */
const linear = Float64Array.from({ length: 256 }, (_, value) => {
  const part = value / 255;
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
});

function linearOf(value = 0): number {
  return linear[value] ?? 0;
}

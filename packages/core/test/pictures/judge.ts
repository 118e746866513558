import { expect } from 'vitest';
import type { Pixels, Rgb, Rgba } from './make.ts';

/**
 * How far a colour may be from the one it should be: ΔE of CIE76, of which some 2.3 are just noticed.
 *
 * `lossless`: PNG, GIF of few colours, and WebP and AVIF where nothing is lost. `lossy`: away from edges, at quality 80 and
 * more. `profile`: through an ICC profile and back. `cmyk`: sRGB in the inks of paper and back.
 */
export const bounds = { lossless: 2, lossy: 6, profile: 3, cmyk: 12 } as const;

type Lab = readonly [number, number, number];

/** CIE L*a*b* of a colour in sRGB, D65 (IEC 61966-2-1, CIE 15). */
export function lab([r, g, b]: Rgb | Rgba): Lab {
  const [red, green, blue] = [r, g, b].map(linear) as [number, number, number];
  const x = f((0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047);
  const y = f(0.2126 * red + 0.7152 * green + 0.0722 * blue);
  const z = f((0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

const linear = (value: number): number => {
  const part = value / 255;
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
};

const f = (value: number): number => (value > 216 / 24389 ? Math.cbrt(value) : ((24389 / 27) * value + 16) / 116);

/** The sRGB colour of a CIE L*a*b*, cut to what there is. */
export function rgbOf([l, a, b]: Lab): Rgb {
  const y = (l + 16) / 116;
  const [x, z] = [y + a / 500, y - b / 200].map(back) as [number, number];
  const [X, Y, Z] = [x * 0.95047, back(y), z * 1.08883];
  const values = [
    3.2406 * X - 1.5372 * Y - 0.4986 * Z,
    -0.9689 * X + 1.8758 * Y + 0.0415 * Z,
    0.0557 * X - 0.204 * Y + 1.057 * Z,
  ];
  return values.map(encoded) as unknown as Rgb;
}

const back = (value: number): number => (value ** 3 > 216 / 24389 ? value ** 3 : (116 * value - 16) / (24389 / 27));

const encoded = (value: number): number => {
  const part = Math.min(1, Math.max(0, value));
  return Math.round(255 * (part <= 0.0031308 ? 12.92 * part : 1.055 * part ** (1 / 2.4) - 0.055));
};

/** ΔE of CIE76. */
function difference(one: Rgb | Rgba, other: Rgb | Rgba): number {
  const [first, second] = [lab(one), lab(other)];
  return Math.hypot(first[0] - second[0], first[1] - second[1], first[2] - second[2]);
}

/** Whether a pixel is a colour: within a ΔE, and its alpha (255 where none is named) within as many of 255. */
export function expectColour(actual: Rgba, wanted: Rgb | Rgba, within: number = bounds.lossless, where = ''): void {
  const [, , , alpha = 255] = wanted;
  const text = `${where} ${actual} should be ${wanted}`;
  expect(Math.abs(actual[3] - alpha), text).toBeLessThanOrEqual(within);
  // What is not there has no colour.
  if (alpha > 0) expect(difference(actual, wanted), text).toBeLessThanOrEqual(within);
}

/** Whether a pixel is not there at all. */
export function expectNothing(actual: Rgba, where = ''): void {
  expect(actual[3], `${where} ${actual} should not be there`).toBeLessThanOrEqual(bounds.lossless);
}

/** Standard deviation of the brightness in a part of a picture. */
export function spread({ at }: Pixels, left: number, top: number, width: number, height: number): number {
  const values: number[] = [];
  for (let y = top; y < top + height; y += 1)
    for (let x = left; x < left + width; x += 1) values.push(lab(at(x, y))[0]);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

/** The size of a picture. */
export const sizeOf = ({ width, height }: Pixels): readonly [number, number] => [width, height];

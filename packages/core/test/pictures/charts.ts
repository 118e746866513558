import sharp, { type Sharp } from 'sharp';
import type { Rgb, Rgba } from './make.ts';

/** The four quadrants of a chart, each to be known by its colour. */
export const quadrants = {
  leftTop: [200, 50, 50],
  rightTop: [40, 150, 70],
  leftBottom: [50, 70, 190],
  rightBottom: [225, 195, 60],
} as const satisfies Readonly<Record<string, Rgb>>;
export type Quadrant = keyof typeof quadrants;

/** What a chart measures where nothing else is said. */
export const chartSize = { width: 96, height: 64 } as const;

/** Draws pixels by a function of their place. */
export function drawn(width: number, height: number, colourAt: (x: number, y: number) => Rgb | Rgba): Sharp {
  const channels = colourAt(0, 0).length as 3 | 4;
  const data = new Uint8Array(width * height * channels);
  for (let index = 0; index < width * height; index += 1) {
    data.set(colourAt(index % width, Math.floor(index / width)), index * channels);
  }
  return sharp(data, { raw: { width, height, channels } });
}

/** One colour all over. */
export const plain = (colour: Rgb | Rgba, width = 24, height = width): Sharp => drawn(width, height, () => colour);

/** The colour of a chart at a place: its quadrant, and in the middle quarter of its height a ramp from black to white. */
export function chartAt(x: number, y: number, width: number, height: number): Rgb {
  if (Math.abs(y + 0.5 - height / 2) < height / 8) {
    const grey = Math.round((255 * x) / Math.max(1, width - 1));
    return [grey, grey, grey];
  }
  return quadrantAt(x < width / 2, y < height / 2);
}

/** The colour of a quadrant. */
function quadrantAt(isLeft: boolean, isTop: boolean): Rgb {
  if (isTop) return isLeft ? quadrants.leftTop : quadrants.rightTop;
  return isLeft ? quadrants.leftBottom : quadrants.rightBottom;
}

/** Four quadrants and a ramp. */
export const chart = (width: number = chartSize.width, height: number = chartSize.height): Sharp =>
  drawn(width, height, (x, y) => chartAt(x, y, width, height));

/** A chart whose right half can be seen through by half, and whose outer eighth at each side is not there. */
export const glassChart = (width: number = chartSize.width, height: number = chartSize.height): Sharp =>
  drawn(width, height, (x, y) => [...chartAt(x, y, width, height), glassAt(x, width)] as const);

/** The alpha of a glass chart. */
export function glassAt(x: number, width: number): number {
  if (x < width / 8 || x >= (width * 7) / 8) return 0;
  return x < width / 2 ? 255 : 128;
}

/** Random pixels, the same each time. */
export function noise(width: number, height: number, channels: 3 | 4 = 3): Sharp {
  let state = 7;
  const data = new Uint8Array(width * height * channels).map(() => {
    state = (state * 48_271) % 2_147_483_647;
    return state % 256;
  });
  return sharp(data, { raw: { width, height, channels } });
}

/** The shade of each frame of an animation. */
export const shades: readonly Rgb[] = [
  [200, 50, 50],
  [40, 150, 70],
  [50, 70, 190],
];

export const playback: { readonly delay: number[]; readonly loop: number } = { delay: [100, 230, 370], loop: 3 };

/** An animation of three frames: one shade each, a white left top quarter, and a right eighth that is not there. */
export async function animation(format: 'gif' | 'webp', width = 48, height = 32): Promise<Buffer> {
  const strip = drawn(width, height * shades.length, (x, y) => animationAt(x, y, width, height));
  const { data } = await strip.raw().toBuffer({ resolveWithObject: true });
  const raw = { width, height: height * shades.length, channels: 4 as const, pageHeight: height };
  const picture = sharp(data, { raw });
  return (format === 'gif' ? picture.gif({ ...playback }) : picture.webp({ ...playback, lossless: true })).toBuffer();
}

function animationAt(x: number, y: number, width: number, height: number): Rgba {
  if (x >= (width * 7) / 8) return [0, 0, 0, 0];
  if (x < width / 2 && y % height < height / 2) return [255, 255, 255, 255];
  return [...(shades[Math.floor(y / height)] ?? ([0, 0, 0] as const)), 255];
}

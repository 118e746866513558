import type { Region, Size } from './geometry.ts';
import type { RawPicture } from './open.ts';

/** Bytes of a pixel. */
const depth = 4;

/** The part of a region that lies in a picture of a size; undefined where none does. */
export function visiblePart({ left, top, width, height }: Region, picture: Size): Region | undefined {
  const [x, y] = [Math.max(0, left), Math.max(0, top)];
  const across = Math.min(picture.width, left + width) - x;
  const down = Math.min(picture.height, top + height) - y;
  return across > 0 && down > 0 ? { left: x, top: y, width: across, height: down } : undefined;
}

/** A part of decoded pixels. */
export function cutOut({ input, raw }: RawPicture, { left, top, width, height }: Region): RawPicture {
  if (width === raw.width && height === raw.height) return { input, raw };
  const cut = Buffer.allocUnsafe(width * height * depth);
  for (let y = 0; y < height; y++) {
    const start = ((top + y) * raw.width + left) * depth;
    input.copy(cut, y * width * depth, start, start + width * depth);
  }
  return { input: cut, raw: { width, height, channels: 4 } };
}

/** Pixels laid side by side all over a size, one of them at a place. */
export function tiled({ input, raw }: RawPicture, { left, top }: Region, { width, height }: Size): RawPicture {
  const all = Buffer.allocUnsafe(width * height * depth);
  for (let y = 0; y < height; y++) {
    const row = remainder(y - top, raw.height) * raw.width;
    for (let x = 0; x < width; ) {
      const column = remainder(x - left, raw.width);
      const length = Math.min(raw.width - column, width - x);
      const start = (row + column) * depth;
      input.copy(all, (y * width + x) * depth, start, start + length * depth);
      x += length;
    }
  }
  return { input: all, raw: { width, height, channels: 4 } };
}

/** One colour all over. */
export function block({ width, height }: Size, pixel: RawPicture): RawPicture {
  return { input: Buffer.alloc(width * height * depth, pixel.input), raw: { width, height, channels: 4 } };
}

/** What is left of a division, never below 0. */
function remainder(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}

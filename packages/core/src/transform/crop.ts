import { TintypeError } from '../errors.ts';
import { type Region, type Size, within } from './geometry.ts';
import { wholePixelsOf } from './length.ts';
import type { Crop, Position, Resize } from './stage.ts';

/**
 * The part of a picture that a crop cuts out; what lies beyond its edges is left out.
 *
 * @throws TintypeError `INVALID_PARAMETER` where it lies outside altogether.
 */
export function cropRegion({ x, y, width, height }: Crop, from: Size, placing: Resize | undefined): Region {
  const size = {
    width: wholePixelsOf(width, from.width),
    height: wholePixelsOf(height, from.height),
  };
  if (x === undefined || y === undefined) return placed(size, from, placing);
  const left = wholePixelsOf(x, from.width, 0);
  const top = wholePixelsOf(y, from.height, 0);
  if (left >= from.width || top >= from.height) {
    const message = `crop: begins outside of the picture, which is ${from.width} × ${from.height} pixels there.`;
    throw new TintypeError('INVALID_PARAMETER', { message });
  }
  return {
    left,
    top,
    width: Math.min(size.width, from.width - left),
    height: Math.min(size.height, from.height - top),
  };
}

function placed(size: Size, from: Size, { position = 'centre', focus }: Resize = {}): Region {
  const width = Math.min(size.width, from.width);
  const height = Math.min(size.height, from.height);
  const spare = { width: from.width - width, height: from.height - height };
  const point = focus === undefined ? pointOf(position) : undefined;
  return {
    left: point === undefined ? centred(focus?.x ?? 0.5, from.width, width) : Math.round(spare.width * point.x),
    top: point === undefined ? centred(focus?.y ?? 0.5, from.height, height) : Math.round(spare.height * point.y),
    width,
    height,
  };
}

function centred(share: number, side: number, length: number): number {
  return within(Math.round(share * side - length / 2), side - length);
}

/** Where a position puts the spare room, as a part of it. What needs the pixels to choose is the middle. */
function pointOf(position: Position): { readonly x: number; readonly y: number } {
  return { x: along(position, 'left', 'right'), y: along(position, 'top', 'bottom') };
}

function along(position: Position, first: string, last: string): number {
  if (position.includes(first)) return 0;
  return position.includes(last) ? 1 : 0.5;
}

import { TintypeError } from '../errors.ts';
import { type Region, type Size, within } from './geometry.ts';
import { pixelsOf, wholePixelsOf } from './length.ts';
import type { Crop, Position, Resize } from './stage.ts';

/**
 * The part of a picture that a crop cuts out; what lies beyond its edges is left out.
 *
 * @throws TintypeError `INVALID_PARAMETER` where it lies outside altogether.
 */
export function cropRegion(crop: Crop, from: Size, placing: Resize | undefined): Region {
  const { x, y, width, height, anchor } = crop;
  const size = {
    width: wholePixelsOf(width, from.width),
    height: wholePixelsOf(height, from.height),
  };
  if (x === undefined || y === undefined) return placed(size, from, placing);
  if (anchor === 'centre') return aroundPoint(size, { x: pixelsOf(x, from.width), y: pixelsOf(y, from.height) }, from);
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

/** @throws TintypeError `INVALID_PARAMETER` where the middle lies outside. */
function aroundPoint(size: Size, { x, y }: Point, from: Size): Region {
  if (x > from.width || y > from.height) {
    const message = `crop: its middle is outside of the picture, which is ${from.width} × ${from.height} pixels there.`;
    throw new TintypeError('INVALID_PARAMETER', { message });
  }
  const across = overlap(Math.round(x - size.width / 2), size.width, from.width);
  const down = overlap(Math.round(y - size.height / 2), size.height, from.height);
  return { left: across.start, top: down.start, width: across.length, height: down.length };
}

/** What of a line that begins at a place lies on a side; a pixel at least. */
function overlap(begin: number, length: number, side: number): { readonly start: number; readonly length: number } {
  const start = within(begin, side - 1);
  return { start, length: Math.max(1, Math.min(side, begin + length) - start) };
}

/** A part of a picture of that size, or of what there is of it, where a resize places it. */
export function placed(size: Size, from: Size, { position = 'centre', focus }: Resize = {}): Region {
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

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where a position puts the spare room, as a part of it. What needs the pixels to choose is the middle. */
export function pointOf(position: Position): Point {
  return { x: along(position, 'left', 'right'), y: along(position, 'top', 'bottom') };
}

function along(position: Position, first: string, last: string): number {
  if (position.includes(first)) return 0;
  return position.includes(last) ? 1 : 0.5;
}

import { isNothing, type Length } from '../../transform/length.ts';
import type { OverlayPosition } from '../../transform/overlay.ts';
import type { Crop } from '../../transform/stage.ts';
import { pixelsOrShare, type Reader } from './values.ts';

/** A part of a picture; where words place it, at a position. */
export interface Rectangle {
  readonly crop: Crop;
  readonly position?: OverlayPosition | undefined;
}

/** Where a rectangle lies along one axis. */
type Place = 'middle' | 'last' | Length;

interface Axis {
  readonly place: Place;
  readonly extent: Length;
}

const across: Readonly<Record<string, Place>> = { left: 0, center: 'middle', right: 'last' };
const down: Readonly<Record<string, Place>> = { top: 0, middle: 'middle', bottom: 'last' };

/** `rect`: left, top, width and height. */
export const rectangle: Reader<Rectangle> = {
  read: (text) => {
    const [x = '', y = '', width = '', height = '', ...others] = text.split(',').map((part) => part.trim());
    if (others.length > 0) return undefined;
    const [horizontal, vertical] = [axisOf(x, width, across), axisOf(y, height, down)];
    return horizontal === undefined || vertical === undefined ? undefined : placed(horizontal, vertical);
  },
  allowed:
    'left, top, width and height with commas between them: pixels or shares; for left also left, center or right, for top also top, middle or bottom. Beside a number above 0 an end is not built, and a middle only where that is in the unit of its extent',
};

function axisOf(placeText: string, extentText: string, words: Readonly<Record<string, Place>>): Axis | undefined {
  const place = Object.hasOwn(words, placeText) ? words[placeText] : pixelsOrShare.read(placeText);
  const extent = pixelsOrShare.read(extentText);
  if (place === undefined || extent === undefined || isNothing(extent)) return undefined;
  return { place, extent };
}

function placed(horizontal: Axis, vertical: Axis): Rectangle | undefined {
  const size = { width: horizontal.extent, height: vertical.extent };
  const [x, y] = [horizontal.place, vertical.place];
  if (typeof x !== 'string' && typeof y !== 'string') return { crop: { ...size, x, y } };
  const position = positionOf(x, y);
  if (position !== undefined) return { crop: size, position };
  return middled(horizontal, vertical);
}

/** The position that two words make, 0 among them; undefined where a place is a number. */
function positionOf(x: Place, y: Place): OverlayPosition | undefined {
  const [across, down] = [nameOf(x, 'left', 'right'), nameOf(y, 'top', 'bottom')];
  if (across === undefined || down === undefined) return undefined;
  return ([across, down].filter((name) => name !== '').join(' ') || 'centre') as OverlayPosition;
}

function nameOf(place: Place, first: string, last: string): string | undefined {
  if (place === 0) return first;
  if (place === 'last') return last;
  return place === 'middle' ? '' : undefined;
}

/** The middle of one axis beside a number on the other: the middles of both. Ends are not built there. */
function middled(horizontal: Axis, vertical: Axis): Rectangle | undefined {
  const [x, y] = [middleOf(horizontal), middleOf(vertical)];
  if (x === undefined || y === undefined) return undefined;
  return { crop: { width: horizontal.extent, height: vertical.extent, x, y, anchor: 'centre' } };
}

function middleOf({ place, extent }: Axis): Length | undefined {
  if (place === 'middle') return { percent: 50 };
  if (typeof place === 'string') return undefined;
  if (typeof place === 'number' && typeof extent === 'number') return place + Math.round(extent / 2);
  const [begin, length] = [percentOf(place), percentOf(extent)];
  return begin === undefined || length === undefined ? undefined : { percent: begin + length / 2 };
}

/** A length as a share; undefined for pixels. */
function percentOf(length: Length): number | undefined {
  if (isNothing(length)) return 0;
  return typeof length === 'number' ? undefined : length.percent;
}

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
type Place = 'first' | 'middle' | 'last' | Length;

interface Axis {
  readonly place: Place;
  readonly extent: Length;
}

const across: Readonly<Record<string, Place>> = { left: 'first', center: 'middle', right: 'last' };
const down: Readonly<Record<string, Place>> = { top: 'first', middle: 'middle', bottom: 'last' };

/** `rect`: left, top, width and height. */
export const rectangle: Reader<Rectangle> = {
  read: (text) => {
    const [x = '', y = '', width = '', height = '', ...others] = text.split(',').map((part) => part.trim());
    if (others.length > 0) return undefined;
    const [horizontal, vertical] = [axisOf(x, width, across), axisOf(y, height, down)];
    return horizontal === undefined || vertical === undefined ? undefined : placed(horizontal, vertical);
  },
  allowed:
    'left, top, width and height with commas between them: pixels or shares; for left also left, center or right, for top also top, middle or bottom',
};

function axisOf(placeText: string, extentText: string, words: Readonly<Record<string, Place>>): Axis | undefined {
  const place = Object.hasOwn(words, placeText) ? words[placeText] : pixelsOrShare.read(placeText);
  const extent = pixelsOrShare.read(extentText);
  if (place === undefined || extent === undefined || isNothing(extent)) return undefined;
  return { place, extent };
}

function placed(horizontal: Axis, vertical: Axis): Rectangle | undefined {
  const size = { width: horizontal.extent, height: vertical.extent };
  const [x, y] = [horizontal, vertical].map(({ place }) => (place === 'first' ? 0 : place));
  if (x === undefined || y === undefined) return undefined;
  if (typeof x !== 'string' && typeof y !== 'string') return { crop: { ...size, x, y } };
  const position = positionOf(x, y);
  if (position !== undefined) return { crop: size, position };
  return middled(horizontal, vertical);
}

/** The position that two words make, 0 among them. */
function positionOf(x: Place, y: Place): OverlayPosition | undefined {
  const names = [
    x === 0 ? 'left' : x === 'last' ? 'right' : x === 'middle' ? '' : undefined,
    y === 0 ? 'top' : y === 'last' ? 'bottom' : y === 'middle' ? '' : undefined,
  ];
  if (names.includes(undefined)) return undefined;
  const name = names.filter((each) => each !== '').join(' ');
  return (name === '' ? 'centre' : name) as OverlayPosition;
}

/** The middle of one axis beside a number on the other: the middles of both. An end beside a number is not built. */
function middled(horizontal: Axis, vertical: Axis): Rectangle | undefined {
  const [x, y] = [middleOf(horizontal), middleOf(vertical)];
  if (x === undefined || y === undefined) return undefined;
  return { crop: { width: horizontal.extent, height: vertical.extent, x, y, anchor: 'centre' } };
}

function middleOf({ place, extent }: Axis): Length | undefined {
  if (place === 'middle') return { percent: 50 };
  if (place === 'first') return middleOf({ place: 0, extent });
  if (place === 'last') return undefined;
  if (typeof place === 'number' && typeof extent === 'number') return place + Math.round(extent / 2);
  if (typeof extent === 'number') return undefined;
  const begin = isNothing(place) ? 0 : typeof place === 'number' ? undefined : place.percent;
  return begin === undefined ? undefined : { percent: begin + extent.percent / 2 };
}

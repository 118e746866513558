import { transparent } from '../../transform/colour.ts';
import { isNothing, type Length } from '../../transform/length.ts';
import type { OverlayPosition } from '../../transform/overlay.ts';
import type { Bounds, Fit, Position, Ratio, Resize, Rotation, Sides, Trim } from '../../transform/stage.ts';
import type { Scale } from './scale.ts';
import type { CropWord, ImgixFit, TrimKind } from './size-parameters.ts';
import type { Said } from './table.ts';

interface Mode {
  readonly fit: Fit;
  readonly enlarge: boolean;
  /** Whether a ratio gives the side that is missing. */
  readonly isShaped: boolean;
}

/** What each `fit` is here. */
const modes: Readonly<Record<ImgixFit, Mode>> = {
  clip: { fit: 'inside', enlarge: true, isShaped: false },
  max: { fit: 'inside', enlarge: false, isShaped: false },
  crop: { fit: 'cover', enlarge: true, isShaped: true },
  min: { fit: 'cover', enlarge: false, isShaped: true },
  scale: { fit: 'fill', enlarge: true, isShaped: false },
  fill: { fit: 'contain', enlarge: true, isShaped: true },
  fillmax: { fit: 'contain', enlarge: false, isShaped: true },
};

/** Whether a box may be larger than the picture in it. */
export function hasCanvas({ fit }: Pick<Said, 'fit'>): boolean {
  return fit === 'fill' || fit === 'fillmax';
}

/**
 * The box that a URL asks for.
 *
 * @param edges pixels of padding and border, which count in the sides that are asked for.
 */
export function toResize(said: Said, scale: Scale, edges: Sides<number>): Resize | undefined {
  const { fit, enlarge, isShaped } = modes[said.fit ?? 'clip'];
  const shape = isShaped ? said.ar : undefined;
  const [top, right, bottom, left] = edges;
  const sides = shaped(
    sideOf(said.w, scale),
    sideOf(said.h, scale),
    left + right + top + bottom === 0 ? undefined : shape,
  );
  const isCropped = said.fit === 'crop';
  const resize = {
    width: less(sides.width, left + right),
    height: less(sides.height, top + bottom),
    ratio: shape,
    fit,
    enlarge,
    ...(isCropped ? { ...placeOf(said), ...boundsOf(said, scale) } : {}),
  };
  const isEmpty = resize.width === undefined && resize.height === undefined && shape === undefined;
  return isEmpty ? undefined : resize;
}

function sideOf(side: Length | undefined, scale: Scale): Length | undefined {
  return side === undefined || isNothing(side) ? undefined : scale.length(side);
}

/** Both sides, where edges must be taken off of what a ratio gives. */
function shaped(
  width: Length | undefined,
  height: Length | undefined,
  ratio: Ratio | undefined,
): { readonly width: Length | undefined; readonly height: Length | undefined } {
  if (ratio === undefined) return { width, height };
  const factor = ratio.width / ratio.height;
  if (typeof width === 'number' && height === undefined) return { width, height: Math.round(width / factor) };
  if (typeof height === 'number' && width === undefined) return { width: Math.round(height * factor), height };
  return { width, height };
}

function less(side: Length | undefined, edges: number): Length | undefined {
  return typeof side === 'number' ? Math.max(1, side - edges) : side;
}

function boundsOf(said: Said, { pixels }: Scale): Pick<Resize, 'least' | 'most'> {
  return {
    ...bounds('least', said['min-w'], said['min-h'], pixels),
    ...bounds('most', said['max-w'], said['max-h'], pixels),
  };
}

function bounds(
  name: 'least' | 'most',
  width: number | undefined,
  height: number | undefined,
  pixels: Scale['pixels'],
): { readonly least?: Bounds; readonly most?: Bounds } {
  if (width === undefined && height === undefined) return {};
  return {
    [name]: {
      ...(width === undefined ? {} : { width: pixels(width) }),
      ...(height === undefined ? {} : { height: pixels(height) }),
    },
  };
}

/** What stays in view. */
function placeOf(said: Said): Pick<Resize, 'position' | 'focus'> {
  const { crop = [] } = said;
  if (crop.includes('focalpoint')) {
    return { focus: { x: said['fp-x'] ?? 0.5, y: said['fp-y'] ?? 0.5, zoom: said['fp-z'] } };
  }
  return { position: cropPosition(crop) };
}

/** The position that words of a crop make. Nobody looks for faces: they are passed over while another word is there. */
export function cropPosition(crop: readonly CropWord[]): Position | undefined {
  if (crop.includes('entropy')) return 'entropy';
  if (crop.includes('edges')) return 'attention';
  const position = positionOf(crop);
  return position === undefined && crop.includes('faces') ? 'attention' : position;
}

/** The position that words of both axes make; undefined where there are none. */
export function positionOf(words: readonly string[]): OverlayPosition | undefined {
  const across = words.find((word) => word === 'left' || word === 'right');
  const down = words.find((word) => word === 'top' || word === 'bottom');
  const name = [across, down].filter((word) => word !== undefined).join(' ');
  if (name !== '') return name as OverlayPosition;
  return words.includes('center') || words.includes('middle') ? 'centre' : undefined;
}

/** What edges are taken off, by kind. */
const trims: Readonly<Record<TrimKind, (said: Said) => Trim>> = {
  auto: (said) => ({ threshold: threshold(said['trim-md'] ?? 11) }),
  color: (said) => ({ threshold: threshold(said['trim-tol']), colour: said['trim-color'] }),
  alpha: (said) => ({ threshold: threshold(said['trim-alpha']), colour: transparent }),
  // The left top pixel of what has transparent edges is transparent.
  colorunlessalpha: (said) => ({ threshold: threshold(said['trim-tol']) }),
};

export function toTrim(said: Said): Trim | undefined {
  return said.trim === undefined ? undefined : trims[said.trim](said);
}

function threshold(value = 0): number {
  return Math.min(100, Math.max(1, Math.round(value)));
}

/** Clockwise, where imgix counts against the clock. */
export function toRotation(said: Said): Rotation | undefined {
  const degrees = (360 - (said.rot ?? 0)) % 360;
  if (degrees === 0) return undefined;
  return said['rot-type'] === 'pivot' ? { degrees } : { degrees, frame: 'cover' };
}

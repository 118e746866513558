import type { Colour } from './colour.ts';
import type { Region, Size } from './geometry.ts';
import { type Length, pixelsOf } from './length.ts';
import type { OutputLimits } from './limits.ts';
import {
  allOverlays,
  type Blend,
  isPicture,
  isVisible,
  type Overlay,
  type OverlayPosition,
  overlayDefaults,
  type Placement,
  type TextStyle,
} from './overlay.ts';
import type { Stage } from './stage.ts';

/** How a layer meets what is below it. */
interface Meeting {
  /** 1–100. */
  readonly opacity: number;
  readonly blend: Blend;
}

/** An original with every length known: where it comes to lie, in pixels of the picture below. */
export interface PlacedLayer extends Region, Meeting {
  /** Which overlay it is, by its place in `overlaysOf`. */
  readonly overlay: number;
}

/** A layer that is made by itself first: its size is known with its pixels only, and so is where it lies. */
export interface MadeLayer extends Meeting {
  readonly of: LayerContent;
  readonly stages: readonly Stage[];
  /** Of all overlays of the transformation, which is the first of these stages. */
  readonly firstOverlay: number;
  readonly placement: Omit<Placement, 'stages' | 'opacity' | 'blend'>;
  /** Size of the picture that it is laid on. */
  readonly below: Size;
  readonly limits: OutputLimits;
}

/** What a layer is made from: an original by its place in `overlaysOf`, a colour, or words. */
export type LayerContent =
  | { readonly overlay: number }
  | ({ readonly colour: Colour } & Size)
  | { readonly text: TextStyle };

export type LayerPlan = PlacedLayer | MadeLayer;

/** What layers are planned with. */
export interface LayersContext {
  /** Of all overlays of the transformation that are originals, upright. */
  readonly sizes: readonly Size[];
  /** Which of them is the first of this stage. */
  readonly first: number;
  readonly limits: OutputLimits;
}

/** Parts of a side that a margin may take at each of its ends: a small picture keeps half of it for the overlay. */
const marginShare = 1 / 4;

/** The layers of one stage: its overlays that show. */
export function layerPlans(
  { overlays = [] }: Stage,
  { width, height }: Size,
  { sizes, first, limits }: LayersContext,
): readonly LayerPlan[] {
  const below = { width, height };
  let next = first;
  return overlays.flatMap((overlay): readonly LayerPlan[] => {
    const index = next;
    next += picturesIn([{ overlays: [overlay] }]);
    if (!isVisible(overlay)) return [];
    const { opacity = overlayDefaults.opacity, blend = overlayDefaults.blend } = overlay;
    const own = sizes[index];
    if (isPicture(overlay) && !isMade(overlay)) {
      return own === undefined ? [] : [{ ...placeOverlay(overlay, own, below), overlay: index, opacity, blend }];
    }
    const { outputSide, outputPixels } = limits;
    return [
      {
        ...madeFrom(overlay, index, below),
        below,
        opacity,
        blend,
        // Those of the process are not all its own.
        limits: { outputSide, outputPixels },
      },
    ];
  });
}

/** How many originals some stages lay on. */
export function picturesIn(stages: readonly Stage[]): number {
  return allOverlays(stages).filter(isPicture).length;
}

/** Whether an original is more than laid on as it is. */
function isMade({ stages = [], at, tile }: Placement): boolean {
  return stages.length > 0 || at !== undefined || tile === true;
}

function madeFrom(
  overlay: Overlay,
  index: number,
  below: Size,
): Pick<MadeLayer, 'of' | 'stages' | 'firstOverlay' | 'placement'> {
  const { stages = [], width, height, position, margin, at, tile } = overlay;
  const where = {
    ...(position === undefined ? {} : { position }),
    ...(margin === undefined ? {} : { margin }),
    ...(at === undefined ? {} : { at }),
    ...(tile === undefined ? {} : { tile }),
  };
  const size = { ...(width === undefined ? {} : { width }), ...(height === undefined ? {} : { height }) };
  if (isPicture(overlay)) {
    return { of: { overlay: index }, stages, firstOverlay: index + 1, placement: { ...where, ...size } };
  }
  if ('text' in overlay) {
    return { of: { text: overlay.text }, stages, firstOverlay: index, placement: { ...where, ...size } };
  }
  // A block has no size of its own that could be changed.
  const block = { width: blockSide(width, below.width), height: blockSide(height, below.height) };
  return { of: { colour: overlay.colour, ...block }, stages, firstOverlay: index, placement: where };
}

function blockSide(wanted: Length | undefined, below: number): number {
  return wanted === undefined ? below : Math.max(1, Math.round(pixelsOf(wanted, below)));
}

/**
 * Works out where an overlay comes to lie. In proportion always: in the size asked for, else in its own; never larger
 * than the picture less its margins, and never less than a pixel.
 *
 * @param own size of the overlay, upright.
 * @param picture size of what it is laid on.
 */
export function placeOverlay(overlay: Placement, own: Size, picture: Size): Region {
  const { position = overlayDefaults.position, margin = overlayDefaults.margin } = overlay;
  const free = {
    width: Math.min(margin, Math.floor(picture.width * marginShare)),
    height: Math.min(margin, Math.floor(picture.height * marginShare)),
  };
  const room = { width: picture.width - 2 * free.width, height: picture.height - 2 * free.height };
  const factor = Math.min(wantedScale(overlay, own, picture), room.width / own.width, room.height / own.height);
  const width = Math.max(1, Math.round(own.width * factor));
  const height = Math.max(1, Math.round(own.height * factor));
  return {
    width,
    height,
    left: free.width + offset(position, 'left', 'right', room.width - width),
    top: free.height + offset(position, 'top', 'bottom', room.height - height),
  };
}

/** How much larger or smaller than its own size an overlay is to be, the picture's size aside. */
export function wantedScale({ width, height }: Placement, own: Size, picture: Size): number {
  const scales = [
    ...(width === undefined ? [] : [pixelsOf(width, picture.width) / own.width]),
    ...(height === undefined ? [] : [pixelsOf(height, picture.height) / own.height]),
  ];
  return scales.length === 0 ? 1 : Math.min(...scales);
}

/**
 * Where a layer lies that is cut off at the edges of the picture and not made smaller.
 *
 * @param own size that it is laid on in.
 */
export function placeAt(placement: Placement, own: Size, picture: Size): Region {
  const { position = overlayDefaults.position, at: { x, y, anchor } = {}, margin = overlayDefaults.margin } = placement;
  const along = (point: Length | undefined, ends: readonly [string, string], side: 'width' | 'height'): number => {
    const spare = picture[side] - own[side];
    if (point === undefined) {
      const free = Math.min(margin, Math.floor(picture[side] * marginShare));
      return free + offset(position, ...ends, spare - 2 * free);
    }
    const length = Math.round(pixelsOf(point, picture[side]));
    const middle = anchor === 'centre' ? Math.floor(own[side] / 2) : 0;
    // From the far edge what is measured is the far side of the layer.
    return length < 0 ? spare + length + (anchor === 'centre' ? own[side] - middle : 0) : length - middle;
  };
  return { ...own, left: along(x, ['left', 'right'], 'width'), top: along(y, ['top', 'bottom'], 'height') };
}

function offset(position: OverlayPosition, first: string, last: string, spare: number): number {
  if (position.includes(first)) return 0;
  return position.includes(last) ? spare : Math.floor(spare / 2);
}

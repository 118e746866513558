import type { Region, Size } from './geometry.ts';
import { pixelsOf } from './length.ts';
import { type Blend, isVisible, type Overlay, type OverlayPosition, overlayDefaults } from './overlay.ts';
import type { Stage } from './stage.ts';

/** One overlay with every length known: where it comes to lie, in pixels of the picture below. */
export interface LayerPlan extends Region {
  /** Which overlay it is, by its place in `overlaysOf`. */
  readonly overlay: number;
  /** 1–100. */
  readonly opacity: number;
  readonly blend: Blend;
}

/** Parts of a side that a margin may take at each of its ends: a small picture keeps half of it for the overlay. */
const marginShare = 1 / 4;

/**
 * The layers of one stage: its overlays that show.
 *
 * @param sizes of all overlays of the transformation, upright.
 * @param first which of them is the first of this stage.
 */
export function layerPlans(
  { overlays = [] }: Stage,
  picture: Size,
  sizes: readonly Size[],
  first: number,
): readonly LayerPlan[] {
  return overlays.flatMap((overlay, index) => {
    const own = sizes[first + index];
    if (own === undefined || !isVisible(overlay)) return [];
    const { opacity = overlayDefaults.opacity, blend = overlayDefaults.blend } = overlay;
    return [{ ...placeOverlay(overlay, own, picture), overlay: first + index, opacity, blend }];
  });
}

/**
 * Works out where an overlay comes to lie. In proportion always: in the size asked for, else in its own; never larger
 * than the picture less its margins, and never less than a pixel.
 *
 * @param own size of the overlay, upright.
 * @param picture size of what it is laid on.
 */
export function placeOverlay(overlay: Overlay, own: Size, picture: Size): Region {
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
function wantedScale({ width, height }: Overlay, own: Size, picture: Size): number {
  const scales = [
    ...(width === undefined ? [] : [pixelsOf(width, picture.width) / own.width]),
    ...(height === undefined ? [] : [pixelsOf(height, picture.height) / own.height]),
  ];
  return scales.length === 0 ? 1 : Math.min(...scales);
}

function offset(position: OverlayPosition, first: string, last: string, spare: number): number {
  if (position.includes(first)) return 0;
  return position.includes(last) ? spare : Math.floor(spare / 2);
}

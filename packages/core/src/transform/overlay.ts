import type { Length } from './length.ts';

/** Where an overlay may lie on a picture. The words are sharp's. */
export const overlayPositions = [
  'centre',
  'top',
  'right top',
  'right',
  'right bottom',
  'bottom',
  'left bottom',
  'left',
  'left top',
] as const;
export type OverlayPosition = (typeof overlayPositions)[number];

/** How the colours of an overlay meet those below it: the separable modes of W3C Compositing §9.1; `over` is its normal. */
export const blends = [
  'over',
  'multiply',
  'screen',
  'overlay',
  'darken',
  'lighten',
  'hard-light',
  'soft-light',
  'difference',
  'exclusion',
] as const;
export type Blend = (typeof blends)[number];

/** An original laid over another. */
export interface Overlay {
  /** Canonical path, of the same origin. */
  readonly path: string;
  /** Undefined: in proportion to the height, or the overlay's own where that is undefined too. Both sides make a box. */
  readonly width?: Length | undefined;
  readonly height?: Length | undefined;
  readonly position?: OverlayPosition | undefined;
  /** Pixels, device pixels included, that stay free between the overlay and every edge of the picture. */
  readonly margin?: number | undefined;
  /** 0–100. Nothing is seen at 0. */
  readonly opacity?: number | undefined;
  readonly blend?: Blend | undefined;
}

interface OverlayDefaults {
  readonly position: OverlayPosition;
  readonly margin: number;
  readonly opacity: number;
  readonly blend: Blend;
}

/** What holds of an overlay where nothing else is said. */
export const overlayDefaults: OverlayDefaults = {
  position: 'centre',
  margin: 0,
  opacity: 100,
  blend: 'over',
};

/** The one form of all overlays that mean the same: what is the default is left out. */
export function canonicalOverlay({ path, width, height, position, margin, opacity, blend }: Overlay): Overlay {
  return {
    path,
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
    ...(position === undefined || position === overlayDefaults.position ? {} : { position }),
    ...(margin === undefined || margin === overlayDefaults.margin ? {} : { margin }),
    ...(opacity === undefined || opacity === overlayDefaults.opacity ? {} : { opacity }),
    ...(blend === undefined || blend === overlayDefaults.blend ? {} : { blend }),
  };
}

/** Whether an overlay shows at all. */
export function isVisible({ opacity }: Overlay): boolean {
  return opacity !== 0;
}

import type { Colour } from './colour.ts';
import type { Length } from './length.ts';
import type { Sides, Stage } from './stage.ts';

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

/** Where a layer lies, and how it meets what is below it. */
export interface Placement {
  /** Undefined: in proportion to the height, or the layer's own where that is undefined too. Both sides make a box. */
  readonly width?: Length | undefined;
  readonly height?: Length | undefined;
  readonly position?: OverlayPosition | undefined;
  /** In place of the position, and of the margin. */
  readonly at?: OverlayPoint | undefined;
  /** Pixels, device pixels included, that stay free between the layer and every edge of the picture. */
  readonly margin?: number | undefined;
  /** 0–100. Nothing is seen at 0. */
  readonly opacity?: number | undefined;
  readonly blend?: Blend | undefined;
  /** Whether it is laid side by side all over the picture. */
  readonly tile?: true | undefined;
  /** What is done to the layer by itself before it is laid on, layers of its own included. */
  readonly stages?: readonly Stage[] | undefined;
}

/**
 * A point of the picture below where a layer lies, whatever of it comes to lie outside and is cut off. A side that is left
 * out is where the position has it.
 */
export interface OverlayPoint {
  /** From the left and the top; below 0 from the right and the bottom, to the layer's own right and bottom. */
  readonly x?: Length | undefined;
  readonly y?: Length | undefined;
  /** What of the layer lies there; its corner where left out. */
  readonly anchor?: 'centre' | undefined;
}

/** An original laid over another. */
export interface PictureOverlay extends Placement {
  /** Canonical path, of the same origin. */
  readonly path: string;
}

/** Words laid over a picture. */
export interface TextOverlay extends Placement {
  readonly text: TextStyle;
}

/** One colour laid over a picture: width and height as they are given, a side that is not as large as the picture's. */
export interface ColourOverlay extends Placement {
  readonly colour: Colour;
}

/** What is laid over a picture. */
export type Overlay = PictureOverlay | TextOverlay | ColourOverlay;

/** Words, and how they look. Lengths are in pixels, device pixels included. */
export interface TextStyle {
  /** 1–2000 characters; lines end with `\n`. */
  readonly content: string;
  /** Family, by the names that the endpoint allows. */
  readonly font?: string | undefined;
  readonly size: number;
  readonly bold?: true | undefined;
  readonly italic?: true | undefined;
  readonly colour: Colour;
  readonly align?: 'left' | 'centre' | 'right' | undefined;
  /** Where lines are broken; undefined for only where the words say so. */
  readonly wrap?: number | undefined;
  /** Distance of lines, as a factor of the size. */
  readonly lineHeight?: number | undefined;
  readonly padding?: Sides<number> | undefined;
  readonly background?: Colour | undefined;
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

interface TextDefaults {
  readonly size: number;
  readonly lineHeight: number;
}

/** What holds of words where nothing else is said. */
export const textDefaults: TextDefaults = { size: 32, lineHeight: 1.2 };

/** The most layers of a transformation, and how deep they may lie in one another: each is work. */
export const mostLayers = 16;
export const mostDepth = 3;

/** The most characters of a text. */
export const mostCharacters = 2000;

/** Pixels of the largest letters. */
export const mostTextSize = 1000;

/** Whether it is another original. */
export function isPicture(overlay: Overlay): overlay is PictureOverlay {
  return 'path' in overlay;
}

/** Whether it is words. */
export function isText(overlay: Overlay): overlay is TextOverlay {
  return 'text' in overlay;
}

/** All overlays of some stages, those of their own stages included: each before those that are laid on it. */
export function allOverlays(stages: readonly Stage[]): readonly Overlay[] {
  return stages.flatMap(({ overlays = [] }) =>
    overlays.flatMap((overlay) => [overlay, ...allOverlays(overlay.stages ?? [])]),
  );
}

/** All stages, those of layers included. */
export function allStages(stages: readonly Stage[]): readonly Stage[] {
  return [...stages, ...allOverlays(stages).flatMap((overlay) => overlay.stages ?? [])];
}

/** Whether an overlay shows at all. */
export function isVisible({ opacity }: Overlay): boolean {
  return opacity !== 0;
}

import type { ImageFormat } from './image.ts';
import { canonicalOverlay, isVisible, type Overlay, overlayPositions } from './overlay.ts';

/** How a picture meets a box that has both sides; the words and meanings are sharp's. */
export const fits = ['cover', 'contain', 'fill', 'inside', 'outside'] as const;
export type Fit = (typeof fits)[number];

/** What stays in view when `cover` crops, and where `contain` puts the picture. The words are sharp's. */
export const positions: readonly [...typeof overlayPositions, 'entropy', 'attention'] = [
  ...overlayPositions,
  'entropy',
  'attention',
];
export type Position = (typeof positions)[number];

/** A box in pixels, device pixels included. One side may be missing; the picture never grows beyond its original. */
export interface Resize {
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  readonly fit?: Fit | undefined;
  readonly position?: Position | undefined;
}

/** What one pass does. Its order inside is fixed by the pipeline. */
export interface Stage {
  readonly resize?: Resize | undefined;
  /** Laid on the resized picture, the first at the bottom. */
  readonly overlays?: readonly Overlay[] | undefined;
}

/** What comes out. */
export interface Output {
  /** `auto` follows the client's Accept field; undefined keeps the original's type. */
  readonly format?: ImageFormat | 'auto' | undefined;
  /** 1–100 on JPEG's scale. Lossless types have none. */
  readonly quality?: number | undefined;
}

/** What to do to an original: all that a dialect can say. */
export interface Transformation {
  readonly stages: readonly Stage[];
  readonly output: Output;
}

/** The quality used where none is asked for, on JPEG's scale. */
export const defaultQuality = 80;

/** The one form of all transformations that mean the same: what has no effect, or is the default, is left out. */
export function canonicalTransformation({ stages, output }: Transformation): Transformation {
  return {
    stages: stages.map(canonicalStage).filter((stage) => Object.keys(stage).length > 0),
    output: {
      ...(output.format === undefined ? {} : { format: output.format }),
      ...(output.quality === undefined || output.quality === defaultQuality ? {} : { quality: output.quality }),
    },
  };
}

/** All overlays of a transformation, in the order in which they are laid on. */
export function overlaysOf({ stages }: Transformation): readonly Overlay[] {
  return stages.flatMap(({ overlays = [] }) => overlays);
}

/** The transformation with one more overlay, above all others. */
export function withOverlay({ stages, output }: Transformation, overlay: Overlay): Transformation {
  const last = stages.at(-1) ?? {};
  return { stages: [...stages.slice(0, -1), { ...last, overlays: [...(last.overlays ?? []), overlay] }], output };
}

function canonicalStage({ resize = {}, overlays = [] }: Stage): Stage {
  const size = canonicalResize(resize);
  const visible = overlays.filter(isVisible).map(canonicalOverlay);
  return {
    ...(size === undefined ? {} : { resize: size }),
    ...(visible.length === 0 ? {} : { overlays: visible }),
  };
}

function canonicalResize({ width, height, fit = 'cover', position = 'centre' }: Resize): Resize | undefined {
  if (width === undefined) return height === undefined ? undefined : { height };
  if (height === undefined) return { width };
  const isPositioned = (fit === 'cover' || fit === 'contain') && position !== 'centre';
  return { width, height, ...(fit === 'cover' ? {} : { fit }), ...(isPositioned ? { position } : {}) };
}

import type { ImageFormat } from './image.ts';

/** How a picture meets a box that has both sides; the words and meanings are sharp's. */
export const fits = ['cover', 'contain', 'fill', 'inside', 'outside'] as const;
export type Fit = (typeof fits)[number];

/** What stays in view when `cover` crops, and where `contain` puts the picture. The words are sharp's. */
export const positions = [
  'centre',
  'top',
  'right top',
  'right',
  'right bottom',
  'bottom',
  'left bottom',
  'left',
  'left top',
  'entropy',
  'attention',
] as const;
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
    stages: stages.map(canonicalStage).filter((stage) => stage.resize !== undefined),
    output: {
      ...(output.format === undefined ? {} : { format: output.format }),
      ...(output.quality === undefined || output.quality === defaultQuality ? {} : { quality: output.quality }),
    },
  };
}

function canonicalStage({ resize }: Stage): Stage {
  if (resize === undefined || (resize.width === undefined && resize.height === undefined)) return {};
  if (resize.height === undefined) return { resize: { width: resize.width } };
  if (resize.width === undefined) return { resize: { height: resize.height } };
  const { width, height, fit = 'cover', position = 'centre' } = resize;
  const isPositioned = (fit === 'cover' || fit === 'contain') && position !== 'centre';
  return {
    resize: { width, height, ...(fit === 'cover' ? {} : { fit }), ...(isPositioned ? { position } : {}) },
  };
}

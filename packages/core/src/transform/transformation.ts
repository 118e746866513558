import type { ImageFormat } from './image.ts';
import type { Overlay } from './overlay.ts';
import type { Stage } from './stage.ts';

/** What a result may be: a picture, or what is known of one (`json`). */
export type OutputFormat = ImageFormat | 'json';

/** What comes out. */
export interface Output {
  /** `auto` follows the client's Accept field; undefined keeps the original's type. */
  readonly format?: OutputFormat | 'auto' | undefined;
  /** 1–100 on JPEG's scale. Lossless types have none. */
  readonly quality?: number | undefined;
  /** Whether WebP and AVIF lose nothing. */
  readonly lossless?: boolean | undefined;
  /** Whether a JPEG or PNG shows in full at once, then sharpens. */
  readonly progressive?: boolean | undefined;
  /** The one frame of an animation to take, from 1. */
  readonly frame?: number | undefined;
  /** `none` leaves the picture as it is stored; else it is turned upright by its EXIF orientation. */
  readonly orient?: 'none' | undefined;
}

/** What to do to an original: all that a dialect can say. */
export interface Transformation {
  /** One after the other, each on the result of the one before. */
  readonly stages: readonly Stage[];
  readonly output: Output;
}

/** The quality used where none is asked for, on JPEG's scale. */
export const defaultQuality = 80;

/** All overlays of a transformation, in the order in which they are laid on. */
export function overlaysOf({ stages }: Transformation): readonly Overlay[] {
  return stages.flatMap(({ overlays = [] }) => overlays);
}

/** The transformation with one more overlay, above all others: a stage lays its overlays on last. */
export function withOverlay({ stages, output }: Transformation, overlay: Overlay): Transformation {
  const last = stages.at(-1) ?? {};
  return { stages: [...stages.slice(0, -1), { ...last, overlays: [...(last.overlays ?? []), overlay] }], output };
}

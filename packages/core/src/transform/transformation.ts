import type { Chroma } from './encoding.ts';
import type { ImageFormat } from './image.ts';
import { allOverlays, isPicture, type Overlay, type PictureOverlay } from './overlay.ts';
import type { Stage } from './stage.ts';

/** What a result may be: a picture, or what is known of one (`json`). */
export type OutputFormat = ImageFormat | 'json';

/** An EXIF orientation. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/** What comes out. */
export interface Output {
  /** `auto` follows the client's Accept field; undefined keeps the original's type. */
  readonly format?: OutputFormat | 'auto' | undefined;
  /** 1–100 on JPEG's scale. Lossless types have none. */
  readonly quality?: number | undefined;
  /** Whether WebP and AVIF lose nothing. */
  readonly lossless?: boolean | undefined;
  /** Where the format is `auto`: the type for clients that take neither AVIF nor WebP, in place of the original's. */
  readonly otherwise?: ImageFormat | undefined;
  /** Whether a JPEG or PNG shows in full at once, then sharpens; or a JPEG alone. */
  readonly progressive?: boolean | 'jpeg' | undefined;
  /** The one frame of an animation to take, from 1. */
  readonly frame?: number | undefined;
  /**
   * `none` leaves the picture as it is stored, an EXIF orientation (1–8) takes the place of its own; else it is turned
   * upright by that.
   */
  readonly orient?: 'none' | Orientation | undefined;
  /** What of the original's metadata stays: its colour profile, or all of it. */
  readonly keep?: 'icc' | 'all' | undefined;
  /** How much colour JPEG and AVIF keep beside brightness; the encoder's own setting where left out. */
  readonly chroma?: Chroma | undefined;
  /** 2–256: colours of the palette of a PNG or GIF, which has 2, 4, 16 or 256; what lies between is the next. */
  readonly colours?: number | undefined;
  /** Pixels per inch that the result says it has. */
  readonly dpi?: number | undefined;
}

/** What to do to an original: all that a dialect can say. */
export interface Transformation {
  /** One after the other, each on the result of the one before. */
  readonly stages: readonly Stage[];
  readonly output: Output;
}

/** The quality used where none is asked for, on JPEG's scale. */
export const defaultQuality = 80;

/**
 * The originals that are laid over, those in layers of layers included, in the order in which they are written: each layer
 * before what is laid on it. One record is looked up for each, and one original read.
 */
export function overlaysOf({ stages }: Transformation): readonly PictureOverlay[] {
  return allOverlays(stages).filter(isPicture);
}

/** The transformation with one more overlay, above all others: a stage lays its overlays on last. */
export function withOverlay({ stages, output }: Transformation, overlay: Overlay): Transformation {
  const last = stages.at(-1) ?? {};
  return { stages: [...stages.slice(0, -1), { ...last, overlays: [...(last.overlays ?? []), overlay] }], output };
}

import type { ImageInfo } from '../image.ts';
import type { RenderJob } from '../renderer.ts';

/** Threads that sharp uses for a picture in a render process; part of what names a derivative. */
export const childThreads = 1;

/** A job as it is sent: its bytes follow, those of the original first. */
export interface SentJob extends Pick<RenderJob, 'image' | 'plan' | 'limits' | 'timeout'> {
  readonly overlays: readonly ImageInfo[];
  /** Hashes of the fonts, whose bytes follow those of the overlays. */
  readonly fonts: readonly string[];
  /** Milliseconds between two reports of how much memory is held; undefined where this side can tell by itself. */
  readonly reports: number | undefined;
}

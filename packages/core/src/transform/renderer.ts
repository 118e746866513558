import { allocatorWatch } from './allocator.ts';
import type { ImageInfo } from './image.ts';
import type { OverlayOriginal } from './layer.ts';
import type { Limits } from './limits.ts';
import type { RenderPlan } from './plan.ts';
import { render } from './render.ts';
import type { Font } from './text/fonts.ts';

/** One derivative to be made: plain values, which can be sent to another process. */
export interface RenderJob {
  readonly original: Uint8Array;
  readonly image: ImageInfo;
  readonly plan: RenderPlan;
  readonly limits: Limits;
  /** The originals laid over it, one for each of `overlaysOf(transformation)`. */
  readonly overlays: readonly OverlayOriginal[];
  /** The fonts of its words, those that its plan names; undefined for none. */
  readonly fonts?: readonly Font[] | undefined;
  /** Seconds it may take. */
  readonly timeout: number;
  /** Bytes that a process may hold while it makes it; nobody measures this process. */
  readonly memory: number;
}

/** Makes derivatives, here or in processes of their own. */
export interface Renderer {
  /**
   * Makes a derivative: the same bytes wherever it is made.
   *
   * @throws TintypeError as `render` does.
   */
  render(job: RenderJob): Promise<Uint8Array>;
  /** Ends what it has started, once it has nothing to do. */
  close?(): Promise<void>;
}

/** Renders in this process, in threads of libuv's pool: nothing can end a decoder that takes too long. */
export const inProcess: Renderer = {
  async render({ original, image, plan, limits, overlays, timeout, fonts }) {
    try {
      return await render(original, image, plan, limits, overlays, timeout, fonts);
    } finally {
      allocatorWatch.rendered();
    }
  },
};

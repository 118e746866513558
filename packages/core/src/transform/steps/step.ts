import type { Sharp } from 'sharp';
import type { Size } from '../geometry.ts';
import type { Layer } from '../layer.ts';
import type { LayerPlan } from '../layers.ts';
import type { RawPicture } from '../open.ts';
import type { StagePlan } from '../stage-plan.ts';
import type { TonalRange } from '../tonal-range.ts';

/** What a pass is made with. */
export interface PassContext {
  /** What this pass lays on, the first at the bottom. */
  readonly layers: readonly Layer[];
  /** Frames below each other in the picture, as sharp holds an animation; 1 for a still. */
  readonly frames: number;
  /** What this pass works on, blurred, where a work lays it under. */
  readonly backdrop?: RawPicture | undefined;
  /** Of what this pass works on, where a work looks at it. */
  readonly range?: TonalRange | undefined;
}

/** One thing to do to a picture. */
export interface Work {
  /** Place in sharp's own order, see {@link ranks}: what comes earlier there needs a pass of its own. */
  readonly rank: number;
  /** Whether sharp mixes it up with anything else in one pass. */
  readonly isAlone?: boolean;
  /** Whether it would mix the frames of an animation, which sharp holds as one strip. */
  readonly isOfFrame?: boolean;
  /** Whether it looks at what its pass works on, all of its frames. */
  readonly isLooking?: boolean;
  /** Whether it brings colours, which a picture without would not take in its first pass. */
  readonly isColoured?: boolean;
  /** Whether sharp multiplies colours by their alpha for it, and for the whole pass; or whether it must not be so. */
  readonly colours?: 'multiplied' | 'plain';
  /** The size in which it lays under what its pass works on, blurred. */
  readonly backdrop?: Size;
  /** What it lays on. */
  readonly layers?: readonly LayerPlan[];
  /** Gives the picture with its operation added. */
  readonly apply: (picture: Sharp, context: PassContext) => Sharp;
}

/** One step of a stage: what is to be done of it, in order; undefined for nothing. */
export type Step = (stage: StagePlan) => Work | readonly Work[] | undefined;

/** The order in which sharp works off the operations of one pass, whatever order they are called in. */
export const ranks = {
  crop: 1,
  flatten: 2,
  darken: 3,
  resize: 4,
  turn: 5,
  extend: 6,
  blur: 7,
  recomb: 8,
  modulate: 9,
  sharpen: 10,
  compose: 11,
  brighten: 12,
  linear: 13,
  tint: 14,
  negate: 15,
} as const;

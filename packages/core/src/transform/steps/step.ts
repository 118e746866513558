import type { Sharp } from 'sharp';
import type { Layer } from '../layer.ts';
import type { LayerPlan } from '../layers.ts';
import type { StagePlan } from '../stage-plan.ts';

/** What a pass is made with. */
export interface PassContext {
  /** What this pass lays on, the first at the bottom. */
  readonly layers: readonly Layer[];
  /** Frames below each other in the picture, as sharp holds an animation; 1 for a still. */
  readonly frames: number;
}

/** One thing to do to a picture. */
export interface Work {
  /** Place in sharp's own order, see {@link ranks}: what comes earlier there needs a pass of its own. */
  readonly rank: number;
  /** Whether sharp mixes it up with anything else in one pass. */
  readonly isAlone?: boolean;
  /** Whether it would mix the frames of an animation, which sharp holds as one strip. */
  readonly isOfFrame?: boolean;
  /** What it lays on. */
  readonly layers?: readonly LayerPlan[];
  /** Gives the picture with its operation added. */
  readonly apply: (picture: Sharp, context: PassContext) => Sharp;
}

/** One step of a stage: what is to be done of it; undefined for nothing. */
export type Step = (stage: StagePlan) => Work | undefined;

/** The order in which sharp works off the operations of one pass, whatever order they are called in. */
export const ranks = {
  crop: 1,
  negate: 2,
  flatten: 3,
  darken: 4,
  resize: 5,
  turn: 6,
  extend: 7,
  blur: 8,
  recomb: 9,
  modulate: 10,
  sharpen: 11,
  compose: 12,
  brighten: 13,
  linear: 14,
  normalise: 15,
  tint: 16,
} as const;

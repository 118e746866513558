import type { Sharp } from 'sharp';
import type { StagePlan } from '../geometry.ts';
import type { ImageInfo } from '../image.ts';
import type { Layer } from '../layer.ts';
import type { RenderPlan } from '../plan.ts';

/** What a step may look at. */
export interface StepContext {
  readonly image: ImageInfo;
  readonly plan: RenderPlan;
  /** Undefined where the stage has nothing of its own to do. */
  readonly stage: StagePlan | undefined;
  /** What this pass lays on, the first at the bottom. */
  readonly layers: readonly Layer[];
  /** Whether the output follows, not another stage. */
  readonly isLast: boolean;
}

/** One step: gives the pipeline back with its operation added, or as it was. */
export type Step = (picture: Sharp, context: StepContext) => Sharp;

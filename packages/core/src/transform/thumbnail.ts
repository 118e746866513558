import type { Size } from './geometry.ts';
import { thumbnailSize } from './placeholder.ts';
import type { StagePlan } from './stage-plan.ts';

/** The last stage of a plan whose result is only described. */
export function thumbnailStage({ width, height, alpha }: Size & { readonly alpha: boolean }): StagePlan {
  const size = thumbnailSize(width, height);
  return { ...size, resize: { ...size, fit: 'fill', position: 'centre' }, layers: [], alpha };
}

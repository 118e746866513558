import type { Size } from './geometry.ts';
import type { StagePlan } from './stage-plan.ts';

/** Pixels of the longer side of what a description looks at: what ThumbHash takes. */
const longest = 100;

/** The last stage of a plan whose result is only described. */
export function thumbnailStage({ width, height, alpha }: Size & { readonly alpha: boolean }): StagePlan {
  const factor = Math.min(1, longest / Math.max(width, height));
  const size = { width: Math.max(1, Math.round(width * factor)), height: Math.max(1, Math.round(height * factor)) };
  return { ...size, resize: { ...size, fit: 'fill', position: 'centre' }, layers: [], alpha };
}

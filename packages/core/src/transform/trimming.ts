import type { Stage, Trim } from './stage.ts';
import type { Picture } from './stage-plan.ts';

/** Whether a stage takes edges off: of what is opaque none is transparent. */
export function isTrimming(stage: Stage, { alpha }: Picture): stage is Stage & { readonly trim: Trim } {
  return stage.trim !== undefined && (alpha || stage.trim.colour?.alpha !== 0);
}

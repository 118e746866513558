import { worksOf } from './pipeline.ts';
import type { StagePlan } from './stage-plan.ts';
import type { Work } from './steps/step.ts';

/** What is done to a picture in one go of sharp. */
export type Pass = readonly Work[];

/**
 * The passes of some stages: each stage begins one, because one sharp instance is not a chain, and so does all that
 * sharp would do earlier than what comes before it. At least one, perhaps with nothing in it.
 *
 * @param isAnimated whether there are frames, which are still a strip in the first pass and by themselves after it.
 */
export function passesOf(stages: readonly StagePlan[], isAnimated: boolean): readonly Pass[] {
  const passes: Work[][] = [[]];
  for (const stage of stages) {
    let isFirst = true;
    for (const work of worksOf(stage)) {
      const pass = passes.at(-1) ?? [];
      const begins = (isFirst && pass.length > 0) || mustBegin(work, pass.at(-1));
      // Only the first pass sees the strip.
      const leavesStrip = isAnimated && passes.length === 1 && work.isOfFrame === true;
      const leavesGrey = stage.grey === true && passes.length === 1 && work.isColoured === true;
      // A strip stays one where it can: what is half transparent there is rare.
      const isMultiplied = !(isAnimated && passes.length === 1) && mixesColours(work, pass);
      if (begins || leavesStrip || leavesGrey || isMultiplied) passes.push([]);
      passes.at(-1)?.push(work);
      isFirst = false;
    }
  }
  return passes;
}

function mustBegin(work: Work, before: Work | undefined): boolean {
  if (before === undefined) return false;
  return work.isAlone === true || before.isAlone === true || work.rank <= before.rank;
}

/** Whether a pass would multiply colours by their alpha that a work needs as they are. */
function mixesColours({ colours }: Work, pass: Pass): boolean {
  return colours !== undefined && pass.some((work) => work.colours !== undefined && work.colours !== colours);
}

/** Whether an animation must be worked on frame by frame. */
export function needsFrames(stages: readonly StagePlan[]): boolean {
  return passesOf(stages, true).length > 1;
}

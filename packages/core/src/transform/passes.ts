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
    for (const [index, work] of worksOf(stage).entries()) {
      const pass = passes.at(-1) ?? [];
      const isFirst = passes.length === 1;
      const input = { isFirst, isStrip: isAnimated && isFirst, isGrey: stage.grey === true && isFirst };
      if ((index === 0 && pass.length > 0) || mustBegin(work, pass, input)) passes.push([]);
      passes.at(-1)?.push(work);
    }
  }
  return passes;
}

/** What a pass works on. */
interface PassInput {
  /** Whether it is an original yet, and not decoded pixels. */
  readonly isFirst: boolean;
  readonly isStrip: boolean;
  readonly isGrey: boolean;
}

function mustBegin(work: Work, pass: Pass, { isFirst, isStrip, isGrey }: PassInput): boolean {
  if ((isFirst && work.isLooking) || (isStrip && work.isOfFrame) || (isGrey && work.isColoured)) return true;
  const before = pass.at(-1);
  if (before === undefined) return false;
  if (work.isAlone || before.isAlone || work.rank <= before.rank) return true;
  // A strip stays one where it can: what is half transparent there is rare.
  return !isStrip && mixesColours(work, pass);
}

/** Whether a pass would multiply colours by their alpha that a work needs as they are. */
function mixesColours({ colours }: Work, pass: Pass): boolean {
  return colours !== undefined && pass.some((work) => work.colours !== undefined && work.colours !== colours);
}

/** Whether a pass looks at what it works on. */
export function isLooking(pass: Pass | undefined): boolean {
  return pass?.some((work) => work.isLooking) ?? false;
}

/** Passes in runs, each of which begins with one that looks, but perhaps the first: frames go through one together. */
export function runsOf(passes: readonly Pass[]): readonly (readonly Pass[])[] {
  const runs: Pass[][] = [];
  for (const pass of passes) {
    if (runs.length === 0 || isLooking(pass)) runs.push([]);
    runs.at(-1)?.push(pass);
  }
  return runs;
}

/** Whether an animation must be worked on frame by frame. */
export function needsFrames(stages: readonly StagePlan[]): boolean {
  return passesOf(stages, true).length > 1;
}

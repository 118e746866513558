import sharp from 'sharp';
import type { StagePlan } from './stage-plan.ts';
import { contrast, gamma, grayscale, modulate, negate, sepia, stretch, tint } from './steps/adjust.ts';
import { compose } from './steps/compose.ts';
import { crop } from './steps/crop.ts';
import { blur, growSquares, sharpen, shrinkSquares } from './steps/effects.ts';
import { flatten } from './steps/flatten.ts';
import { border, canvas, pad } from './steps/frame.ts';
import { layOn } from './steps/lay-on.ts';
import { resize } from './steps/resize.ts';
import type { Step, Work } from './steps/step.ts';
import { cutCorners, flip, rotate } from './steps/turn.ts';

/**
 * The order of work in a stage. An original is turned upright before it; colours become sRGB and metadata is dropped as
 * it is opened.
 */
const pipeline: readonly Step[] = [
  crop,
  flatten,
  resize,
  canvas,
  flip,
  rotate,
  cutCorners,
  negate,
  stretch,
  modulate,
  contrast,
  gamma,
  grayscale,
  sepia,
  tint,
  blur,
  sharpen,
  shrinkSquares,
  growSquares,
  pad,
  border,
  compose,
];

/** All that a stage does, in order; its layers last. */
export function worksOf(stage: StagePlan): readonly Work[] {
  const works = pipeline.flatMap((step) => step(stage) ?? []);
  return [...works, ...layOn(stage)];
}

/** Settings of sharp that hold for the whole process. */
export function claimSharp(): void {
  // libvips' cache holds decoded pixels by file name and would only cost memory; one thread a job, many jobs.
  sharp.cache(false);
  sharp.concurrency(1);
}

/**
 * Names everything besides original and plan that the bytes depend on: our code, sharp, its libraries, its threads.
 *
 * @param threads that sharp uses for one picture, where it renders elsewhere than in this process.
 */
export function pipelineVersion(threads: number = sharp.concurrency()): string {
  return JSON.stringify(['7', sharp.versions, threads]);
}

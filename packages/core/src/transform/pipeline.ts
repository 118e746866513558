import sharp from 'sharp';
import { compose } from './steps/compose.ts';
import { encode } from './steps/encode.ts';
import { flatten } from './steps/flatten.ts';
import { orient } from './steps/orient.ts';
import { resize } from './steps/resize.ts';
import type { Step } from './steps/step.ts';

/**
 * The order of work. sharp fixes the order of its own operations, so this list says it for the reader; colours become
 * sRGB and metadata is dropped in `encode`, which are sharp's defaults.
 */
export const pipeline: readonly Step[] = [orient, resize, flatten, compose, encode];

/** Settings of sharp that hold for the whole process. */
export function claimSharp(): void {
  // libvips' cache holds decoded pixels by file name and would only cost memory; one thread a job, many jobs.
  sharp.cache(false);
  sharp.concurrency(1);
}

/** Names everything besides original and plan that the bytes depend on: our recipe, sharp, its libraries, its threads. */
export function pipelineVersion(): string {
  return JSON.stringify(['2', 'direct', sharp.versions, sharp.concurrency()]);
}

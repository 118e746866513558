import { upright } from '../upright.ts';
import type { Step } from './step.ts';

/** Turns the picture upright. */
export const orient: Step = (picture, { image }) => upright(picture, image);

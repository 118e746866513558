import { ranks, type Step } from './step.ts';

/** Cuts a part out of the picture. */
export const crop: Step = ({ crop: region }) =>
  region && { rank: ranks.crop, apply: (picture) => picture.extract(region) };

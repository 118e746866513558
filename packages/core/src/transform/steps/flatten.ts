import type { Step } from './step.ts';

/** Lays transparent parts on white, for types without alpha. */
export const flatten: Step = (picture, { plan, isLast }) => {
  if (!plan.flatten || !isLast) return picture;
  return picture.flatten({ background: '#ffffff' });
};

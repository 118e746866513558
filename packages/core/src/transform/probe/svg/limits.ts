import { TintypeError } from '../../../errors.ts';

/** Bytes of an SVG. */
export const mostBytes: number = 1024 * 1024;

/** Elements of an SVG as it is written. */
export const mostElements = 20_000;

/** Attributes of one element, and names of namespaces of all: the parser takes long over more. */
export const mostAttributes = 256;

/** Elements inside each other. */
export const deepest = 200;

/** What an SVG may cost to draw, in the units of `svg/cost.ts`: a plain element is one. */
export const mostCost = 20_000;

/** The refusal of an SVG that would take too long to draw. `reason` is for operators. */
export function tooComplex(reason: string): TintypeError {
  return new TintypeError('ORIGINAL_TOO_LARGE', {
    message: 'The original, an SVG, is too large or too complex to be drawn.',
    cause: new Error(`SVG: ${reason}`),
  });
}

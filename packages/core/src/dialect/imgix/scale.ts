import { isNothing, type Length } from '../../transform/length.ts';
import type { Said } from './table.ts';
import { mostSide } from './values.ts';

/** Multiplies lengths in CSS pixels by the density that a URL asks for. */
export interface Scale {
  readonly dpr: number;
  /** In device pixels; shares stay what they are, and what is something stays so. */
  length(cssLength: Length): Length;
  /** In whole device pixels. */
  pixels(cssPixels: number): number;
}

/** The longest length of all, in pixels. */
const mostPixels = 65_535;

/** The density in which no side goes over what may be asked for. */
export function scaleFor({ w, h }: Pick<Said, 'w' | 'h'>, asked: number): Scale {
  const longest = Math.max(...[w, h].map((side) => (typeof side === 'number' ? side : 0)));
  const dpr = longest === 0 ? asked : Math.min(asked, mostSide / longest);
  const pixels = (cssPixels: number): number =>
    cssPixels === 0 ? 0 : Math.min(mostPixels, Math.max(1, Math.round(cssPixels * dpr)));
  return {
    dpr,
    pixels,
    length: (cssLength) => (typeof cssLength !== 'number' || isNothing(cssLength) ? cssLength : pixels(cssLength)),
  };
}

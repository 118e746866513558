import { toSharpColour, transparent } from '../colour.ts';
import { flattensEarly } from './flatten.ts';
import { ranks, type Step } from './step.ts';

/** Puts empty edges around the picture. */
export const pad: Step = (stage) => {
  if (stage.pad === undefined) return undefined;
  const [top, right, bottom, left] = stage.pad;
  const background = toSharpColour((flattensEarly(stage) ? stage.background : undefined) ?? transparent);
  return {
    rank: ranks.extend,
    isOfFrame: true,
    apply: (picture) => picture.extend({ top, right, bottom, left, background }),
  };
};

/** Draws a frame around it. */
export const border: Step = ({ border: frame }) => {
  if (frame === undefined) return undefined;
  const { width, colour } = frame;
  const sides = { top: width, right: width, bottom: width, left: width, background: toSharpColour(colour) };
  return { rank: ranks.extend, isOfFrame: true, isColoured: true, apply: (picture) => picture.extend(sides) };
};

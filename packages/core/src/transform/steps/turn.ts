import { toSharpColour, transparent } from '../colour.ts';
import { flattensEarly } from './flatten.ts';
import { ranks, type Step } from './step.ts';

/** Mirrors the picture. */
export const flip: Step = ({ flip: sides }) =>
  sides && {
    rank: ranks.turn,
    isAlone: true,
    isOfFrame: true,
    apply: (picture) => picture.flop(sides.includes('h')).flip(sides.includes('v')),
  };

/** Turns the picture. */
export const rotate: Step = (stage) => {
  if (stage.rotate === undefined) return undefined;
  const { degrees } = stage.rotate;
  const background = toSharpColour((flattensEarly(stage) ? stage.background : undefined) ?? transparent);
  return {
    rank: ranks.turn,
    isAlone: true,
    isOfFrame: true,
    apply: (picture) => picture.rotate(degrees, { background }),
  };
};

/** Cuts the empty corners off a turned picture. */
export const cutCorners: Step = ({ rotate: turned }) => {
  const region = turned?.cut;
  if (turned === undefined || region === undefined) return undefined;
  const { width, height } = turned;
  return {
    rank: ranks.crop,
    isAlone: true,
    isOfFrame: true,
    apply: (picture) => picture.extract(region).resize({ width, height, fit: 'fill' }),
  };
};

import { toSharpColour, transparent } from '../colour.ts';
import type { Size } from '../geometry.ts';
import type { Sides } from '../stage.ts';
import type { StagePlan } from '../stage-plan.ts';
import { flattensEarly } from './flatten.ts';
import { ranks, type Step, type Work } from './step.ts';

/** Lays the picture on a canvas, at its own size. */
export const canvas: Step = (stage) => stage.canvas && extension(stage, stage.canvas.sides, stage.canvas);

/** Puts edges around the picture. */
export const pad: Step = (stage) => {
  if (stage.pad === undefined) return undefined;
  const frame = 2 * (stage.border?.width ?? 0);
  return extension(stage, stage.pad, { width: stage.width - frame, height: stage.height - frame });
};

/** What is empty around the picture is filled. */
function extension(stage: StagePlan, [top, right, bottom, left]: Sides<number>, { width, height }: Size): Work {
  const { fill, background } = stage;
  const sides = { top, right, bottom, left };
  if (fill === 'blur') {
    return {
      rank: ranks.extend,
      // What is blurred is what its pass begins with.
      isAlone: true,
      isOfFrame: true,
      backdrop: { width, height },
      apply(picture, { backdrop }) {
        const empty = picture.extend({ ...sides, background: toSharpColour(transparent) });
        return backdrop === undefined ? empty : empty.composite([{ ...backdrop, left: 0, top: 0, blend: 'dest-over' }]);
      },
    };
  }
  const colour = fill ?? (flattensEarly(stage) ? background : undefined) ?? transparent;
  return {
    rank: ranks.extend,
    isOfFrame: true,
    isColoured: fill !== undefined,
    apply: (picture) => picture.extend({ ...sides, background: toSharpColour(colour) }),
  };
}

/** Draws a frame around it. */
export const border: Step = ({ border: frame }) => {
  if (frame === undefined) return undefined;
  const { width, colour } = frame;
  const sides = { top: width, right: width, bottom: width, left: width, background: toSharpColour(colour) };
  return { rank: ranks.extend, isOfFrame: true, isColoured: true, apply: (picture) => picture.extend(sides) };
};

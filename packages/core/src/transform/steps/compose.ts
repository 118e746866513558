import { sizeOf } from '../geometry.ts';
import type { Step } from './step.ts';

/** Lays the layers on the picture, on every frame alike. */
export const compose: Step = (picture, { image, plan, stage, layers }) => {
  if (layers.length === 0) return picture;
  // An animation is one strip of frames to sharp.
  const count = plan.animated ? image.frames : 1;
  const { height } = stage ?? sizeOf(image);
  const placed = Array.from({ length: count }, (_, frame) =>
    layers.flatMap(({ plan: { left, top }, frames }) => {
      const pixels = frames[frame % frames.length];
      return pixels === undefined ? [] : [{ ...pixels, left, top: top + frame * height }];
    }),
  );
  const composed = picture.composite(placed.flat());
  // sharp adds alpha to whatever it composes.
  const hasAlpha = image.alpha || stage?.fit === 'contain';
  return hasAlpha ? composed : composed.removeAlpha();
};

import { largestFactor, type Region, type Size, scale } from './geometry.ts';
import type { ImageInfo } from './image.ts';
import type { OutputLimits } from './limits.ts';
import type { Stage } from './stage.ts';
import type { StagePlan } from './stage-plan.ts';

/** A drawing is as large as it is asked for: it has no pixels that could be stretched. */
export function scalable([first = {}, ...others]: readonly Stage[]): readonly Stage[] {
  return [
    { ...first, ...(first.resize === undefined ? {} : { resize: { ...first.resize, enlarge: true } }) },
    ...others,
  ];
}

/**
 * How large a drawing is drawn for its first stage: so that nothing has to be enlarged, within the output limits. What the
 * stage cuts out is cut out of that.
 */
export function drawnSize(image: ImageInfo, [first]: readonly StagePlan[], limits: OutputLimits): Size {
  const { crop, resize } = first ?? {};
  const cut = crop ?? image;
  const wanted = resize === undefined ? 1 : Math.max(resize.width / cut.width, resize.height / cut.height);
  return scale(image, Math.min(wanted, largestFactor(image, limits)));
}

/** The stages of a drawing that is drawn in a size: what the first cuts out, in pixels of that. */
export function stagesOfDrawn(image: ImageInfo, stages: readonly StagePlan[], size: Size): readonly StagePlan[] {
  const [first, ...others] = stages;
  if (first?.crop === undefined) return stages;
  return [{ ...first, crop: scaledRegion(first.crop, image, size) }, ...others];
}

function scaledRegion({ left, top, width, height }: Region, from: Size, to: Size): Region {
  const [across, down] = [to.width / from.width, to.height / from.height];
  const [x, y] = [Math.min(to.width - 1, Math.round(left * across)), Math.min(to.height - 1, Math.round(top * down))];
  return {
    left: x,
    top: y,
    width: Math.min(to.width - x, Math.max(1, Math.round(width * across))),
    height: Math.min(to.height - y, Math.max(1, Math.round(height * down))),
  };
}

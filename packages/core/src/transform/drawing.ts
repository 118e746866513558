import type { Region, Size } from './geometry.ts';
import type { ImageInfo } from './image.ts';
import type { OutputLimits } from './limits.ts';
import type { StagePlan } from './stage-plan.ts';

/**
 * How a drawing is drawn for its first stage: so large that nothing has to be enlarged, within the output limits. What the
 * stage cuts out is cut out of that.
 */
export function drawnFor(
  image: ImageInfo,
  stages: readonly StagePlan[],
  limits: OutputLimits,
): { readonly size: Size; readonly stages: readonly StagePlan[] } {
  const [first, ...others] = stages;
  const { crop, resize } = first ?? {};
  const cut = crop ?? image;
  const wanted = resize === undefined ? 1 : Math.max(resize.width / cut.width, resize.height / cut.height);
  const size = scaled(image, Math.min(wanted, largestFactor(image, limits)));
  if (first === undefined || crop === undefined) return { size, stages };
  return { size, stages: [{ ...first, crop: scaledRegion(crop, image, size) }, ...others] };
}

function largestFactor({ width, height }: Size, { outputSide, outputPixels }: OutputLimits): number {
  return Math.min(outputSide / Math.max(width, height), Math.sqrt(outputPixels / (width * height)));
}

function scaled({ width, height }: Size, factor: number): Size {
  return { width: Math.max(1, Math.round(width * factor)), height: Math.max(1, Math.round(height * factor)) };
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

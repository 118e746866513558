import { type ImageInfo, isAnimation } from './image.ts';
import type { LayerPlan } from './layers.ts';
import { allStages } from './overlay.ts';
import { planTrimmed, type RenderPlan } from './plan.ts';

/**
 * Bytes of memory for each pixel of an original, as its decoder takes them: the one place of these numbers in the code
 * (measured: docs/decisions/render-isolation.md).
 */
const perPixel = {
  avif: 27,
  held: 9,
  heldTiff: 11,
  animated: 4.4,
  png: 1,
  // Whole, lossy or not, and once more as it is handed on.
  webp: 9,
  gif: 4.5,
  jpeg: 1,
  svg: 4,
  tiff: 2,
} as const;
/** Of what is read from a picture that is held. */
const handedOn = 1;
/** Of a picture that is held, though it has no colours. */
const leastHeld = 4;
/** Of what is made: a picture in sRGB with alpha, and the next beside it; an AVIF more, for its encoder. */
const made = 8;
const madeAvif = 14;
/** Of one picture more, in sRGB with alpha. */
const raw = 4;

/** Bytes of memory that a render is thought to take beside its originals: a guess on the safe side, for counting. */
export function renderCost(images: readonly ImageInfo[], plan: RenderPlan): number {
  const { drawn, animated, format } = plan;
  const decoded = sum(images.map(decodeCost));
  const frames = animated ? (images[0]?.frames ?? 1) : 1;
  const largest = Math.max(mostPixels(plan), pixelsAfterTrim(plan, images.slice(1)));
  const drawing = drawn === undefined ? 0 : drawn.width * drawn.height * perPixel.svg;
  const each = (format === 'avif' ? madeAvif : made) + (liesOnItself(plan) ? raw : 0);
  return Math.ceil(decoded + drawing + largest * frames * each + layerPixels(plan, images) * raw);
}

/** Whether one picture more is held: below the picture itself, or the original whose metadata is kept. */
function liesOnItself({ keep, stages }: RenderPlan): boolean {
  return keep !== undefined || stages.some(({ fill }) => fill === 'blur');
}

/** Pixels of the layers that are made by themselves: of all their stages, and as they are laid on. */
function layerPixels({ stages }: RenderPlan, images: readonly ImageInfo[]): number {
  return sum(stages.flatMap((stage) => stage.layers).map((layer) => pixelsOfLayer(layer, images)));
}

function pixelsOfLayer(layer: LayerPlan, images: readonly ImageInfo[]): number {
  if (!('of' in layer)) return 0;
  const { of, stages, below, limits } = layer;
  // About as many pixels as letters of a square each.
  if ('text' in of) return Math.min([...of.text.content].length * of.text.size ** 2, limits.outputPixels) * 2;
  const own = 'overlay' in of ? images[of.overlay + 1] : 'colour' in of ? of : undefined;
  const asked = allStages(stages).map(({ resize: { width, height } = {} }) =>
    typeof width === 'number' && typeof height === 'number' ? width * height : 0,
  );
  const most = Math.max(below.width * below.height, own === undefined ? 0 : own.width * own.height, ...asked);
  return 2 * Math.min(most, limits.outputPixels);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

/** Of the largest picture that a plan makes. */
function mostPixels({ stages, width, height }: RenderPlan): number {
  return Math.max(...[...stages, { width, height }].map((size) => size.width * size.height));
}

/** The same for what follows a trim, as if that took nothing away: what it leaves is known with the pixels only. */
function pixelsAfterTrim(plan: RenderPlan, overlays: readonly ImageInfo[]): number {
  if (plan.trimmed === undefined) return 0;
  try {
    const next = planTrimmed(plan, plan, overlays);
    return Math.max(mostPixels(next), pixelsAfterTrim(next, overlays));
  } catch {
    // Of the whole picture it would be refused; of what the trim leaves perhaps not.
    return plan.trimmed.limits.outputPixels;
  }
}

function decodeCost(image: ImageInfo): number {
  const { format, width, height, frames, interlaced, heldBytes } = image;
  const pixels = width * height;
  if (format === 'avif') return pixels * perPixel.avif;
  if (isAnimation(image)) return pixels * frames * perPixel.animated;
  if (!interlaced) return pixels * perPixel[format];
  if (format === 'tiff') return pixels * perPixel.heldTiff;
  return pixels * (heldBytes === undefined ? perPixel.held : Math.max(leastHeld, heldBytes + handedOn));
}

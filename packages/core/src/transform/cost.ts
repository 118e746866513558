import { type ImageInfo, isAnimation } from './image.ts';
import type { LayerPlan } from './layers.ts';
import { allStages } from './overlay.ts';
import type { RenderPlan } from './plan.ts';

/** Bytes of memory for each pixel of an original, as its decoder takes them (measured: docs/decisions/render-isolation.md). */
const perPixel = {
  avif: 25,
  held: 4.5,
  heldTiff: 11,
  animated: 4.4,
  png: 1,
  webp: 1,
  gif: 1,
  jpeg: 0.4,
  svg: 4,
  tiff: 2,
} as const;
/** Of pixels in sRGB with alpha. */
const raw = 4;

/** Bytes of memory that a render is thought to take beside its originals: a guess on the safe side, for counting. */
export function renderCost(
  images: readonly ImageInfo[],
  { stages, drawn, keep, animated, width, height }: RenderPlan,
): number {
  const decoded = sum(images.map(decodeCost));
  const frames = animated ? (images[0]?.frames ?? 1) : 1;
  // Between two stages lies a whole picture, and the next is made beside it.
  const largest = Math.max(...[...stages, { width, height }].map((size) => size.width * size.height));
  // One more where it lies on itself, or on its original.
  const held = keep !== undefined || stages.some(({ fill }) => fill === 'blur') ? 3 : 2;
  const drawing = drawn === undefined ? 0 : drawn.width * drawn.height * perPixel.svg;
  const layers = stages.flatMap((stage) => stage.layers).map((layer) => layerPixels(layer, images));
  return Math.ceil(decoded + drawing + (largest * frames * held + sum(layers)) * raw);
}

/** Pixels of a layer that is made by itself: of all its stages, and as it is laid on. */
function layerPixels(layer: LayerPlan, images: readonly ImageInfo[]): number {
  if (!('of' in layer)) return 0;
  const { of, stages, below, limits } = layer;
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

function decodeCost(image: ImageInfo): number {
  const { format, width, height, frames, interlaced } = image;
  const pixels = width * height;
  if (format === 'avif') return pixels * perPixel.avif;
  if (isAnimation(image)) return pixels * frames * perPixel.animated;
  if (!interlaced) return pixels * perPixel[format];
  return pixels * (format === 'tiff' ? perPixel.heldTiff : perPixel.held);
}

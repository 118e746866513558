import { type ImageInfo, isAnimation } from './image.ts';
import type { RenderPlan } from './plan.ts';

/** Bytes of memory for each pixel of an original, as its decoder takes them (measured: docs/decisions/render-isolation.md). */
const perPixel = {
  avif: 18,
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
  { stages, drawn, animated, width, height }: RenderPlan,
): number {
  const decoded = images.reduce((sum, image) => sum + decodeCost(image), 0);
  const frames = animated ? (images[0]?.frames ?? 1) : 1;
  // Between two stages lies a whole picture, and the next is made beside it.
  const largest = Math.max(...[...stages, { width, height }].map((size) => size.width * size.height));
  const drawing = drawn === undefined ? 0 : drawn.width * drawn.height * perPixel.svg;
  return Math.ceil(decoded + drawing + largest * frames * raw * 2);
}

function decodeCost(image: ImageInfo): number {
  const { format, width, height, frames, interlaced } = image;
  const pixels = width * height;
  if (format === 'avif') return pixels * perPixel.avif;
  if (isAnimation(image)) return pixels * frames * perPixel.animated;
  if (!interlaced) return pixels * perPixel[format];
  return pixels * (format === 'tiff' ? perPixel.heldTiff : perPixel.held);
}

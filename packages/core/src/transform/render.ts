import type { Sharp } from 'sharp';
import { type ErrorCode, TintypeError } from '../errors.ts';
import { sizeOf } from './geometry.ts';
import type { ImageInfo } from './image.ts';
import { type Layer, makeLayer, type OverlayOriginal } from './layer.ts';
import type { Limits } from './limits.ts';
import { createOpener, type Opener } from './open.ts';
import { type Pass, passesOf } from './passes.ts';
import { pipeline } from './pipeline.ts';
import type { RenderPlan } from './plan.ts';

export { renderTimeout } from './open.ts';

/**
 * Makes a derivative.
 *
 * @param overlays the originals laid over it, one for each of `overlaysOf(transformation)`.
 * @throws TintypeError `BROKEN_IMAGE`, `ORIGINAL_TOO_LARGE`, `UNSUPPORTED_IMAGE`, `RENDER_TIMEOUT`, `RENDER_FAILED`:
 * of whichever original.
 */
export async function render(
  original: Uint8Array,
  image: ImageInfo,
  plan: RenderPlan,
  limits: Limits,
  overlays: readonly OverlayOriginal[] = [],
): Promise<Uint8Array> {
  try {
    const open = createOpener(limits);
    let bytes = original;
    let source = image;
    const passes = passesOf(plan);
    for (const [index, pass] of passes.entries()) {
      const input = bytes;
      const { format } = source;
      const opened = () => open.encoded(input, format, plan.animated);
      const layers = await layersOf(pass, opened, open, overlays);
      const context = { image: source, plan, stage: pass.stage, layers, isLast: index === passes.length - 1 };
      bytes = await pipeline.reduce((made, step) => step(made, context), opened()).toBuffer();
      source = after(pass, source);
    }
    return bytes;
  } catch (error) {
    throw new TintypeError(codeOf(error), { cause: error });
  }
}

/** What a pass makes of an image, as far as the next one has to know. */
function after({ stage }: Pass, image: ImageInfo): ImageInfo {
  const { width, height } = stage ?? sizeOf(image);
  return { ...image, width, height, orientation: 1, alpha: image.alpha || stage?.fit === 'contain' };
}

/** The layers of one pass, made one after the other: a render has one place in the queue. */
async function layersOf(
  pass: Pass,
  below: () => Sharp,
  open: Opener,
  overlays: readonly OverlayOriginal[],
): Promise<readonly Layer[]> {
  const layers: Layer[] = [];
  for (const plan of pass.layers) {
    const overlay = overlays[plan.overlay];
    if (overlay === undefined) throw new Error(`Expected an overlay ${plan.overlay}`);
    layers.push(await makeLayer(overlay, plan, below, open));
  }
  return layers;
}

/** sharp's errors carry no code: they are told apart by their text, most particular first. */
const meanings: readonly (readonly [text: RegExp, code: ErrorCode])[] = [
  [/^timeout: /, 'RENDER_TIMEOUT'],
  [/out of memory/i, 'RENDER_FAILED'],
  [/exceeds (pixel|channel) limit/, 'ORIGINAL_TOO_LARGE'],
  [/^Input buffer contains unsupported image format/, 'UNSUPPORTED_IMAGE'],
  [/compression support is not configured|Unsupported JPEG data precision|heif: Unsupported/, 'UNSUPPORTED_IMAGE'],
  [/^Expected |^Processed image is too large|^extract_area/, 'RENDER_FAILED'],
  [/corrupt header|^Warning treated as error|^VipsJpeg|libpng|gifload|webp|bad seek|heif|Vips/i, 'BROKEN_IMAGE'],
];

function codeOf(error: unknown): ErrorCode {
  const text = error instanceof Error ? error.message : '';
  return meanings.find(([pattern]) => pattern.test(text))?.[1] ?? 'RENDER_FAILED';
}

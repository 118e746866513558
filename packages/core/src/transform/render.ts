import sharp from 'sharp';
import { type ErrorCode, TintypeError } from '../errors.ts';
import type { ImageInfo } from './image.ts';
import type { Limits } from './limits.ts';
import { pipeline } from './pipeline.ts';
import type { RenderPlan } from './plan.ts';
import { withoutTextChunks } from './text-chunks.ts';

/** Seconds after which sharp gives up an encode. It cannot interrupt a decoder; the limits see to that. */
const renderTimeout = 30;

/**
 * Makes a derivative.
 *
 * @throws TintypeError `BROKEN_IMAGE`, `ORIGINAL_TOO_LARGE`, `UNSUPPORTED_IMAGE`, `RENDER_TIMEOUT`, `RENDER_FAILED`.
 */
export async function render(
  original: Uint8Array,
  image: ImageInfo,
  plan: RenderPlan,
  limits: Limits,
): Promise<Uint8Array> {
  try {
    let bytes = withoutTextChunks(original);
    let source = image;
    const stages = plan.stages.length === 0 ? [undefined] : plan.stages;
    for (const [index, stage] of stages.entries()) {
      const picture = sharp(bytes, {
        animated: plan.animated,
        // The second line: our own probe has refused what is larger.
        limitInputPixels: Math.max(limits.pixels, limits.animationPixels),
      }).timeout({ seconds: renderTimeout });
      const context = { image: source, plan, stage, isLast: index === stages.length - 1 };
      bytes = await pipeline.reduce((made, step) => step(made, context), picture).toBuffer();
      source = { ...image, orientation: 1 };
    }
    return bytes;
  } catch (error) {
    throw new TintypeError(codeOf(error), { cause: error });
  }
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

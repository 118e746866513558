import { type ErrorCode, TintypeError } from '../errors.ts';
import type { OverlayOriginal } from './layer.ts';
import type { Frames, Opener } from './open.ts';

/** sharp's errors carry no code: what can be told apart by their text is. */
const meanings: readonly (readonly [text: RegExp, code: ErrorCode])[] = [
  [/^timeout: /, 'RENDER_TIMEOUT'],
  [/exceeds (pixel|channel) limit/, 'ORIGINAL_TOO_LARGE'],
  [/^Input buffer contains unsupported image format/, 'UNSUPPORTED_IMAGE'],
  [/compression support is not configured|Unsupported JPEG data precision|heif: Unsupported/, 'UNSUPPORTED_IMAGE'],
  [/corrupt header|^Warning treated as error|^VipsJpeg|bad seek|libpng read error/, 'BROKEN_IMAGE'],
];

/** An original that went into a render, and which of its frames. */
export interface Suspect extends OverlayOriginal {
  readonly frames: Frames;
}

/**
 * The error of a render that failed: whose fault it is decides. Decoders have more ways to fail than anybody has listed,
 * so where the text tells nothing each original is decoded by itself. If one of them fails at that, it is at fault, and
 * else we are (`RENDER_FAILED`).
 */
export async function faultOf(error: unknown, suspects: readonly Suspect[], open: Opener): Promise<TintypeError> {
  if (error instanceof TintypeError) return error;
  const meaning = meaningOf(error);
  if (meaning !== undefined) return new TintypeError(meaning, { cause: error });
  for (const suspect of suspects) {
    const fault = await faultIn(suspect, open);
    if (fault !== undefined) return fault;
  }
  return new TintypeError('RENDER_FAILED', { cause: error });
}

function meaningOf(error: unknown): ErrorCode | undefined {
  const text = error instanceof Error ? error.message : '';
  return meanings.find(([pattern]) => pattern.test(text))?.[1];
}

/** What is wrong with an original; undefined where it can be decoded. */
async function faultIn({ bytes, image, frames }: Suspect, open: Opener): Promise<TintypeError | undefined> {
  try {
    const { format } = image;
    const picture = format === 'svg' ? open.drawn(bytes, image, onePixel) : open.encoded(bytes, format, frames);
    await picture
      .resize({ ...onePixel, fit: 'fill' })
      .raw()
      .toBuffer();
    return undefined;
  } catch (error) {
    if (error instanceof TintypeError) return error;
    // What a decoder cannot get the memory for is too large, whatever limit it passed.
    const isGreedy = error instanceof Error && /out of memory|memory allocation/i.test(error.message);
    return new TintypeError(meaningOf(error) ?? (isGreedy ? 'ORIGINAL_TOO_LARGE' : 'BROKEN_IMAGE'), { cause: error });
  }
}

const onePixel = { width: 1, height: 1 } as const;

import { rgbaToThumbHash } from 'thumbhash';

/** Longest side, in pixels, of the miniature that a placeholder is made from: ThumbHash takes no more. */
const longestPlaceholderSide = 100;

/** Decoded pixels of a miniature: RGBA, eight bits each, alpha not premultiplied, row by row from the top left. */
export interface Miniature {
  readonly data: Uint8Array;
  /** 1–100. */
  readonly width: number;
  /** 1–100. */
  readonly height: number;
}

/** What stands in for a picture while it loads. */
export interface Placeholder {
  /** Dominant colour, `#rrggbb`. `#000000` where no pixel is visible. */
  readonly color: string;
  /** ThumbHash in standard base64, padded. */
  readonly thumbhash: string;
}

/** Kept bits of each channel in a bin of the histogram: sixteen steps, so noise and soft gradients share a bin. */
const binBits = 4;
const channelBytes = 4;

/**
 * Makes a placeholder from a miniature. The dominant colour is what the fullest bin of a histogram averages to, each
 * pixel counted by its opacity; of bins that are equally full the darkest wins, so the answer does not depend on order.
 *
 * @throws RangeError where a side is not 1–100 or `data` does not hold four bytes a pixel.
 */
export function placeholderOf(miniature: Miniature): Placeholder {
  const { data, width, height } = miniature;
  if (!isSide(width) || !isSide(height) || data.length !== width * height * channelBytes) {
    throw new RangeError(`Expected RGBA of at most 100 × 100 pixels but received ${width} × ${height}`);
  }
  return {
    color: dominantColor(data),
    thumbhash: Buffer.from(rgbaToThumbHash(width, height, data)).toString('base64'),
  };
}

/**
 * The size to which a picture is reduced for a placeholder: the longer side is `longest` pixels at most, the shorter in
 * proportion, rounded, never 0. Nothing is enlarged.
 */
export function thumbnailSize(
  width: number,
  height: number,
  longest: number = longestPlaceholderSide,
): { readonly width: number; readonly height: number } {
  const scale = Math.min(1, longest / Math.max(width, height));
  const scaled = (side: number) => Math.max(1, Math.round(side * scale));
  return { width: scaled(width), height: scaled(height) };
}

/** A `data:` URL of WebP bytes (RFC 2397). */
export function dataUriOf(webp: Uint8Array): string {
  return `data:image/webp;base64,${Buffer.from(webp.buffer, webp.byteOffset, webp.byteLength).toString('base64')}`;
}

function isSide(pixels: number): boolean {
  return Number.isInteger(pixels) && pixels >= 1 && pixels <= longestPlaceholderSide;
}

function dominantColor(data: Uint8Array): string {
  const sums = histogram(data);
  let fullest = 0;
  for (let bin = 0; bin < sums.length; bin += channelBytes) {
    fullest = weightOf(sums, bin) > weightOf(sums, fullest) ? bin : fullest;
  }
  const weight = weightOf(sums, fullest);
  const channels = Array.from(sums.subarray(fullest, fullest + 3), (sum) => (weight === 0 ? 0 : sum / weight));
  return `#${channels.map((channel) => Math.round(channel).toString(16).padStart(2, '0')).join('')}`;
}

/** Per bin, one after the other: red, green and blue times opacity, and the sum of opacities. */
function histogram(data: Uint8Array): Float64Array {
  const sums = new Float64Array(2 ** (3 * binBits) * channelBytes);
  for (let at = 0; at < data.length; at += channelBytes) {
    const [red = 0, green = 0, blue = 0, alpha = 0] = data.subarray(at, at + channelBytes);
    const bin = channelBytes * ((step(red) << (2 * binBits)) | (step(green) << binBits) | step(blue));
    for (const [offset, amount] of [red, green, blue, 1].entries()) {
      sums[bin + offset] = (sums[bin + offset] ?? 0) + amount * alpha;
    }
  }
  return sums;
}

function step(channel: number): number {
  return channel >> (8 - binBits);
}

function weightOf(sums: Float64Array, bin: number): number {
  return sums[bin + 3] ?? 0;
}

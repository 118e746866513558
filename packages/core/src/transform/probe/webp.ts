import type { ImageInfo } from '../image.ts';
import { exifOrientation } from './exif.ts';
import { fourCharacters, hasText, uint8, uint16le, uint24le, uint32be, uint32le } from './reader.ts';
import { broken } from './refusals.ts';

const firstChunk = 12;
const chunkHeader = 8;
const animationFrame = fourCharacters('ANMF');
const exif = fourCharacters('EXIF');
/** Most chunks that are no frames of an animation. */
const mostChunks = 10_000;

/** Flags of the VP8X chunk (RFC 9649 §2.7.1). */
const flag = { animation: 0x02, exif: 0x08, alpha: 0x10 } as const;

/** How to read a file, by its first chunk (RFC 9649 §2.5–2.7). `at` is where that chunk's payload starts. */
const readers: ReadonlyMap<number, (bytes: Uint8Array, at: number) => ImageInfo> = new Map([
  [fourCharacters('VP8 '), readLossy],
  [fourCharacters('VP8L'), readLossless],
  [fourCharacters('VP8X'), readExtended],
]);

/**
 * Reads a WebP: lossy, lossless or extended. The size of an animation is that of its canvas.
 *
 * @throws TintypeError `BROKEN_IMAGE` where the header is not valid, an animation has no frame, or there are over ten
 *   thousand other chunks.
 */
export function readWebp(bytes: Uint8Array): ImageInfo {
  const read = readers.get(uint32be(bytes, firstChunk));
  if (read === undefined) {
    throw broken('WebP: the first chunk holds no picture');
  }
  return read(bytes, firstChunk + chunkHeader);
}

function still(width: number, height: number, alpha: boolean): ImageInfo {
  return { format: 'webp', width, height, orientation: 1, frames: 1, alpha, interlaced: false };
}

function readLossy(bytes: Uint8Array, at: number): ImageInfo {
  const isKeyFrame = (uint8(bytes, at) & 1) === 0;
  // RFC 6386 §9.1: the upper two bits of each are a scale for display.
  const width = uint16le(bytes, at + 6) & 0x3fff;
  const height = uint16le(bytes, at + 8) & 0x3fff;
  if (!isKeyFrame || !hasText(bytes, at + 3, '\x9d\x01\x2a') || width === 0 || height === 0) {
    throw broken('WebP: the VP8 frame header is not valid');
  }
  return still(width, height, false);
}

function readLossless(bytes: Uint8Array, at: number): ImageInfo {
  const bits = uint32le(bytes, at + 1);
  // RFC 9649 §3.4: signature, 14 bits of width, 14 of height, one of alpha, three of version.
  if (uint8(bytes, at) !== 0x2f || bits >>> 29 !== 0) {
    throw broken('WebP: the VP8L header is not valid');
  }
  return still((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1, ((bits >>> 28) & 1) === 1);
}

function readExtended(bytes: Uint8Array, at: number): ImageInfo {
  const flags = uint8(bytes, at);
  const image = still(uint24le(bytes, at + 4) + 1, uint24le(bytes, at + 7) + 1, (flags & flag.alpha) !== 0);
  const found = readChunks(bytes);
  const isAnimated = (flags & flag.animation) !== 0;
  if (isAnimated && found.frames === 0) {
    throw broken('WebP: an animation without frames');
  }
  return {
    ...image,
    frames: isAnimated ? found.frames : 1,
    // The decoder makes a canvas for one frame as for many.
    interlaced: isAnimated && found.frames === 1,
    orientation: (flags & flag.exif) === 0 ? 1 : (found.orientation ?? 1),
  };
}

/** Counts the frames of an extended file and looks for its EXIF block, which stands after the pixels. */
function readChunks(bytes: Uint8Array): { readonly frames: number; readonly orientation: number | undefined } {
  const end = Math.min(bytes.length, 8 + uint32le(bytes, 4));
  let frames = 0;
  let others = 0;
  let orientation: number | undefined;
  for (let at = firstChunk; at + chunkHeader <= end; ) {
    const type = uint32be(bytes, at);
    const length = uint32le(bytes, at + 4);
    const payload = at + chunkHeader;
    if (type === animationFrame) {
      frames += 1;
    } else {
      others += 1;
    }
    if (others > mostChunks) {
      throw broken('WebP: too many chunks');
    }
    if (type === exif) {
      orientation ??= exifOrientation(bytes.subarray(payload, payload + length));
    }
    at = payload + length + (length % 2);
  }
  return { frames, orientation };
}

import type { ImageInfo } from '../image.ts';
import { exifOrientation } from './exif.ts';
import { fourCharacters, uint8, uint32be } from './reader.ts';
import { broken } from './refusals.ts';

const chunk = {
  header: fourCharacters('IHDR'),
  data: fourCharacters('IDAT'),
  transparency: fourCharacters('tRNS'),
  exif: fourCharacters('eXIf'),
} as const;

/** Bytes of a chunk around its data: length, type, CRC. */
const chunkOverhead = 12;
const firstChunk = 8;
const largest = 0x7fff_ffff;
/** Most chunks that are no pixels: the decoder copies what it has with each that it keeps. */
const mostChunks = 10_000;
/** Most chunks of pixels. Encoders fill some kilobytes at least. */
const mostDataChunks = 200_000;

/** Bit depths by colour type (PNG 3rd edition, table 11.1). */
const bitDepths: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

/**
 * Reads a PNG up to its pixels. An animated PNG is one frame: the decoder makes its still picture.
 *
 * @throws TintypeError `BROKEN_IMAGE` where the header is not valid, no pixels follow, or over ten thousand chunks do.
 */
export function readPng(bytes: Uint8Array): ImageInfo {
  const header = readHeader(bytes);
  let alpha = header.alpha;
  let orientation = 1;
  let at = firstChunk;
  let chunks = 0;
  for (let type = typeOf(bytes, at); type !== chunk.data; type = typeOf(bytes, at)) {
    const length = uint32be(bytes, at);
    chunks += 1;
    if (chunks > mostChunks) {
      throw broken('PNG: too many chunks');
    }
    if (type === chunk.transparency) {
      alpha = true;
    } else if (type === chunk.exif) {
      orientation = exifOrientation(bytes.subarray(at + 8, at + 8 + length));
    }
    at += chunkOverhead + length;
  }
  checkRest(bytes, at, chunks);
  const { width, height, interlaced, sampleBytes, channels } = header;
  // A palette becomes colours, and one transparent colour a channel.
  const heldBytes = (channels + (alpha && !header.alpha ? 1 : 0)) * sampleBytes;
  const size = { width, height };
  return { format: 'png', ...size, orientation, frames: 1, alpha, interlaced, ...(interlaced ? { heldBytes } : {}) };
}

/** Looks at the chunks from the first of pixels on, as far as they are there. */
function checkRest(bytes: Uint8Array, from: number, before: number): void {
  let [others, data] = [before, 0];
  for (let at = from; at + chunkOverhead <= bytes.length; at += chunkOverhead + uint32be(bytes, at)) {
    if (typeOf(bytes, at) === chunk.data) data += 1;
    else others += 1;
    if (others > mostChunks || data > mostDataChunks) throw broken('PNG: too many chunks');
  }
}

function typeOf(bytes: Uint8Array, at: number): number {
  return uint32be(bytes, at + 4);
}

interface Header extends Pick<ImageInfo, 'width' | 'height' | 'alpha' | 'interlaced'> {
  /** As the decoder gives them. */
  readonly channels: number;
  readonly sampleBytes: number;
}

/** Channels by colour type. */
const channelsOf: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 3, 4: 2, 6: 4 };

/** What IHDR says; it must come first (PNG 3rd edition, §5.6). */
function readHeader(bytes: Uint8Array): Header {
  if (uint32be(bytes, firstChunk) !== 13 || typeOf(bytes, firstChunk) !== chunk.header) {
    throw broken('PNG: no IHDR');
  }
  const at = firstChunk + 8;
  const width = uint32be(bytes, at);
  const height = uint32be(bytes, at + 4);
  if (width === 0 || height === 0 || width > largest || height > largest) {
    throw broken(`PNG: ${width} × ${height} pixels`);
  }
  const colour = uint8(bytes, at + 9);
  const interlace = uint8(bytes, at + 12);
  const methodsAreKnown = uint8(bytes, at + 10) === 0 && uint8(bytes, at + 11) === 0 && interlace <= 1;
  const depth = uint8(bytes, at + 8);
  if (!methodsAreKnown || bitDepths[colour]?.includes(depth) !== true) {
    throw broken('PNG: IHDR holds values that the standard does not define');
  }
  const alpha = colour === 4 || colour === 6;
  const channels = channelsOf[colour] ?? 4;
  return { width, height, alpha, interlaced: interlace === 1, channels, sampleBytes: depth === 16 ? 2 : 1 };
}

import type { ImageInfo } from '../image.ts';
import { exifOrientation } from './exif.ts';
import { hasText, uint8, uint16be } from './reader.ts';
import { broken, unsupported } from './refusals.ts';

const startOfScan = 0xda;
const app1 = 0xe1;

/** Frame headers we decode (T.81 table B.1): baseline, extended and progressive, all Huffman-coded. */
const decodable: ReadonlySet<number> = new Set([0xc0, 0xc1, 0xc2]);
const progressive = 0xc2;

/** Lossless, hierarchical and arithmetic-coded frames. 0xc4 and 0xcc are tables, not frames. */
const undecodable: ReadonlySet<number> = new Set([0xc3, 0xc5, 0xc6, 0xc7, 0xc8, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf]);

/** Grey, YCbCr or RGB, and CMYK. */
const componentCounts: ReadonlySet<number> = new Set([1, 3, 4]);

interface Frame {
  readonly width: number;
  readonly height: number;
  readonly components: number;
  readonly progressive: boolean;
}

/**
 * Reads a JPEG up to its first scan (T.81 annex B). A baseline picture whose first scan lacks a component counts as
 * `interlaced` too: the decoder must hold its coefficients just as for a progressive one.
 *
 * @throws TintypeError `UNSUPPORTED_IMAGE` for lossless, hierarchical, arithmetic-coded and 12-bit pictures.
 * @throws TintypeError `BROKEN_IMAGE` where no frame header or no scan stands.
 */
export function readJpeg(bytes: Uint8Array): ImageInfo {
  let frame: Frame | undefined;
  let orientation: number | undefined;
  let at = markerFrom(bytes, 2);
  for (; bytes[at] !== startOfScan; at = markerFrom(bytes, endOfSegment(bytes, at))) {
    const marker = uint8(bytes, at);
    if (decodable.has(marker) || undecodable.has(marker)) {
      if (frame !== undefined) {
        throw broken('JPEG: two frame headers');
      }
      frame = readFrame(bytes, at);
    } else if (marker === app1) {
      orientation ??= orientationOf(bytes, at);
    }
  }
  if (frame === undefined) {
    throw broken('JPEG: a scan before the frame header');
  }
  return {
    format: 'jpeg',
    width: frame.width,
    height: frame.height,
    orientation: orientation ?? 1,
    frames: 1,
    alpha: false,
    interlaced: frame.progressive || uint8(bytes, at + 3) < frame.components,
    ...greyness(frame),
  };
}

function greyness({ components }: Frame): Pick<ImageInfo, 'grey'> {
  return components === 1 ? { grey: true } : {};
}

/** Where the next marker's code stands. Fill bytes and stray bytes before it are passed over, as decoders do. */
function markerFrom(bytes: Uint8Array, from: number): number {
  let at = from;
  for (;;) {
    const prefix = bytes[at] === 0xff ? at : bytes.indexOf(0xff, at);
    if (prefix === -1) {
      throw broken('JPEG: no scan');
    }
    at = prefix + 1;
    while (bytes[at] === 0xff) {
      at += 1;
    }
    if (bytes[at] !== 0) {
      return at;
    }
  }
}

/** The first byte after the segment whose marker code stands at `at`. */
function endOfSegment(bytes: Uint8Array, at: number): number {
  const marker = uint8(bytes, at);
  if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)) {
    return at + 1;
  }
  if (marker === 0xd8 || marker === 0xd9) {
    throw broken('JPEG: a second picture or the end before any scan');
  }
  const length = uint16be(bytes, at + 1);
  if (length < 2) {
    throw broken('JPEG: a segment shorter than its own length field');
  }
  return at + 1 + length;
}

function readFrame(bytes: Uint8Array, at: number): Frame {
  const marker = uint8(bytes, at);
  const precision = uint8(bytes, at + 3);
  if (undecodable.has(marker) || precision !== 8) {
    throw unsupported(`JPEG: frame type ${marker.toString(16)} with ${precision} bits`);
  }
  const height = uint16be(bytes, at + 4);
  const width = uint16be(bytes, at + 6);
  const components = uint8(bytes, at + 8);
  // A height of zero would be defined after the first scan (T.81 §B.2.5); libjpeg refuses it.
  if (width === 0 || height === 0 || uint16be(bytes, at + 1) !== 8 + 3 * components) {
    throw broken('JPEG: the frame header is not valid');
  }
  if (!componentCounts.has(components)) {
    throw unsupported(`JPEG: ${components} components`);
  }
  return { width, height, components, progressive: marker === progressive };
}

/** The orientation in an APP1 segment; undefined where it holds something else, such as XMP. */
function orientationOf(bytes: Uint8Array, at: number): number | undefined {
  const block = bytes.subarray(at + 3, at + 1 + uint16be(bytes, at + 1));
  return hasText(block, 0, 'Exif') ? exifOrientation(block) : undefined;
}

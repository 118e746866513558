import type { ImageInfo } from '../image.ts';
import { exifOrientation } from './exif.ts';
import { hasText, uint8, uint16be } from './reader.ts';
import { broken, unsupported } from './refusals.ts';

const startOfScan = 0xda;
const endOfImage = 0xd9;
const app1 = 0xe1;
/** Most segments before the pixels, and between their scans. Decoders keep each of them, empty ones too. */
const mostSegments = 10_000;
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
  /** Bytes of the coefficients of one pixel, two for each, at the sizes that the components have. */
  readonly coefficientBytes: number;
}

/**
 * Reads a JPEG up to its first scan (T.81 annex B). A baseline picture whose first scan lacks a component counts as
 * `interlaced` too: the decoder must hold its coefficients just as for a progressive one. Of such the scans are counted.
 *
 * @throws TintypeError `UNSUPPORTED_IMAGE` for lossless, hierarchical, arithmetic-coded and 12-bit pictures.
 * @throws TintypeError `BROKEN_IMAGE` where no frame header or no scan stands, or over ten thousand segments;
 */
export function readJpeg(bytes: Uint8Array): ImageInfo {
  let frame: Frame | undefined;
  let orientation: number | undefined;
  let at = markerFrom(bytes, 2);
  for (let segments = 1; bytes[at] !== startOfScan; segments += 1) {
    checkSegments(segments);
    const marker = uint8(bytes, at);
    if (decodable.has(marker) || undecodable.has(marker)) {
      frame = readOnlyFrame(bytes, at, frame);
    } else if (marker === app1) {
      orientation ??= orientationOf(bytes, at);
    }
    at = markerFrom(bytes, endOfSegment(bytes, at));
  }
  if (frame === undefined) {
    throw broken('JPEG: a scan before the frame header');
  }
  const interlaced = frame.progressive || uint8(bytes, at + 3) < frame.components;
  return {
    format: 'jpeg',
    width: frame.width,
    height: frame.height,
    orientation: orientation ?? 1,
    frames: 1,
    alpha: false,
    interlaced,
    ...(interlaced ? { heldBytes: frame.coefficientBytes, scans: countScans(bytes, at) } : {}),
    ...greyness(frame),
  };
}

/** How many scans there are from the one whose marker code stands at `first`, up to the end of the image or the bytes. */
function countScans(bytes: Uint8Array, first: number): number {
  let scans = 0;
  let segments = 0;
  for (let at = first; at !== -1 && at < bytes.length && bytes[at] !== endOfImage; ) {
    const marker = uint8(bytes, at);
    if (marker === startOfScan) scans += 1;
    if (isRestart(marker)) {
      at = nextMarker(bytes, at + 1);
      continue;
    }
    segments += 1;
    checkSegments(segments);
    // A length that makes no sense ends what a decoder reads.
    const length = at + 2 < bytes.length ? uint16be(bytes, at + 1) : 0;
    at = length < 2 ? -1 : nextMarker(bytes, at + 1 + length);
  }
  return scans;
}

function checkSegments(count: number): void {
  if (count > mostSegments) throw broken('JPEG: too many segments');
}

/** Markers between coded bytes that have no segment: restarts, and TEM. */
function isRestart(marker: number): boolean {
  return marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7);
}

function greyness({ components }: Frame): Pick<ImageInfo, 'grey'> {
  return components === 1 ? { grey: true } : {};
}

/** Where the next marker's code stands, which must come. */
export function markerFrom(bytes: Uint8Array, from: number): number {
  const at = nextMarker(bytes, from);
  if (at === -1) {
    throw broken('JPEG: no scan');
  }
  return at;
}

/** Where the next marker's code stands; -1 for none. Fill bytes and stray bytes are passed over, as decoders do. */
function nextMarker(bytes: Uint8Array, from: number): number {
  // One byte after the other: of coded ones each second may be stuffed, and a search that begins anew at each is dear.
  for (let at = from; at < bytes.length; at += 1) {
    if (bytes[at] !== 0xff) continue;
    while (bytes[at] === 0xff) at += 1;
    if (bytes[at] !== 0) return at;
  }
  return -1;
}

/** The first byte after the segment whose marker code stands at `at`. */
export function endOfSegment(bytes: Uint8Array, at: number): number {
  const marker = uint8(bytes, at);
  if (isRestart(marker)) {
    return at + 1;
  }
  if (marker === 0xd8 || marker === endOfImage) {
    throw broken('JPEG: a second picture or the end before any scan');
  }
  const length = uint16be(bytes, at + 1);
  if (length < 2) {
    throw broken('JPEG: a segment shorter than its own length field');
  }
  return at + 1 + length;
}

function readOnlyFrame(bytes: Uint8Array, at: number, before: Frame | undefined): Frame {
  if (before !== undefined) {
    throw broken('JPEG: two frame headers');
  }
  return readFrame(bytes, at);
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
  const coefficientBytes = coefficientBytesOf(bytes.subarray(at + 9, at + 9 + 3 * components));
  return { width, height, components, progressive: marker === progressive, coefficientBytes };
}

/** From the sampling factors of the components (T.81 §A.1.1), three bytes of the frame header each. */
function coefficientBytesOf(table: Uint8Array): number {
  const factors = table.filter((_, index) => index % 3 === 1);
  const across = [...factors].map((factor) => factor >> 4);
  const down = [...factors].map((factor) => factor & 15);
  const coded = across.reduce((sum, factor, index) => sum + factor * (down[index] ?? 0), 0);
  return (2 * coded) / Math.max(1, Math.max(...across) * Math.max(...down));
}

/** The orientation in an APP1 segment; undefined where it holds something else, such as XMP. */
function orientationOf(bytes: Uint8Array, at: number): number | undefined {
  const block = bytes.subarray(at + 3, at + 1 + uint16be(bytes, at + 1));
  return hasText(block, 0, 'Exif') ? exifOrientation(block) : undefined;
}

import { TintypeError } from '../../errors.ts';
import type { ImageInfo, Page } from '../image.ts';
import { type TiffView, tiffView } from './ifd.ts';
import { hasText } from './reader.ts';
import { broken, unsupported } from './refusals.ts';
import { type Directory, directoriesOf, readDirectory } from './tiff/directory.ts';

/** The tags that say what a page is (TIFF 6.0 §8, §13–15). */
const tags = {
  width: 256,
  height: 257,
  bitsPerSample: 258,
  compression: 259,
  photometric: 262,
  stripOffsets: 273,
  orientation: 274,
  samplesPerPixel: 277,
  rowsPerStrip: 278,
  stripByteCounts: 279,
  planarConfiguration: 284,
  tileWidth: 322,
  tileHeight: 323,
  tileOffsets: 324,
  tileByteCounts: 325,
  extraSamples: 338,
  sampleFormat: 339,
} as const;

const readTags: ReadonlySet<number> = new Set(Object.values(tags));

const jpegCompression = 7;
/** None, Huffman, Group 3 and 4 fax, LZW, JPEG, deflate under both its numbers, PackBits. */
const compressions: ReadonlySet<number> = new Set([1, 2, 3, 4, 5, jpegCompression, 8, 32_773, 32_946]);
/** Those for one bit a pixel alone. */
const faxes: ReadonlySet<number> = new Set([2, 3, 4]);

/** Colour channels of what we decode: grey (0 is white, or black), RGB, palette, CMYK, YCbCr. */
const channels: Readonly<Record<number, number>> = { 0: 1, 1: 1, 2: 3, 3: 1, 5: 4, 6: 3 };
const palette = 3;
const yCbCr = 6;
const unsigned = 1;
const separatePlanes = 2;

/** Pixels that a tile may have a side: a row of tiles over the whole picture is held. */
const largestTile = 512;
/** Pixels up to which a row of tiles, or a strip that is decoded in one piece, costs little. */
const largestRowOfTiles = 2 ** 22;
const largestStrip = 2 ** 20;
/** Pages that are looked at; further ones are counted, and cannot be picked. */
const mostPages = 300;

/** Whether bytes begin like a TIFF, or a BigTIFF. */
export function isTiff(bytes: Uint8Array): boolean {
  return ['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].some((magic) => hasText(bytes, 0, magic));
}

/**
 * Reads a TIFF: all its pages, the first of which is the picture. What decoders differ over is refused, because the limits
 * are held against what we read.
 *
 * @throws TintypeError `UNSUPPORTED_IMAGE` for BigTIFF, and where the first page is coded, or has colours or depths, as
 * we decode none.
 * @throws TintypeError `BROKEN_IMAGE` where the directories make no sense, or the first page lacks what it must have.
 */
export function readTiff(bytes: Uint8Array): ImageInfo {
  const tiff = tiffView(bytes);
  if (tiff === undefined)
    throw isTiff(bytes) ? unsupported('BigTIFF, or a TIFF without a directory') : unsupported('No TIFF');
  const [first = 0, ...others] = directoriesOf(tiff);
  const page = readPage(tiff, first);
  const image = { format: 'tiff', frames: 1 + others.length, ...page } as const;
  if (others.length === 0) return image;
  return { ...image, pages: [page, ...others.slice(0, mostPages - 1).map((at) => pageOrRefusal(tiff, at))] };
}

function pageOrRefusal(tiff: TiffView, at: number): Page {
  try {
    return readPage(tiff, at);
  } catch (error) {
    if (error instanceof TintypeError) return error.code;
    throw error;
  }
}

function readPage(tiff: TiffView, at: number): Exclude<Page, string> {
  const directory = readDirectory(tiff, at, readTags);
  const width = directory.only(tags.width) ?? 0;
  const height = directory.only(tags.height) ?? 0;
  if (width === 0 || height === 0) throw broken('TIFF: no size');
  const { alpha, grey } = readPixels(directory);
  const size = { width, height };
  const isTiled = directory.count(tags.tileWidth) !== undefined;
  if (isTiled && planesOf(directory) > 1) throw unsupported('TIFF: tiles of separate planes');
  const part = isTiled ? tileOf(directory) : stripOf(directory, size);
  checkPlaces(directory, isTiled, parts(size, part) * planesOf(directory));
  return {
    ...size,
    orientation: orientationOf(directory),
    alpha,
    interlaced: isHeld(directory, size, part, isTiled),
    ...(grey ? { grey } : {}),
  };
}

/** What a pixel is made of; refuses what we do not decode. */
function readPixels(directory: Directory): { readonly alpha: boolean; readonly grey: true | undefined } {
  const compression = directory.only(tags.compression) ?? 1;
  const photometric = directory.only(tags.photometric);
  if (photometric === undefined) throw broken('TIFF: no colours');
  const samples = directory.only(tags.samplesPerPixel) ?? 1;
  const colours = channels[photometric] ?? 0;
  const bits = bitsOf(directory, samples);
  const isKnown = compressions.has(compression) && colours > 0 && (samples === colours || samples === colours + 1);
  if (!isKnown || !isDepthKnown({ bits, samples, photometric, compression }) || !isUnsigned(directory, samples)) {
    const pixel = `${samples} samples of ${bits} bits, photometric ${photometric}`;
    throw unsupported(`TIFF: compression ${compression}, ${pixel}`);
  }
  const alpha = samples > colours;
  // The decoder takes what stands behind the colours for alpha, and warns of what is not declared.
  if ((directory.count(tags.extraSamples) ?? 0) !== samples - colours) throw broken('TIFF: a sample of no meaning');
  return { alpha, grey: colours === 1 && photometric !== palette && !alpha ? true : undefined };
}

/** Bits of each sample. */
function bitsOf(directory: Directory, samples: number): number {
  const [bits = 1, ...others] = directory.first(tags.bitsPerSample, samples);
  const stated = directory.count(tags.bitsPerSample) ?? 1;
  if (stated !== 1 && stated < samples) throw broken('TIFF: a sample without a depth');
  if (others.some((other) => other !== bits)) throw unsupported('TIFF: samples of different depths');
  return bits;
}

interface Pixel {
  readonly bits: number;
  readonly samples: number;
  readonly photometric: number;
  readonly compression: number;
}

function isDepthKnown({ bits, samples, photometric, compression }: Pixel): boolean {
  if (faxes.has(compression)) return bits === 1 && samples === 1 && photometric < 2;
  // What is not coded as JPEG has its colours at half the size in ways of its own.
  if (photometric === yCbCr && compression !== jpegCompression) return false;
  if (bits === 8) return true;
  if (compression === jpegCompression) return false;
  if (bits === 16) return photometric !== palette;
  return (bits === 1 || bits === 2 || bits === 4) && samples === 1 && photometric !== 2;
}

/** Numbers with a sign, with a point, and complex ones are measurements and no pictures. */
function isUnsigned(directory: Directory, samples: number): boolean {
  return directory.first(tags.sampleFormat, samples).every((format) => format === unsigned);
}

function orientationOf(directory: Directory): number {
  const value = directory.only(tags.orientation) ?? 1;
  return value >= 1 && value <= 8 ? value : 1;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The size of the tiles that a page is cut into. */
function tileOf(directory: Directory): Size {
  const width = directory.only(tags.tileWidth) ?? 0;
  const height = directory.only(tags.tileHeight) ?? 0;
  // TIFF 6.0 §15: multiples of 16.
  if (width === 0 || height === 0 || width % 16 > 0 || height % 16 > 0)
    throw broken(`TIFF: tiles of ${width} × ${height}`);
  if (Math.max(width, height) > largestTile) throw unsupported(`TIFF: tiles of ${width} × ${height}`);
  return { width, height };
}

/** The size of its strips, which are as wide as the page. */
function stripOf(directory: Directory, { width, height }: Size): Size {
  const rows = directory.only(tags.rowsPerStrip) ?? height;
  if (rows === 0) throw broken('TIFF: strips without rows');
  return { width, height: Math.min(rows, height) };
}

/** How many strips or tiles cover a page. */
function parts(page: Size, part: Size): number {
  return Math.ceil(page.width / part.width) * Math.ceil(page.height / part.height);
}

/** How many times a page is cut up: once for each sample where each lies by itself. */
function planesOf(directory: Directory): number {
  const isSeparate = directory.only(tags.planarConfiguration) === separatePlanes;
  return isSeparate ? (directory.only(tags.samplesPerPixel) ?? 1) : 1;
}

/** Looks whether all strips or tiles are said to be somewhere. */
function checkPlaces(directory: Directory, isTiled: boolean, expected: number): void {
  const [offsets, lengths] = isTiled
    ? [tags.tileOffsets, tags.tileByteCounts]
    : [tags.stripOffsets, tags.stripByteCounts];
  const stated = Math.min(directory.count(offsets) ?? 0, directory.count(lengths) ?? 0);
  if (stated < expected) throw broken(`TIFF: ${stated} places for ${expected} parts`);
}

/**
 * Whether the decoder holds so much that the limit for pictures held whole is to hold: a row of large tiles, or strips of
 * many rows where it takes a strip in one piece. It does so with JPEG and with separate planes; all else it reads row by row.
 */
function isHeld(directory: Directory, { width }: Size, part: Size, isTiled: boolean): boolean {
  const pixels = width * part.height;
  if (isTiled) return pixels > largestRowOfTiles;
  const isInOnePiece = directory.only(tags.compression) === jpegCompression || planesOf(directory) > 1;
  return isInOnePiece && pixels > largestStrip;
}

import type { ImageInfo } from '../image.ts';
import { uint8, uint16le } from './reader.ts';
import { broken } from './refusals.ts';

const extension = 0x21;
const graphicControl = 0xf9;
const imageDescriptor = 0x2c;
const descriptorBytes = 10;
const firstBlock = 13;
/** LZW code sizes end below this (GIF89a appendix F); the decoder stops at larger ones. */
const codeSizeEnd = 12;

/** Screens of the machines GIFs were drawn on: a header that claims one of these is not believed. */
const knownScreens: ReadonlySet<string> = new Set([
  '640x480',
  '640x512',
  '800x600',
  '1024x768',
  '1280x1024',
  '1600x1200',
]);
const largestBelievedScreen = 2048;
/** Frames that are counted at most. */
const mostFrames = 100_000;

interface Size {
  readonly width: number;
  readonly height: number;
}

/** One frame: where it ends, how far it reaches on the canvas, and whether its pixels are all there. */
interface Frame extends Size {
  readonly end: number;
  readonly whole: boolean;
}

/**
 * Reads a GIF by walking its blocks. The size is that of the canvas as the decoder (libnsgif) makes it: screens it does
 * not believe become the extent of the first frame, and a first frame larger than the screen enlarges it. In a file
 * that was cut short the frames that are there are counted, up to a hundred thousand.
 *
 * @throws TintypeError `BROKEN_IMAGE` where there is no frame.
 */
export function readGif(bytes: Uint8Array): ImageInfo {
  let size = readScreen(bytes);
  let frames = 0;
  let alpha = false;
  let at = firstBlock + colourTableBytes(uint8(bytes, 10));
  while (at < bytes.length && frames < mostFrames) {
    const control = skipExtensions(bytes, at);
    const frame = readFrame(bytes, control.end);
    if (frame === undefined) {
      break;
    }
    // The decoder draws a cut-off first frame over a transparent canvas.
    alpha ||= control.transparent || (frames === 0 && !frame.whole);
    if (frames === 0) {
      size = { width: Math.max(size.width, frame.width), height: Math.max(size.height, frame.height) };
    }
    frames += 1;
    at = frame.end;
  }
  if (frames === 0) {
    throw broken('GIF: no frame');
  }
  return { format: 'gif', ...size, orientation: 1, frames, alpha, interlaced: false };
}

function readScreen(bytes: Uint8Array): Size {
  const width = uint16le(bytes, 6);
  const height = uint16le(bytes, 8);
  const isBelieved = Math.min(width, height) > 0 && Math.max(width, height) <= largestBelievedScreen;
  return isBelieved && !knownScreens.has(`${width}x${height}`) ? { width, height } : { width: 1, height: 1 };
}

/** Bytes of the colour table that the packed fields of a screen or an image announce; 0 where there is none. */
function colourTableBytes(packed: number): number {
  return (packed & 0x80) === 0 ? 0 : 3 * 2 ** ((packed & 7) + 1);
}

/** Passes over the extensions before an image, noting whether one of them makes a colour transparent. */
function skipExtensions(bytes: Uint8Array, from: number): { readonly end: number; readonly transparent: boolean } {
  let at = from;
  let transparent = false;
  while (bytes[at] === extension) {
    transparent ||= bytes[at + 1] === graphicControl && ((bytes[at + 3] ?? 0) & 1) === 1;
    at = skipSubBlocks(bytes, at + 2).end;
  }
  return { end: at, transparent };
}

/** Passes over length-prefixed blocks up to the empty one. `whole` is false where the file ends first. */
function skipSubBlocks(bytes: Uint8Array, from: number): { readonly end: number; readonly whole: boolean } {
  let at = from;
  for (let length = bytes[at]; length !== undefined; length = bytes[at]) {
    at += 1 + length;
    if (length === 0) {
      return { end: at, whole: true };
    }
  }
  return { end: bytes.length, whole: false };
}

/** The image at `at`; undefined at the trailer, at junk, and where the file ends before its first pixel. */
function readFrame(bytes: Uint8Array, at: number): Frame | undefined {
  if (bytes[at] !== imageDescriptor || at + descriptorBytes > bytes.length) {
    return undefined;
  }
  const pixels = at + descriptorBytes + colourTableBytes(uint8(bytes, at + 9));
  const codeSize = bytes[pixels];
  if (codeSize === undefined || codeSize >= codeSizeEnd || pixels + 1 >= bytes.length) {
    return undefined;
  }
  const width = uint16le(bytes, at + 1) + uint16le(bytes, at + 5);
  const height = uint16le(bytes, at + 3) + uint16le(bytes, at + 7);
  return { width, height, ...skipSubBlocks(bytes, pixels + 1) };
}

import type { ImageInfo } from '../image.ts';
import { type Box, boxes, onlyBox } from './boxes.ts';
import { checkCodedFrames } from './coded-frames.ts';
import { type Item, readItems } from './items.ts';
import { fourCharacters, hasText, uint8, uint32be } from './reader.ts';
import { broken, unsupported } from './refusals.ts';

const codedPicture = fourCharacters('av01');
const miniature = fourCharacters('mini');
const property = {
  size: fourCharacters('ispe'),
  auxiliary: fourCharacters('auxC'),
  crop: fourCharacters('clap'),
  turn: fourCharacters('irot'),
  mirror: fourCharacters('imir'),
} as const;

/** Major brands under which the decoder takes a still AVIF. A sequence (`avis`) is not one of them. */
const majorBrands: readonly string[] = ['avif', 'mif1', 'mif2', 'msf1'];
/** The decoder does not look at longer `ftyp` boxes. */
const longestBrands = 2048;

const alphaNames: readonly string[] = [
  'urn:mpeg:mpegB:cicp:systems:auxiliary:alpha',
  'urn:mpeg:hevc:2015:auxid:1',
  'urn:mpeg:avc:2015:auxid:1',
];

/** The orientation after a quarter turn against the clock, by the one before. */
const turned: Readonly<Record<number, number>> = { 1: 8, 8: 3, 3: 6, 6: 1, 2: 5, 5: 4, 4: 7, 7: 2 };
/** The orientation after a mirroring that swaps top and bottom (axis 0), or left and right (axis 1). */
const mirrored: readonly Readonly<Record<number, number>>[] = [
  { 1: 4, 4: 1, 2: 3, 3: 2, 5: 8, 8: 5, 6: 7, 7: 6 },
  { 1: 2, 2: 1, 3: 4, 4: 3, 5: 6, 6: 5, 7: 8, 8: 7 },
];

/**
 * Reads an AVIF still. Width and height are the coded ones, and `orientation` says how the file turns and mirrors them;
 * the decoder hands out pixels that are turned already.
 *
 * @throws TintypeError `UNSUPPORTED_IMAGE` for HEIC and other brands, sequences, grids, and pictures with a crop or of many frames.
 * @throws TintypeError `BROKEN_IMAGE` where a box is missing or damaged, or the alpha plane is larger than the picture.
 */
export function readAvif(bytes: Uint8Array): ImageInfo {
  const { primary, all } = readItems(bytes, findMeta(bytes));
  if (primary.type !== codedPicture || has(primary, property.crop)) {
    throw unsupported('AVIF: the primary item is a grid, a crop, or not coded in AV1');
  }
  const size = sizeOf(bytes, primary);
  const planes = all.filter((item) => isAlpha(bytes, item));
  // The decoder decodes the alpha plane at its own size: a small picture must not smuggle in a huge one.
  for (const plane of planes) {
    const { width, height } = sizeOf(bytes, plane);
    if (plane.type !== codedPicture || width * height > size.width * size.height) {
      throw broken('AVIF: the alpha plane is larger than the picture');
    }
  }
  for (const item of [primary, ...planes]) checkCodedFrames(item.place);
  const orientation = orientationOf(bytes, primary);
  return { format: 'avif', ...size, orientation, frames: 1, alpha: planes.length > 0, interlaced: false };
}

/** Checks the brands (ISO/IEC 14496-12 §4.3) and the boxes of the file, and gives its one `meta`. */
function findMeta(bytes: Uint8Array): Box {
  const end = uint32be(bytes, 0);
  if (end > longestBrands || end % 4 !== 0) {
    throw unsupported('ISOBMFF: unlikely list of brands');
  }
  const isAvif = Array.from({ length: end / 4 }, (_, index) => index * 4).some(
    (at) => at >= 8 && at !== 12 && hasText(bytes, at, 'avif'),
  );
  if (!isAvif || !majorBrands.some((brand) => hasText(bytes, 8, brand))) {
    throw unsupported('ISOBMFF: not the brands of an AVIF still');
  }
  const file = { start: 0, end: bytes.length };
  for (const box of boxes(bytes, file.start, file.end)) {
    if (box.type === miniature) {
      throw unsupported('AVIF: low-overhead image file format');
    }
  }
  return onlyBox(bytes, file, 'meta');
}

function has(item: Item, type: number): boolean {
  return item.properties.some((box) => box.type === type);
}

function sizeOf(bytes: Uint8Array, item: Item): Pick<ImageInfo, 'width' | 'height'> {
  const [box, ...more] = item.properties.filter((candidate) => candidate.type === property.size);
  if (box === undefined || more.length > 0) {
    throw broken('AVIF: an item without a size, or with two');
  }
  const width = uint32be(bytes, box.start + 4);
  const height = uint32be(bytes, box.start + 8);
  if (width === 0 || height === 0) {
    throw broken(`AVIF: ${width} × ${height} pixels`);
  }
  return { width, height };
}

function isAlpha(bytes: Uint8Array, item: Item): boolean {
  return item.properties.some(
    (box) => box.type === property.auxiliary && alphaNames.some((name) => hasText(bytes, box.start + 4, name)),
  );
}

function orientationOf(bytes: Uint8Array, item: Item): number {
  let orientation = 1;
  for (const box of item.properties) {
    if (box.type === property.turn) {
      for (let quarters = uint8(bytes, box.start) & 3; quarters > 0; quarters -= 1) {
        orientation = turned[orientation] ?? 1;
      }
    } else if (box.type === property.mirror) {
      orientation = mirrored[uint8(bytes, box.start) & 1]?.[orientation] ?? 1;
    }
  }
  return orientation;
}

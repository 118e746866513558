import { hasText } from './reader.ts';

const orientationTag = 0x0112;
const entryBytes = 12;

/** How to read the value of an IFD entry, by its type (TIFF 6.0 §2): BYTE, SHORT, LONG. The decoder takes all three. */
const valueReaders: Readonly<Record<number, (view: DataView, at: number, littleEndian: boolean) => number>> = {
  1: (view, at) => view.getUint8(at),
  3: (view, at, littleEndian) => view.getUint16(at, littleEndian),
  4: (view, at, littleEndian) => view.getUint32(at, littleEndian),
};

/**
 * The orientation, 1–8, that an EXIF block gives in its first directory (Exif 3.0 §4.6.5.1). The block may start with
 * `Exif\0\0` or with the TIFF header. Damaged metadata does not spoil a picture: whatever is wrong, the answer is 1.
 */
export function exifOrientation(block: Uint8Array): number {
  const tiff = hasText(block, 0, 'Exif\0\0') ? block.subarray(6) : block;
  const littleEndian = hasText(tiff, 0, 'II*\0');
  if (tiff.length < 8 || !(littleEndian || hasText(tiff, 0, 'MM\0*'))) {
    return 1;
  }
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  const value = valueOfOrientation(view, littleEndian);
  return value !== undefined && value >= 1 && value <= 8 ? value : 1;
}

/** The first orientation entry that stands whole inside the block; the claimed number of entries is not believed. */
function valueOfOrientation(view: DataView, littleEndian: boolean): number | undefined {
  const directory = view.getUint32(4, littleEndian);
  if (directory + 2 > view.byteLength) {
    return undefined;
  }
  const first = directory + 2;
  const room = Math.floor((view.byteLength - first) / entryBytes);
  const entries = Math.min(view.getUint16(directory, littleEndian), room);
  for (let at = first; at < first + entries * entryBytes; at += entryBytes) {
    if (view.getUint16(at, littleEndian) === orientationTag) {
      const read = valueReaders[view.getUint16(at + 2, littleEndian)];
      return view.getUint32(at + 4, littleEndian) === 0 ? undefined : read?.(view, at + 8, littleEndian);
    }
  }
  return undefined;
}

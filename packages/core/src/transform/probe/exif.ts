import { entriesFrom, type TiffView, tiffView, valueAt } from './ifd.ts';
import { hasText } from './reader.ts';

const orientationTag = 0x0112;

/**
 * The orientation, 1–8, that an EXIF block gives in its first directory (Exif 3.0 §4.6.5.1). The block may start with
 * `Exif\0\0` or with the TIFF header. Damaged metadata does not spoil a picture: whatever is wrong, the answer is 1.
 */
export function exifOrientation(block: Uint8Array): number {
  const tiff = tiffView(hasText(block, 0, 'Exif\0\0') ? block.subarray(6) : block);
  const value = tiff === undefined ? undefined : valueOfOrientation(tiff);
  return value !== undefined && value >= 1 && value <= 8 ? value : 1;
}

/** The first orientation entry that stands whole inside the block. */
function valueOfOrientation(tiff: TiffView): number | undefined {
  const { view, littleEndian } = tiff;
  const directory = view.getUint32(4, littleEndian);
  if (directory + 2 > view.byteLength) {
    return undefined;
  }
  for (const entry of entriesFrom(tiff, directory + 2, view.getUint16(directory, littleEndian))) {
    if (entry.tag === orientationTag) {
      return entry.count === 0 ? undefined : valueAt(tiff, entry, entry.at);
    }
  }
  return undefined;
}

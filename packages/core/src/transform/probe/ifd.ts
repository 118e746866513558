import { hasText } from './reader.ts';

/** How bytes are put together that stand in a TIFF, or in the TIFF that an EXIF block is. */
export interface TiffView {
  readonly view: DataView;
  readonly littleEndian: boolean;
}

/** One entry of a directory (TIFF 6.0 §2), as it says itself. */
export interface Entry {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  /** Where its four bytes of value, or of the place where its values are, stand. */
  readonly at: number;
}

export const entryBytes = 12;

/** What bytes that begin like a TIFF are; undefined for others, BigTIFF (version 43) among them. */
export function tiffView(bytes: Uint8Array): TiffView | undefined {
  const littleEndian = hasText(bytes, 0, 'II*\0');
  if (bytes.length < 8 || !(littleEndian || hasText(bytes, 0, 'MM\0*'))) return undefined;
  return { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), littleEndian };
}

/** The entries of a directory, from `first` on, that stand whole among the bytes: their claimed number is not believed. */
export function* entriesFrom({ view, littleEndian }: TiffView, first: number, claimed: number): Generator<Entry> {
  const room = Math.max(0, Math.floor((view.byteLength - first) / entryBytes));
  const end = first + Math.min(claimed, room) * entryBytes;
  for (let at = first; at < end; at += entryBytes) {
    yield {
      tag: view.getUint16(at, littleEndian),
      type: view.getUint16(at + 2, littleEndian),
      count: view.getUint32(at + 4, littleEndian),
      at: at + 8,
    };
  }
}

/** How whole numbers are read, by the type of the entry: BYTE, SHORT, LONG. The decoder takes all three. */
const readers: Readonly<
  Record<number, readonly [bytes: number, read: (view: DataView, at: number, little: boolean) => number]>
> = {
  1: [1, (view, at) => view.getUint8(at)],
  3: [2, (view, at, little) => view.getUint16(at, little)],
  4: [4, (view, at, little) => view.getUint32(at, little)],
};

/** Bytes of each value of an entry that holds whole numbers; undefined for one that does not. */
export function valueBytes({ type }: Entry): number | undefined {
  return readers[type]?.[0];
}

/** The whole number that stands at `at` in the type of an entry; undefined for other types. */
export function valueAt({ view, littleEndian }: TiffView, { type }: Entry, at: number): number | undefined {
  return readers[type]?.[1](view, at, littleEndian);
}

import { type Box, boxes, mostEntries, onlyBox } from './boxes.ts';
import { fourCharacters, uint8, uint16be, uint32be } from './reader.ts';
import { broken, unsupported } from './refusals.ts';

/** Where an `extent` of an item lies: in the file, or in the `idat` box. */
const inFile = 0;
const inBox = 1;

/** How the entries of an `iloc` box are written (ISO/IEC 14496-12 §8.11.3). */
interface Layout {
  readonly version: number;
  readonly offsetBytes: number;
  readonly lengthBytes: number;
  readonly baseBytes: number;
  readonly indexBytes: number;
}

/** Parts of all items together. */
const mostParts = 10_000;

/** The parts of an item's bytes. */
export type Place = readonly Uint8Array[];

/**
 * Where the bytes of each item are, by its id. All items together have no more bytes than the file: a decoder puts the
 * parts of each one behind the other, and so would make gigabytes of a few kilobytes that are named again and again.
 *
 * @throws TintypeError `BROKEN_IMAGE` where a part lies outside the file, or parts are named again; `UNSUPPORTED_IMAGE`
 *   where an item is made from others.
 */
export function readPlaces(bytes: Uint8Array, meta: Pick<Box, 'start' | 'end'>): ReadonlyMap<number, Place> {
  const iloc = onlyBox(bytes, meta, 'iloc');
  const places = new Map<number, Place>();
  const layout = layoutOf(bytes, iloc);
  const idat = idatOf(bytes, meta);
  const wide = layout.version < 2 ? 2 : 4;
  const items = sized(bytes, iloc.start + 6, wide);
  let at = iloc.start + 6 + wide;
  let left = bytes.length;
  let parts = 0;
  for (let item = 0; item < items; item += 1) {
    const id = sized(bytes, at, wide);
    const entry = readEntry(bytes, at + wide, layout, idat);
    if (places.size >= mostEntries || places.has(id)) throw broken(`HEIF: item ${id} has two places, or too many have`);
    places.set(id, entry.parts);
    // Empty ones cost no bytes of the file: a few kilobytes could name a million.
    parts += entry.parts.length;
    if (parts > mostParts) throw broken('HEIF: items of too many parts');
    left -= entry.parts.reduce((sum, part) => sum + part.length, 0);
    if (left < 0) throw broken('HEIF: the items have more bytes than the file');
    at = entry.end;
  }
  return places;
}

function layoutOf(bytes: Uint8Array, { start }: Box): Layout {
  const version = uint8(bytes, start);
  const [first, second] = [uint8(bytes, start + 4), uint8(bytes, start + 5)];
  const indexBytes = version === 0 ? 0 : second & 15;
  return { version, offsetBytes: first >> 4, lengthBytes: first & 15, baseBytes: second >> 4, indexBytes };
}

function idatOf(bytes: Uint8Array, { start, end }: Pick<Box, 'start' | 'end'>): Box | undefined {
  const type = fourCharacters('idat');
  for (const box of boxes(bytes, start, end)) if (box.type === type) return box;
  return undefined;
}

interface Entry {
  readonly parts: Place;
  readonly end: number;
}

function readEntry(bytes: Uint8Array, from: number, layout: Layout, idat: Box | undefined): Entry {
  const { version, offsetBytes, lengthBytes, baseBytes, indexBytes } = layout;
  const method = version === 0 ? inFile : uint16be(bytes, from) & 15;
  // Behind it stands the number of another file, which is never looked at.
  let at = from + (version === 0 ? 2 : 4);
  const base = sized(bytes, at, baseBytes);
  const count = uint16be(bytes, at + baseBytes);
  at += baseBytes + 2;
  const whole = method === inFile ? { start: 0, end: bytes.length } : idat;
  if (method > inBox) throw unsupported('HEIF: an item made from others');
  if (count > mostEntries) throw broken('HEIF: an item of too many parts');
  const parts: Uint8Array[] = [];
  for (let part = 0; part < count; part += 1) {
    at += indexBytes;
    const start = (whole?.start ?? 0) + base + sized(bytes, at, offsetBytes);
    const end = start + sized(bytes, at + offsetBytes, lengthBytes);
    if (whole === undefined || end > whole.end) throw broken('HEIF: an item lies outside the file');
    parts.push(bytes.subarray(start, end));
    at += offsetBytes + lengthBytes;
  }
  return { parts, end: at };
}

/** A number of 0, 2, 4 or 8 bytes. */
function sized(bytes: Uint8Array, at: number, size: number): number {
  if (size === 0) return 0;
  if (size === 2) return uint16be(bytes, at);
  if (size === 4) return uint32be(bytes, at);
  if (size === 8) return uint32be(bytes, at) * 2 ** 32 + uint32be(bytes, at + 4);
  throw broken(`HEIF: a number of ${size} bytes`);
}

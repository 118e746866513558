import { type Box, boxes, mostEntries, onlyBox } from './boxes.ts';
import { type Place, readPlaces } from './item-places.ts';
import { fourCharacters, uint8, uint16be, uint32be } from './reader.ts';
import { broken } from './refusals.ts';

/** One item of a HEIF file (ISO/IEC 23008-12): a coded picture, or metadata. */
export interface Item {
  /** Four-character code, such as that of `av01`. */
  readonly type: number;
  /** In the order in which the file lists them: turns and mirrors are applied in it. */
  readonly properties: readonly Box[];
  /** Its bytes; none where nothing tells where they are. */
  readonly place: Place;
}

/** The items of a file and which of them is shown. */
export interface Items {
  readonly primary: Item;
  readonly all: readonly Item[];
}

const itemEntry = fourCharacters('infe');
/** Version and flags, at the start of every full box. */
const fullBoxHeader = 4;

/**
 * Reads the item tables out of the payload of a `meta` box.
 *
 * @throws TintypeError `BROKEN_IMAGE` where a table is missing, doubled, over a thousand entries long, or unreadable, or
 *   where the items have bytes that the file has not.
 */
export function readItems(bytes: Uint8Array, meta: Box): Items {
  const inside = { start: meta.start + fullBoxHeader, end: meta.end };
  const types = readTypes(bytes, onlyBox(bytes, inside, 'iinf'));
  const iprp = onlyBox(bytes, inside, 'iprp');
  const ipco = onlyBox(bytes, iprp, 'ipco');
  const properties = [...boxes(bytes, ipco.start, ipco.end)];
  const associations = readAssociations(bytes, onlyBox(bytes, iprp, 'ipma'));
  const places = readPlaces(bytes, inside);
  const items = new Map<number, Item>();
  for (const [id, type] of types) {
    const indexes = associations.get(id) ?? [];
    items.set(id, {
      type,
      properties: indexes.flatMap((index) => properties[index - 1] ?? []),
      place: places.get(id) ?? [],
    });
  }
  const primary = items.get(readPrimaryId(bytes, onlyBox(bytes, inside, 'pitm')));
  if (primary === undefined) {
    throw broken('HEIF: the primary item does not exist');
  }
  return { primary, all: [...items.values()] };
}

function readPrimaryId(bytes: Uint8Array, pitm: Box): number {
  const at = pitm.start + fullBoxHeader;
  return uint8(bytes, pitm.start) === 0 ? uint16be(bytes, at) : uint32be(bytes, at);
}

/** Item types by id. */
function readTypes(bytes: Uint8Array, iinf: Box): ReadonlyMap<number, number> {
  const first = iinf.start + fullBoxHeader + (uint8(bytes, iinf.start) === 0 ? 2 : 4);
  const types = new Map<number, number>();
  for (const box of boxes(bytes, first, iinf.end)) {
    const version = uint8(bytes, box.start);
    if (box.type !== itemEntry || version < 2) {
      continue;
    }
    const at = box.start + fullBoxHeader;
    const [id, rest] = version === 2 ? [uint16be(bytes, at), at + 2] : [uint32be(bytes, at), at + 4];
    addOnce(types, id, uint32be(bytes, rest + 2));
  }
  return types;
}

/** Indexes of properties, counted from 1, by item id (ISO/IEC 23008-12 §9.3). */
function readAssociations(bytes: Uint8Array, ipma: Box): ReadonlyMap<number, readonly number[]> {
  const idBytes = uint8(bytes, ipma.start) === 0 ? 2 : 4;
  const indexBytes = (uint8(bytes, ipma.start + 3) & 1) === 0 ? 1 : 2;
  const entries = uint32be(bytes, ipma.start + fullBoxHeader);
  const associations = new Map<number, readonly number[]>();
  let at = ipma.start + fullBoxHeader + 4;
  for (let entry = 0; entry < entries; entry += 1) {
    const id = idBytes === 2 ? uint16be(bytes, at) : uint32be(bytes, at);
    const first = at + idBytes + 1;
    const indexes = Array.from({ length: uint8(bytes, at + idBytes) }, (_, index) => {
      const where = first + index * indexBytes;
      // The top bit says "essential".
      return indexBytes === 1 ? uint8(bytes, where) & 0x7f : uint16be(bytes, where) & 0x7fff;
    });
    addOnce(associations, id, indexes);
    at = first + indexes.length * indexBytes;
  }
  return associations;
}

function addOnce<Value>(table: Map<number, Value>, id: number, value: Value): void {
  if (table.has(id) || table.size >= mostEntries) {
    throw broken(`HEIF: item ${id} is listed twice, or too many items are`);
  }
  table.set(id, value);
}

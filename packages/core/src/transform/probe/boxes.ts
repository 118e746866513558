import { fourCharacters, uint32be } from './reader.ts';
import { broken } from './refusals.ts';

/** One ISOBMFF box (ISO/IEC 14496-12 §4.2): its type and where its payload stands. */
export interface Box {
  readonly type: number;
  readonly start: number;
  readonly end: number;
}

/** Most boxes, or entries of a table, inside one parent. Pictures have a handful, and no one waits for a million. */
export const mostEntries = 1000;

/**
 * Walks the boxes between two offsets. Fewer than eight bytes at the end are passed over.
 *
 * @throws TintypeError `BROKEN_IMAGE` where a box reaches past its parent or is smaller than its own header, and after
 *   a thousand boxes.
 */
export function* boxes(bytes: Uint8Array, start: number, end: number): Generator<Box, void, undefined> {
  let at = start;
  for (let count = 0; at + 8 <= end; count += 1) {
    if (count === mostEntries) {
      throw broken('ISOBMFF: too many boxes');
    }
    const box = readBox(bytes, at, end);
    yield box;
    at = box.end;
  }
}

function readBox(bytes: Uint8Array, at: number, parentEnd: number): Box {
  const short = uint32be(bytes, at);
  const type = uint32be(bytes, at + 4);
  if (short === 0 && parentEnd === bytes.length) {
    return { type, start: at + 8, end: parentEnd };
  }
  const header = short === 1 ? 16 : 8;
  const size = short === 1 ? uint32be(bytes, at + 8) * 2 ** 32 + uint32be(bytes, at + 12) : short;
  if (size < header || at + size > parentEnd) {
    throw broken(`ISOBMFF: a box of ${size} bytes at ${at} does not fit`);
  }
  return { type, start: at + header, end: at + size };
}

/**
 * The one box of a type between two offsets. Decoders differ in which of two they believe, so two are refused.
 *
 * @throws TintypeError `BROKEN_IMAGE` where there is none or more than one.
 */
export function onlyBox(bytes: Uint8Array, parent: Pick<Box, 'start' | 'end'>, name: string): Box {
  const type = fourCharacters(name);
  let found: Box | undefined;
  for (const box of boxes(bytes, parent.start, parent.end)) {
    if (box.type === type && found !== undefined) {
      throw broken(`ISOBMFF: two ${name} boxes`);
    }
    found = box.type === type ? box : found;
  }
  if (found === undefined) {
    throw broken(`ISOBMFF: no ${name} box`);
  }
  return found;
}

import { fourCharacters, hasText, uint32be } from './probe/reader.ts';

const signature = '\x89PNG\r\n\x1a\n';
/** Bytes of a chunk around its data: length, type, CRC. */
const chunkOverhead = 12;
const textTypes: ReadonlySet<number> = new Set(['tEXt', 'zTXt', 'iTXt'].map(fourCharacters));
const end = fourCharacters('IEND');

/**
 * A PNG without its `tEXt`, `zTXt` and `iTXt` chunks; other bytes, and a PNG that has none, are returned as they came.
 * The decoder inflates these chunks and keeps them all, megabytes from a kilobyte each, and no pixel needs them. Where
 * the chunks stop making sense, or end, the rest stays as it is.
 */
export function withoutTextChunks(bytes: Uint8Array): Uint8Array {
  if (!hasText(bytes, 0, signature)) {
    return bytes;
  }
  let kept: Uint8Array | undefined;
  let length = 0;
  let keptUpTo = 0;
  for (const chunk of textChunks(bytes)) {
    kept ??= new Uint8Array(bytes.length);
    kept.set(bytes.subarray(keptUpTo, chunk.start), length);
    length += chunk.start - keptUpTo;
    keptUpTo = chunk.end;
  }
  if (kept === undefined) {
    return bytes;
  }
  kept.set(bytes.subarray(keptUpTo), length);
  return kept.subarray(0, length + bytes.length - keptUpTo);
}

/** Where the text chunks stand that are whole, in order. */
function* textChunks(bytes: Uint8Array): Generator<{ readonly start: number; readonly end: number }, void, undefined> {
  for (let start = signature.length; start + chunkOverhead <= bytes.length; ) {
    const type = uint32be(bytes, start + 4);
    const next = start + chunkOverhead + uint32be(bytes, start);
    if (type === end || next > bytes.length) {
      return;
    }
    if (textTypes.has(type)) {
      yield { start, end: next };
    }
    start = next;
  }
}

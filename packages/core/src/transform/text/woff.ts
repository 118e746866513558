import { inflateSync } from 'node:zlib';

/** Bytes of the heads, and of one table's entry, in WOFF (W3C WOFF 1.0 §4, §5) and in what it wraps (OpenType). */
const woff = { head: 44, entry: 20 } as const;
const plain = { head: 12, entry: 16 } as const;

/** More than any font has; what a table is said to be larger than is not inflated. */
const mostTableBytes = 64 * 1024 * 1024;

/** Whether bytes are a font that is wrapped as WOFF, version 1. */
export function isWoff(bytes: Buffer): boolean {
  return bytes.subarray(0, 4).equals(Buffer.from('wOFF'));
}

/**
 * The font that a WOFF wraps.
 *
 * @throws RangeError or an error of zlib where it is damaged.
 */
export function unwrapped(bytes: Buffer): Buffer {
  const count = bytes.readUInt16BE(12);
  const head = Buffer.alloc(plain.head + plain.entry * count);
  bytes.copy(head, 0, 4, 8);
  head.writeUInt16BE(count, 4);
  const tables: Buffer[] = [];
  let offset = head.length;
  for (let index = 0; index < count; index++) {
    const entry = woff.head + index * woff.entry;
    const [start, packed, length] = [4, 8, 12].map((at) => bytes.readUInt32BE(entry + at)) as [number, number, number];
    if (length > mostTableBytes) throw new RangeError(`Expected a table of at most ${mostTableBytes} bytes`);
    const content = bytes.subarray(start, start + packed);
    const table = packed < length ? inflateSync(content, { maxOutputLength: length }) : content;
    const at = plain.head + index * plain.entry;
    bytes.copy(head, at, entry, entry + 4);
    bytes.copy(head, at + 4, entry + 16, entry + 20);
    head.writeUInt32BE(offset, at + 8);
    head.writeUInt32BE(length, at + 12);
    // Tables begin at multiples of four.
    const padding = Buffer.alloc((4 - (length % 4)) % 4);
    tables.push(table, padding);
    offset += length + padding.length;
  }
  return Buffer.concat([head, ...tables]);
}

import { readSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { maxLineBytes } from './line.ts';

/** Reads the lines of a file that only ever grows. */
export interface LineReader {
  /** Bytes read: up to the end of the last finished line. */
  readonly offset: number;
  /** Reads on to the end. False where this is not the file that was read before, or has none of our lines. */
  readOn(): boolean;
  /** Whether all that was read before is still there. */
  isUnchanged(): boolean;
}

const newline = 0x0a;
/** So many bytes before the end are compared when reading on: the nonce of the last line is among them. */
const overlapBytes = 48;
/** One for all: reads are synchronous, so no two are ever at it. */
const chunk = Buffer.allocUnsafeSlow(2 * maxLineBytes);

/**
 * Creates a reader of an open file. Synchronous: what it reads was written a moment ago, so it comes from memory.
 *
 * @param take is given each finished line without its end, and where in the file the line ends. Not an empty one.
 */
export function createLineReader(fd: number, take: (line: Buffer, end: number) => void): LineReader {
  let offset = 0;
  let checksum = 0;
  let overlap: Buffer = Buffer.alloc(0);

  /** Takes the lines of a text that begins after the overlap, and returns where the last of them ends. */
  const takeLines = (bytes: Buffer, first: number): number => {
    let start = overlap.length;
    for (let end = bytes.indexOf(newline, start); end !== -1; end = bytes.indexOf(newline, start)) {
      if (end > start) take(bytes.subarray(start, end), first + end + 1);
      start = end + 1;
    }
    return start;
  };

  const readOn = (): boolean => {
    for (;;) {
      const first = offset - overlap.length;
      const bytes = chunk.subarray(0, readSync(fd, chunk, 0, chunk.length, first));
      if (!bytes.subarray(0, overlap.length).equals(overlap)) return false;
      const end = takeLines(bytes, first);
      const isLineTooLong = end === overlap.length && bytes.length - end > maxLineBytes;
      checksum = crc32(bytes.subarray(overlap.length, end), checksum);
      overlap = Buffer.from(bytes.subarray(Math.max(0, end - overlapBytes), end));
      offset = first + end;
      if (isLineTooLong || bytes.length < chunk.length) return !isLineTooLong;
    }
  };

  const isUnchanged = (): boolean => {
    let sum = 0;
    for (let position = 0; position < offset; ) {
      const length = readSync(fd, chunk, 0, Math.min(chunk.length, offset - position), position);
      if (length === 0) return false;
      sum = crc32(chunk.subarray(0, length), sum);
      position += length;
    }
    return sum === checksum;
  };

  return {
    get offset() {
      return offset;
    },
    readOn,
    isUnchanged,
  };
}

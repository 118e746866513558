import { closeSync, openSync, readSync } from 'node:fs';
import { codeOf } from '../../store/files/system.ts';

/** Sizes that a volume is known to have had, written down beside it: one that is smaller now has been cut. */
export interface Ends {
  /**
   * The largest of them, in bytes; infinite where they were lost or damaged, so that no volume is large enough, and where
   * another volume stood in this place before and took purges: whoever would have begun the same one has come too late.
   */
  largest(): number;
  close(): void;
}

/** A page of any disk holds a whole number of lines: so no reader ever finds a part of one. */
const lineBytes = 32;
const shape = /^[0-9a-f]{16} [0-9a-f]{14}\n$/;
/** One for all: reads are synchronous, so no two are ever at it. */
const chunk = Buffer.allocUnsafeSlow(1024 * lineBytes);

/**
 * A line that says which size the volume with this inode has. Of the volumes that several processes would put under one
 * number, one is placed: the others have inodes of their own.
 */
export function encodeEnd(inode: bigint, size: number): Buffer {
  return Buffer.from(`${nameOf(inode)} ${size.toString(16).padStart(14, '0')}\n`);
}

/**
 * Opens the sizes of the volume with this inode, where there are any.
 *
 * @throws where they cannot be read.
 */
export function openEnds(path: string, inode: bigint): Ends {
  const fd = openIfThere(path);
  const name = nameOf(inode);
  let offset = 0;
  const others = new Set<string>();
  let largest: number | undefined;
  let isDamaged = false;

  const take = (line: string): void => {
    const other = line.slice(0, name.length);
    if (!shape.test(line)) isDamaged = true;
    else if (other === name) largest = Math.max(largest ?? 0, Number.parseInt(line.slice(name.length), 16));
    // Each has one before it is placed, and more only once it is the journal.
    else if (others.has(other)) isDamaged = true;
    else others.add(other);
  };

  const readOn = (file: number): void => {
    for (;;) {
      const length = readSync(file, chunk, 0, chunk.length, offset);
      for (let start = 0; start < length; start += lineBytes) {
        take(chunk.toString('latin1', start, Math.min(start + lineBytes, length)));
      }
      offset += length;
      if (length < chunk.length) return;
    }
  };

  return {
    largest() {
      if (fd !== undefined) readOn(fd);
      return isDamaged ? Number.POSITIVE_INFINITY : (largest ?? Number.POSITIVE_INFINITY);
    },
    close() {
      if (fd !== undefined) closeSync(fd);
    },
  };
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function nameOf(inode: bigint): string {
  return inode.toString(16).padStart(16, '0');
}

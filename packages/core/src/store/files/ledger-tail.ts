import { readSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';

/** What a record of the ledger does to the count: sets it (once, at the start), adds to it, takes from it. */
export type LedgerSign = '=' | '+' | '-';

/**
 * One record. It begins and ends itself, so that one cut short by a full disk spoils neither the next nor the sum: its
 * writer was told that it failed.
 */
export function ledgerRecord(sign: LedgerSign, bytes: number): string {
  return `\n${sign}${bytes};`;
}

const recordPattern = /\n([=+-])(\d{1,16});/g;
const chunkBytes = 64 * 1024;
/** One for all: reads are synchronous, so no two are ever at it. */
const chunk = Buffer.allocUnsafeSlow(chunkBytes);

/** One ledger file, read from its beginning to wherever it has grown. */
export class LedgerTail {
  readonly #handle: FileHandle;
  /** Bytes read. */
  offset = 0;
  /** The count so far. */
  total = 0;
  /** The sum of all that was ever added. */
  added = 0;
  /** Whether the count has its beginning; without it `total` means nothing. */
  isBased = false;
  /** Whether something stood between the records. */
  isTorn = false;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** Reads on to the end. Synchronous: the tail was written a moment ago, so it comes from memory, in microseconds. */
  read(): void {
    for (;;) {
      const length = readSync(this.#handle.fd, chunk, 0, chunkBytes, this.offset);
      this.offset += this.#take(chunk.toString('latin1', 0, length), length === chunkBytes);
      if (length < chunkBytes) return;
    }
  }

  /** Counts the records of a text and returns how much of it is done with. */
  #take(text: string, isFull: boolean): number {
    let end = 0;
    for (const match of text.matchAll(recordPattern)) {
      this.isTorn ||= match.index > end;
      this.#count(match[1] as LedgerSign, Number(match[2]));
      end = match.index + match[0].length;
    }
    if (end > 0 || !isFull) return end;
    this.isTorn = true;
    return text.length - 32;
  }

  #count(sign: LedgerSign, bytes: number): void {
    if (sign === '-') {
      this.total -= bytes;
      return;
    }
    this.total += bytes;
    if (sign === '+') this.added += bytes;
    else this.isBased = true;
  }
}

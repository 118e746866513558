import { constants, statSync } from 'node:fs';
import { type FileHandle, mkdir, open, opendir } from 'node:fs/promises';
import { uptime } from 'node:os';
import type { Clock } from '../../clock.ts';
import { type FilesLayout, tempPath } from './layout.ts';
import { type LedgerSign, LedgerTail, ledgerRecord } from './ledger-tail.ts';
import { createFile, discard, identityOf, linkNew, unless } from './system.ts';

/** One ledger file as this process knows it. A sweep puts another in its place: the next generation. */
export interface Generation {
  readonly handle: FileHandle;
  readonly identity: string;
  readonly tail: LedgerTail;
  /** Whether the machine went down since it was written: entries may be there whose records are lost. */
  readonly isFromFormerBoot: boolean;
}

/**
 * The shared count of bytes: an append-only file that every process on the directory writes to and reads.
 *
 * The count is never under the truth. What is added is added before it exists, what is taken away is taken away after
 * it is gone, and always from a generation that was current before the removal began: a later generation was counted
 * without the removed file, and a note in an older one is read by nobody.
 */
export class Ledger {
  readonly #layout: FilesLayout;
  readonly #clock: Clock;
  #current: Generation | undefined;
  #opening: Promise<void> | undefined;
  #lastReserved: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(layout: FilesLayout, clock: Clock) {
    this.#layout = layout;
    this.#clock = clock;
  }

  /** The count as far as it is known, up to date; undefined where there is no ledger open. */
  peek(): number | undefined {
    return this.#current !== undefined && this.#isCurrent(this.#current) && this.#current.tail.isBased
      ? this.#current.tail.total
      : undefined;
  }

  /**
   * The generation that stands in the directory now, read to its end; made where the directory is new. Undefined where
   * entries exist that no ledger counts, and while a sweep exchanges it.
   */
  async current(): Promise<Generation | undefined> {
    for (let attempt = 0; attempt < 5 && !this.#isClosed; attempt++) {
      const generation = this.#current;
      if (generation !== undefined && this.#isCurrent(generation))
        return generation.tail.isBased ? generation : undefined;
      this.#opening ??= this.#open().finally(() => {
        this.#opening = undefined;
      });
      await this.#opening;
      if (this.#current === undefined) return undefined;
    }
    return undefined;
  }

  /** Adds bytes before they are written, or returns undefined where they would not fit under the bound. */
  reserve(bytes: number, bound: number): Promise<Generation | undefined> {
    // One after the other: of many at once near the bound, each would see the others' records and give way.
    const reserved = this.#lastReserved.then(() => this.#reserve(bytes, bound));
    this.#lastReserved = reserved.catch(() => undefined);
    return reserved;
  }

  async #reserve(bytes: number, bound: number): Promise<Generation | undefined> {
    for (let attempt = 0; attempt < 5; attempt++) {
      const generation = await this.current();
      if (generation === undefined || generation.tail.total + bytes > bound) return undefined;
      await append(generation, '+', bytes).catch((error: unknown) => {
        // Closed meanwhile, because it was exchanged.
        if (generation === this.#current) throw error;
      });
      // Exchanged meanwhile: the sweep may or may not have read our record, so it is written again. Too much is safe.
      if (!this.#isCurrent(generation)) continue;
      // Records have one order for all processes, and each counts all before its own: never do two take the last room.
      if (generation.tail.total <= bound) return generation;
      await this.release(generation, bytes);
      return undefined;
    }
    return undefined;
  }

  /** Takes bytes away. Never fails: a count that stays too high is cured by the next sweep. */
  async release(generation: Generation, bytes: number): Promise<void> {
    await append(generation, '-', bytes).catch(() => undefined);
  }

  /** From now on there is no ledger. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#opening?.catch(() => undefined);
    const generation = this.#current;
    this.#current = undefined;
    await generation?.handle.close();
  }

  /** Whether a generation is the one in the directory; if so it is read to its end. */
  #isCurrent(generation: Generation): boolean {
    if (generation !== this.#current) return false;
    const { identity, tail } = generation;
    // By path, not by link count: the directory may have been moved away under us as well.
    const stats = statSync(this.#layout.ledger, { bigint: true, throwIfNoEntry: false });
    if (stats === undefined || identityOf(stats) !== identity) return false;
    if (stats.size > tail.offset) tail.read();
    return true;
  }

  async #open(): Promise<void> {
    const flags = constants.O_RDWR | constants.O_APPEND;
    const handle =
      (await unless(open(this.#layout.ledger, flags), 'ENOENT')) ??
      ((await this.#create()) ? await unless(open(this.#layout.ledger, flags), 'ENOENT') : undefined);
    const previous = this.#current;
    this.#current = handle === undefined ? undefined : await this.#read(handle);
    await previous?.handle.close();
  }

  async #read(handle: FileHandle): Promise<Generation> {
    const stats = await handle.stat({ bigint: true });
    const tail = new LedgerTail(handle);
    tail.read();
    const bootedAt = this.#clock.now() - uptime() * 1000;
    return { handle, identity: identityOf(stats), tail, isFromFormerBoot: Number(stats.mtimeMs) < bootedAt };
  }

  async #create(): Promise<boolean> {
    // The temp folder first: what is being written now is in neither after it has moved, if asked the other way round.
    if ((await hasEntries(this.#layout.temp)) || (await hasEntries(this.#layout.objects))) return false;
    await mkdir(this.#layout.root, { recursive: true, mode: 0o700 });
    await publishLedger(this.#layout, 0);
    return true;
  }
}

/** Puts a ledger with a count into its place, or says false where one stands there. */
export async function publishLedger(layout: FilesLayout, total: number): Promise<boolean> {
  const path = tempPath(layout, 0);
  const handle = await createFile(path);
  try {
    await handle.writeFile(ledgerRecord('=', total));
    return await linkNew(path, layout.ledger);
  } finally {
    await handle.close();
    await discard(path);
  }
}

async function append({ handle }: Generation, sign: LedgerSign, bytes: number): Promise<void> {
  const record = Buffer.from(ledgerRecord(sign, bytes), 'latin1');
  const { bytesWritten } = await handle.write(record);
  if (bytesWritten < record.length) throw Object.assign(new Error('The ledger is full'), { code: 'ENOSPC' });
}

async function hasEntries(folder: string): Promise<boolean> {
  const directory = await unless(opendir(folder), 'ENOENT');
  if (directory === undefined) return false;
  const first = await directory.read();
  await directory.close();
  return first !== null;
}

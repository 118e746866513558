import { type FileHandle, open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { inspect } from 'node:util';
import { type Clock, systemClock } from '../../clock.ts';
import { publish } from '../../events.ts';
import { checkOptions, expectations } from '../../options.ts';
import type { Store, StoreUsage } from '../store.ts';
import { type FilesContext, removeEntry, replaceEntry } from './entry.ts';
import { diskSize, entryName, entryPath, layoutOf, tempPath } from './layout.ts';
import { type Generation, Ledger } from './ledger.ts';
import { highWater, sweep } from './sweep.ts';
import { createFile, discard, statOf, unless } from './system.ts';

/** Options of {@link files}. */
export interface FilesOptions {
  /**
   * The bound on what the entries take on disk, in bytes. One entry may take an eighth of it.
   * @default 10737418240 (10 GiB)
   */
  readonly maxBytes?: number;
}

/** How often at most a read notes that an entry is in use: each note is a write to the disk. */
const touchEvery = 60 * 60_000;
/** The ledger is a log, so it grows with every change; a sweep writes it anew. */
const maxLedgerBytes = 1024 * 1024;
/** Milliseconds between two sweeps at least; a long one rests as long as it took. */
const minRest = 250;

/**
 * Creates a store in a directory of a local disk, which any number of processes on the machine may share.
 *
 * Writes are atomic and bounded: a write for which there is no room is declined and starts a sweep in the background,
 * which removes what was used least recently. Nothing is synced to disk: after a power cut the frames tell what is
 * whole. The directory is created by the first write.
 *
 * @throws TypeError on an option that is not valid.
 */
export function files(directory: string, options: FilesOptions = {}): Store {
  if (!expectations.text[1](directory)) {
    throw new TypeError(`Expected a directory for files(directory) but received ${inspect(directory)}`);
  }
  checkOptions('files', options, { maxBytes: expectations.bytes });
  return new FilesStore(resolve(directory), options.maxBytes ?? 10 * 1024 ** 3, systemClock);
}

class FilesStore implements Store {
  readonly kind = 'files';
  readonly deadline = 1000;
  readonly #context: FilesContext;
  readonly #closing = new AbortController();
  readonly #writes = new Set<Promise<void>>();
  #sweeping: Promise<void> | undefined;
  #restUntil = 0;

  constructor(directory: string, maxBytes: number, clock: Clock) {
    const layout = layoutOf(directory);
    const ledger = new Ledger(layout, clock);
    this.#context = { layout, ledger, clock, maxBytes, signal: this.#closing.signal };
    void this.#track(this.#inspect()).catch(report);
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    const path = entryPath(this.#context.layout, entryName(key));
    const handle = await unless(open(path, 'r'), 'ENOENT');
    if (handle === undefined) return undefined;
    try {
      const { size, mtimeMs } = await handle.stat();
      const bytes = await readAll(handle, size);
      const now = this.#context.clock.now();
      // Best effort: the file may belong to another user, or the disk be read-only.
      if (now - mtimeMs > touchEvery) await handle.utimes(now / 1000, now / 1000).catch(() => undefined);
      return bytes;
    } finally {
      await handle.close();
    }
  }

  set(key: string, bytes: Uint8Array): Promise<void> {
    return this.#track(this.#write(entryName(key), bytes));
  }

  delete(key: string): Promise<void> {
    return this.#track(removeEntry(this.#context, entryName(key)));
  }

  usage(): StoreUsage {
    const { ledger, maxBytes } = this.#context;
    return { entries: undefined, bytes: ledger.peek(), maxBytes };
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled([...this.#writes, this.#sweeping]);
    await this.#context.ledger.close();
  }

  async #write(name: string, bytes: Uint8Array): Promise<void> {
    const { layout, ledger, maxBytes, signal } = this.#context;
    if (signal.aborted) throw new Error('The files store has been closed');
    const size = diskSize(bytes.byteLength);
    if (size > maxBytes / 8) return;
    const total = (await ledger.current())?.tail.total;
    if (total === undefined || total < 0 || total + size > maxBytes) {
      this.#startSweep();
      return;
    }
    const path = tempPath(layout, size);
    const handle = await createFile(path);
    const reserved = await this.#fill(handle, path, bytes, size);
    if (reserved === undefined) return;
    try {
      await replaceEntry(this.#context, name, path, reserved);
    } catch (error) {
      await discard(path);
      await ledger.release(reserved, size);
      throw error;
    }
    this.#checkLevel(reserved);
  }

  /** Reserves room for a file and writes it, or removes it where there is none or the disk fails. */
  async #fill(handle: FileHandle, path: string, bytes: Uint8Array, size: number): Promise<Generation | undefined> {
    const { ledger, maxBytes } = this.#context;
    let reserved: Generation | undefined;
    let isWritten = false;
    try {
      reserved = await ledger.reserve(size, maxBytes);
      if (reserved === undefined) {
        this.#startSweep();
        return undefined;
      }
      await handle.writeFile(bytes);
      isWritten = true;
      return reserved;
    } finally {
      await handle.close();
      if (!isWritten) await discard(path);
      if (!isWritten && reserved !== undefined) await ledger.release(reserved, size);
    }
  }

  /** Sweeps where the store is nearly full, or its ledger is long or may have lost something. */
  #checkLevel({ tail, isFromFormerBoot }: Generation): void {
    const isFull = tail.total > this.#context.maxBytes * highWater;
    // Less than nothing: somebody outside has changed files or ledger.
    if (isFull || tail.total < 0 || tail.offset > maxLedgerBytes || tail.isTorn || isFromFormerBoot) this.#startSweep();
  }

  /** Looks at the ledger that a former process left; costs the reading of one small file. */
  async #inspect(): Promise<void> {
    const { ledger, layout, signal } = this.#context;
    if ((await statOf(layout.objects)) === undefined) return;
    const generation = await ledger.current();
    if (signal.aborted) return;
    if (generation === undefined) this.#startSweep();
    else this.#checkLevel(generation);
  }

  #startSweep(): void {
    const { clock, signal } = this.#context;
    const startedAt = clock.now();
    if (this.#sweeping !== undefined || signal.aborted || startedAt < this.#restUntil) return;
    this.#sweeping = sweep(this.#context)
      .catch(report)
      .finally(() => {
        const endedAt = clock.now();
        this.#restUntil = endedAt + Math.max(minRest, endedAt - startedAt);
        this.#sweeping = undefined;
      });
  }

  #track(work: Promise<void>): Promise<void> {
    const tracked = work.finally(() => this.#writes.delete(tracked));
    this.#writes.add(tracked);
    return tracked;
  }
}

async function readAll(handle: FileHandle, size: number): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafeSlow(size);
  let filled = 0;
  while (filled < size) {
    const { bytesRead } = await handle.read(bytes, filled, size - filled, filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

function report(error: unknown): void {
  publish('tintype:store', { store: 'files', operation: 'other', error });
}

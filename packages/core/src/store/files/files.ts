import { type FileHandle, open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { inspect } from 'node:util';
import { systemClock } from '../../clock.ts';
import { checkOptions, expectations } from '../../options.ts';
import type { Store } from '../store.ts';
import { type FilesContext, removeEntry } from './entry.ts';
import { allKeys, linkedKeys } from './entry-key.ts';
import { entryName, entryPath, layoutOf } from './layout.ts';
import { Ledger } from './ledger.ts';
import { addLink } from './links.ts';
import { createSweeper } from './sweeper.ts';
import { unless } from './system.ts';
import { removeUnfinished } from './unfinished.ts';
import { createEntryWriter } from './writer.ts';

/** Options of {@link files}. */
export interface FilesOptions {
  /**
   * The bound on what the entries take on disk, in bytes. One entry may take an eighth of it.
   * @default 10737418240 (10 GiB)
   */
  readonly maxBytes?: number;
}

/** A store in a directory of a local disk. */
export interface FilesStore extends Store {
  readonly kind: 'files';
  /** Where everything is, absolute. The folder `journal` in it is left to the engine. */
  readonly directory: string;
}

/** How often at most a read notes that an entry is in use: each note is a write to the disk. */
const touchEvery = 60 * 60_000;

const stores = new WeakSet<Store>();

/** Whether a store is one that {@link files} made. */
export function isFilesStore(store: Store): store is FilesStore {
  return stores.has(store);
}

/**
 * Creates a store in a directory of a local disk, which any number of processes on the machine may share.
 *
 * Writes are atomic and bounded: a write for which there is no room is declined and starts a sweep in the background,
 * which removes what was used least recently. Nothing is synced to disk: after a power cut the frames tell what is
 * whole. The directory is created by the first write.
 *
 * @throws TypeError on an option that is not valid.
 */
export function files(directory: string, options: FilesOptions = {}): FilesStore {
  if (!expectations.text[1](directory)) {
    throw new TypeError(`Expected a directory for files(directory) but received ${inspect(directory)}`);
  }
  checkOptions('files', options, { maxBytes: expectations.bytes });
  const store = createStore(resolve(directory), options.maxBytes ?? 10 * 1024 ** 3);
  stores.add(store);
  return store;
}

function createStore(directory: string, maxBytes: number): FilesStore {
  const closing = new AbortController();
  const clock = systemClock;
  const layout = layoutOf(directory);
  const ledger = new Ledger(layout, clock);
  const context: FilesContext = { layout, ledger, clock, maxBytes, signal: closing.signal };
  const sweeper = createSweeper(context);
  const writer = createEntryWriter(context, sweeper);
  const changes = new Set<Promise<void>>();

  const track = (work: Promise<void>): Promise<void> => {
    const tracked = work.finally(() => changes.delete(tracked));
    changes.add(tracked);
    return tracked;
  };

  const change = async (work: () => Promise<void>): Promise<void> => {
    if (closing.signal.aborted) throw new Error('The files store has been closed');
    await work();
  };

  void track(sweeper.inspect());
  return {
    kind: 'files',
    deadline: 1000,
    directory,
    get: (key) => read(context, key),
    set: (key, bytes) => track(change(() => writer.write(entryName(key), bytes))),
    delete: (key) => track(remove(context, key)),
    link: (input, key) => track(change(() => addLink(context, input, key))),
    linked: (input) => linkedKeys(context, input),
    keys: () => allKeys(context),
    usage: () => ({ entries: undefined, bytes: ledger.peek(), maxBytes }),
    async close() {
      closing.abort();
      await Promise.allSettled([...changes, sweeper.settled()]);
      await ledger.close();
    },
  };
}

/** Removes an entry and what is being written of it: that first, because it may become the entry meanwhile. */
async function remove(context: FilesContext, key: string): Promise<void> {
  try {
    await removeUnfinished(context, key);
  } finally {
    await removeEntry(context, entryName(key));
  }
}

async function read({ layout, clock }: FilesContext, key: string): Promise<Uint8Array | undefined> {
  const handle = await unless(open(entryPath(layout, entryName(key)), 'r'), 'ENOENT');
  if (handle === undefined) return undefined;
  try {
    const { size, mtimeMs } = await handle.stat();
    const bytes = await readAll(handle, size);
    const now = clock.now();
    // Best effort: the file may belong to another user, or the disk be read-only.
    if (now - mtimeMs > touchEvery) await handle.utimes(now / 1000, now / 1000).catch(() => undefined);
    return bytes;
  } finally {
    await handle.close();
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

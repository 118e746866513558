import type { FileHandle } from 'node:fs/promises';
import { type FilesContext, replaceEntry } from './entry.ts';
import { diskSize, tempPath } from './layout.ts';
import type { Generation } from './ledger.ts';
import type { Sweeper } from './sweeper.ts';
import { createFile, discard } from './system.ts';

/** Writes entries, whole or not at all. */
export interface EntryWriter {
  /** Writes an entry of this name, or declines where there is no room. */
  write(name: string, bytes: Uint8Array): Promise<void>;
}

/** Creates the writer of one store. */
export function createEntryWriter(context: FilesContext, sweeper: Sweeper): EntryWriter {
  const { layout, ledger, maxBytes } = context;

  /** Reserves room for a file and writes it, or removes it where there is none or the disk fails. */
  const fill = async (
    handle: FileHandle,
    path: string,
    bytes: Uint8Array,
    size: number,
  ): Promise<Generation | undefined> => {
    let reserved: Generation | undefined;
    let isWritten = false;
    try {
      reserved = await ledger.reserve(size, maxBytes);
      if (reserved === undefined) {
        sweeper.start();
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
  };

  return {
    async write(name, bytes) {
      const size = diskSize(bytes.byteLength);
      if (size > maxBytes / 8) return;
      const total = (await ledger.current())?.tail.total;
      if (total === undefined || total < 0 || total + size > maxBytes) {
        sweeper.start();
        return;
      }
      const path = tempPath(layout, size);
      const handle = await createFile(path);
      const reserved = await fill(handle, path, bytes, size);
      if (reserved === undefined) return;
      try {
        await replaceEntry(context, name, path, reserved);
      } catch (error) {
        await discard(path);
        await ledger.release(reserved, size);
        throw error;
      }
      sweeper.check(reserved);
    },
  };
}

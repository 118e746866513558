import { constants, writeSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { unless } from '../../store/files/system.ts';
import { encodeEnd } from './ends.ts';
import { endsPath, type JournalLayout } from './layout.ts';
import { syncDirectory } from './place-volume.ts';
import type { Volume } from './volume.ts';

const newline = Buffer.from('\n');

/** Writes at the end of whatever volume it is given. */
export interface Pen {
  /**
   * Writes lines, and flushes them to the disk; false where there is no volume. That they are whole, and in this volume
   * and not in another that has taken its place, is known only once they have been read back.
   *
   * @throws where the disk is full, or nothing may be written.
   */
  write(volume: Volume, lines: Buffer): Promise<boolean>;
  /**
   * Writes down how far the volume that was written to last has been read: from now on, a smaller one has been cut.
   *
   * @throws where the disk is full, or nothing may be written.
   */
  attest(volume: Volume): void;
  close(): Promise<void>;
}

/** Creates a pen, which holds the volume open that it wrote to last. */
export function createPen(layout: JournalLayout): Pen {
  let held: { readonly volume: Volume; readonly handle: FileHandle; readonly ends: FileHandle } | undefined;

  const close = async (): Promise<void> => {
    const { handle, ends } = held ?? {};
    held = undefined;
    await handle?.close();
    await ends?.close();
  };

  const take = async (volume: Volume): Promise<FileHandle | undefined> => {
    if (held?.volume === volume) return held.handle;
    await close();
    const handle = await unless(open(volume.path, constants.O_WRONLY | constants.O_APPEND), 'ENOENT');
    if (handle === undefined) return undefined;
    const ends = await open(endsPath(layout, volume.number), 'a', 0o600).catch(async (error: unknown) => {
      await handle.close();
      throw error;
    });
    held = { volume, handle, ends };
    // Its maker may have died before it did so.
    await syncDirectory(layout);
    return handle;
  };

  return {
    async write(volume, lines) {
      const handle = await take(volume);
      if (handle === undefined) return false;
      // One write, and it begins by ending whatever a crashed process left unfinished: so no two ever run into another.
      await handle.write(Buffer.concat([newline, lines]));
      await handle.datasync();
      return true;
    },
    attest(volume) {
      // In one go, and not flushed: what a power cut takes from it proves less, and nothing that is wrong.
      if (held?.volume === volume) writeSync(held.ends.fd, encodeEnd(volume.inode, volume.size));
    },
    close,
  };
}

import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { unless } from '../../store/files/system.ts';
import type { JournalLayout } from './layout.ts';
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
  close(): Promise<void>;
}

/** Creates a pen, which holds the volume open that it wrote to last. */
export function createPen(layout: JournalLayout): Pen {
  let held: { readonly volume: Volume; readonly handle: FileHandle } | undefined;

  const close = async (): Promise<void> => {
    const { handle } = held ?? {};
    held = undefined;
    await handle?.close();
  };

  const take = async (volume: Volume): Promise<FileHandle | undefined> => {
    if (held?.volume === volume) return held.handle;
    await close();
    const handle = await unless(open(volume.path, constants.O_WRONLY | constants.O_APPEND), 'ENOENT');
    if (handle === undefined) return undefined;
    held = { volume, handle };
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
    close,
  };
}

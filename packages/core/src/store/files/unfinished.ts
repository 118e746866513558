import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { FilesContext } from './entry.ts';
import { readKey } from './file-key.ts';
import { reservedBy } from './layout.ts';
import { list } from './scan.ts';
import { unless } from './system.ts';

/** A file that is to become an entry, or was, had its writer not died. */
export interface UnfinishedFile {
  readonly path: string;
  /** The key of the entry. */
  readonly key: string;
}

/**
 * The files that are being written or were left behind, as far as they hold their key: what is shorter holds nothing of
 * a picture. Whoever looks for entries as well looks here first: what is moved meanwhile is then found as an entry.
 */
export async function* scanUnfinished({ layout }: FilesContext): AsyncGenerator<UnfinishedFile> {
  for await (const file of list(layout.temp)) {
    // Locks, and what is only put aside, have no bytes reserved: they are never opened.
    if (!file.isFile() || (reservedBy(file.name) ?? 0) === 0) continue;
    const path = join(layout.temp, file.name);
    const key = await readKey(path);
    if (key !== undefined) yield { path, key };
  }
}

/**
 * Removes the unfinished files of a key, whoever writes them. A writer that lives fails when it comes to move its file,
 * and takes its bytes from the ledger itself; those of a dead one stay there until the next sweep.
 *
 * A file that holds no key yet is missed. Its writer's process looks at the journal once it has written, and where that
 * dies before, the second deletion of a takedown finds the file.
 */
export async function removeUnfinished(context: FilesContext, key: string): Promise<void> {
  for await (const file of scanUnfinished(context)) {
    // No path is ever used twice: what stands there, if anything does, is what was read.
    if (file.key === key) await unless(unlink(file.path), 'ENOENT');
  }
}

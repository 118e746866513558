import { readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../clock.ts';
import { discard, moveInto, unless, withFolder } from '../../store/files/system.ts';
import type { Journal } from '../journal.ts';
import { isNoteId } from '../note-id.ts';
import { noteLife } from '../options.ts';
import { type JournalLayout, tempPath } from './layout.ts';

interface Note {
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly status: unknown;
}

/** At most so many notes of the past are removed with each new one. */
const maxRemoved = 20;

/** Creates the notes of a file journal: one small file each, in a folder per day, so that whole days can go. */
export function createNotes(layout: JournalLayout, clock: Clock): Pick<Journal, 'note' | 'noted'> {
  const today = (): number => Math.floor(clock.now() / noteLife);

  const clear = async (): Promise<void> => {
    const oldest = (await readdir(layout.notes))
      .filter((name) => /^\d{1,9}$/.test(name) && Number(name) < today() - 1)
      .sort((one, other) => Number(one) - Number(other))[0];
    if (oldest === undefined) return;
    const folder = join(layout.notes, oldest);
    const names = (await readdir(folder)).filter((name) => /^[0-9a-f]+\.json$/.test(name));
    for (const name of names.slice(0, maxRemoved)) await discard(join(folder, name));
    if (names.length <= maxRemoved) await rmdir(folder);
  };

  const read = async (day: number, id: string): Promise<Note | undefined> => {
    const text = await unless(readFile(notePath(layout, day, id), 'utf8'), 'ENOENT');
    return text === undefined ? undefined : parse(text);
  };

  return {
    async note(id, status) {
      if (!isNoteId(id)) throw new TypeError('Expected letters and digits for the id of a note');
      const temp = tempPath(layout);
      const text = JSON.stringify({ at: clock.now(), status });
      try {
        await withFolder(temp, () => writeFile(temp, text, { mode: 0o600, flag: 'wx' }));
        await moveInto(temp, notePath(layout, today(), id));
      } catch (error) {
        await discard(temp);
        throw error;
      }
      // Best effort: another process may be at the same.
      await clear().catch(() => undefined);
    },
    async noted(id) {
      if (!isNoteId(id)) return undefined;
      const note = (await read(today(), id)) ?? (await read(today() - 1, id));
      return note !== undefined && clock.now() - note.at < noteLife ? note.status : undefined;
    },
  };
}

/** In hexadecimal, because some disks fold the case of names. */
function notePath(layout: JournalLayout, day: number, id: string): string {
  return join(layout.notes, String(day), `${Buffer.from(id).toString('hex')}.json`);
}

/** Undefined for what a power cut left: a note is not flushed to the disk. */
function parse(text: string): Note | undefined {
  try {
    const note = JSON.parse(text) as { readonly at?: unknown; readonly status?: unknown } | null;
    return typeof note?.at === 'number' ? { at: note.at, status: note.status } : undefined;
  } catch {
    return undefined;
  }
}

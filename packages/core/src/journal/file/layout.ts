import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '../../store/files/system.ts';

/** Where things are below the directory of a file journal. */
export interface JournalLayout {
  readonly root: string;
  /** Holds files being written. */
  readonly temp: string;
  /** Holds one folder per day, and in it one file per note. */
  readonly notes: string;
}

/** The layout below a directory. */
export function journalLayout(root: string): JournalLayout {
  return { root, temp: join(root, 'tmp'), notes: join(root, 'notes') };
}

/** The path of a volume: one file of the journal. The one with the highest number is the journal. */
export function volumePath(layout: JournalLayout, number: number): string {
  return join(layout.root, `journal.${number}`);
}

/**
 * The numbers of all volumes in the directory, lowest first. Empty where there is no directory.
 *
 * @throws where it cannot be read.
 */
export function volumeNumbers(layout: JournalLayout): readonly number[] {
  try {
    return readdirSync(layout.root)
      .map((name) => Number(/^journal\.(\d{1,15})$/.exec(name)?.[1]))
      .filter((number) => !Number.isNaN(number))
      .sort((one, other) => one - other);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/** A new path for a file being written. */
export function tempPath(layout: JournalLayout): string {
  return join(layout.temp, `${process.pid}-${randomBytes(8).toString('hex')}`);
}

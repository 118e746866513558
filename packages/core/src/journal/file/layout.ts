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

const volumeName = /^journal\.(\d{1,15})$/;
const endsName = /^journal\.(\d{1,15})\.ends$/;

/** The layout below a directory. */
export function journalLayout(root: string): JournalLayout {
  return { root, temp: join(root, 'tmp'), notes: join(root, 'notes') };
}

/** The path of a volume: one file of the journal. The one with the highest number is the journal. */
export function volumePath(layout: JournalLayout, number: number): string {
  return join(layout.root, `journal.${number}`);
}

/** The path of the sizes that a volume is known to have had. */
export function endsPath(layout: JournalLayout, number: number): string {
  return `${volumePath(layout, number)}.ends`;
}

/**
 * The numbers of all volumes in the directory, lowest first. Empty where there is no directory.
 *
 * @throws where it cannot be read.
 */
export function volumeNumbers(layout: JournalLayout): readonly number[] {
  return numbersOf(namesIn(layout), volumeName);
}

/**
 * Whether nothing in the directory belongs to a volume, or did.
 *
 * @throws where it cannot be read.
 */
export function isUnused(layout: JournalLayout): boolean {
  return !namesIn(layout).some((name) => volumeName.test(name) || endsName.test(name));
}

/**
 * The paths of all volumes below a number and of their sizes, in the order in which they may be removed: no volume may be
 * in its place without its sizes.
 *
 * @throws where the directory cannot be read.
 */
export function filesBefore(layout: JournalLayout, number: number): readonly string[] {
  const isBefore = (other: number): boolean => other < number;
  const names = namesIn(layout);
  const volumes = numbersOf(names, volumeName).filter(isBefore);
  const ends = numbersOf(names, endsName).filter(isBefore);
  return [...volumes.map((each) => volumePath(layout, each)), ...ends.map((each) => endsPath(layout, each))];
}

/** A new path for a file being written. */
export function tempPath(layout: JournalLayout): string {
  return join(layout.temp, `${process.pid}-${randomBytes(8).toString('hex')}`);
}

function numbersOf(names: readonly string[], shape: RegExp): readonly number[] {
  return names
    .map((name) => Number(shape.exec(name)?.[1]))
    .filter((number) => !Number.isNaN(number))
    .sort((one, other) => one - other);
}

function namesIn(layout: JournalLayout): readonly string[] {
  try {
    return readdirSync(layout.root);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

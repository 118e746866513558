import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { groupOf } from '../group.ts';

/** Where things are below the directory of a file store. */
export interface FilesLayout {
  readonly root: string;
  /** Holds one folder per first two characters of an entry's name. */
  readonly objects: string;
  /** Holds files being written and the locks of single entries. */
  readonly temp: string;
  /** Holds one folder per input, and in it one empty file per entry of another group that was made from it. */
  readonly links: string;
  readonly ledger: string;
  readonly sweepLock: string;
}

/** The layout below a directory. */
export function layoutOf(root: string): FilesLayout {
  return {
    root,
    objects: join(root, 'objects'),
    temp: join(root, 'tmp'),
    links: join(root, 'links'),
    ledger: join(root, 'ledger'),
    sweepLock: join(root, 'sweep.lock'),
  };
}

/** Only what matches these is ever read as ours or removed. Hexadecimal, because some disks fold the case of names. */
export const bucketPattern: RegExp = /^[0-9a-f]{2}$/;
export const entryPattern: RegExp = /^[0-9a-f]{24}\.[0-9a-f]{64}$/;
export const inputPattern: RegExp = /^[0-9a-f]{24}$/;
const tempPattern = /^\d+-[0-9a-f]{16}-(\d{1,16})$/;
const lockPattern = /^[0-9a-f]{64}\.lock$/;

/**
 * The file name of a key: a hash of its group (the part between the first two colons: one image), so that a group's
 * entries stand together and can be listed, then a hash of the whole key.
 */
export function entryName(key: string): string {
  return `${inputName(groupOf(key))}.${sha256(key)}`;
}

/** The name of an input: begins the names of the entries of its own group, and is that of the folder of its links. */
export function inputName(input: string): string {
  return sha256(input).slice(0, 24);
}

/** The folder of an input's links. */
export function linkFolder(layout: FilesLayout, input: string): string {
  return join(layout.links, inputName(input));
}

/** The path of an entry's file. */
export function entryPath(layout: FilesLayout, name: string): string {
  return join(layout.objects, name.slice(0, 2), name);
}

/** The path of an entry's lock. */
export function entryLockPath(layout: FilesLayout, name: string): string {
  return join(layout.temp, `${name.slice(-64)}.lock`);
}

/** A new path for a file being written. Its name carries the bytes reserved for it, for whoever recounts. */
export function tempPath(layout: FilesLayout, reserved: number): string {
  return join(layout.temp, `${process.pid}-${randomBytes(8).toString('hex')}-${reserved}`);
}

/** The bytes reserved for a file in the temp folder, or undefined where the file is not ours. */
export function reservedBy(name: string): number | undefined {
  if (lockPattern.test(name)) return 0;
  const reserved = tempPattern.exec(name)?.[1];
  return reserved === undefined ? undefined : Number(reserved);
}

/** What a file of so many bytes takes on disk: whole blocks of 4096, and one at least. */
export function diskSize(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / 4096)) * 4096;
}

// UTF-16 is the string itself; in UTF-8 all lone surrogates are one character, and two keys one file.
function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf16le').digest('hex');
}

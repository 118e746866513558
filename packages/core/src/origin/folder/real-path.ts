import { lstat, realpath } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { type Stamp, stampOf } from './stamp.ts';

/** A regular file inside a root, as it was when it was looked at. */
export interface LocatedFile {
  /** Absolute, free of symbolic links. */
  readonly file: string;
  readonly stamp: Stamp;
}

/**
 * Finds the file that a canonical path names below a root, without opening anything.
 *
 * @param realRoot absolute and free of symbolic links.
 * @returns undefined where there is something that must not be shown: a file outside the root, one whose real path has a
 * dotfile in it, one whose real name is spelt otherwise, and whatever is not a regular file.
 * @throws the file system's error where there is nothing, or no telling.
 */
export async function locate(realRoot: string, path: string): Promise<LocatedFile | undefined> {
  const file = await realpath(join(realRoot, path));
  // By relative(), not by prefix: /photos-private begins with /photos.
  const inside = relative(realRoot, file);
  const real = inside.split(sep);
  // A path that leaves the root begins with `..`, which is caught as a dotfile; on Windows it may be on another drive.
  if (isAbsolute(inside) || real.some((name) => name.startsWith('.'))) return undefined;
  if (isOtherSpelling(path.slice(1).split('/'), real)) return undefined;
  const stats = await lstat(file, { bigint: true });
  return stats.isFile() ? { file, stamp: stampOf(stats) } : undefined;
}

const absence = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP', 'ENXIO']);

/** Whether a file system's error says that there is nothing at a path, rather than that it could not tell. */
export function isAbsence(error: unknown): boolean {
  return error instanceof Error && 'code' in error && absence.has(String(error.code));
}

/**
 * Whether a disk that is careless about case or Unicode form found a file by another than its real name. Compared from the
 * end up to the first name that a symbolic link gave.
 */
function isOtherSpelling(asked: readonly string[], real: readonly string[]): boolean {
  const back = asked.findLastIndex((name, index) => name !== real[real.length - asked.length + index]);
  if (back === -1) return false;
  return fold(asked[back]) === fold(real[real.length - asked.length + back]);
}

const fold = (name = ''): string => name.normalize('NFC').toLowerCase();

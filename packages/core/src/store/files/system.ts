import { type BigIntStats, constants, type Stats } from 'node:fs';
import { copyFile, type FileHandle, link, lstat, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The code of a system error, such as `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}

/** The promise's value, or undefined where it fails with one of these codes. */
export async function unless<T>(promise: Promise<T>, ...codes: readonly string[]): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (codes.includes(codeOf(error) ?? '')) return undefined;
    throw error;
  }
}

/** Runs an action; where a folder on the way is missing, makes it and runs the action once more. */
export async function withFolder<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    return action();
  }
}

/** What stands at a path, or undefined. Follows no link. */
export function statOf(path: string): Promise<Stats | undefined> {
  return unless(lstat(path), 'ENOENT');
}

/** Names a file independently of its path. */
export function identityOf(stats: BigIntStats): string {
  return `${stats.dev}:${stats.ino}`;
}

/** Creates a file that nobody has created before, for us alone. */
export function createFile(path: string): Promise<FileHandle> {
  return withFolder(path, () => open(path, 'wx', 0o600));
}

/** Moves a finished file to its place, over what stands there. */
export function moveInto(from: string, to: string): Promise<void> {
  return withFolder(to, () => rename(from, to));
}

/** Gives a finished file a second name, or says false where that name is taken. */
export async function linkNew(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    const code = codeOf(error) ?? '';
    if (code === 'EEXIST') return false;
    if (!['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK'].includes(code)) throw error;
  }
  // A disk without hard links: readers may see the file before its content, and wait for that.
  const copied = copyFile(from, to, constants.COPYFILE_EXCL).then(() => true);
  return (await unless(copied, 'EEXIST')) ?? false;
}

/** Removes a file of our own making. Never fails: what stays is swept up later. */
export async function discard(path: string): Promise<void> {
  await rm(path, { force: true }).catch(() => undefined);
}

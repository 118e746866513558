import { constants } from 'node:fs';
import { type FileHandle, open, readlink, realpath } from 'node:fs/promises';
import { TintypeError } from '../../errors.ts';
import type { OriginRequest } from '../origin.ts';
import type { LocatedFile } from './real-path.ts';
import { isSameStamp, stampOf } from './stamp.ts';

/** Never waits (a fifo would, for its writer), never follows a link that has come in place of the file. */
const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;

/**
 * Reads a located file whole, if it is still the one that was located and stays so to the end.
 *
 * @returns undefined where it changed meanwhile: the bytes could be a mix of two states, or another file's.
 * @throws TintypeError `ORIGINAL_TOO_LARGE` over `maxBytes`; the file system's errors as they come.
 */
export async function readUnchanged(
  located: LocatedFile,
  { maxBytes, admit }: Pick<OriginRequest, 'maxBytes' | 'admit'>,
): Promise<Uint8Array | undefined> {
  const { file, stamp } = located;
  if (stamp.size > maxBytes) {
    const cause = new Error(`${file} has ${stamp.size} bytes, the limit is ${maxBytes}`);
    throw new TintypeError('ORIGINAL_TOO_LARGE', { cause });
  }
  await admit?.(Number(stamp.size));
  const handle = await open(file, flags);
  try {
    if (!(await isUnchanged(handle, located)) || (await pathOf(handle, file)) !== file) return undefined;
    const bytes = await readExactly(handle, Number(stamp.size));
    return (await isUnchanged(handle, located)) ? bytes : undefined;
  } finally {
    await handle.close();
  }
}

async function isUnchanged(handle: FileHandle, { stamp }: LocatedFile): Promise<boolean> {
  return isSameStamp(stampOf(await handle.stat({ bigint: true })), stamp);
}

/** Where the open file lies, so that a folder swapped for a link to elsewhere between two looks does not lead out. */
async function pathOf(handle: FileHandle, file: string): Promise<string> {
  // Linux tells by the descriptor, past any swapping; elsewhere a second look narrows the gap.
  if (process.platform !== 'linux') return realpath(file);
  return readlink(`/proc/self/fd/${handle.fd}`).catch(() => realpath(file));
}

/** Reads `size` bytes and no more, however the file grows; undefined where it ends before. */
async function readExactly(handle: FileHandle, size: number): Promise<Uint8Array | undefined> {
  const bytes = Buffer.allocUnsafeSlow(size);
  let length = 0;
  while (length < size) {
    const { bytesRead } = await handle.read(bytes, length, size - length, length);
    if (bytesRead === 0) return undefined;
    length += bytesRead;
  }
  return bytes;
}

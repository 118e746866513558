import { type FileHandle, open } from 'node:fs/promises';
import { frameKey, frameKeyEnd } from '../frame.ts';
import { unless } from './system.ts';

/** As many bytes as hold the head and the key of nearly every entry: one read. */
const usualBytes = 256;
/** A head that says more of its key is none. */
const maxBytes = 64 * 1024;

/**
 * The key in the frame with which a file begins, or undefined where there is no such file, or none that has got as far as
 * the end of its key.
 */
export async function readKey(path: string): Promise<string | undefined> {
  const handle = await unless(open(path, 'r'), 'ENOENT');
  if (handle === undefined) return undefined;
  try {
    return await unless(keyFrom(handle), 'EISDIR');
  } finally {
    await handle.close();
  }
}

async function keyFrom(handle: FileHandle): Promise<string | undefined> {
  const start = await readStart(handle, usualBytes);
  const end = frameKeyEnd(start) ?? Number.POSITIVE_INFINITY;
  if (end > maxBytes) return undefined;
  return frameKey(end > start.length ? await readStart(handle, end) : start);
}

async function readStart(handle: FileHandle, bytes: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(bytes), 0, bytes, 0);
  return buffer.subarray(0, bytesRead);
}

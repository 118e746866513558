import { type FileHandle, open } from 'node:fs/promises';
import { eachOf } from '../each-of.ts';
import { frameKey, frameKeyEnd } from '../frame.ts';
import type { FilesContext } from './entry.ts';
import { entryName, entryPath, type FilesLayout } from './layout.ts';
import { linkedNames } from './links.ts';
import { scanEntries, scanGroup } from './scan.ts';
import { unless } from './system.ts';

/** As many bytes as hold the head and the key of nearly every entry: one read. */
const usualBytes = 256;
/** A head that says more of its key is none. */
const maxBytes = 64 * 1024;

/** The keys of all entries, read from their frames. @throws where the store is closed before the last. */
export async function* allKeys(context: FilesContext): AsyncGenerator<string> {
  for await (const { name } of scanEntries(context)) {
    const key = await readKey(context.layout, name);
    if (key !== undefined) yield key;
  }
  refuseClosed(context);
}

/**
 * The keys of the entries made from an input: its own group, and what is linked to it. Read four at once, because who
 * takes down an image that is laid over 100,000 others waits for it.
 */
export async function linkedKeys(context: FilesContext, input: string): Promise<readonly string[]> {
  const keys: string[] = [];
  await eachOf(namesOf(context, input), async (name) => {
    const key = await readKey(context.layout, name);
    if (key !== undefined) keys.push(key);
  });
  refuseClosed(context);
  return keys;
}

async function* namesOf(context: FilesContext, input: string): AsyncGenerator<string> {
  for await (const { name } of scanGroup(context, input)) yield name;
  yield* linkedNames(context, input);
}

/** A scan ends early when the store closes: what it has found by then must not pass for all there is. */
function refuseClosed({ signal }: FilesContext): void {
  if (signal.aborted) throw new Error('The files store has been closed');
}

/** The key of an entry, or undefined where there is none, or the file is not whole or not what its name says. */
async function readKey(layout: FilesLayout, name: string): Promise<string | undefined> {
  const handle = await unless(open(entryPath(layout, name), 'r'), 'ENOENT');
  if (handle === undefined) return undefined;
  try {
    const key = await unless(keyFrom(handle), 'EISDIR');
    return key !== undefined && entryName(key) === name ? key : undefined;
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

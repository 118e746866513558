import { open, opendir, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/** Bytes at the beginning of a file in which nginx keeps what it knows of it and the fields of the answer. */
const headBytes = 32 * 1024;
/** Files that are looked at at once. */
const concurrency = 16;

/**
 * Deletes the files of a cache of nginx whose answers carry one of the keys. Such a file begins with numbers of nginx's, a
 * line `KEY: …`, and the head of the answer as it came.
 *
 * @throws Error where the directory cannot be read, or files not be read or deleted; all others are deleted then.
 */
export async function removeByKeys(
  directory: string,
  header: string,
  keys: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const wanted = new Set(keys);
  const failed: unknown[] = [];
  const found = filesIn(directory);
  const work = async (): Promise<void> => {
    for await (const file of found) {
      signal.throwIfAborted();
      await removeIfMade(file, header, wanted).catch((error: unknown) => void failed.push(error));
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  if (failed.length > 0) throw new Error(`${failed.length} files were left: ${codeOf(failed[0])}`);
}

async function* filesIn(directory: string): AsyncGenerator<string> {
  let entries: Awaited<ReturnType<typeof opendir>>;
  try {
    entries = await opendir(directory, { recursive: true });
  } catch (cause) {
    throw new Error(`the cache cannot be read: ${codeOf(cause)}`);
  }
  for await (const entry of entries) if (entry.isFile()) yield join(entry.parentPath, entry.name);
}

async function removeIfMade(path: string, header: string, wanted: ReadonlySet<string>): Promise<void> {
  try {
    if (isMadeOf(wanted, await readHead(path), header)) await unlink(path);
  } catch (error) {
    // nginx has deleted it itself.
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

async function readHead(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(headBytes), 0, headBytes, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Whether the answer in a file carries one of the keys, as far as its head tells; its body may say anything. */
function isMadeOf(wanted: ReadonlySet<string>, text: string, header: string): boolean {
  const end = text.indexOf('\r\n\r\n');
  const head = end === -1 ? text : text.slice(0, end);
  // Nothing else that lies there is touched.
  if (!head.includes('\nKEY: ')) return false;
  // Of a head that is longer, or not written yet, nobody knows.
  if (end === -1) return true;
  const fields = head.split('\r\n').filter((line) => line.toLowerCase().startsWith(`${header}:`));
  return fields.some((line) =>
    line
      .slice(header.length + 1)
      .trim()
      .split(/[\s,]+/)
      .some((key) => wanted.has(key)),
  );
}

function codeOf(error: unknown): string {
  return String((error as { readonly code?: unknown } | undefined)?.code ?? error);
}

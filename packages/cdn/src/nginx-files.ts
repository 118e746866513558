import { open, opendir, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/** Bytes at the beginning of a file in which nginx keeps what it knows of it and the fields of the answer. */
const headBytes = 16 * 1024;
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
    const keys = keysIn(await readHead(path), header);
    if (keys.some((key) => wanted.has(key))) await unlink(path);
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

/** The keys in the head of an answer; the body may say anything. */
function keysIn(text: string, header: string): readonly string[] {
  const [head = ''] = text.split('\r\n\r\n', 1);
  const fields = head.split('\r\n').filter((line) => line.toLowerCase().startsWith(`${header}:`));
  return fields.flatMap((line) =>
    line
      .slice(header.length + 1)
      .trim()
      .split(/[\s,]+/),
  );
}

function codeOf(error: unknown): string {
  return String((error as { readonly code?: unknown } | undefined)?.code ?? error);
}

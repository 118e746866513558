import type { Dirent, Stats } from 'node:fs';
import { opendir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { abandonedAfter, type FilesContext } from './entry.ts';
import { bucketPattern, diskSize, entryPath, entryPattern, inputName, reservedBy } from './layout.ts';
import { statOf, unless } from './system.ts';

/** One entry as a scan finds it. */
export interface ScannedEntry {
  readonly name: string;
  readonly stats: Stats;
  /** Bytes on disk. */
  readonly size: number;
}

/**
 * Every entry, one at a time: a scan never has more than one operation in libuv's pool, where renders and reads wait
 * too. Ends early when the store closes.
 */
export async function* scanEntries({ layout, signal }: FilesContext): AsyncGenerator<ScannedEntry> {
  for await (const bucket of list(layout.objects)) {
    if (signal.aborted) return;
    if (bucketPattern.test(bucket.name)) yield* scanBucket(join(layout.objects, bucket.name), bucket.name, signal);
  }
}

/** The entries of one group. */
export function scanGroup({ layout, signal }: FilesContext, group: string): AsyncGenerator<ScannedEntry> {
  const prefix = `${inputName(group)}.`;
  return scanBucket(dirname(entryPath(layout, prefix)), prefix, signal);
}

async function* scanBucket(folder: string, prefix: string, signal: AbortSignal): AsyncGenerator<ScannedEntry> {
  for await (const { name } of list(folder)) {
    if (signal.aborted) return;
    if (!entryPattern.test(name) || !name.startsWith(prefix)) continue;
    const stats = await statOf(join(folder, name));
    if (stats?.isFile()) yield { name, stats, size: diskSize(stats.size) };
  }
}

/** Removes what writers left behind in a crash, and gives the bytes reserved for what is being written now. */
export async function sweepTemp({ layout, clock }: FilesContext): Promise<number> {
  let reserved = 0;
  for await (const { name } of list(layout.temp)) {
    const bytes = reservedBy(name);
    if (bytes === undefined) continue;
    const path = join(layout.temp, name);
    const stats = await statOf(path);
    const isAbandoned = stats?.isFile() && clock.now() - stats.mtimeMs > abandonedAfter;
    if (isAbandoned) await rm(path, { force: true });
    // Counted also where it is gone by now: it may have become an entry, and too much is safe.
    else reserved += bytes;
  }
  return reserved;
}

/** What stands in a folder, one at a time; nothing where there is no such folder. */
export async function* list(folder: string): AsyncGenerator<Dirent> {
  // A directory read one name at a time; what is removed under it ends it.
  const directory = await unless(opendir(folder), 'ENOENT', 'ENOTDIR');
  if (directory !== undefined) yield* directory;
}

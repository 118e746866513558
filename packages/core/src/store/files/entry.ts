import type { Stats } from 'node:fs';
import { unlink } from 'node:fs/promises';
import type { Clock } from '../../clock.ts';
import { diskSize, entryLockPath, entryPath, type FilesLayout } from './layout.ts';
import type { Generation, Ledger } from './ledger.ts';
import { createFile, discard, moveInto, statOf, unless } from './system.ts';

/** What the parts of one file store work on together. */
export interface FilesContext {
  readonly layout: FilesLayout;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly maxBytes: number;
  /** Aborted by `close()`. */
  readonly signal: AbortSignal;
}

/** Milliseconds after which a sweep removes a file that nobody finished, and a lock that nobody released. */
export const abandonedAfter: number = 5 * 60_000;

/**
 * The right to take an entry's old size from the ledger, so that two who replace or remove one file at the same moment
 * do not both take it. Whoever does not get the lock works on without: then the count stays too high, which is safe.
 */
interface EntryLock {
  /** False once a sweep may have taken the lock for abandoned and another may hold it. */
  isHeld(): boolean;
  release(): Promise<void>;
}

/** Puts a finished file in the place of an entry. Its bytes are reserved in `generation`. */
export async function replaceEntry(
  context: FilesContext,
  name: string,
  tempFile: string,
  generation: Generation,
): Promise<void> {
  const path = entryPath(context.layout, name);
  const lock = (await statOf(path)) === undefined ? undefined : await lockEntry(context, name);
  try {
    const old = lock === undefined ? undefined : await statOf(path);
    await moveInto(tempFile, path);
    if (old !== undefined && lock?.isHeld()) await context.ledger.release(generation, diskSize(old.size));
  } finally {
    await lock?.release();
  }
}

/** Removes an entry, whoever else is at it. */
export async function removeEntry(context: FilesContext, name: string): Promise<void> {
  const path = entryPath(context.layout, name);
  if ((await statOf(path)) === undefined) return;
  await removeLocked(context, name, await lockEntry(context, name), () => true);
}

/** Removes an entry if it is still the file that was seen, and nobody is at it. */
export async function evictEntry(context: FilesContext, name: string, seen: Stats): Promise<void> {
  const lock = await lockEntry(context, name);
  if (lock === undefined) return;
  await removeLocked(context, name, lock, (stats) => stats.ino === seen.ino && stats.mtimeMs === seen.mtimeMs);
}

async function removeLocked(
  context: FilesContext,
  name: string,
  lock: EntryLock | undefined,
  isWanted: (stats: Stats) => boolean,
): Promise<void> {
  const path = entryPath(context.layout, name);
  try {
    // A ledger that cannot be had keeps no entry alive: the next sweep recounts.
    const generation = await context.ledger.current().catch(() => undefined);
    const old = await statOf(path);
    if (old === undefined || !isWanted(old)) return;
    await unless(unlink(path), 'ENOENT');
    if (generation !== undefined && lock?.isHeld()) await context.ledger.release(generation, diskSize(old.size));
  } finally {
    await lock?.release();
  }
}

async function lockEntry({ layout, clock }: FilesContext, name: string): Promise<EntryLock | undefined> {
  const path = entryLockPath(layout, name);
  const lockedAt = clock.now();
  try {
    await (await createFile(path)).close();
  } catch {
    return undefined;
  }
  return {
    isHeld: () => clock.now() - lockedAt < abandonedAfter / 2,
    release: () => discard(path),
  };
}

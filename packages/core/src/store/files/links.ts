import { rename, rmdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../clock.ts';
import { groupOf } from '../group.ts';
import { abandonedAfter, type FilesContext } from './entry.ts';
import { entryName, entryPath, entryPattern, inputPattern, linkFolder, tempPath } from './layout.ts';
import { list } from './scan.ts';
import { codeOf, createFile, discard, linkNew, statOf, unless, withFolder } from './system.ts';
import { scanUnfinished } from './unfinished.ts';

/** How often at most a link is made: a sweep may remove its folder between the making of the folder and of the file. */
const attempts = 10;

/**
 * Notes that an entry, perhaps yet to be written, is made from an input. The link is young afterwards, so that no sweep
 * removes it before the entry is there. An entry of the input's own group is found by its name.
 */
export async function addLink({ layout, clock }: FilesContext, input: string, key: string): Promise<void> {
  if (groupOf(key) === input) return;
  const path = join(linkFolder(layout, input), entryName(key));
  for (let left = attempts; ; left--) {
    try {
      return await makeOrTouch(path, clock);
    } catch (error) {
      // Gone under our hands, file or folder: a sweep is at it.
      if (codeOf(error) !== 'ENOENT' || left === 1) throw error;
    }
  }
}

/** Whether an entry, perhaps yet to be written, is linked to an input. */
export async function isLinked({ layout }: FilesContext, input: string, key: string): Promise<boolean> {
  const stats = await unless(statOf(join(linkFolder(layout, input), entryName(key))), 'ENOTDIR');
  return stats !== undefined;
}

/** The names of the entries linked to an input, those that are gone included. */
export async function* linkedNames({ layout, signal }: FilesContext, input: string): AsyncGenerator<string> {
  for await (const { name } of list(linkFolder(layout, input))) {
    if (signal.aborted) return;
    if (entryPattern.test(name)) yield name;
  }
}

/**
 * Removes the links of entries that are gone, and folders without links. Ends early when the store closes. What a writer
 * left behind keeps its links as long as it is there itself: they are older, and a takedown finds it by them.
 */
export async function pruneLinks(context: FilesContext, beat: () => Promise<void>): Promise<void> {
  const { layout, signal } = context;
  const unfinished = new Set<string>();
  for await (const { key } of scanUnfinished(context)) unfinished.add(entryName(key));
  for await (const { name } of list(layout.links)) {
    if (signal.aborted) return;
    if (!inputPattern.test(name)) continue;
    const folder = join(layout.links, name);
    await pruneFolder(context, folder, unfinished, beat);
    await unless(rmdir(folder), 'ENOENT', 'ENOTEMPTY', 'EEXIST', 'ENOTDIR');
  }
}

async function pruneFolder(
  context: FilesContext,
  folder: string,
  unfinished: ReadonlySet<string>,
  beat: () => Promise<void>,
): Promise<void> {
  const { layout, clock, signal } = context;
  for await (const { name } of list(folder)) {
    await beat();
    if (signal.aborted) return;
    if (!entryPattern.test(name) || unfinished.has(name)) continue;
    if ((await statOf(entryPath(layout, name))) !== undefined) continue;
    const path = join(folder, name);
    if (await isOld(path, clock)) await removeOld(context, name, path);
  }
}

async function makeOrTouch(path: string, clock: Clock): Promise<void> {
  const handle = await unless(createFile(path), 'EEXIST');
  if (handle !== undefined) return handle.close();
  const now = clock.now() / 1000;
  await utimes(path, now, now);
}

/** Puts the link aside before the last look: if it was made again meanwhile, its entry is there or about to be. */
async function removeOld({ layout, clock }: FilesContext, name: string, path: string): Promise<void> {
  const aside = tempPath(layout, 0);
  const moved = withFolder(aside, () => rename(path, aside)).then(() => true);
  if ((await unless(moved, 'ENOENT')) === undefined) return;
  const isNeeded = !(await isOld(aside, clock)) || (await statOf(entryPath(layout, name))) !== undefined;
  if (isNeeded) await linkNew(aside, path);
  await discard(aside);
}

async function isOld(path: string, clock: Clock): Promise<boolean> {
  const stats = await statOf(path);
  return stats?.isFile() === true && clock.now() - stats.mtimeMs > abandonedAfter;
}

import { eachOf } from '../each-of.ts';
import { groupOf } from '../group.ts';
import type { FilesContext } from './entry.ts';
import { readKey } from './file-key.ts';
import { entryName, entryPath, type FilesLayout } from './layout.ts';
import { isLinked, linkedNames } from './links.ts';
import { scanEntries, scanGroup } from './scan.ts';
import { scanUnfinished } from './unfinished.ts';

/**
 * The keys of all entries, finished or not, each once, read from their frames.
 *
 * @throws where the store is closed before the last.
 */
export async function* allKeys(context: FilesContext): AsyncGenerator<string> {
  const unfinished = new Set<string>();
  for await (const { key } of scanUnfinished(context)) {
    if (unfinished.has(key)) continue;
    unfinished.add(key);
    yield key;
  }
  for await (const { name } of scanEntries(context)) {
    const key = await readEntryKey(context.layout, name);
    if (key !== undefined && !unfinished.has(key)) yield key;
  }
  refuseClosed(context);
}

/**
 * The keys of the entries made from an input, finished or not: its own group, and what is linked to it. Read four at
 * once, because who takes down an image that is laid over 100,000 others waits for it.
 */
export async function linkedKeys(context: FilesContext, input: string): Promise<readonly string[]> {
  const keys = new Set<string>();
  for await (const { key } of scanUnfinished(context)) {
    if (groupOf(key) === input || (await isLinked(context, input, key))) keys.add(key);
  }
  await eachOf(namesOf(context, input), async (name) => {
    const key = await readEntryKey(context.layout, name);
    if (key !== undefined) keys.add(key);
  });
  refuseClosed(context);
  return [...keys];
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
async function readEntryKey(layout: FilesLayout, name: string): Promise<string | undefined> {
  const key = await readKey(entryPath(layout, name));
  return key !== undefined && entryName(key) === name ? key : undefined;
}

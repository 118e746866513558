import { eachOf } from '../store/each-of.ts';
import { decodeFrame, frameHeader } from '../store/frame.ts';
import type { MemoryStore } from '../store/memory.ts';
import type { StoreIndex } from '../store/store-index.ts';
import { inputsOfKey } from './derivative.ts';
import type { Evidence } from './evidence.ts';

/** The kinds of entries made from originals, in the order in which they are read and deleted: record, original, derivative. */
export const copyKinds: readonly string[] = ['p:', 'o:', 'd:'];

/** Whether an entry is made from originals. */
export function isCopy(key: string): boolean {
  return copyKinds.some((kind) => key.startsWith(kind));
}

/**
 * The keys in a store of all that is made from what the evidence says is reached; adds to the evidence what the entries
 * say. Holds keys, never bodies.
 *
 * @throws what the index throws.
 */
export async function storedCopies(index: StoreIndex, evidence: Evidence): Promise<readonly string[]> {
  const keys = new Map<string, string[]>();
  // Asked first, because what is walked names all its originals: links say nothing more of it.
  const named = [...evidence.reached];
  if (evidence.isSought) {
    await collect(index, keys);
    await eachOf(keys.entries(), ([hash, ofOriginal]) => inspect(index, hash, ofOriginal, evidence));
  }
  evidence.conclude();
  const found = new Set<string>();
  for (const hash of named) for (const key of await index.linked(hash)) if (isCopy(key)) found.add(key);
  for (const hash of evidence.reached) for (const key of keys.get(hash) ?? []) found.add(key);
  return [...found];
}

/** Adds to the evidence what the entries in memory say. */
export function hearMemory(memory: MemoryStore, evidence: Evidence): void {
  if (!evidence.isSought) return;
  for (const key of memory.keys()) {
    if (!isCopy(key) || inputsOfKey(key).every(evidence.isSettled)) continue;
    const entry = memory.peek(key);
    if (entry !== undefined) evidence.hearEntry(key, entry.decoded ?? frameHeader(key, entry.bytes));
  }
}

/**
 * The keys in memory of all that is made from what is reached. All are looked at, because each names its originals:
 * nothing depends on links.
 */
export function copiesInMemory(memory: MemoryStore, { reached }: Evidence): readonly string[] {
  return memory.keys().filter((key) => isCopy(key) && inputsOfKey(key).some((hash) => reached.has(hash)));
}

/** All keys of copies, under each original that they name. */
async function collect(index: StoreIndex, keys: Map<string, string[]>): Promise<void> {
  for await (const key of index.keys()) {
    if (!isCopy(key)) continue;
    for (const hash of new Set(inputsOfKey(key))) {
      const known = keys.get(hash);
      if (known === undefined) keys.set(hash, [key]);
      else known.push(key);
    }
  }
}

/** Reads entries of one original until they have said enough of it. */
async function inspect(index: StoreIndex, hash: string, keys: readonly string[], evidence: Evidence): Promise<void> {
  const cheapestFirst = copyKinds.flatMap((kind) => keys.filter((key) => key.startsWith(kind)));
  for (const key of cheapestFirst) {
    if (evidence.isSettled(hash)) return;
    // The copy of an original is large, and says what the record does.
    if (key.startsWith('o:') && evidence.isKnown(hash)) continue;
    const bytes = await index.get(key);
    // What is still being written, or was left unfinished, has a key and says nothing more.
    evidence.hearEntry(key, bytes === undefined ? undefined : decodeFrame(key, bytes)?.header);
  }
}

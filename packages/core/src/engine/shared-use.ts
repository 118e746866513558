import { join } from 'node:path';
import { fileJournal } from '../journal/file-journal.ts';
import { isJournaled, type Journal } from '../journal/journal.ts';
import { memoryJournal } from '../journal/memory-journal.ts';
import { isFilesStore } from '../store/files/files.ts';
import type { Store } from '../store/store.ts';

const users = new WeakMap<object, number>();

/** Notes that an endpoint uses something that others may use too; true for the first. */
export function acquire(shared: object): boolean {
  const others = users.get(shared) ?? 0;
  users.set(shared, others + 1);
  return others === 0;
}

/** Notes that it does so no more; true for the last, who closes it. */
export function release(shared: object): boolean {
  const left = (users.get(shared) ?? 1) - 1;
  users.set(shared, left);
  return left === 0;
}

const journals = new WeakMap<object, Journal>();

/**
 * The journal of all endpoints on one store object: what one of them purges, none of them serves. Beside files it is a
 * file, because other processes may share them. A store that brings a journal has that.
 */
export function journalOf(store: Store): Journal {
  if (isJournaled(store)) return store.journal;
  const known = journals.get(store) ?? createJournal(store);
  journals.set(store, known);
  return known;
}

/** Notes that the journal of a store object has been closed: whoever uses the object again gets another. */
export function forgetJournalOf(store: object): void {
  journals.delete(store);
}

function createJournal(store: Store): Journal {
  return isFilesStore(store) ? fileJournal(join(store.directory, 'journal')) : memoryJournal();
}

import type { Journal } from '../journal/journal.ts';
import { memoryJournal } from '../journal/memory-journal.ts';

const users = new WeakMap<object, number>();

/** Notes that an endpoint uses something that others may use too. */
export function acquire(shared: object): void {
  users.set(shared, (users.get(shared) ?? 0) + 1);
}

/** Notes that it does so no more; true for the last, who closes it. */
export function release(shared: object): boolean {
  const left = (users.get(shared) ?? 1) - 1;
  users.set(shared, left);
  return left === 0;
}

const journals = new WeakMap<object, Journal>();

/** The journal of all endpoints on one store object: what one of them purges, none of them serves. */
export function journalOf(store: object): Journal {
  const known = journals.get(store) ?? memoryJournal();
  journals.set(store, known);
  return known;
}

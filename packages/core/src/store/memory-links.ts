import { LRUCache } from 'lru-cache';
import { groupOf } from './group.ts';

/** Which entries of a memory store are made from which inputs other than their own group. */
export interface MemoryLinks {
  /** Notes that an entry, perhaps yet to be set, is made from an input. */
  add(input: string, key: string): void;
  /** Turns what was noted of an entry before it was set into links. */
  entered(key: string): void;
  /** Forgets the links of an entry that is gone. */
  drop(key: string): void;
  /** How many inputs an entry has, or will have once it is set. */
  count(key: string): number;
  /** The keys of all entries linked to an input. */
  of(input: string): Iterable<string>;
}

/** Entries linked but not set yet: a link is followed by its entry at once, so that few are ever on their way. */
const maxExpected = 10_000;

/** Creates an empty set of links between inputs and the entries that exist. */
export function createMemoryLinks(exists: (key: string) => boolean): MemoryLinks {
  const keysByInput = new Map<string, Set<string>>();
  const inputsByKey = new Map<string, Set<string>>();
  const expected = new LRUCache<string, Set<string>>({ max: maxExpected });

  const add = (input: string, key: string): void => {
    if (groupOf(key) === input) return;
    if (exists(key)) {
      putInto(keysByInput, input, key);
      putInto(inputsByKey, key, input);
      return;
    }
    expected.set(key, (expected.get(key) ?? new Set()).add(input));
  };

  return {
    add,
    entered(key) {
      for (const input of expected.get(key) ?? []) add(input, key);
      expected.delete(key);
    },
    drop(key) {
      for (const input of inputsByKey.get(key) ?? []) {
        const keys = keysByInput.get(input);
        keys?.delete(key);
        if (keys?.size === 0) keysByInput.delete(input);
      }
      inputsByKey.delete(key);
    },
    count: (key) => expected.get(key)?.size ?? inputsByKey.get(key)?.size ?? 0,
    of: (input) => keysByInput.get(input) ?? [],
  };
}

function putInto(sets: Map<string, Set<string>>, name: string, value: string): void {
  const set = sets.get(name);
  if (set === undefined) sets.set(name, new Set([value]));
  else set.add(value);
}

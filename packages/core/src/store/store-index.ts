import { isUint8Array } from 'node:util/types';
import type { StoreEvent } from '../events.ts';
import type { MaybePromise, Store } from './store.ts';
import { within } from './within.ts';

/**
 * What a store has, and its removal. Loud, unlike everything else that is asked of a store: each call rejects where the
 * store fails, answers nonsense or takes longer than 30 seconds, and none is skipped, because a takedown that is half
 * done must not look done.
 */
export interface StoreIndex {
  /** The keys of all entries made from an input. May name some that are gone by now. */
  linked(input: string): Promise<readonly string[]>;
  /** The keys of all entries; the time limit is on each step. */
  keys(): AsyncIterable<string>;
  get(key: string): Promise<Uint8Array | undefined>;
  remove(key: string): Promise<void>;
}

/** A store that can say which entries it has, and which of them were made from an input. */
export type IndexedStore = Store & Required<Pick<Store, 'linked' | 'keys'>>;

type Iteration = Iterator<string> | AsyncIterator<string>;
type Operation = StoreEvent['operation'];

/** Milliseconds for one call: a store on a busy disk or across a network may be slow, and nobody's request waits. */
const patience = 30_000;

/** Whether a store has an index: all of it or, for us, none. */
export function isIndexed(store: Store): store is IndexedStore {
  return store.linked !== undefined && store.keys !== undefined;
}

/** Whether an answer is bytes or says that there are none. Null is how stores in plain JavaScript say undefined. */
export function isBytesOrNothing(value: unknown): value is Uint8Array | undefined | null {
  return value === undefined || value === null || isUint8Array(value);
}

/**
 * Creates the index of a store.
 *
 * @param onFailure told each failure before it is thrown.
 */
export function createStoreIndex(
  store: IndexedStore,
  onFailure: (operation: Operation, error: unknown) => void,
): StoreIndex {
  const attempt = async <T>(
    operation: Operation,
    call: () => MaybePromise<T>,
    expected = '',
    isValid: (value: T) => boolean = () => true,
  ): Promise<T> => {
    try {
      const value = await within(patience, call);
      if (!isValid(value))
        throw new TypeError(`The ${store.kind} store answered with something other than ${expected}`);
      return value;
    } catch (error) {
      onFailure(operation, error);
      throw error;
    }
  };

  return {
    linked: (input) => attempt('other', () => store.linked(input), 'a list of keys', isListOfKeys),
    async *keys() {
      const iteration = await attempt('other', async () => iterationOf(await store.keys()));
      let isUnderWay = false;
      try {
        for (;;) {
          isUnderWay = false;
          const step = await attempt('other', () => iteration.next(), 'keys', isKeyOrEnd);
          if (step.done) return;
          isUnderWay = true;
          yield step.value;
        }
      } finally {
        // Left early by its reader.
        if (isUnderWay) await attempt('other', () => iteration.return?.() as MaybePromise<unknown>);
      }
    },
    async get(key) {
      return (await attempt('get', () => store.get(key), 'bytes', isBytesOrNothing)) ?? undefined;
    },
    remove: (key) => attempt('delete', () => store.delete(key)),
  };
}

function iterationOf(keys: Iterable<string> | AsyncIterable<string>): Iteration {
  if (typeof keys === 'object' && keys !== null) {
    if (Symbol.asyncIterator in keys) return keys[Symbol.asyncIterator]();
    if (Symbol.iterator in keys) return keys[Symbol.iterator]();
  }
  throw new TypeError('The store answered with something other than keys');
}

function isListOfKeys(value: unknown): boolean {
  return Array.isArray(value) && value.every((key) => typeof key === 'string');
}

function isKeyOrEnd(step: IteratorResult<unknown> | undefined): boolean {
  return typeof step === 'object' && step !== null && (step.done === true || typeof step.value === 'string');
}

import { LRUCache } from 'lru-cache';
import { checkOptions, expectations } from '../options.ts';
import { groupOf } from './group.ts';
import { createMemoryLinks } from './memory-links.ts';
import type { Store } from './store.ts';

/** Options of {@link memory}. */
export interface MemoryOptions {
  /**
   * The bound on what is kept, in bytes, keys and bookkeeping included.
   * @default 268435456 (256 MiB)
   */
  readonly maxBytes?: number;
}

/** A value in memory and, beside it, what its reader made of it. */
export interface MemoryEntry {
  readonly bytes: Uint8Array;
  /** The reader's own: the decoded form, so that a hit is not decoded again. Undefined after each `set`. */
  decoded: unknown;
}

/** A store in this process: answers at once, and forgets what was used least recently. */
export interface MemoryStore extends Store {
  readonly kind: 'memory';
  get(key: string): Uint8Array | undefined;
  set(key: string, bytes: Uint8Array): void;
  delete(key: string): void;
  link(input: string, key: string): void;
  linked(input: string): readonly string[];
  keys(): readonly string[];
  /** The entry itself; counts as a use. */
  entry(key: string): MemoryEntry | undefined;
  /** The entry itself; does not count as a use. */
  peek(key: string): MemoryEntry | undefined;
}

const mebibyte = 1024 * 1024;
/** About what the entry, its key, its place in the list and what a reader makes of it cost besides the bytes: measured. */
const overhead = 1280;
/** The same for each other input that it is linked to. */
const linkOverhead = 768;

const stores = new WeakSet<Store>();

/** Whether a store is one that {@link memory} made. */
export function isMemoryStore(store: Store): store is MemoryStore {
  return stores.has(store);
}

/**
 * Creates a store in memory, bounded in bytes, least recently used first out.
 *
 * One entry may take 5 % of the bound, so that one large original does not push out a thousand thumbnails; where that
 * is below 4 MiB, 4 MiB or a quarter of the bound, whichever is less. Larger entries are declined.
 *
 * @throws TypeError on an option that is not valid.
 */
export function memory(options: MemoryOptions = {}): MemoryStore {
  checkOptions('memory', options, { maxBytes: expectations.bytes });
  const maxBytes = options.maxBytes ?? 256 * mebibyte;
  const entries = new LRUCache<string, MemoryEntry>({
    maxSize: Math.max(1, Math.floor(maxBytes)),
    maxEntrySize: Math.max(1, Math.floor(Math.max(maxBytes * 0.05, Math.min(4 * mebibyte, maxBytes / 4)))),
    sizeCalculation: ({ bytes }, key) => bytes.byteLength + key.length + overhead + links.count(key) * linkOverhead,
    dispose: (_entry, key, reason) => {
      if (reason !== 'set') links.drop(key);
    },
  });
  const links = createMemoryLinks((key) => entries.has(key));
  const store: MemoryStore = {
    kind: 'memory',
    shared: false,
    get: (key) => entries.get(key)?.bytes,
    set: (key, bytes) => {
      entries.set(key, { bytes: owned(bytes), decoded: undefined });
      if (entries.has(key)) links.entered(key);
      else links.drop(key);
    },
    delete: (key) => {
      entries.delete(key);
    },
    link: links.add,
    linked: (input) => [...ownKeys(entries.keys(), input), ...links.of(input)],
    // A copy: whoever walks it may delete on the way.
    keys: () => [...entries.keys()],
    entry: (key) => entries.get(key),
    peek: (key) => entries.peek(key),
    usage: () => ({ entries: entries.size, bytes: entries.calculatedSize, maxBytes }),
  };
  stores.add(store);
  return store;
}

/** Found by looking at all: an index of them would cost each write for the sake of a rare takedown. */
function* ownKeys(keys: Iterable<string>, input: string): Generator<string> {
  for (const key of keys) if (groupOf(key) === input) yield key;
}

/** Bytes beside a slice that are not worth copying it. */
const slack = 512;

/** The bytes themselves, or a copy where they are a slice of something larger that would be kept alive uncounted. */
function owned(bytes: Uint8Array): Uint8Array {
  return bytes.buffer.byteLength - bytes.byteLength > slack ? Uint8Array.prototype.slice.call(bytes) : bytes;
}

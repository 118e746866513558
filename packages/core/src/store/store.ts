/** A value, or a promise of it: memory answers at once. */
export type MaybePromise<T> = T | Promise<T>;

/** How full a store is, where it knows. */
export interface StoreUsage {
  readonly entries: number | undefined;
  readonly bytes: number | undefined;
  /** The bound on `bytes`. */
  readonly maxBytes: number | undefined;
}

/** The right of one process to make an entry while others wait for it. */
export interface StoreLock {
  /** Gives it up. Does no harm where it has lapsed and somebody else has it. */
  release(): MaybePromise<void>;
}

/**
 * Where bytes live. A store may forget anything at any time and need not verify what it returns: the frame around each
 * value does. It should throw where it fails; the engine survives that, and a store that hangs, within `deadline`.
 */
export interface Store {
  /** Names the store in statistics, events and Cache-Status. */
  readonly kind: string;
  /** Milliseconds after which a read counts as a miss, and ten times as many a write as failed. Default 250. */
  readonly deadline?: number;
  /** Whether what it holds outlives the process or is seen by others. Default true. */
  readonly shared?: boolean;
  get(key: string): MaybePromise<Uint8Array | undefined>;
  /** Keeps `bytes` (which the caller never changes afterwards), or declines silently where it is full. */
  set(key: string, bytes: Uint8Array): MaybePromise<void>;
  delete(key: string): MaybePromise<void>;
  /**
   * Notes that the entry `key` is made from `input`, so that `linked` finds it. Called before the entry is set, once for
   * each of its inputs, perhaps again and again. A store that finds entries by their keys alone needs none of this.
   *
   * @param input hash of an original's name; the same text stands between the first two colons of the keys of its own
   * entries.
   */
  link?(input: string, key: string): MaybePromise<void>;
  /**
   * The keys of all entries that were linked to `input`, or that name it between any of their colons. May name some that
   * are gone by now. A store that lacks this or `keys` has no index: a takedown is then refused, because it could not be
   * complete.
   */
  linked?(input: string): MaybePromise<readonly string[]>;
  /** The keys of all entries, in no order; what is set or deleted meanwhile may be among them or not. */
  keys?(): Iterable<string> | AsyncIterable<string>;
  /**
   * Takes the lock of a key, so that of several processes one makes its entry and the others wait for that. Undefined
   * where somebody else holds it. It may lapse or be lost at any time: nothing but saved work depends on it. That of a
   * process that died lapses by itself, within seconds.
   */
  lock?(key: string): MaybePromise<StoreLock | undefined>;
  usage?(): StoreUsage;
  /** Called when a first endpoint begins to use it, again after it was closed. */
  open?(): void;
  /** Stops timers and background work; the content stays. */
  close?(): Promise<void>;
}

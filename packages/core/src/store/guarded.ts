import { isUint8Array } from 'node:util/types';
import { type Clock, systemClock } from '../clock.ts';
import { publish, type StoreEvent, warnOnce } from '../events.ts';
import { createBreaker } from './breaker.ts';
import { createPendingWrites } from './pending-writes.ts';
import type { MaybePromise, Store, StoreUsage } from './store.ts';

/** Options of {@link guarded}. */
export interface GuardOptions {
  /** @default the machine's clock */
  readonly clock?: Clock;
  /**
   * Bytes of writes that the store has not settled yet; beyond them writes are declined.
   * @default 67108864 (64 MiB)
   */
  readonly maxPendingBytes?: number;
}

/** What a guarded store has seen since it was created. */
export interface StoreStats extends StoreUsage {
  readonly kind: string;
  readonly hits: number;
  /** Reads that gave nothing, failed and skipped ones included. */
  readonly misses: number;
  /** Operations that threw, rejected, came too late or answered nonsense. */
  readonly failures: number;
  /** Writes that were not even tried: too many bytes pending, or the store being skipped. */
  readonly declined: number;
  /** Whether the store is being skipped because it failed repeatedly. */
  readonly open: boolean;
}

/** A store that cannot hurt: every call settles within the deadline, and none rejects. */
export interface GuardedStore {
  readonly kind: string;
  readonly shared: boolean;
  /** The bytes, or undefined where there are none, or the store failed or took too long. */
  get(key: string): Promise<Uint8Array | undefined>;
  /** Whether the store said in time that it took the bytes. */
  set(key: string, bytes: Uint8Array): Promise<boolean>;
  /** Whether the store said in time that the key is gone. */
  delete(key: string): Promise<boolean>;
  stats(): StoreStats;
  /** Resolves when no write is under way any more, or closing must wait no longer. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

type Operation = StoreEvent['operation'];

/** How a call ended; `failed` has been counted and published. */
type Outcome<T> = { readonly state: 'done'; readonly value: T } | { readonly state: 'failed' | 'skipped' };

/** Milliseconds that a store may take to close. */
const closing = 5000;

const failing = 'fails again and again. Images are served without it; the channel tintype:store tells each failure.';

const skipped = { state: 'skipped' } as const;
const failed = { state: 'failed' } as const;

/** Puts a deadline, a circuit breaker and a bound on pending writes around a store, and counts what happens. */
export function guarded(store: Store, options: GuardOptions = {}): GuardedStore {
  const { clock = systemClock, maxPendingBytes = 64 * 1024 * 1024 } = options;
  const { kind, deadline = 250 } = store;
  // Reads have one of their own: writes that work say nothing of reads that hang.
  const breakers = { get: createBreaker(clock), other: createBreaker(clock) };
  const breakerOf = (operation: Operation) => (operation === 'get' ? breakers.get : breakers.other);
  // Nobody waits for a write: one that is slow while the disk is busy is no failure yet.
  const patienceFor = (operation: Operation) => (operation === 'set' ? deadline * 10 : deadline);
  const counts = { hits: 0, misses: 0, failures: 0, declined: 0 };
  const writes = createPendingWrites(maxPendingBytes);

  const fail = (operation: Operation, error: unknown): typeof failed => {
    counts.failures++;
    publish('tintype:store', { store: kind, operation, error });
    return failed;
  };

  const attempt = async <T>(
    operation: Operation,
    call: () => MaybePromise<T>,
    isValid: (value: unknown) => boolean = () => true,
  ): Promise<Outcome<T>> => {
    const breaker = breakerOf(operation);
    const verdict = breaker.enter();
    if (verdict === undefined) return skipped;
    try {
      const value = await within(patienceFor(operation), call);
      if (!isValid(value)) throw new TypeError(`The ${kind} store answered with something other than bytes`);
      verdict(true);
      return { state: 'done', value };
    } catch (error) {
      verdict(false);
      if (breaker.isOpen()) warnOnce('TINTYPE_STORE_FAILS', `The ${kind} store ${failing}`, String(error));
      return fail(operation, error);
    }
  };

  return {
    kind,
    shared: store.shared ?? true,
    async get(key) {
      const outcome = await attempt('get', () => store.get(key), isBytesOrNothing);
      const bytes = outcome.state === 'done' ? (outcome.value ?? undefined) : undefined;
      counts[bytes === undefined ? 'misses' : 'hits']++;
      return bytes;
    },
    async set(key, bytes) {
      // Held until the store itself settles, not until the deadline: until then it holds the bytes.
      const settle = writes.begin(bytes.byteLength);
      const { state } =
        settle === undefined ? skipped : await attempt('set', () => settling(() => store.set(key, bytes), settle));
      if (state === 'skipped') {
        settle?.();
        counts.declined++;
      }
      return state === 'done';
    },
    async delete(key) {
      return (await attempt('delete', () => store.delete(key))).state === 'done';
    },
    stats() {
      return { kind, ...usageOf(store), ...counts, open: breakers.get.isOpen() || breakers.other.isOpen() };
    },
    async settled() {
      await within(closing, () => writes.settled()).catch((error: unknown) => fail('other', error));
    },
    async close() {
      try {
        await within(closing, () => store.close?.());
      } catch (error) {
        fail('other', error);
      }
    },
  };
}

/** Settles as the call does, or rejects when its time is up; what comes later is ignored. */
async function within<T>(ms: number, call: () => MaybePromise<T>): Promise<T> {
  const result = call();
  if (!isThenable(result)) return result;
  return new Promise((resolve, reject) => {
    // Not unref'd: a request waits for this.
    const timer = setTimeout(() => reject(new Error(`No answer within ${ms} ms`)), ms);
    Promise.resolve(result)
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}

/** Runs `settled` once the call has thrown, answered or rejected, however late. */
function settling<T>(call: () => MaybePromise<T>, settled: () => void): MaybePromise<T> {
  let result: MaybePromise<T>;
  try {
    result = call();
  } catch (error) {
    settled();
    throw error;
  }
  if (isThenable(result)) return Promise.resolve(result).finally(settled);
  settled();
  return result;
}

function isThenable<T>(value: MaybePromise<T>): value is Promise<T> {
  return typeof (value as { then?: unknown } | undefined)?.then === 'function';
}

function isBytesOrNothing(value: unknown): boolean {
  // Null is how stores written in plain JavaScript say undefined.
  return value === undefined || value === null || isUint8Array(value);
}

function usageOf(store: Store): StoreUsage {
  const unknown: StoreUsage = { entries: undefined, bytes: undefined, maxBytes: undefined };
  try {
    return store.usage?.() ?? unknown;
  } catch {
    return unknown;
  }
}

import { type Clock, systemClock } from '../clock.ts';
import { publish, type StoreEvent } from '../events.ts';
import { createAttempts, type Outcome } from './attempts.ts';
import { createLocking, type TakeLock } from './locking.ts';
import { createPendingWrites } from './pending-writes.ts';
import type { MaybePromise, Store, StoreUsage } from './store.ts';
import { createStoreIndex, isBytesOrNothing, isIndexed, type StoreIndex } from './store-index.ts';
import { isThenable, within } from './within.ts';

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
  /** Whether the store is being skipped, because it failed repeatedly or owes an answer. */
  readonly open: boolean;
}

/** A store that cannot hurt: every call settles within the deadline, and none rejects, but those of its index. */
export interface GuardedStore {
  readonly kind: string;
  readonly shared: boolean;
  /** What takedowns work with; undefined where the store cannot say which entries it has. */
  readonly index: StoreIndex | undefined;
  /** The bytes, or undefined where there are none, or the store failed or took too long. */
  get(key: string): Promise<Uint8Array | undefined>;
  /**
   * Whether the store said in time that it took the bytes.
   *
   * @param inputs what the entry is made from. A store with an index is told first, and where it does not say in time
   * that it has noted all of them it is not given the bytes: a takedown would miss them.
   * @param onLate called where the store did not settle in time, once it has: the bytes may be there now.
   */
  set(key: string, bytes: Uint8Array, inputs?: readonly string[], onLate?: () => void): Promise<boolean>;
  /** Whether the store said in time that the key is gone. */
  delete(key: string): Promise<boolean>;
  readonly lock: TakeLock;
  stats(): StoreStats;
  /** Resolves when no write is under way any more, or closing must wait no longer. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

type State = Outcome<unknown>['state'];

/** Milliseconds that a store may take to close. */
const closing = 5000;

/** Puts a deadline, a circuit breaker and a bound on pending writes around a store, and counts what happens. */
export function guarded(store: Store, options: GuardOptions = {}): GuardedStore {
  const { clock = systemClock, maxPendingBytes = 64 * 1024 * 1024 } = options;
  const { kind, deadline = 250 } = store;
  const counts = { hits: 0, misses: 0, failures: 0, declined: 0 };
  const writes = createPendingWrites(maxPendingBytes);
  const fail = (operation: StoreEvent['operation'], error: unknown): void => {
    counts.failures++;
    publish('tintype:store', { store: kind, operation, error });
  };
  const { attempt, isOpen } = createAttempts({ kind, deadline, clock, onFailure: fail });

  const link = async (key: string, inputs: readonly string[]): Promise<State> => {
    if (store.link === undefined || !isIndexed(store) || inputs.length === 0) return 'done';
    const linking = () => Promise.all(inputs.map(async (input) => store.link?.(input, key)));
    return (await attempt('set', linking)).state;
  };

  const write = async (
    key: string,
    bytes: Uint8Array,
    inputs: readonly string[],
    onLate: () => void,
  ): Promise<State> => {
    // Held until the store itself settles, not until the deadline: until then it holds the bytes.
    const settle = writes.begin(bytes.byteLength);
    if (settle === undefined) return 'skipped';
    const linked = await link(key, inputs);
    if (linked !== 'done') {
      settle();
      return linked;
    }
    let isLate = false;
    const land = (): void => {
      settle();
      if (isLate) onLate();
    };
    const { state } = await attempt('set', () => settling(() => store.set(key, bytes), land));
    isLate = true;
    if (state === 'skipped') settle();
    return state;
  };

  return {
    kind,
    shared: store.shared ?? true,
    index: isIndexed(store) ? createStoreIndex(store, fail) : undefined,
    async get(key) {
      const outcome = await attempt('get', () => store.get(key), isBytesOrNothing);
      const bytes = outcome.state === 'done' ? (outcome.value ?? undefined) : undefined;
      counts[bytes === undefined ? 'misses' : 'hits']++;
      return bytes;
    },
    async set(key, bytes, inputs = [], onLate = () => undefined) {
      const state = await write(key, bytes, inputs, onLate);
      if (state === 'skipped') counts.declined++;
      return state === 'done';
    },
    async delete(key) {
      return (await attempt('delete', () => store.delete(key))).state === 'done';
    },
    lock: createLocking(store, attempt, (error) => fail('other', error)),
    stats() {
      return { kind, ...usageOf(store), ...counts, open: isOpen() };
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

function usageOf(store: Store): StoreUsage {
  const unknown: StoreUsage = { entries: undefined, bytes: undefined, maxBytes: undefined };
  try {
    return store.usage?.() ?? unknown;
  } catch {
    return unknown;
  }
}

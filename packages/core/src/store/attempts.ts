import type { Clock } from '../clock.ts';
import { type StoreEvent, warnOnce } from '../events.ts';
import { createBreaker, type Verdict } from './breaker.ts';
import { createOverdue } from './overdue.ts';
import type { MaybePromise } from './store.ts';
import { within } from './within.ts';

type Operation = StoreEvent['operation'];

/** How a call ended: with a value, with a failure that has been reported, or not even begun. */
export type Outcome<T> = { readonly state: 'done'; readonly value: T } | { readonly state: 'failed' | 'skipped' };

/** Calls to one store that settle within its deadline and never reject. */
export interface Attempts {
  /** Makes a call, unless its kind is being skipped. What is not valid counts as a failure. */
  attempt<T>(
    operation: Operation,
    call: () => MaybePromise<T>,
    isValid?: (value: unknown) => boolean,
  ): Promise<Outcome<T>>;
  /** Whether any kind of call is being skipped. */
  isOpen(): boolean;
}

/** What attempts are made of. */
export interface AttemptsOptions {
  readonly kind: string;
  /** Milliseconds for a call; a write has ten times as many. */
  readonly deadline: number;
  readonly clock: Clock;
  readonly onFailure: (operation: Operation, error: unknown) => void;
}

const failing = 'fails again and again. Images are served without it; the channel tintype:store tells each failure.';

const skipped = { state: 'skipped' } as const;
const failed = { state: 'failed' } as const;

/** Creates the attempts on one store. */
export function createAttempts({ kind, deadline, clock, onFailure }: AttemptsOptions): Attempts {
  // Reads have one of their own: writes that work say nothing of reads that hang.
  const breakers = { get: createBreaker(clock), other: createBreaker(clock) };
  const overdue = createOverdue(clock);
  // Nobody waits for a write: one that is slow while the disk is busy is no failure yet.
  const patienceFor = (operation: Operation) => (operation === 'set' ? deadline * 10 : deadline);
  const isWaitedFor = (operation: Operation) => operation === 'get' || operation === 'other';
  const breakerOf = (operation: Operation) => breakers[operation === 'get' ? 'get' : 'other'];

  const enter = (operation: Operation): Verdict | undefined => {
    // A request reads several times: it waits for a store that hangs only once.
    if (isWaitedFor(operation) && overdue.any()) return undefined;
    return breakerOf(operation).enter();
  };

  const answer = <T>(operation: Operation, call: () => MaybePromise<T>): Promise<T> =>
    isWaitedFor(operation)
      ? within(deadline, () => overdue.watch(call, deadline))
      : within(patienceFor(operation), call);

  return {
    async attempt(operation, call, isValid = () => true) {
      const verdict = enter(operation);
      if (verdict === undefined) return skipped;
      try {
        const value = await answer(operation, call);
        if (!isValid(value)) throw new TypeError(`The ${kind} store answered with something other than bytes`);
        verdict(true);
        return { state: 'done', value };
      } catch (error) {
        verdict(false);
        if (breakerOf(operation).isOpen())
          warnOnce('TINTYPE_STORE_FAILS', `The ${kind} store ${failing}`, String(error));
        onFailure(operation, error);
        return failed;
      }
    },
    isOpen: () => overdue.any() || breakers.get.isOpen() || breakers.other.isOpen(),
  };
}

import { randomUUID } from 'node:crypto';
import { publish, warnOnce, within } from '@tintype/core/internal';
import type { Connection } from '../connection.ts';
import { createArrival } from './arrival.ts';
import { answerTime, type Caller } from './caller.ts';
import { type JournalKeys, scriptKeys } from './keys.ts';
import type { Lease } from './lease.ts';
import type { Replica } from './replica.ts';
import { parseRenewal } from './reply.ts';
import { createRounds } from './rounds.ts';
import { renewScript } from './scripts/renew.ts';

/** Keeps a replica and its lease up with the journal. */
export interface Follower {
  /** This process, for those who run a script. */
  caller(): Caller;
  /** What the last renewal failed with; undefined where it did not. */
  readonly failure: { readonly error: unknown } | undefined;
  /** When what Redis has not answered yet was asked, by `performance.now()`; undefined where it owes no answer. */
  readonly askedAt: number | undefined;
  /** Whether members may be missing that the journal had lately, because it may be another server's by now. */
  readonly isUnsettled: boolean;
  /** Renews, and again and again from then on. Resolves when a renewal has ended that began after the call. */
  renew(): Promise<void>;
  /** Ends it; the lease is not renewed any more. */
  stop(): void;
}

/** What a follower is made of. */
export interface FollowerParts {
  readonly connection: Connection;
  readonly keys: JournalKeys;
  readonly replica: Replica;
  readonly lease: Lease;
  readonly member: Pick<Caller, 'node' | 'lease'>;
}

/** How many purges are read at once. */
const pageSize = 1000;
/** Milliseconds between two attempts at most while they fail. */
const longestPause = 500;

/** Creates a follower that has not begun. */
export function createFollower(parts: FollowerParts): Follower {
  const { connection, keys, replica, lease, member } = parts;
  let failure: Follower['failure'];
  let askedAt: number | undefined;
  let longestLease = member.lease;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  const caller = (): Caller => ({
    ...replica.knowledge,
    ...member,
    longestLease,
    arrives: arrival.isDue,
    nonce: randomUUID(),
  });

  const ask = async (): Promise<void> => {
    const asked = lease.now();
    const args = [JSON.stringify(caller()), String(pageSize)];
    arrival.begin();
    const reply = await within(answerTime, () => connection.script(renewScript, scriptKeys(keys), args));
    const renewal = parseRenewal(reply);
    longestLease = Math.max(longestLease, renewal.longestLease);
    // What is read of the new one so far says nothing of the purges in the rest.
    if (renewal.epoch !== replica.epoch) lease.revoke();
    const { isNews, isComplete } = replica.take(renewal);
    if (isComplete) lease.grant(asked);
    // Acknowledges what came, and reads on.
    if (isNews || !isComplete) soon();
  };

  const renewal = async (): Promise<void> => {
    if (isStopped) return;
    clearTimeout(timer);
    askedAt = performance.now();
    try {
      await ask();
      failure = undefined;
    } catch (error) {
      failure = { error };
      arrival.doubt();
      if (!isStopped) report(error);
    }
    askedAt = undefined;
    if (!isStopped) timer = setTimeout(soon, pauseOf(member.lease, failure !== undefined)).unref();
  };

  const rounds = createRounds(renewal);
  const soon = (): void => void rounds.take();

  const arrival = createArrival(connection, () => 3 * longestLease, soon);

  return {
    caller,
    get failure() {
      return failure;
    },
    get askedAt() {
      return askedAt;
    },
    get isUnsettled() {
      return arrival.isUnsettled;
    },
    renew: rounds.take,
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

function pauseOf(lease: number, hasFailed: boolean): number {
  return hasFailed ? Math.min(lease / 3, longestPause) : lease / 3;
}

function report(error: unknown): void {
  warnOnce(
    'TINTYPE_REDIS_JOURNAL',
    'The journal of purges in Redis does not answer: until it does, this process learns of no purges. The channel ' +
      'tintype:store tells each failure.',
    String(error),
  );
  publish('tintype:store', { store: 'journal', operation: 'get', error });
}

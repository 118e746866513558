import { randomBytes } from 'node:crypto';
import type { Journal, JournalView } from '@tintype/core';
import { within } from '@tintype/core/internal';
import type { Connect, Connection } from '../connection.ts';
import type { RedisSettings } from '../options.ts';
import { createAcknowledgements } from './acknowledgements.ts';
import { createAppender } from './appender.ts';
import { createBarrier } from './barrier.ts';
import { answerTime } from './caller.ts';
import { createFollower, type Follower } from './follower.ts';
import { journalKeys, memberKeys } from './keys.ts';
import { createLease, type Lease } from './lease.ts';
import { listen } from './listener.ts';
import { createNotes } from './notes.ts';
import { createReplica, type Replica } from './replica.ts';
import { leaveScript } from './scripts/members.ts';

/** What a journal needs to know of the settings; times are in milliseconds. */
export type RedisJournalSettings = Pick<
  RedisSettings,
  'prefix' | 'lease' | 'deadline' | 'maxRecords' | 'onPartition' | 'hints' | 'clock'
>;

/**
 * Creates a journal in Redis, which any number of processes may share.
 *
 * Each process keeps a replica of it and a lease on that: for so long after it has asked Redis it serves by it, and asks
 * again in time. Whoever adds a purge waits until all who may hold a lease have acknowledged it, or their leases are
 * over. Connections are opened at the first use.
 */
export function createRedisJournal(connect: Connect, settings: RedisJournalSettings): Journal {
  const { prefix, maxRecords, deadline, clock } = settings;
  const keys = journalKeys(prefix);
  const node = randomBytes(8).toString('hex');
  const connection = connect();
  const replica = createReplica(maxRecords);
  const lease = createLease(settings.lease, clock);
  const follower = createFollower({ connection, keys, replica, lease, member: { node, lease: settings.lease } });
  const acknowledgements = createAcknowledgements();
  const barrier = createBarrier({ connection, keys, acknowledgements, node });
  const appender = createAppender({ connection, keys, replica, lease, follower, barrier, maxRecords });
  const view = createViews({ replica, lease, follower, deadline, onPartition: settings.onPartition });
  let subscriber: Connection | undefined;
  let isOpen = false;
  let closing: Promise<void> | undefined;

  const open = (): void => {
    if (closing !== undefined) throw new Error('The journal has been closed');
    if (isOpen) return;
    isOpen = true;
    follower.renew().catch(() => undefined);
    if (!settings.hints) return;
    subscriber = connect();
    listen(subscriber, { connection, keys, replica, follower, acknowledgements, node });
  };

  const leave = async (): Promise<void> => {
    follower.stop();
    // Who cannot say so is missed once.
    if (isOpen && follower.failure === undefined) {
      await within(answerTime, () => connection.script(leaveScript, memberKeys(keys), [node])).catch(() => undefined);
    }
    await Promise.all([connection.close(), subscriber?.close()]);
  };

  return {
    view() {
      open();
      return view();
    },
    async append(purge) {
      open();
      return appender.append(purge);
    },
    ...createNotes(connection, keys, clock),
    close() {
      closing ??= leave();
      return closing;
    },
  };
}

interface ViewParts {
  readonly replica: Replica;
  readonly lease: Lease;
  readonly follower: Follower;
  readonly deadline: number;
  readonly onPartition: RedisSettings['onPartition'];
}

/** How the journal is looked at: at once while the lease is held, and while nothing better can be had by waiting. */
function createViews({ replica, lease, follower, deadline, onPartition }: ViewParts): Journal['view'] {
  const untrusted = onPartition === 'stale' ? 'stale' : 'unknown';
  /** Whether somebody has waited for the lease in vain since it was held. */
  let isLate = false;

  const lastKnown = (): JournalView => {
    if (replica.epoch !== '') return replica.view(untrusted);
    throw new Error('The journal cannot be read', { cause: follower.failure?.error });
  };

  const renew = async (until: number): Promise<void> => {
    while (!lease.isHeld() && performance.now() < until) {
      await follower.renew();
      if (follower.failure !== undefined) return;
    }
  };

  /** A question that is overdue is not waited for once more: the store may be waited for, too. */
  const patience = (): number => {
    const { askedAt } = follower;
    return askedAt === undefined ? deadline : askedAt + deadline - performance.now();
  };

  const soon = async (milliseconds: number): Promise<JournalView> => {
    const until = performance.now() + milliseconds;
    await within(milliseconds, () => renew(until)).catch(() => undefined);
    isLate = !lease.isHeld();
    return isLate ? lastKnown() : replica.view('good');
  };

  return () => {
    if (lease.isHeld()) {
      isLate = false;
      return replica.view('good');
    }
    const rest = patience();
    return isLate || rest <= 0 || follower.failure !== undefined ? lastKnown() : soon(rest);
  };
}

import type { Purge } from '@tintype/core';
import { isPurge, within } from '@tintype/core/internal';
import type { Connection } from '../connection.ts';
import type { Barrier } from './barrier.ts';
import { answerTime } from './caller.ts';
import type { Follower } from './follower.ts';
import { type JournalKeys, scriptKeys } from './keys.ts';
import type { Lease } from './lease.ts';
import type { Replica } from './replica.ts';
import { type Appended, parseAppended, toTagField } from './reply.ts';
import { appendScript } from './scripts/append.ts';

/** Adds purges to the journal. */
export interface Appender {
  /** Resolves with the position once no process serves any more what is purged. */
  append(purge: Purge): Promise<number>;
}

/** What an appender is made of. */
export interface AppenderParts {
  readonly connection: Connection;
  readonly keys: JournalKeys;
  readonly replica: Replica;
  readonly lease: Lease;
  readonly follower: Follower;
  readonly barrier: Barrier;
  readonly maxRecords: number;
}

interface Waiting {
  readonly purge: Purge;
  readonly args: readonly [mode: string, targets: string, tagFields: string];
  readonly resolve: (position: number) => void;
  readonly reject: (error: unknown) => void;
}

/** Purges, and characters of their targets, that are added at once. */
const maxBatch = { purges: 500, length: 1024 * 1024 };

/** Creates an appender. What comes while purges are being added is added at once afterwards. */
export function createAppender(parts: AppenderParts): Appender {
  const { connection, keys, replica, lease, follower, barrier, maxRecords } = parts;
  // More than there can be targets, so that who reads the log anew seldom knows less than those who have read it all along.
  const maxEntries = maxRecords + Math.ceil(maxRecords / 8) + 32;
  const queue: Waiting[] = [];
  let isWorking = false;

  const add = async (batch: readonly Waiting[]): Promise<Appended> => {
    const args = [JSON.stringify(follower.caller()), String(maxEntries), ...batch.flatMap((each) => each.args)];
    return parseAppended(await within(answerTime, () => connection.script(appendScript, scriptKeys(keys), args)));
  };

  const mayMissMembers = (age: number, longestLease: number): boolean => age < 3 * longestLease || follower.isUnsettled;

  const settle = async (batch: readonly Waiting[], appended: Appended): Promise<void> => {
    const { age, positions, members, longestLease } = appended;
    const purges = batch.map(({ purge }) => purge);
    // Nothing is served any more by a view without them.
    const isRead = replica.takeOwn(appended, purges);
    if (!isRead) lease.revoke();
    const position = positions.at(-1) ?? 0;
    const awaited = { position, members, atLeast: mayMissMembers(age, longestLease) ? longestLease : 0 };
    const [isAcknowledged] = await Promise.all([barrier(awaited), isRead ? undefined : follower.renew()]);
    if (!isAcknowledged) await confirm();
    for (const [index, { resolve }] of batch.entries()) resolve(positions[index] ?? 0);
  };

  /**
   * Where nobody has said that he knows of a purge it may have been lost since, by a server that was cut off when it took
   * it: whoever looks at the journal now has it, or finds that it was lost, which ends the epoch for all.
   */
  const confirm = async (): Promise<void> => {
    await follower.renew();
    if (follower.failure !== undefined) throw follower.failure.error;
  };

  const addAll = async (batch: readonly Waiting[]): Promise<void> => {
    const fail = (cause: unknown): void => {
      for (const { reject } of batch) reject(new Error('The purge may not have been recorded', { cause }));
    };
    try {
      const appended = await add(batch);
      settle(batch, appended).catch(fail);
    } catch (error) {
      fail(error);
    }
  };

  const work = async (): Promise<void> => {
    isWorking = true;
    // The others of this run come along.
    await Promise.resolve();
    while (queue.length > 0) {
      await addAll(queue.splice(0, batchLength(queue)));
    }
    isWorking = false;
  };

  return {
    append: (purge) =>
      new Promise((resolve, reject) => {
        // One that nobody understands would end the epoch.
        if (!isPurge(purge)) throw new TypeError('Expected a purge');
        queue.push({ purge, args: toArguments(purge), resolve, reject });
        if (!isWorking) work().catch(reject);
      }),
  };
}

/** How many purges from the first are added at once. */
function batchLength(queue: readonly Waiting[]): number {
  let length = 0;
  const end = queue.slice(0, maxBatch.purges).findIndex(({ args }) => {
    length += args[1].length;
    return length > maxBatch.length;
  });
  return end === -1 ? maxBatch.purges : Math.max(1, end);
}

function toArguments({ mode, targets }: Purge): Waiting['args'] {
  const origins = targets.flatMap(({ kind, origin }) => (kind === 'tag' ? [toTagField(origin)] : []));
  return [mode, JSON.stringify(targets), [...new Set(origins)].join(' ')];
}

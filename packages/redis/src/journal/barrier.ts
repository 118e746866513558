import { within } from '@tintype/core/internal';
import type { Connection } from '../connection.ts';
import type { Acknowledgements } from './acknowledgements.ts';
import { answerTime } from './caller.ts';
import type { JournalKeys } from './keys.ts';
import { type Members, parseMembers } from './reply.ts';
import { forgetScript, membersScript } from './scripts/members.ts';
import { type Awaited, createWait } from './wait.ts';

/**
 * Resolves when nobody serves any more what a purge has purged: true where all have acknowledged it, false where the time
 * decided. Never rejects.
 */
export type Barrier = (awaited: Awaited) => Promise<boolean>;

/** What a barrier is made of. */
export interface BarrierParts {
  readonly connection: Connection;
  readonly keys: JournalKeys;
  readonly acknowledgements: Acknowledgements;
  /** The process itself, which it does not wait for. */
  readonly node: string;
}

/** Milliseconds until the members are looked at for the first time, and between two looks at most. */
const [shortestPause, longestPause] = [10, 150];

/** Members that are forgotten at once. */
const maxForgotten = 1000;

/**
 * Creates a barrier. It waits until each member has acknowledged the purge or the lease is over of those that have not:
 * they have not renewed it since, or were told of the purge when they did.
 */
export function createBarrier({ connection, keys, acknowledgements, node }: BarrierParts): Barrier {
  const look = async (): Promise<Members> =>
    parseMembers(await within(answerTime, () => connection.script(membersScript, [keys.members], [])));

  const forget = async ({ position, members: { epoch } }: Awaited, silent: readonly string[]): Promise<void> => {
    for (let from = 0; from < silent.length; from += maxForgotten) {
      const args = [epoch, String(position), ...silent.slice(from, from + maxForgotten)];
      await within(answerTime, () => connection.script(forgetScript, [keys.members], args));
    }
  };

  return async (awaited) => {
    const wait = createWait(awaited, node);
    const unlisten = acknowledgements.listen(wait.acknowledge);
    for (let pause = shortestPause; !wait.isOver(); pause = Math.min(2 * pause, longestPause)) {
      await wait.sleep(pause);
      if (wait.isOver() || wait.silent.length === 0) continue;
      // Without an answer the time decides alone.
      await wait.during(look().then(wait.compare, () => undefined));
    }
    unlisten();
    // Else they would be waited for at each purge.
    if (wait.silent.length > 0) forget(awaited, wait.silent).catch(() => undefined);
    return wait.silent.length === 0 && awaited.atLeast === 0;
  };
}

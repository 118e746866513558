import type { Clock } from '../clock.ts';
import { TintypeError } from '../errors.ts';
import type { Hand } from '../load/hand.ts';
import { OriginStatusError } from '../origin/status-error.ts';
import { type Asked, type AskWhen, unasked } from './asked.ts';
import { failureStatus, isFailure } from './failure.ts';
import type { JournalWatch } from './journal-watch.ts';
import type { ReadRequest, ReadResult } from './origin-reader.ts';
import { heldKey, isStandIn, type judge, type OriginRecord } from './record.ts';
import type { Refreshes } from './refreshes.ts';

/** Asks the origin, or gives what it said before where it fails and that is still allowed. */
export type AskOrStandIn = (request: ReadRequest, when: AskWhen, hand: Hand) => Promise<ReadResult | Asked>;

/** What that takes. */
export interface StandInOptions {
  readonly read: (request: ReadRequest, hand: Hand) => Promise<ReadResult>;
  readonly journal: JournalWatch;
  readonly clock: Clock;
  readonly judge: typeof judge;
  readonly refreshes: Refreshes;
}

/** What an origin came to: its answer, or its failure with a status that something stale may stand in for. */
interface Attempt {
  readonly result: ReadResult | undefined;
  readonly error: unknown;
  /** 0 where no answer came; undefined where the origin did not fail. */
  readonly failedWith: number | undefined;
}

/** Creates the way by which stale records stand in for an origin that fails (RFC 5861 §4). */
export function createStandIns({ read, journal, clock, judge, refreshes }: StandInOptions): AskOrStandIn {
  /** Looked at anew each time, because a purge may have come since. */
  const standIn = async ({ name, previous }: ReadRequest, when: AskWhen): Promise<OriginRecord | undefined> => {
    if (previous === undefined || when !== 'unlessUsable') return undefined;
    const verdict = judge(previous, name.id, await journal.view());
    return isStandIn(previous, verdict, clock.now()) ? previous : undefined;
  };

  const attempt = async (request: ReadRequest, hand: Hand): Promise<Attempt> => {
    try {
      const result = await read(request, hand);
      const { status } = result.record;
      return { result, error: undefined, failedWith: isFailure(status) ? status : undefined };
    } catch (error) {
      return { result: undefined, error, failedWith: failureStatus(error) };
    }
  };

  const failOver = async (request: ReadRequest, when: AskWhen, { failedWith }: Attempt): Promise<Asked | undefined> => {
    if (failedWith === undefined) return undefined;
    const record = await standIn(request, when);
    if (record === undefined) return undefined;
    refreshes.failed(heldKey(request.name, record));
    return { ...unasked(record, 'expired'), forward: 'stale', failedWith };
  };

  /** What may stand in for an origin that has failed a moment ago: nobody waits for it to fail once more. */
  const standInAtOnce = async (request: ReadRequest, when: AskWhen): Promise<OriginRecord | undefined> => {
    const { name, previous } = request;
    if (previous === undefined || !refreshes.hasJustFailed(heldKey(name, previous))) return undefined;
    return standIn(request, when);
  };

  return async (request, when, hand) => {
    const wasHeld = hand.isHeld();
    const before = await standInAtOnce(request, when);
    if (before !== undefined) return unasked(before, 'expired');
    const tried = await attempt(request, hand);
    if (when === 'behind' && tried.failedWith !== undefined) throw tried.error ?? failed(tried.failedWith);
    const instead = await failOver(request, when, tried);
    if (instead !== undefined && !wasHeld) hand.leave();
    return instead ?? tried.result ?? Promise.reject(tried.error);
  };
}

function failed(status: number): TintypeError {
  return new TintypeError('ORIGIN_FAILED', { cause: new OriginStatusError(status) });
}

import type { Clock } from '../clock.ts';
import { isFresh } from '../http/freshness.ts';
import type { JournalView, Reachable } from '../journal/journal.ts';
import type { Hand } from '../load/hand.ts';
import type { OriginalId } from '../origin/identity.ts';
import type { Asked, AskWhen } from './asked.ts';
import type { JournalWatch } from './journal-watch.ts';
import type { Permission } from './keeper.ts';
import type { OriginReader, ReadRequest, ReadResult } from './origin-reader.ts';
import { isStorable, type judge, type OriginRecord, reachableBy } from './record.ts';
import type { RecordShelf } from './record-shelf.ts';
import type { Refreshes } from './refreshes.ts';
import { createStandIns } from './stand-in.ts';

/** Asks the origin, and puts away what it says; or gives what it said before, where it fails and that is allowed. */
export type OriginAsker = (request: ReadRequest, when: AskWhen, hand: Hand) => Promise<Asked>;

/** A record that something is made from, and whose it is. */
export type Made = readonly [OriginalId, OriginRecord];

/** @param may whether it may be written still. */
export type KeepOriginal = (original: Reachable, contentHash: string, bytes: Uint8Array, may: Permission) => void;

/** What asking takes. */
export interface OriginAskerOptions {
  readonly read: OriginReader;
  readonly shelf: RecordShelf;
  readonly journal: JournalWatch;
  readonly clock: Clock;
  readonly judge: typeof judge;
  readonly permission: (made: readonly Made[]) => Permission;
  readonly refreshes: Refreshes;
  /** Keeps a copy of an original that the origin has just sent, where copies are kept. */
  readonly keepOriginal: KeepOriginal;
}

/** Creates the one way to ask an origin. */
export function createOriginAsker(options: OriginAskerOptions): OriginAsker {
  const { read, shelf, journal, clock, permission, keepOriginal } = options;

  /**
   * Reads an original. The tags of one of which nothing was known are known only then: where one of them was ever purged,
   * a cache on the way may have answered with what was there before, and the origin is asked past it.
   */
  const readPastCaches = async (request: ReadRequest, hand: Hand): Promise<ReadResult> => {
    const result = await readInHand(read, request, hand);
    if (request.previous !== undefined || request.suspicious) return result;
    const { hard, soft } = (await journal.view()).covering(request.name.id, result.record.tags);
    const newest = Math.max(hard, soft);
    // One that came since is the next reader's.
    if (newest === 0 || newest > request.position) return result;
    return readInHand(read, { ...request, suspicious: true }, hand);
  };

  /** Puts away what the origin said, and gives the record of it. */
  const settle = (answered: OriginRecord, body: Uint8Array | undefined, asked: ReadRequest, now: JournalView) => {
    const { name, previous } = asked;
    const tags = tagsToKeep(answered, asked, now);
    const record = { ...answered, tags, generation: generationOf(answered, asked, now) };
    const may = permission([[name.id, record]]);
    shelf.commit(name, record, previous, may);
    const isWorthKeeping = isStorable(record) && record.image !== undefined;
    if (body !== undefined && isWorthKeeping) keepOriginal(reachableBy(record, name.id), record.hash, body, may);
    return record;
  };

  const ask = createStandIns({ ...options, read: readPastCaches });

  return async (request, when, hand) => {
    const { name, previous, suspicious } = request;
    const fresh = suspicious ? undefined : unexpired(previous, clock.now());
    const forward = forwardReason(previous, shelf.holdsAnother(name));
    const result = await ask(request, when, hand);
    if ('outcome' in result) return result;
    const { record: answered, body } = result;
    const record = settle(answered, body, request, await journal.view());
    return { record, outcome: outcomeOf(record, result, fresh), forward, failedWith: undefined, body };
  };
}

/** RFC 9211 §2.2: why what is here does not answer. */
function forwardReason(previous: OriginRecord | undefined, hasAnother: boolean): Asked['forward'] {
  if (previous !== undefined) return 'stale';
  return hasAnother ? 'vary-miss' : 'uri-miss';
}

/** Reads in a place among those who do, and keeps it, with the room that the original takes, for as long as there is one. */
async function readInHand(read: OriginReader, request: ReadRequest, hand: Hand): Promise<ReadResult> {
  const { key } = request.name;
  const known = request.conditional ? undefined : request.previous;
  const wasHeld = hand.isHeld();
  let isOver = false;
  let result: ReadResult | undefined;
  /** A read that is late may ask when nobody waits for it any more. */
  const admit = async (bytes: number): Promise<void> => {
    if (isOver) throw new Error('room was asked for after the read was over');
    await hand.admit(key, bytes);
  };
  try {
    if (needsPlace(request)) await hand.enter();
    // Not every origin says how much it is about to read.
    if (known !== undefined) await admit(known.bytes);
    result = await read(request, admit);
    if (result.body !== undefined) hand.count(key, result.body);
    return result;
  } finally {
    isOver = true;
    if (result?.body === undefined && !wasHeld) hand.leave();
  }
}

/** A question that "not modified" can answer brings no bytes. */
function needsPlace({ conditional, previous, suspicious }: ReadRequest): boolean {
  return !conditional || previous === undefined || suspicious;
}

/**
 * The tags of a record, and those that it had before where it matters still: a purge by one of them that came while the
 * origin was asked was meant for this answer too, and an absence, which seldom says any, is reached by what was there.
 */
function tagsToKeep({ status, tags }: OriginRecord, { name, previous, position }: ReadRequest, view: JournalView) {
  const { hard, soft } = view.covering(name.id, previous?.tags ?? []);
  const isOvertaken = Math.max(hard, soft) > position;
  return status === 200 && !isOvertaken ? tags : [...new Set([...tags, ...(previous?.tags ?? [])])];
}

/**
 * The newest purge that wanted everything made anew, as far as it is remembered: of those forgotten, each may have been
 * for this original, unless its record is younger and so knows.
 */
function generationOf(record: OriginRecord, { name, previous }: ReadRequest, view: JournalView): number {
  const known = previous?.epoch === view.epoch ? previous.position : 0;
  const forgotten = known >= view.renewalFloor ? 0 : view.renewalFloor;
  const tags = [...(previous?.tags ?? []), ...record.tags];
  return Math.max(previous?.generation ?? 0, view.covering(name.id, tags).renewal, forgotten);
}

function unexpired(record: OriginRecord | undefined, now: number): OriginRecord | undefined {
  return record !== undefined && isFresh(record.freshness, now) ? record : undefined;
}

/** A recheck that a folder asked for and that found nothing new is no revalidation: the record was fresh all along. */
function outcomeOf(record: OriginRecord, { isRenewal }: ReadResult, fresh: OriginRecord | undefined): Asked['outcome'] {
  if (record.status === 200 && record.hash === fresh?.hash) return 'fresh';
  return isRenewal ? 'renewed' : 'fetched';
}

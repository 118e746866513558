import type { Clock } from '../clock.ts';
import { isFresh, type TtlOptions } from '../http/freshness.ts';
import type { Journal, JournalView } from '../journal/journal.ts';
import type { OriginalId } from '../origin/identity.ts';
import type { GuardedStore } from '../store/guarded.ts';
import { createFlights } from './flights.ts';
import type { OriginReader, ReadRequest, ReadResult } from './origin-reader.ts';
import { isCurrent, isStorable, judge, type OriginRecord, type RecordName, recordFreshness } from './record.ts';
import { createRecordShelf } from './record-shelf.ts';

/** A record that may be used now, and how we came by it. */
export interface Lookup {
  readonly record: OriginRecord;
  /** `fresh`: without asking. `renewed`: the origin said 304. `fetched`: it sent an answer of its own. */
  readonly outcome: 'fresh' | 'renewed' | 'fetched';
  /** Whether a stale record stood there before. */
  readonly wasStale: boolean;
  /** The original, where the origin has just sent it. */
  readonly body: Uint8Array | undefined;
  /** Whether another request's question was waited for. */
  readonly collapsed: boolean;
  /** To be called by whoever asked, once the body is no longer needed. */
  readonly release: () => void;
}

/** What the origin last said of each original, held against the clock and the journal. */
export interface Records {
  /** A record that is good without asking anybody, from memory, at once. */
  peek(name: RecordName): Lookup | undefined;
  /** A record that is good: remembered, stored, or asked for. Throws what the origin reader throws. */
  lookup(name: RecordName): Promise<Lookup>;
  /** Asks for the original unconditionally, because its bytes are needed and nobody has them. */
  refetch(name: RecordName): Promise<Lookup>;
  /** Whether no purge has come since the record's origin read began. */
  isGood(id: OriginalId, record: OriginRecord): Promise<boolean>;
}

/** What records are made of. */
export interface RecordsOptions {
  readonly read: OriginReader;
  readonly store: GuardedStore | undefined;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly ttl: TtlOptions;
  /** Waits for the right to hold another original; gives the function that ends it. */
  readonly admit: () => Promise<() => void>;
}

const nothing = (): void => undefined;

/** Creates the origin records of one endpoint. */
export function createRecords({ read, store, journal, clock, ttl, admit }: RecordsOptions): Records {
  const shelf = createRecordShelf(store, (record) => recordFreshness(record, ttl));
  const flights = createFlights<Omit<Lookup, 'collapsed'>>();

  const isUsable = (record: OriginRecord, id: OriginalId, view: JournalView): boolean =>
    judge(record, id, view) === 'good' && isCurrent(record, clock.now());

  /** Reads with a place for the original, which whoever gets its bytes keeps. */
  const readInHand = async (request: ReadRequest): Promise<ReadResult & Pick<Lookup, 'release'>> => {
    const release = needsPlace(request) ? await admit() : nothing;
    let isHeld = false;
    try {
      const { record, body } = await read(request);
      isHeld = body !== undefined;
      return { record, body, release: isHeld ? release : nothing };
    } finally {
      if (!isHeld) release();
    }
  };

  /** Position and epoch are taken here, before the origin is asked: what is purged from now on is newer than the answer. */
  const ask = async (
    { id, version, key }: RecordName,
    view: JournalView,
    conditional: boolean,
  ): Promise<Omit<Lookup, 'collapsed'>> => {
    const { position, epoch } = view;
    const previous = shelf.remembered(key) ?? (await shelf.load(key, id));
    if (conditional && previous !== undefined && isUsable(previous, id, view)) {
      shelf.remember(key, previous);
      return { record: previous, outcome: 'fresh', wasStale: false, body: undefined, release: nothing };
    }
    const suspicious = previous === undefined ? newestPurge(view, id) > 0 : judge(previous, id, view) !== 'good';
    const fresh =
      !suspicious && previous !== undefined && isFresh(previous.freshness, clock.now()) ? previous : undefined;
    const request = { id, version, previous, conditional, suspicious, position, epoch };
    const { record, body, release } = await readInHand(request);
    shelf.commit(key, record, previous);
    return { record, outcome: outcomeOf(record, body, fresh), wasStale: previous !== undefined, body, release };
  };

  const collapse = async (name: RecordName, conditional: boolean): Promise<Lookup> => {
    const view = await journal.view();
    const flightKey = conditional ? name.key : `${name.key}:body`;
    const start = () => ask(name, view, conditional);
    const { result, joined } = flights.run(flightKey, start, view.position, newestPurge(view, name.id));
    const found = await result;
    // RFC 9111 §3, §5.2.2.5: what may not be stored may not be shared with those who waited either.
    if (joined && !isStorable(found.record)) {
      return { ...(await ask(name, await journal.view(), conditional)), collapsed: false };
    }
    return joined ? { ...found, collapsed: true, release: nothing } : { ...found, collapsed: false };
  };

  return {
    peek({ id, key }) {
      const record = shelf.remembered(key);
      if (record === undefined) return undefined;
      const view = journal.view();
      if ('then' in view) {
        // Asked again on the way that waits, and failed there if it must.
        view.catch(() => undefined);
        return undefined;
      }
      if (!isUsable(record, id, view)) return undefined;
      return { record, outcome: 'fresh', wasStale: false, body: undefined, collapsed: false, release: nothing };
    },
    lookup: (name) => collapse(name, true),
    refetch: (name) => collapse(name, false),
    isGood: async (id, record) => judge(record, id, await journal.view()) === 'good',
  };
}

/** A recheck that a folder asked for and that found nothing new is no revalidation: the record was fresh all along. */
function outcomeOf(
  record: OriginRecord,
  body: Uint8Array | undefined,
  fresh: OriginRecord | undefined,
): Lookup['outcome'] {
  if (record.status === 200 && record.hash === fresh?.hash) return 'fresh';
  return body === undefined && record.status === 200 ? 'renewed' : 'fetched';
}

/** A question that "not modified" can answer brings no bytes; who asks for bytes again has been admitted already. */
function needsPlace({ conditional, previous, suspicious }: ReadRequest): boolean {
  return conditional && (previous === undefined || suspicious);
}

/** Position of the newest purge that covers an original or, being forgotten, may have. */
function newestPurge(view: JournalView, id: OriginalId): number {
  return Math.max(view.covering(id), view.floor);
}

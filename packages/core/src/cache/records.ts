import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.ts';
import { warnOnce } from '../events.ts';
import type { TtlOptions } from '../http/freshness.ts';
import type { JournalView, Reachable } from '../journal/journal.ts';
import type { OriginalId } from '../origin/identity.ts';
import { createFlights, type Hand } from './flights.ts';
import type { JournalWatch } from './journal-watch.ts';
import type { Permission, Tiers } from './keeper.ts';
import type { OriginReader } from './origin-reader.ts';
import {
  createJudge,
  isKeepable,
  isStorable,
  isUsable,
  type OriginRecord,
  type RecordName,
  recordFreshness,
} from './record.ts';
import { type Asked, type AskWhen, createRecordAsker, type KeepOriginal, type Made } from './record-asker.ts';
import { createRecordShelf } from './record-shelf.ts';
import { type TagRule, tagsOf } from './tags.ts';

/** A record that may be used now, and how we came by it. */
export interface Lookup extends Asked {
  /** Whether another request's question was waited for. */
  readonly collapsed: boolean;
}

/** What the origin last said of each original, held against the clock and the journal. */
export interface Records {
  /** A record that is good without asking anybody, or stale by a soft purge, from memory, at once. */
  peek(name: RecordName): Lookup | undefined;
  /**
   * A record that is good, or stale by a soft purge: remembered, stored, or asked for.
   *
   * @throws what the origin reader throws.
   */
  lookup(name: RecordName, hand: Hand): Promise<Lookup>;
  /** A record that is good and not stale. */
  renew(name: RecordName, hand: Hand): Promise<Lookup>;
  /** Asks for the original unconditionally, because its bytes are needed and nobody has them. */
  refetch(name: RecordName, hand: Hand): Promise<Lookup>;
  /** The record as it stands, good or not. */
  known(name: RecordName): Promise<OriginRecord | undefined>;
  /** Whether no purge has come since the record's origin read began. */
  isGood(id: OriginalId, record: OriginRecord): Promise<boolean>;
  /** Whether what is made from these records may be written. */
  permission(made: readonly Made[]): Permission;
  /** The originals whose records are in memory, each as often as it has records there. */
  originals(): Iterable<Reachable>;
  /** Drops from memory what is reached, and gives the keys of that. */
  drop(isReached: (original: Reachable) => boolean): readonly string[];
  /** Resolves when nobody asks behind anybody's back any more. */
  settled(): Promise<void>;
}

/** What records are made of. */
export interface RecordsOptions {
  readonly read: OriginReader;
  readonly tiers: Tiers;
  readonly journal: JournalWatch;
  readonly clock: Clock;
  readonly ttl: TtlOptions;
  readonly tags: TagRule | undefined;
  readonly keepOriginal: KeepOriginal;
  /** Gives the hand of a question that no request waits for. */
  readonly newHand: () => Hand;
}

/** Creates the origin records of one endpoint. */
export function createRecords(options: RecordsOptions): Records {
  const { tiers, journal, clock, newHand } = options;
  const shelf = createRecordShelf(tiers, (record) => anew(record, options));
  const flights = createFlights<Asked>();
  const judge = createJudge();
  const refreshing = createRefreshes(clock);

  const permission = (made: readonly Made[]): Permission => permissionFor(made, journal);

  /** Asks the origin behind the back of those who are served what is stale. */
  const refresh = (name: RecordName): void => {
    const hand = newHand();
    refreshing.begin(name.key, () => collapse(name, 'unlessGood', hand).finally(hand.leave));
  };

  const ask = createRecordAsker({ ...options, shelf, judge, permission, refresh });

  const collapse = async (name: RecordName, when: AskWhen, hand: Hand): Promise<Lookup> => {
    const view = await journal.view();
    const start = () => ask(name, view, when, hand);
    const needed = Math.max(newestPurge(view, name.id), view.newestTagPurge(name.id.origin));
    const { result, joined } = flights.run(`${name.key}:${when}`, start, {
      hand,
      position: view.position,
      epoch: view.epoch,
      needed,
    });
    const found = await result;
    // RFC 9111 §3, §5.2.2.5: what may not be stored may not be shared with those who waited either.
    if (joined && !isStorable(found.record)) {
      return { ...(await ask(name, await journal.view(), when, hand)), collapsed: false };
    }
    return { ...found, collapsed: joined };
  };

  return {
    peek(name) {
      const record = shelf.remembered(name.key);
      if (record === undefined) return undefined;
      const view = journal.view();
      // An answer that must be waited for is waited for on the other way.
      if (view instanceof Promise) return undefined;
      const verdict = judge(record, name.id, view);
      if (!isUsable(record, verdict, clock.now())) return undefined;
      if (verdict === 'stale') refresh(name);
      return {
        record,
        outcome: verdict === 'good' ? 'fresh' : 'stale',
        wasStale: false,
        body: undefined,
        collapsed: false,
      };
    },
    lookup: (name, hand) => collapse(name, 'unlessUsable', hand),
    renew: (name, hand) => collapse(name, 'unlessGood', hand),
    refetch: (name, hand) => collapse(name, 'always', hand),
    known: async ({ id, key }) => shelf.remembered(key) ?? (await shelf.load(key, id)),
    isGood: async (id, record) => judge(record, id, await journal.view()) === 'good',
    permission,
    originals: shelf.originals,
    drop: shelf.drop,
    settled: refreshing.settled,
  };
}

function permissionFor(made: readonly Made[], journal: JournalWatch): Permission {
  const allows = (view: JournalView): boolean => made.every(([id, record]) => isKeepable(record, id, view));
  return {
    now: () => allows(journal.latest()),
    surely: () => {
      const view = journal.view();
      return view instanceof Promise ? view.then(allows) : allows(view);
    },
  };
}

/** What of a stored record follows from the options of the endpoint that reads it: another may have written it. */
function anew(record: OriginRecord, { ttl, tags }: RecordsOptions): Pick<OriginRecord, 'freshness' | 'tags'> {
  const { path, bytes, headers } = record;
  // The tags of both: a purge by either's must reach it.
  const own = tagsOf({ path, bytes, headers }, tags);
  return { freshness: recordFreshness(record, ttl), tags: [...new Set([...record.tags, ...own])] };
}

/** Position of the newest purge that covers an original or, being forgotten, may have. */
function newestPurge(view: JournalView, id: OriginalId): number {
  const { hard, soft } = view.covering(id, []);
  return Math.max(hard, soft, view.floor);
}

const unrefreshed =
  'An image could not be refreshed behind a soft purge: the old one is served until it can. It is tried again once a ' +
  'second, when somebody asks.';

/** Milliseconds after a refresh that failed before the next one. */
const rest = 1000;

interface Refreshes {
  begin(key: string, run: () => Promise<unknown>): void;
  settled(): Promise<void>;
}

/** One refresh at a time for each record, and none for a moment after one that failed. */
function createRefreshes(clock: Clock): Refreshes {
  const underWay = new Map<string, Promise<void>>();
  const failedAt = new LRUCache<string, number>({ max: 10_000 });

  const refresh = async (key: string, run: () => Promise<unknown>): Promise<void> => {
    try {
      await run();
      failedAt.delete(key);
    } catch (error) {
      // The stale answer stands.
      warnOnce('TINTYPE_REFRESH_FAILS', unrefreshed, String(error));
      failedAt.set(key, clock.now());
    } finally {
      underWay.delete(key);
    }
  };

  return {
    begin(key, run) {
      const since = clock.now() - (failedAt.get(key) ?? Number.NEGATIVE_INFINITY);
      if (underWay.has(key) || (since >= 0 && since < rest)) return;
      underWay.set(key, refresh(key, run));
    },
    async settled() {
      await Promise.all(underWay.values());
    },
  };
}

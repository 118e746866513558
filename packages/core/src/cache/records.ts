import type { Clock } from '../clock.ts';
import type { Freshness } from '../http/freshness.ts';
import { isPersonal, variedFields } from '../http/vary.ts';
import type { JournalView, Reachable } from '../journal/journal.ts';
import type { Hand } from '../load/hand.ts';
import type { OriginalId } from '../origin/identity.ts';
import { type Asked, type AskWhen, unasked } from './asked.ts';
import { createFlights } from './flights.ts';
import type { JournalWatch } from './journal-watch.ts';
import type { Permission, Tiers } from './keeper.ts';
import type { KeepOriginal, Made } from './origin-asker.ts';
import type { OriginReader } from './origin-reader.ts';
import {
  createJudge,
  type FreshnessPolicy,
  heldKey,
  isKeepable,
  isStorable,
  isToBeRead,
  type OriginRecord,
  questionKey,
  type RecordName,
  recordFreshness,
  seenAs,
  useOf,
} from './record.ts';
import { createRecordAsker } from './record-asker.ts';
import { createRecordShelf } from './record-shelf.ts';
import { createRefreshes } from './refreshes.ts';
import { type TagRule, tagsOf } from './tags.ts';
import { createTurns } from './turns.ts';

/** A record that may be used now, and how we came by it. */
export interface Lookup extends Asked {
  /** Whether another request's question was waited for. */
  readonly collapsed: boolean;
}

/** What the origin last said of each original, held against the clock and the journal. */
export interface Records {
  /**
   * A record that may be used without asking anybody first, from memory, at once.
   *
   * @param freshAlone leaves those for whom the origin would be asked behind.
   */
  peek(name: RecordName, freshAlone: boolean): Lookup | undefined;
  /**
   * A record that may be used: remembered, stored, asked for, or the one before where the origin fails.
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
export interface RecordsOptions extends FreshnessPolicy {
  readonly read: OriginReader;
  readonly tiers: Tiers;
  readonly journal: JournalWatch;
  readonly clock: Clock;
  readonly tags: TagRule | undefined;
  readonly keepOriginal: KeepOriginal;
  /** Fields of clients that the origin sees. */
  readonly forwards: readonly string[];
  /** Gives the hand of a question that no request waits for. */
  readonly newHand: () => Hand;
}

/** Creates the origin records of one endpoint. */
export function createRecords(options: RecordsOptions): Records {
  const { tiers, journal, clock, newHand } = options;
  const shelf = createRecordShelf(tiers, (record) => anew(record, options));
  const flights = createFlights<Asked>();
  const judge = createJudge();
  const refreshes = createRefreshes(clock);

  const permission = (made: readonly Made[]): Permission => permissionFor(made, journal);

  /** Asks the origin behind the back of those who are served what is stale. */
  const refresh = (name: RecordName, stale: OriginRecord): void => {
    const hand = newHand();
    refreshes.begin(heldKey(name, stale), () => collapse(name, 'behind', hand).finally(hand.leave));
  };

  const takeTurns = createTurns(tiers);
  const ask = createRecordAsker({ ...options, shelf, judge, permission, refresh, refreshes, takeTurns });

  const collapse = async (name: RecordName, when: AskWhen, hand: Hand): Promise<Lookup> => {
    const view = await journal.view();
    // RFC 9111 §3.5: what is asked for with somebody's credentials is asked for by everybody alone.
    if (isPersonal(name.fields)) return { ...(await ask(name, view, when, hand)), collapsed: false };
    const start = (own: Hand) => ask(name, view, when, own);
    const needed = Math.max(newestPurge(view, name.id), view.newestTagPurge(name.id.origin));
    const passage = flights.run(`${questionKey(name)}:${when}`, start, {
      hand,
      position: view.position,
      epoch: view.epoch,
      needed,
      isCutOff: view.trust === 'unknown',
    });
    const found = await passage.result;
    const { joined } = passage;
    // RFC 9111 §3, §5.2.2.5: what may not be stored may not be shared with those who waited either.
    if (joined && !isStorable(found.record)) {
      return { ...(await ask(name, await journal.view(), when, hand)), collapsed: false };
    }
    return { ...found, collapsed: joined };
  };

  return {
    peek(name, freshAlone) {
      const record = shelf.remembered(name);
      if (record === undefined) return undefined;
      const view = journal.view();
      // An answer that must be waited for is waited for on the other way.
      if (view instanceof Promise) return undefined;
      const use = useOf(record, judge(record, name.id, view), clock.now());
      if (use === undefined) return undefined;
      if (use === 'fresh') return freshLookup(record);
      if (freshAlone) return undefined;
      refresh(name, record);
      return { ...unasked(record, use), collapsed: false };
    },
    lookup: (name, hand) => collapse(name, 'unlessUsable', hand),
    renew: (name, hand) => collapse(name, 'unlessGood', hand),
    refetch: (name, hand) => collapse(name, 'always', hand),
    known: async (name) => shelf.remembered(name) ?? (await shelf.load(name)),
    isGood: async (id, record) => judge(record, id, await journal.view()) === 'good',
    permission,
    originals: shelf.originals,
    drop: shelf.drop,
    settled: refreshes.settled,
  };
}

/** Member by member, because every hit comes by here. */
function freshLookup(record: OriginRecord): Lookup {
  return {
    record,
    outcome: 'fresh',
    forward: undefined,
    failedWith: undefined,
    body: undefined,
    collapsed: false,
  };
}

function permissionFor(made: readonly Made[], journal: JournalWatch): Permission {
  const allows = (view: JournalView): boolean => made.every(([id, record]) => isKeepable(record, id, view));
  // Memory forgets what was taken down once this process can read the journal again; the store would not.
  const surelyAllows = (view: JournalView): boolean => view.trust === 'good' && allows(view);
  return {
    now: () => allows(journal.latest()),
    surely: () => {
      const view = journal.view();
      return view instanceof Promise ? view.then(surelyAllows) : surelyAllows(view);
    },
  };
}

type Anew = Pick<OriginRecord, 'freshness' | 'tags' | 'varies' | 'selecting' | 'image' | 'refusal' | 'explanation'>;

/** Of a record that must not be used before the origin has sent the content once more. */
const unusable: Partial<Freshness> = { lifetime: 0, staleWhileRevalidate: 0, staleIfError: 0 };

/** What of a stored record follows from the options of the endpoint that reads it: another may have written it. */
function anew(record: OriginRecord, options: RecordsOptions): Anew {
  const { path, bytes, headers, requestTime, freshness } = record;
  const exchange = { requestTime, responseTime: freshness.since };
  // The tags of both: a purge by either's must reach it.
  const own = tagsOf({ path, bytes, headers }, options.tags);
  // What the writer's origin did not see, nobody knows of it.
  const unseen = variedFields(headers).filter(
    (name) => options.forwards.includes(name) && !record.varies.includes(name),
  );
  const seen = seenAs(record, record.optional, options.accepts);
  const judged = recordFreshness({ ...record, ...seen }, exchange, options);
  return {
    varies: [...record.varies, ...unseen],
    selecting: [...record.selecting, ...unseen.map(() => undefined)],
    ...seen,
    freshness: isToBeRead(record, options.accepts) ? { ...judged, ...unusable } : judged,
    tags: [...new Set([...record.tags, ...own])],
  };
}

/** Position of the newest purge that covers an original or, being forgotten, may have. */
function newestPurge(view: JournalView, id: OriginalId): number {
  const { hard, soft } = view.covering(id, []);
  return Math.max(hard, soft, view.floor);
}

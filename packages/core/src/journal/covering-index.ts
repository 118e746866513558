import type { OriginalId } from '../origin/identity.ts';
import type { Coverage, JournalView, Purge, PurgeMode, PurgeTarget } from './journal.ts';
import { createRecencyList } from './recency-list.ts';
import { createTakedownList } from './takedown-list.ts';
import { createTargetMap, type TargetMap } from './target-map.ts';

/** One target, and the newest purges of it: all that need be remembered of any number of them. */
export interface CoveringEntry extends Coverage {
  readonly target: PurgeTarget;
}

/** What is remembered of the purges that are forgotten, and of all. */
export interface CoveringSummary {
  readonly floor: number;
  readonly renewalFloor: number;
  readonly newestTakedown: number;
  /** By origin. */
  readonly newestTagPurges: ReadonlyMap<string, number>;
}

/** A journal's content in the form that answers "which purges cover this?" at once. */
export interface CoveringIndex
  extends Pick<
    JournalView,
    'floor' | 'renewalFloor' | 'newestTakedown' | 'covering' | 'newestTagPurge' | 'takedownsSince'
  > {
  /** Adds a purge. `position` is larger than any before. */
  add(purge: Purge, position: number): void;
  /** Adds what another index remembered of a target. Before any purge, in the order of `remembered`. */
  restore(entry: CoveringEntry): void;
  /** Takes over what another index knew of the newest purge by tag of an origin. */
  restoreTagPurge(origin: string, position: number): void;
  /** The newest entries, at most so many, oldest first, and a summary as if there had never been room for more. */
  remembered(maxEntries: number): CoveringSummary & { readonly entries: readonly CoveringEntry[] };
}

type Floors = Pick<CoveringSummary, 'floor' | 'renewalFloor'>;

type Entry = { -readonly [Name in keyof CoveringEntry]: CoveringEntry[Name] };

const coverageOf: Readonly<Record<PurgeMode, readonly (keyof Coverage)[]>> = {
  soft: ['soft'],
  revalidate: ['hard'],
  force: ['hard', 'renewal'],
  takedown: ['hard', 'renewal', 'takedown'],
};

const nothing: Omit<CoveringSummary, 'newestTagPurges'> = { floor: 0, renewalFloor: 0, newestTakedown: 0 };

/**
 * Creates an index that remembers the newest purges of at most `maxRecords` targets; forgetting one raises the floor.
 *
 * @param beginning what was forgotten before it began.
 */
export function createCoveringIndex(
  maxRecords: number,
  beginning: Omit<CoveringSummary, 'newestTagPurges'> = nothing,
): CoveringIndex {
  let { floor, renewalFloor, newestTakedown } = beginning;
  const newestTagPurges = new Map<string, number>();
  const origins = new Map<string, TargetMap<Entry>>();
  const live = createRecencyList<Entry>();
  const takedowns = createTakedownList((entry) => live.has(entry as Entry));

  const targetsOf = (origin: string): TargetMap<Entry> => {
    const known = origins.get(origin) ?? createTargetMap<Entry>();
    origins.set(origin, known);
    return known;
  };

  const put = (entry: Entry): void => {
    live.renew(entry);
    const forgotten = live.size > maxRecords ? live.takeOldest() : undefined;
    if (forgotten === undefined) return;
    origins.get(forgotten.target.origin)?.delete(forgotten.target);
    ({ floor, renewalFloor } = raised({ floor, renewalFloor }, forgotten));
  };

  const raiseTagPurge = (origin: string, position: number): void => {
    newestTagPurges.set(origin, Math.max(position, newestTagPurges.get(origin) ?? 0));
  };

  const addTarget = (target: PurgeTarget, mode: PurgeMode, position: number): void => {
    const targets = targetsOf(target.origin);
    const entry = targets.get(target) ?? { target, hard: 0, soft: 0, renewal: 0, takedown: 0 };
    // A purge may name a target twice.
    const isNewTakedown = mode === 'takedown' && entry.takedown !== position;
    for (const field of coverageOf[mode]) entry[field] = position;
    targets.set(target, entry);
    put(entry);
    if (isNewTakedown) takedowns.add(entry);
    if (target.kind === 'tag') raiseTagPurge(target.origin, position);
  };

  return {
    get floor() {
      return floor;
    },
    get renewalFloor() {
      return renewalFloor;
    },
    get newestTakedown() {
      return newestTakedown;
    },
    add({ targets, mode }, position) {
      if (mode === 'takedown') newestTakedown = position;
      for (const target of targets) addTarget(target, mode, position);
    },
    restore(restored) {
      const entry = { ...restored };
      targetsOf(entry.target.origin).set(entry.target, entry);
      put(entry);
      if (entry.takedown > 0) takedowns.add(entry);
    },
    restoreTagPurge: raiseTagPurge,
    covering: (id, tags) => coverageIn(origins.get(id.origin), id, tags),
    newestTagPurge: (origin) => newestTagPurges.get(origin) ?? 0,
    takedownsSince: takedowns.since,
    remembered(maxEntries) {
      const entries = [...live.values()];
      const dropped = entries.splice(0, Math.max(0, entries.length - maxEntries));
      const floors = dropped.reduce(raised, { floor, renewalFloor });
      return { ...floors, newestTakedown, newestTagPurges: new Map(newestTagPurges), entries };
    },
  };
}

const uncovered: Coverage = { hard: 0, soft: 0, renewal: 0, takedown: 0 };

function coverageIn(targets: TargetMap<Entry> | undefined, id: OriginalId, tags: readonly string[]): Coverage {
  if (targets === undefined) return uncovered;
  let { hard, soft, renewal, takedown } = uncovered;
  targets.reaching(id, tags, (entry) => {
    hard = Math.max(hard, entry.hard);
    soft = Math.max(soft, entry.soft);
    renewal = Math.max(renewal, entry.renewal);
    takedown = Math.max(takedown, entry.takedown);
  });
  return { hard, soft, renewal, takedown };
}

/** The floors once an entry is forgotten. */
function raised({ floor, renewalFloor }: Floors, { hard, soft, renewal }: Coverage): Floors {
  return { floor: Math.max(floor, hard, soft), renewalFloor: Math.max(renewalFloor, renewal) };
}

import type { Keeping } from '../cache/derivatives.ts';
import { isStorable, type OriginRecord, type RecordName, reachableBy } from '../cache/record.ts';
import type { Lookup, Records } from '../cache/records.ts';
import type { Freshness } from '../http/freshness.ts';
import { strictestOf } from '../http/strictest.ts';
import type { Reachable } from '../journal/journal.ts';
import type { Hand } from '../load/hand.ts';
import type { OfEach } from './of-each.ts';

/** One of the originals that an answer is made from. */
export interface Source {
  readonly name: RecordName;
  readonly lookup: Lookup;
}

/** All of them: the picture's own, then what is laid over it. */
export type Sources = OfEach<Source>;

/** Whether nothing is laid over an original, because it is passed on as it is. */
export type IsAlone = (record: OriginRecord) => boolean;

/** How sources are peeked at. */
export interface PeekContext {
  readonly isAlone: IsAlone;
  /** Whether those are left out for whom the origin would be asked behind. */
  readonly freshAlone: boolean;
}

/** The sources from memory, at once; undefined where anybody must be asked about any of them. */
export function peekSources(
  records: Records,
  names: OfEach<RecordName>,
  { isAlone, freshAlone }: PeekContext,
): Sources | undefined {
  const [own] = names;
  const lookup = records.peek(own, freshAlone);
  if (lookup === undefined) return undefined;
  const sources: [Source, ...Source[]] = [{ name: own, lookup }];
  if (names.length === 1 || isAlone(lookup.record)) return sources;
  for (const name of names.slice(1)) {
    const laid = records.peek(name, freshAlone);
    if (laid === undefined) return undefined;
    sources.push({ name, lookup: laid });
  }
  return sources;
}

/** What a look-up goes by. */
export interface LookUpContext {
  /** What is known already, by record key. */
  readonly moved: ReadonlyMap<string, Source>;
  readonly hand: Hand;
  readonly isAlone: IsAlone;
}

/**
 * The sources, asking whoever must be asked: one after the other, because each may need the request's one place.
 */
export async function lookUpSources(
  records: Records,
  [own, ...overlays]: OfEach<RecordName>,
  { moved, hand, isAlone }: LookUpContext,
): Promise<Sources> {
  const find = async (name: RecordName): Promise<Source> =>
    moved.get(name.key) ?? { name, lookup: await records.lookup(name, hand) };
  const sources: [Source, ...Source[]] = [await find(own)];
  if (isAlone(sources[0].lookup.record)) return sources;
  for (const overlay of overlays) sources.push(await find(overlay));
  return sources;
}

/** The record of a source. */
export function recordOf({ lookup }: Source): OriginRecord {
  return lookup.record;
}

/** Whether what is made from them may be kept: not what is for nobody else, nor an error of the moment. */
export function isKept(sources: Sources): boolean {
  const { status, freshness } = sources[0].lookup.record;
  const isMomentary = status !== 200 && freshness.lifetime === 0;
  return !isMomentary && sources.every(({ lookup }) => isStorable(lookup.record));
}

/** Where what is made may be kept: what is there in the store too, an origin's error pages in memory alone. */
export function keepingOf(records: Records, sources: Sources): Keeping | undefined {
  if (!isKept(sources)) return undefined;
  const may = records.permission(sources.map(({ name, lookup }) => [name.id, lookup.record]));
  return { may, inMemoryAlone: sources[0].lookup.record.status !== 200 };
}

/** Whether any of them is served after a soft purge. */
export function isStale(sources: Sources): boolean {
  return sources.some(({ lookup }) => lookup.outcome === 'stale');
}

/** How long what is made from them may be used. */
export function freshnessOf(sources: Sources, now: number): Freshness {
  const [own, ...others] = sources;
  if (others.length === 0) return own.lookup.record.freshness;
  return strictestOf([own.lookup.record.freshness, ...others.map(({ lookup }) => lookup.record.freshness)], now);
}

/** Each of them as purges reach it. */
export function inputsOf(sources: Sources): readonly Reachable[] {
  return sources.map(({ name, lookup }) => reachableBy(lookup.record, name.id));
}

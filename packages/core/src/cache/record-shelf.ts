import type { Reachable } from '../journal/journal.ts';
import { isAbsent } from '../origin/answer-status.ts';
import type { OriginalId } from '../origin/identity.ts';
import { decodeFrame, encodeFrame } from '../store/frame.ts';
import { inputsOfKey } from './derivative.ts';
import type { Permission, Tiers } from './keeper.ts';
import { isSelected, isStorable, type OriginRecord, type RecordName, reachableBy, variantKey } from './record.ts';
import { createRecordMemory } from './record-memory.ts';

/** Where records lie: in memory, and below it in the store. Whether one is still good is not decided here. */
export interface RecordShelf {
  /** The record that a name selects, in memory. */
  remembered(name: RecordName): OriginRecord | undefined;
  /** Whether there is only one in memory for what other requests say in the fields that answers vary by. */
  holdsAnother(name: RecordName): boolean;
  /** Puts a record into memory wherever no newer one is, and gives the keys of that. */
  remember(name: RecordName, record: OriginRecord): readonly string[];
  load(name: RecordName): Promise<OriginRecord | undefined>;
  /** Puts a new record where `previous` stood, if it may be kept at all. */
  commit(name: RecordName, record: OriginRecord, previous: OriginRecord | undefined, may: Permission): void;
  /** The originals whose records are in memory, each as often as it has records there. */
  originals(): Iterable<Reachable>;
  /** Drops from memory what is reached, and gives the keys of that. */
  drop(isReached: (original: Reachable) => boolean): readonly string[];
}

/**
 * Creates an empty shelf over the records in `store`.
 *
 * @param judgeAnew gives what of a stored record follows from this endpoint's options: another may have written it.
 */
export function createRecordShelf(
  { store, keeper }: Tiers,
  judgeAnew: (record: OriginRecord) => Partial<OriginRecord>,
): RecordShelf {
  const memory = createRecordMemory();

  /** The newest record under a name tells by which fields answers vary; those of other requests lie beside it. */
  const remembered = (name: RecordName): OriginRecord | undefined => {
    const newest = memory.get(name.key);
    if (newest === undefined || isSelected(newest, name)) return newest;
    return memory.get(variantKey(name, newest.varies));
  };

  /** Each key by itself: what lies under the name alone may be of another request. */
  const remember = (name: RecordName, record: OriginRecord): readonly string[] =>
    keysOf(name, record).filter((key) => memory.put(key, record));

  /** What the origin no longer lets us keep must not be answered from what it let us keep before. */
  const forget = (name: RecordName, record: OriginRecord, previous: OriginRecord | undefined): void => {
    if (previous === undefined) return;
    for (const key of new Set([...keysOf(name, record), ...keysOf(name, previous)])) {
      if (memory.remove(key, record)) keeper.remove(key);
    }
  };

  const read = async (key: string, { path, origin }: OriginalId): Promise<OriginRecord | undefined> => {
    const bytes = await store?.get(key);
    if (bytes === undefined) return undefined;
    const record = decodeFrame(key, bytes)?.header as OriginRecord | undefined;
    const isOurs = record?.path === path && record.origin === origin && Array.isArray(record.varies);
    if (isOurs) return { ...record, ...judgeAnew(record) };
    void store?.delete(key);
    return undefined;
  };

  return {
    remembered,
    holdsAnother: (name) => memory.get(name.key) !== undefined && remembered(name) === undefined,
    remember,
    async load(name) {
      const newest = await read(name.key, name.id);
      if (newest === undefined || isSelected(newest, name)) return newest;
      const variant = await read(variantKey(name, newest.varies), name.id);
      return variant !== undefined && isSelected(variant, name) ? variant : undefined;
    },
    commit(name, record, previous, may) {
      if (!isStorable(record)) return forget(name, record, previous);
      if (!isWorthRemembering(record) || !may.now()) return;
      const taken = remember(name, record);
      if (store === undefined || !isWorthStoring(record, previous)) return;
      for (const key of taken) keeper.store(key, encodeFrame(key, record), may);
    },
    *originals() {
      for (const [key, record] of memory.entries()) yield originalOf(key, record);
    },
    drop: (isReached) => memory.drop((key, record) => isReached(originalOf(key, record))),
  };
}

/** Where a record lies: under its name, and where answers vary also under what the request says. */
function keysOf(name: RecordName, { varies }: OriginRecord): readonly string[] {
  return varies.length === 0 ? [name.key] : [name.key, variantKey(name, varies)];
}

/** An error that lives for no time must not take the place of what may stand in for it. */
function isWorthRemembering({ status, freshness }: OriginRecord): boolean {
  return status < 400 || isAbsent(status) || freshness.lifetime > 0;
}

function originalOf(key: string, record: OriginRecord): Reachable {
  return reachableBy(record, { hash: inputsOfKey(key)[0] ?? '' });
}

/** Seconds of lifetime below which a renewal is not worth a write. */
export const shortLifetime = 60;

/**
 * Whether a record is worth writing: what is not there is not, because made-up paths would fill the disk, nor is the
 * frequent "unchanged" of a folder or of `no-cache`.
 */
function isWorthStoring(record: OriginRecord, previous: OriginRecord | undefined): boolean {
  if (record.status !== 200) return false;
  return (
    previous === undefined ||
    (record.recheck === undefined && record.freshness.lifetime > shortLifetime) ||
    record.hash !== previous.hash ||
    record.generation !== previous.generation ||
    record.tags.join('\n') !== previous.tags.join('\n') ||
    record.position !== previous.position ||
    record.epoch !== previous.epoch ||
    record.freshness.lifetime !== previous.freshness.lifetime
  );
}

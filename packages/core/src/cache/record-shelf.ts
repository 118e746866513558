import { LRUCache } from 'lru-cache';
import type { Reachable } from '../journal/journal.ts';
import type { OriginalId } from '../origin/identity.ts';
import { decodeFrame, encodeFrame } from '../store/frame.ts';
import { inputsOfKey } from './derivative.ts';
import type { Permission, Tiers } from './keeper.ts';
import { isStorable, type OriginRecord, reachableBy } from './record.ts';

/** Where records lie: in memory, and below it in the store. Whether one is still good is not decided here. */
export interface RecordShelf {
  remembered(key: string): OriginRecord | undefined;
  /** Puts a record into memory, unless a newer one is there: then false. */
  remember(key: string, record: OriginRecord): boolean;
  load(key: string, id: OriginalId): Promise<OriginRecord | undefined>;
  /** Puts a new record where `previous` stood, if it may be kept at all. */
  commit(key: string, record: OriginRecord, previous: OriginRecord | undefined, may: Permission): void;
  /** The originals whose records are in memory, each as often as it has records there. */
  originals(): Iterable<Reachable>;
  /** Drops from memory what is reached, and gives the keys of that. */
  drop(isReached: (original: Reachable) => boolean): readonly string[];
}

const rememberedBytes = 32 * 1024 * 1024;
/** Absent originals have a memory of their own, so that a flood of made-up paths displaces nothing. */
const rememberedAbsent = 10_000;

/**
 * Creates an empty shelf over the records in `store`.
 *
 * @param judgeAnew gives what of a stored record follows from this endpoint's options: another may have written it.
 */
export function createRecordShelf(
  { store, keeper }: Tiers,
  judgeAnew: (record: OriginRecord) => Pick<OriginRecord, 'freshness' | 'tags'>,
): RecordShelf {
  const present = new LRUCache<string, OriginRecord>({
    maxSize: rememberedBytes,
    sizeCalculation: (record) => 512 + JSON.stringify(record).length * 2,
  });
  const absent = new LRUCache<string, OriginRecord>({ max: rememberedAbsent });

  const held = (): readonly [string, OriginRecord][] => [...present.entries(), ...absent.entries()];
  const remembered = (key: string): OriginRecord | undefined => present.get(key) ?? absent.get(key);

  const remember = (key: string, record: OriginRecord): boolean => {
    const known = remembered(key);
    if (known !== undefined && isNewer(known, record)) return false;
    const [here, there] = record.status === 200 ? [present, absent] : [absent, present];
    there.delete(key);
    here.set(key, record);
    return true;
  };

  /** What the origin no longer lets us keep must not be answered from what it let us keep before. */
  const forget = (key: string, record: OriginRecord): void => {
    const known = remembered(key);
    if (known !== undefined && isNewer(known, record)) return;
    present.delete(key);
    absent.delete(key);
    void store?.delete(key);
  };

  return {
    remembered,
    remember,
    async load(key, id) {
      const bytes = await store?.get(key);
      if (bytes === undefined) return undefined;
      const record = decodeFrame(key, bytes)?.header as OriginRecord | undefined;
      if (record?.path === id.path && record.origin === id.origin) return { ...record, ...judgeAnew(record) };
      void store?.delete(key);
      return undefined;
    },
    commit(key, record, previous, may) {
      if (!isStorable(record)) {
        if (previous !== undefined) forget(key, record);
        return;
      }
      // Absent originals are not stored: made-up paths would fill the disk.
      if (!may.now() || !remember(key, record)) return;
      if (store === undefined || record.status !== 200 || !isNews(record, previous)) return;
      keeper.store(key, encodeFrame(key, record), may);
    },
    *originals() {
      for (const [key, record] of held()) yield originalOf(key, record);
    },
    drop(isReached) {
      const dropped = held()
        .filter(([key, record]) => isReached(originalOf(key, record)))
        .map(([key]) => key);
      for (const key of dropped) {
        present.delete(key);
        absent.delete(key);
      }
      return dropped;
    },
  };
}

function originalOf(key: string, record: OriginRecord): Reachable {
  return reachableBy(record, { hash: inputsOfKey(key)[0] ?? '' });
}

/** Whether what is known came from a read that began after the record's: one that began earlier may end later. */
function isNewer(known: OriginRecord, record: OriginRecord): boolean {
  if (known.epoch !== record.epoch) return false;
  return known.position === record.position ? known.requestTime > record.requestTime : known.position > record.position;
}

/** Seconds of lifetime below which a renewal is not worth a write. */
const shortLifetime = 60;

/** Whether the stored record is worth writing again: the frequent "unchanged" of a folder or of `no-cache` is not. */
function isNews(record: OriginRecord, previous: OriginRecord | undefined): boolean {
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

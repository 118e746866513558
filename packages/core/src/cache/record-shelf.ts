import { LRUCache } from 'lru-cache';
import type { OriginalId } from '../origin/identity.ts';
import { decodeFrame, encodeFrame } from '../store/frame.ts';
import type { GuardedStore } from '../store/guarded.ts';
import { isStorable, type OriginRecord } from './record.ts';

/** Where records lie: in memory, and below it in the store. Whether one is still good is not decided here. */
export interface RecordShelf {
  remembered(key: string): OriginRecord | undefined;
  remember(key: string, record: OriginRecord): void;
  load(key: string, id: OriginalId): Promise<OriginRecord | undefined>;
  /** Puts a new record where `previous` stood, if it may be kept at all. */
  commit(key: string, record: OriginRecord, previous: OriginRecord | undefined): void;
}

const rememberedBytes = 32 * 1024 * 1024;
/** Absent originals have a memory of their own, so that a flood of made-up paths displaces nothing. */
const rememberedAbsent = 10_000;

/** Creates an empty shelf over the records in `store`. */
export function createRecordShelf(store: GuardedStore | undefined): RecordShelf {
  const present = new LRUCache<string, OriginRecord>({
    maxSize: rememberedBytes,
    sizeCalculation: (record) => 512 + JSON.stringify(record).length * 2,
  });
  const absent = new LRUCache<string, OriginRecord>({ max: rememberedAbsent });

  const remembered = (key: string): OriginRecord | undefined => present.get(key) ?? absent.get(key);

  const remember = (key: string, record: OriginRecord): void => {
    const known = remembered(key);
    // A read that began earlier may end later; what it says is older.
    if (known !== undefined && known.epoch === record.epoch && known.position > record.position) return;
    const [here, there] = record.status === 200 ? [present, absent] : [absent, present];
    there.delete(key);
    here.set(key, record);
  };

  return {
    remembered,
    remember,
    async load(key, id) {
      const bytes = await store?.get(key);
      if (bytes === undefined) return undefined;
      const record = decodeFrame(key, bytes)?.header as OriginRecord | undefined;
      if (record?.path === id.path) return record;
      await store?.delete(key);
      return undefined;
    },
    commit(key, record, previous) {
      if (!isStorable(record)) return;
      remember(key, record);
      // Absent originals are not stored: made-up paths would fill the disk.
      if (record.status !== 200 || !isNews(record, previous)) return;
      void store?.set(key, encodeFrame(key, record));
    },
  };
}

/** Whether the stored record is worth writing again: a folder's frequent "unchanged" is not. */
function isNews(record: OriginRecord, previous: OriginRecord | undefined): boolean {
  if (previous === undefined || record.recheck === undefined) return true;
  return (
    record.hash !== previous.hash ||
    record.generation !== previous.generation ||
    record.position !== previous.position ||
    record.epoch !== previous.epoch ||
    record.freshness.lifetime !== previous.freshness.lifetime
  );
}

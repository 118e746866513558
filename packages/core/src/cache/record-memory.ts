import { LRUCache } from 'lru-cache';
import type { OriginRecord } from './record.ts';

/** Records in memory by their keys: bounded, and never the older in place of the newer. */
export interface RecordMemory {
  get(key: string): OriginRecord | undefined;
  /** Puts a record there, unless a newer one is: then false. */
  put(key: string, record: OriginRecord): boolean;
  /** Takes away what is not newer than a record; false where something newer stays. */
  remove(key: string, record: OriginRecord): boolean;
  entries(): readonly (readonly [string, OriginRecord])[];
  /** Drops what is chosen, and gives the keys of that. */
  drop(isChosen: (key: string, record: OriginRecord) => boolean): readonly string[];
}

const presentBytes = 32 * 1024 * 1024;
/** What is not there has a memory of its own, so that a flood of made-up paths displaces nothing. */
const mostAbsent = 10_000;
const absentBytes = 16 * 1024 * 1024;

const sizeOf = (record: OriginRecord): number => 512 + JSON.stringify(record).length * 2;

/** Creates an empty memory. */
export function createRecordMemory(): RecordMemory {
  const present = new LRUCache<string, OriginRecord>({ maxSize: presentBytes, sizeCalculation: sizeOf });
  const absent = new LRUCache<string, OriginRecord>({ max: mostAbsent, maxSize: absentBytes, sizeCalculation: sizeOf });

  const get = (key: string): OriginRecord | undefined => present.get(key) ?? absent.get(key);
  const entries = (): readonly (readonly [string, OriginRecord])[] => [...present.entries(), ...absent.entries()];

  const forget = (key: string): void => {
    present.delete(key);
    absent.delete(key);
  };

  return {
    get,
    put(key, record) {
      const known = get(key);
      if (known !== undefined && isNewer(known, record)) return false;
      const [here, there] = record.status === 200 ? [present, absent] : [absent, present];
      there.delete(key);
      here.set(key, record);
      return true;
    },
    remove(key, record) {
      const known = get(key);
      if (known !== undefined && isNewer(known, record)) return false;
      forget(key);
      return true;
    },
    entries,
    drop(isChosen) {
      const chosen = entries().filter(([key, record]) => isChosen(key, record));
      const keys = chosen.map(([key]) => key);
      for (const key of keys) forget(key);
      return keys;
    },
  };
}

/** Milliseconds that no read takes: what was asked for so much later was asked before the clock was set back. */
const longestRead = 600_000;

/** Whether what is known came from a read that began after the record's: one that began earlier may end later. */
function isNewer(known: OriginRecord, record: OriginRecord): boolean {
  if (known.epoch !== record.epoch) return false;
  if (known.position !== record.position) return known.position > record.position;
  const ahead = known.requestTime - record.requestTime;
  return ahead > 0 && ahead < longestRead;
}

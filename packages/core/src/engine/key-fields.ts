import { type OriginRecord, reachableBy } from '../cache/record.ts';
import { keysOf, type SurrogateKeys, writeKeys } from '../purge/surrogate-keys.ts';
import type { Source, Sources } from './sources.ts';

/**
 * Writes the surrogate keys of an answer: of everything that it is made from.
 *
 * @param selection what is answered, so that its keys need not be written again while its records stay.
 */
export type WriteKeyFields = (sources: Sources, selection?: object) => Readonly<Record<string, string>>;

interface Written {
  readonly records: readonly OriginRecord[];
  readonly fields: Readonly<Record<string, string>>;
}

const none = {};

/** Creates what writes the fields that are configured, if any. */
export function createKeyWriter(option: SurrogateKeys | readonly SurrogateKeys[] = []): WriteKeyFields {
  const fields = [option].flat() as readonly SurrogateKeys[];
  if (fields.length === 0) return () => none;
  const keysOfRecord = rememberedKeys();
  const written = new WeakMap<object, Written>();

  const write = (sources: Sources): Readonly<Record<string, string>> => {
    const keys = sources.flatMap(keysOfRecord);
    const { origin } = sources[0].name.id;
    return Object.fromEntries(fields.map((field) => [field.header.toLowerCase(), writeKeys(keys, origin, field)]));
  };

  return (sources, selection) => {
    if (selection === undefined) return write(sources);
    const before = written.get(selection);
    if (before !== undefined && isOf(before, sources)) return before.fields;
    const now = { records: sources.map(({ lookup }) => lookup.record), fields: write(sources) };
    written.set(selection, now);
    return now.fields;
  };
}

/** Hashing costs more than all else here, and most of what is laid over pictures is the same. */
function rememberedKeys(): (source: Source) => readonly string[] {
  const known = new WeakMap<OriginRecord, readonly string[]>();
  return ({ name, lookup: { record } }) => {
    const before = known.get(record);
    if (before !== undefined) return before;
    const keys = keysOf(reachableBy(record, name.id));
    known.set(record, keys);
    return keys;
  };
}

function isOf({ records }: Written, sources: Sources): boolean {
  return records.length === sources.length && sources.every(({ lookup }, index) => lookup.record === records[index]);
}

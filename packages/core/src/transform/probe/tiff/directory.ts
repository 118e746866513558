import { type Entry, entriesFrom, entryBytes, type TiffView, valueAt, valueBytes } from '../ifd.ts';
import { broken } from '../refusals.ts';

/** Most entries of one directory: the decoder takes no more for a directory either. */
const mostEntries = 4096;
/** Most directories that one file may chain, whatever the limits say. */
const mostDirectories = 100_000;

/** What one directory of a TIFF says, which describes one page: whole numbers by their tags. */
export interface Directory {
  /** The one number of a tag; undefined where the tag is not there. @throws TintypeError `BROKEN_IMAGE` for other than one. */
  only(tag: number): number | undefined;
  /** How many values a tag has; undefined where it is not there. @throws TintypeError `BROKEN_IMAGE` where they are not in the file. */
  count(tag: number): number | undefined;
  /** The first so many numbers of a tag, or as many as it has. @throws TintypeError `BROKEN_IMAGE` as `count` does. */
  first(tag: number, most: number): readonly number[];
}

/**
 * Where the directories of a TIFF stand, one for each page, in the order of the file.
 *
 * @throws TintypeError `BROKEN_IMAGE` where one is cut short, the chain comes back to itself, or has over 100,000 links.
 */
export function directoriesOf(tiff: TiffView): readonly number[] {
  const { view, littleEndian } = tiff;
  const places = new Set<number>();
  for (let at = view.getUint32(4, littleEndian); at !== 0; at = view.getUint32(endOf(tiff, at), littleEndian)) {
    if (places.has(at)) throw broken('TIFF: the chain of directories comes back to itself');
    if (places.size === mostDirectories) throw broken('TIFF: too many directories');
    places.add(at);
  }
  if (places.size === 0) throw broken('TIFF: no directory');
  return [...places];
}

/** Where the entries of a directory end and the place of the next stands. */
function endOf(tiff: TiffView, directory: number): number {
  const end = directory + 2 + entriesOf(tiff, directory) * entryBytes;
  if (end + 4 > tiff.view.byteLength) throw broken(`TIFF: the directory at ${directory} is cut short`);
  return end;
}

function entriesOf({ view, littleEndian }: TiffView, directory: number): number {
  if (directory < 8 || directory + 2 > view.byteLength) throw broken(`TIFF: no directory at ${directory}`);
  const entries = view.getUint16(directory, littleEndian);
  if (entries === 0 || entries > mostEntries) throw broken(`TIFF: a directory of ${entries} entries`);
  return entries;
}

/**
 * Reads the entries of some tags; all others, which decoders may read or not, are passed over.
 *
 * @throws TintypeError `BROKEN_IMAGE` where one of these tags stands there twice: decoders differ in which they take.
 */
export function readDirectory(tiff: TiffView, directory: number, tags: ReadonlySet<number>): Directory {
  const entries = new Map<number, Entry>();
  for (const entry of entriesFrom(tiff, directory + 2, entriesOf(tiff, directory))) {
    if (!tags.has(entry.tag)) continue;
    if (entries.has(entry.tag)) throw broken(`TIFF: tag ${entry.tag} twice`);
    entries.set(entry.tag, entry);
  }
  const numbersOf = (tag: number, most: number): readonly number[] => {
    const entry = entries.get(tag);
    if (entry === undefined) return [];
    const { bytes, at } = valuesOf(tiff, entry);
    return Array.from(
      { length: Math.min(entry.count, most) },
      (_, index) => valueAt(tiff, entry, at + index * bytes) ?? 0,
    );
  };
  return {
    only(tag) {
      const entry = entries.get(tag);
      if (entry === undefined) return undefined;
      if (entry.count !== 1) throw broken(`TIFF: ${entry.count} values for tag ${tag}`);
      return numbersOf(tag, 1)[0];
    },
    count(tag) {
      const entry = entries.get(tag);
      if (entry === undefined) return undefined;
      valuesOf(tiff, entry);
      return entry.count;
    },
    first: numbersOf,
  };
}

/** Where the values of an entry stand: in itself where they fit into four bytes, else elsewhere in the file. */
function valuesOf({ view, littleEndian }: TiffView, entry: Entry): { readonly bytes: number; readonly at: number } {
  const bytes = valueBytes(entry);
  if (bytes === undefined) throw broken(`TIFF: tag ${entry.tag} holds no whole numbers`);
  const length = entry.count * bytes;
  const at = length <= 4 ? entry.at : view.getUint32(entry.at, littleEndian);
  if (entry.count === 0 || at + length > view.byteLength) throw broken(`TIFF: tag ${entry.tag} has its values nowhere`);
  return { bytes, at };
}

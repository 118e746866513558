/** Which entity tag of a derivative stands for which of the origin's, and the other way round, for each URL. */
export interface TagBook {
  /** Notes that a derivative with one tag was made from an answer with the other; both with their quotes. */
  note(url: string, derived: string, original: string): void;
  /** The origin's tag for a derivative's, or that one itself. */
  toOriginal(url: string, derived: string): string;
  /** An If-None-Match field with derivatives' tags for those of the origin's that are known. */
  toDerived(url: string, ifNoneMatch: string): string;
}

/** Creates an empty book. */
export function createTagBook(): TagBook {
  const originals = new Map<string, string>();
  const derived = new Map<string, string>();
  const key = (url: string, tag: string): string => `${url} ${opaque(tag)}`;
  return {
    note(url, derivedTag, originalTag) {
      originals.set(key(url, derivedTag), originalTag);
      derived.set(key(url, originalTag), derivedTag);
    },
    toOriginal: (url, tag) => originals.get(key(url, tag)) ?? tag,
    toDerived: (url, field) =>
      field
        .split(/(\s*,\s*)/)
        .map((member) => derived.get(key(url, member)) ?? member)
        .join(''),
  };
}

/** RFC 9110 §8.8.3.2: If-None-Match compares without regard to `W/`. */
const opaque = (tag: string): string => tag.trim().replace(/^W\//, '');

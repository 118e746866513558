import type { Origin, TintypeOptions } from '@tintype/core';

/** Originals that change, and what is known of their past. A version is a number; some versions are an absence. */
export interface Source {
  readonly origin: Origin;
  readonly paths: readonly [string, ...string[]];
  /** The rule that gives originals their tags, where the origin does not say them itself. */
  readonly tags?: NonNullable<TintypeOptions['tags']>;
  /** What each tag reaches. */
  readonly tagged: ReadonlyMap<string, readonly string[]>;
  /** Milliseconds from one change to the next, at most. */
  readonly changeMs: number;
  /** The version that is surely there: whoever reads from now on gets it or a newer one. */
  held(path: string): number;
  /** The newest version that is an absence and that anybody can have seen; -1 where there is none. */
  newestAbsence(path: string): number;
  /** Makes the next version. */
  change(path: string): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** The past of some originals. */
export interface History {
  held(path: string): number;
  newestAbsence(path: string): number;
  /** Begins a version; it may be seen from now on. */
  begin(path: string, isAbsence: boolean): number;
  /** From now on nothing older is read. */
  settle(path: string, version: number): void;
}

/** Begins the history of `paths`, each at version 1 and present. */
export function createHistory(paths: readonly string[]): History {
  const begun = new Map(paths.map((path) => [path, 1]));
  const settled = new Map(begun);
  const absences = new Map<string, number>();
  return {
    held: (path) => settled.get(path) ?? 0,
    newestAbsence: (path) => absences.get(path) ?? -1,
    begin(path, isAbsence) {
      const version = (begun.get(path) ?? 0) + 1;
      begun.set(path, version);
      if (isAbsence) absences.set(path, version);
      return version;
    },
    settle(path, version) {
      settled.set(path, version);
    },
  };
}

/** What each tag reaches, by the tags of each path. */
export function taggedBy(
  paths: readonly string[],
  tagsOf: (path: string) => readonly string[],
): ReadonlyMap<string, readonly string[]> {
  const tags = [...new Set(paths.flatMap(tagsOf))];
  return new Map(tags.map((tag) => [tag, paths.filter((path) => tagsOf(path).includes(tag))]));
}

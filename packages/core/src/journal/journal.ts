import type { OriginalId } from '../origin/identity.ts';
import type { MaybePromise, Store } from '../store/store.ts';

/**
 * What a purge does to what it reaches.
 *
 * - `revalidate`: the next use asks the origin; content that has not changed keeps its derivatives.
 * - `soft`: the same, but the old answer is served, marked as stale, until the origin has answered.
 * - `force`: as `revalidate`, and everything is rendered anew even where the content is the same.
 * - `takedown`: as `force`, and every stored byte is deleted.
 */
export type PurgeMode = 'revalidate' | 'soft' | 'force' | 'takedown';

/** All modes, mildest first. */
export const purgeModes: readonly PurgeMode[] = ['soft', 'revalidate', 'force', 'takedown'];

/** What a purge reaches. All of one origin: purges of one never touch another's. */
export type PurgeTarget =
  /** One original, in all its versions: `hash` is that of its {@link OriginalId}. */
  | { readonly kind: 'exact'; readonly origin: string; readonly hash: string }
  /** All originals whose canonical path begins with `prefix`, as a string. */
  | { readonly kind: 'prefix'; readonly origin: string; readonly prefix: string }
  /** All originals that carry a tag. */
  | { readonly kind: 'tag'; readonly origin: string; readonly tag: string }
  | { readonly kind: 'all'; readonly origin: string };

/** One purge: what the journal lists. */
export interface Purge {
  readonly targets: readonly PurgeTarget[];
  readonly mode: PurgeMode;
}

/** The newest purges that reach an original, by what they demand: journal positions, 0 where there is none. */
export interface Coverage {
  /** The newest that forbids any use before the origin has been asked: `revalidate`, `force` or `takedown`. */
  readonly hard: number;
  readonly soft: number;
  /** The newest after which derivatives are made anew: `force` or `takedown`. */
  readonly renewal: number;
  readonly takedown: number;
}

/**
 * What is true of a record against which a view knows nothing. `good`: the view holds all purges. Else its process is cut
 * off from the journal, and purges may be missing: `stale` lets the record be served, marked, while its origin is asked;
 * `unknown` wants the origin asked first. What the view does know is true in any case.
 */
export type Trust = 'good' | 'stale' | 'unknown';

/** A look at the journal: what has been purged so far. Valid until the current synchronous run ends. */
export interface JournalView {
  readonly trust: Trust;
  /** Changes when the journal was lost: records of another epoch prove nothing. */
  readonly epoch: string;
  /**
   * Position of the newest purge. Before the first: 0 in memory, and in a file the position at which the file began.
   * Positions of one epoch only ever grow, and those of a later epoch are larger: microseconds since 1970, or more.
   */
  readonly position: number;
  /**
   * Purges at or below this position may be forgotten: a record older than it proves nothing. 0 where none is, as in a
   * journal that is the first; one that was begun because another was lost may have forgotten all before it.
   */
  readonly floor: number;
  /** Position of the newest `force` or `takedown` among the forgotten; 0 where there is none. */
  readonly renewalFloor: number;
  /** Position of the newest takedown, of whatever origin and target, forgotten or not; 0 where there is none. */
  readonly newestTakedown: number;
  /** The newest purges that reach an original with these tags. */
  covering(id: OriginalId, tags: readonly string[]): Coverage;
  /** Position of the newest purge by tag: it may reach an original of the origin whose tags are not known yet. */
  newestTagPurge(origin: string): number;
  /** The targets of all remembered takedowns newer than `position`, oldest first. */
  takedownsSince(position: number): readonly PurgeTarget[];
}

/**
 * The ordered list of purges. An origin record carries the position at which its origin read began, and is good only
 * while no newer purge covers it, so that a read in flight during a purge can never be served as fresh.
 */
export interface Journal {
  /**
   * A view that holds every purge whose `append` has resolved anywhere, or says by its `trust` that it may not. At once
   * where it can.
   *
   * @throws where the journal cannot be read: then nothing is known, and nobody may trust a record.
   */
  view(): MaybePromise<JournalView>;
  /**
   * Adds a purge. Resolves once every process that shares the journal sees it.
   *
   * @returns its position.
   * @throws where the purge may not have been recorded.
   */
  append(purge: Purge): Promise<number>;
  /**
   * Keeps what is to be told of a purge (JSON, small), in place of what was kept under this id, for 24 hours, where all
   * processes that share the journal can read it.
   *
   * @param id letters and digits.
   */
  note(id: string, status: object): Promise<void>;
  /** What was noted last under an id; undefined where nothing was, or more than 24 hours ago. */
  noted(id: string): Promise<unknown>;
  /** Called when a first endpoint begins to use it, again after it was closed. */
  open?(): void;
  close(): Promise<void>;
}

/** A store that brings a journal, which all endpoints on it use unless told otherwise. */
export interface JournaledStore extends Store {
  readonly journal: Journal;
}

/** Whether a store brings a journal. */
export function isJournaled(store: Store): store is JournaledStore {
  return 'journal' in store && store.journal !== undefined;
}

/** An original as purges know it. */
export interface Reachable extends OriginalId {
  readonly tags: readonly string[];
}

/** Whether a purge of `target` reaches an original. */
export function reaches(target: PurgeTarget, { origin, path, hash, tags }: Reachable): boolean {
  if (target.origin !== origin) return false;
  if (target.kind === 'exact') return target.hash === hash;
  if (target.kind === 'prefix') return path.startsWith(target.prefix);
  return target.kind === 'all' || tags.includes(target.tag);
}

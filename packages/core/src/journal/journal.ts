import type { OriginalId } from '../origin/identity.ts';
import type { MaybePromise } from '../store/store.ts';

/** What a purge reaches. */
export type PurgeTarget =
  | { readonly kind: 'exact'; readonly id: OriginalId }
  /** Everything of one origin. */
  | { readonly kind: 'all'; readonly origin: string };

/** A look at the journal: what has been purged so far. */
export interface JournalView {
  /** Changes when the journal was lost: records of another epoch prove nothing. */
  readonly epoch: string;
  /** Position of the newest purge; 0 before the first. */
  readonly position: number;
  /** Purges at or below this position are forgotten: a record older than it proves nothing. */
  readonly floor: number;
  /** Position of the newest purge that reaches `id`; 0 where none does. */
  covering(id: OriginalId): number;
}

/**
 * The ordered list of purges. An origin record carries the position at which its origin read began, and is good only
 * while no newer purge covers it, so that a read in flight during a purge can never be served as fresh.
 */
export interface Journal {
  /** A view that holds every purge whose `append` has resolved anywhere. At once where it can. */
  view(): MaybePromise<JournalView>;
  /**
   * Adds a purge. Resolves once every process that shares the journal sees it.
   *
   * @returns its position.
   * @throws where the purge may not have been recorded.
   */
  append(targets: readonly PurgeTarget[]): Promise<number>;
  close(): Promise<void>;
}

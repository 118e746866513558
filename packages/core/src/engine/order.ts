import type { Keeping } from '../cache/derivatives.ts';
import type { Hand } from '../load/hand.ts';
import type { Selection } from './representation.ts';
import type { Source, Sources } from './sources.ts';
import type { UrlPlan } from './url-plans.ts';

/** What a derivative is made from, and how. */
export interface Order {
  readonly plan: UrlPlan;
  readonly sources: Sources;
  readonly selection: Selection;
  readonly hand: Hand;
  /** Where the original of a coded asset may be kept. */
  readonly kept: Keeping | undefined;
  /** Bytes of originals by content hash, which several orders have in common; undefined for one that is alone. */
  readonly shared?: Map<string, Uint8Array> | undefined;
}

/** Finds the bytes of an original. Rejects with a `ContentMoved` where its origin gives others by now. */
export type OriginalOf = (source: Source, order: Pick<Order, 'hand' | 'shared'>) => Promise<Uint8Array>;

import type { Counters } from '../counters.ts';
import type { Trust } from '../journal/journal.ts';
import type { StoreUsage } from '../store/store.ts';
import { processIntake, processRenderQueue, type QueueStats } from '../transform/queue.ts';
import type { Parts } from './parts.ts';

/** What has happened in an endpoint since it was created, and what it holds. */
export interface TintypeStats {
  /** Requests for us, answered with anything. */
  readonly requests: number;
  /** Answers from stored bytes, by layer, and 304s, which need none. */
  readonly hits: { readonly memory: number; readonly store: number; readonly notModified: number };
  /** Questions that the origin answered with "not modified". */
  readonly revalidations: number;
  /** Questions to the origin, revalidations included. */
  readonly originReads: number;
  readonly renders: number;
  /** Answers of status 400 and above. */
  readonly errors: number;
  /** What the layers hold; of the store also how it fares. */
  readonly stores: {
    readonly memory: StoreUsage;
    readonly store: ReturnType<NonNullable<Parts['store']>['stats']> | undefined;
  };
  /**
   * Whether this process sees all purges. `good`: it does. Else it is cut off from the journal: `unknown` asks the origin
   * before anything is served, `stale` serves what is there while the origin is asked.
   */
  readonly journal: { readonly trust: Trust };
  /** The render queue, which all endpoints of the process share. */
  readonly queue: QueueStats;
}

/** Takes stock. */
export function toStats(counters: Counters, { memory, store, watch }: Parts): TintypeStats {
  const { requests, hitsMemory, hitsStore, notModified, revalidations, originReads, renders, errors } = counters;
  return {
    requests,
    hits: { memory: hitsMemory, store: hitsStore, notModified },
    revalidations,
    originReads,
    renders,
    errors,
    stores: {
      memory: memory.usage?.() ?? { entries: undefined, bytes: undefined, maxBytes: undefined },
      store: store?.stats(),
    },
    journal: { trust: watch.trust() },
    queue: queueStats(),
  };
}

/** Waiting and refused also count those who wait for, or were refused, the place in which an original is read. */
function queueStats(): QueueStats {
  const [renders, intake] = [processRenderQueue().stats(), processIntake.stats()];
  return { ...renders, waiting: renders.waiting + intake.waiting, refused: renders.refused + intake.refused };
}

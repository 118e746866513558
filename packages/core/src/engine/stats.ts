import type { Counters } from '../counters.ts';
import type { Trust } from '../journal/journal.ts';
import { readStats } from '../load/hand.ts';
import { processInFlight } from '../load/in-flight.ts';
import { processRenderQueue, type QueueStats } from '../load/queue.ts';
import type { StoreUsage } from '../store/store.ts';
import { type IsolationStats, processRenderPool } from '../transform/isolation/render-pool.ts';
import type { Endpoint } from './endpoint.ts';
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
  /** Renders and reads of this endpoint, and those who wait for either. */
  readonly load: Load;
  /** The same of all endpoints of the process, and what is theirs together. */
  readonly queue: QueueStats;
  /** Bytes in memory for what is being made, in the whole process: originals, and what renders are thought to take. */
  readonly inFlight: { readonly originals: number; readonly renders: number };
  /** The render processes, which all endpoints with isolation share; undefined without. */
  readonly isolation: IsolationStats | undefined;
}

/** What an endpoint is busy with. */
export interface Load {
  /** Renders under way. */
  readonly running: number;
  /** Requests with a place among the reads: they ask the origin, or have in hand what it has sent until that is rendered. */
  readonly reading: number;
  readonly waiting: number;
  readonly refused: number;
}

/** Takes stock. */
export function toStats(
  counters: Counters,
  { memory, store, watch, reads }: Parts,
  { queueBounds, isIsolated }: Endpoint,
): TintypeStats {
  const [rendering, intake] = [processRenderQueue().statsOf(queueBounds), readStats(queueBounds)];
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
    load: {
      running: rendering.running,
      reading: reads.running,
      waiting: rendering.waiting + intake.waiting,
      refused: rendering.refused + intake.refused,
    },
    queue: queueStats(),
    inFlight: { originals: processInFlight.originals, renders: processInFlight.renders },
    isolation: isIsolated ? processRenderPool().stats() : undefined,
  };
}

/** Waiting and refused also count those who wait for, or were refused, room for an original. */
function queueStats(): QueueStats {
  const [renders, intake] = [processRenderQueue().stats(), readStats()];
  return { ...renders, waiting: renders.waiting + intake.waiting, refused: renders.refused + intake.refused };
}

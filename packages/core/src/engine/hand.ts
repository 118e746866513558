import type { Hand } from '../cache/flights.ts';
import { processInFlight } from '../transform/in-flight.ts';
import { createIntake, type Intake, type Original, type OwnBytes } from '../transform/intake.ts';
import { createLine, type Line, type LineStats, type QueueBounds } from '../transform/line.ts';
import { processRenderQueue } from '../transform/queue.ts';
import type { Endpoint } from './endpoint.ts';

/** Reads of one endpoint, and the bytes that they bring. */
export interface Reads {
  readonly bounds: QueueBounds;
  /** Reads at once: what an origin that never answers can take up. */
  readonly atOnce: number;
  readonly own: OwnBytes;
  running: number;
}

/** The one intake of the process, and the one line of those who wait for a place. */
const intake: Intake = createIntake(processInFlight);
const line: Line = createLine();

/** Creates the reads of an endpoint: no more at once than could be rendered then. */
export function createReads({ queueBounds: bounds, readsAtOnce }: Endpoint): Reads {
  const { concurrency } = processRenderQueue().stats();
  return {
    bounds,
    atOnce: Math.min(readsAtOnce, concurrency + bounds.queue),
    own: { held: 0, holders: new WeakMap() },
    running: 0,
  };
}

/**
 * What waits for a place among the reads, or for room in memory.
 *
 * @param bounds of one endpoint; undefined for all.
 */
export function readStats(bounds?: QueueBounds): LineStats {
  const [places, room] = [line.stats(bounds), intake.stats(bounds)];
  return { waiting: places.waiting + room.waiting, refused: places.refused + room.refused };
}

interface Holding {
  entering: Promise<void> | undefined;
  hasPlace: boolean;
  /** How often everything was given back: what is granted after is nobody's. */
  leaves: number;
  /** By the keys of their records. */
  readonly originals: Map<string, Original>;
}

/**
 * Creates the hand of one request. Whoever holds bytes waits for nothing: others wait for it.
 *
 * @param signal aborted when its client has gone.
 */
export function createHand(reads: Reads, signal?: AbortSignal): Hand {
  return handOf(reads, { entering: undefined, hasPlace: false, leaves: 0, originals: new Map() }, { signal });
}

function handOf(reads: Reads, holding: Holding, crew: Pick<Hand, 'signal'>): Hand {
  const { bounds, own } = reads;
  const isHeld = (): boolean => holding.originals.size > 0;
  const room = () => (reads.running < reads.atOnce ? 'free' : 'later');
  const take = (): void => {
    reads.running++;
    holding.hasPlace = true;
  };
  const leavePlace = (): void => {
    if (!holding.hasPlace) return;
    holding.hasPlace = false;
    reads.running--;
    line.advance();
  };
  const hold = (key: string, original: Original): void => {
    const before = holding.originals.get(key);
    if (before === original) return;
    holding.originals.set(key, original);
    intake.exchange(before, original, own);
  };
  const drop = (key: string): void => {
    const original = holding.originals.get(key);
    holding.originals.delete(key);
    intake.exchange(original, undefined, own);
  };
  return {
    get signal() {
      return crew.signal;
    },
    isHeld,
    async enter() {
      if (holding.hasPlace) return;
      if (isHeld()) return take();
      holding.entering ??= line.enter({ bounds, room, take, signal: crew.signal });
      try {
        await holding.entering;
      } finally {
        holding.entering = undefined;
      }
    },
    async admit(key, bytes) {
      if (isHeld()) return hold(key, bytes);
      const { leaves } = holding;
      await intake.admit(bytes, own, bounds, crew.signal);
      if (leaves !== holding.leaves) {
        intake.exchange(bytes, undefined, own);
        throw new Error('the room came after whoever waited for it had left');
      }
      holding.originals.set(key, bytes);
    },
    count: hold,
    drop,
    leave() {
      holding.leaves++;
      leavePlace();
      for (const key of [...holding.originals.keys()]) drop(key);
    },
    within: (others) => handOf(reads, holding, others),
  };
}

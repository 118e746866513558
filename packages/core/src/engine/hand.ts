import type { Hand } from '../cache/flights.ts';
import { processInFlight } from '../transform/in-flight.ts';
import { createIntake, type Intake, type OwnBytes } from '../transform/intake.ts';
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
  return { bounds, atOnce: Math.min(readsAtOnce, concurrency + bounds.queue), own: { held: 0 }, running: 0 };
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
  /** Bytes of each original, by the key of its record. */
  readonly bytes: Map<string, number>;
}

/**
 * Creates the hand of one request. Whoever holds bytes waits for nothing: others wait for it.
 *
 * @param signal aborted when its client has gone.
 */
export function createHand(reads: Reads, signal?: AbortSignal): Hand {
  return handOf(reads, { entering: undefined, hasPlace: false, leaves: 0, bytes: new Map() }, { signal });
}

function handOf(reads: Reads, holding: Holding, crew: Pick<Hand, 'signal'>): Hand {
  const { bounds, own } = reads;
  const isHeld = (): boolean => holding.bytes.size > 0;
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
  const drop = (key: string): void => {
    const bytes = holding.bytes.get(key);
    holding.bytes.delete(key);
    if (bytes !== undefined) intake.free(bytes, own);
  };
  const count = (key: string, bytes: number): void => {
    drop(key);
    intake.add(bytes, own);
    holding.bytes.set(key, bytes);
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
      if (isHeld()) return count(key, bytes);
      const { leaves } = holding;
      await intake.admit(bytes, own, bounds, crew.signal);
      if (leaves !== holding.leaves) {
        intake.free(bytes, own);
        throw new Error('the room came after whoever waited for it had left');
      }
      holding.bytes.set(key, bytes);
    },
    count,
    drop,
    leave() {
      holding.leaves++;
      leavePlace();
      for (const key of [...holding.bytes.keys()]) drop(key);
    },
    within: (others) => handOf(reads, holding, others),
  };
}

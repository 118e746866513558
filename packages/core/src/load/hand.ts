import { processInFlight } from './in-flight.ts';
import { createIntake, type Intake, type Original, type OwnBytes } from './intake.ts';
import { createLine, type Line, type LineStats, type QueueBounds } from './line.ts';
import { processRenderQueue } from './queue.ts';

/** What one request holds of what there is little of: a place among those who read, and room in memory for originals. */
export interface Hand {
  /** Whether it holds bytes, for whose room others may wait. */
  isHeld(): boolean;
  /** Waits for a place among those who ask the origin; whoever holds bytes has it at once. Throws `OVERLOADED`. */
  enter(): Promise<void>;
  /**
   * Waits for the room that an original takes, which is about to be read; whoever holds another has it at once.
   *
   * @param key of its record.
   * @throws TintypeError `OVERLOADED`.
   */
  admit(key: string, bytes: number): Promise<void>;
  /** Counts an original that is there: once, however many have it in hand. */
  count(key: string, original: Uint8Array): void;
  /** Gives the room of one original back. */
  drop(key: string): void;
  /** Gives everything back. */
  leave(): void;
  /** Aborted while nobody waits for the work: it goes on for as long as it need not wait for anything itself. */
  readonly signal: AbortSignal | undefined;
  /** The same hand at work for several, whose signal is `others`'. */
  within(others: Pick<Hand, 'signal'>): Hand;
}

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

/**
 * Creates the reads of an endpoint: no more at once than could be rendered then.
 *
 * @param most that it wants at once.
 */
export function createReads(bounds: QueueBounds, most: number): Reads {
  const { concurrency } = processRenderQueue().stats();
  return {
    bounds,
    atOnce: Math.min(most, concurrency + bounds.queue),
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

function handOf(reads: Reads, holding: Holding, others: Pick<Hand, 'signal'>): Hand {
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
      return others.signal;
    },
    isHeld,
    async enter() {
      if (holding.hasPlace) return;
      if (isHeld()) return take();
      holding.entering ??= line.enter({ bounds, room, take, signal: others.signal });
      try {
        await holding.entering;
      } finally {
        holding.entering = undefined;
      }
    },
    async admit(key, bytes) {
      if (isHeld()) return hold(key, bytes);
      const { leaves } = holding;
      await intake.admit(bytes, own, bounds, others.signal);
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
    within: (all) => handOf(reads, holding, all),
  };
}

import { TintypeError } from '../errors.ts';

/** How long a job may stand in a line, and what may be in flight for it to leave it. */
export interface QueueBounds {
  /** Jobs with these very bounds that may wait at once. */
  readonly queue: number;
  /** Seconds a job may wait. */
  readonly wait: number;
  /**
   * Bytes that may be in flight in the process, originals and renders together, when a job of these bounds begins. One
   * that is larger by itself begins when nothing else is there. Undefined for any number.
   */
  readonly bytes?: number | undefined;
}

/** What waits or was refused, of one endpoint or of all. */
export interface LineStats {
  readonly waiting: number;
  /** Refused since the process started. */
  readonly refused: number;
}

/** Whether there is room: `full` holds up all who come after, `later` only the one who asks. */
export type Room = 'free' | 'later' | 'full';

/** Who wants to get in. */
export interface Arrival {
  readonly bounds: QueueBounds;
  room(): Room;
  /** Takes what `room` found free. */
  take(): void;
  /** Gives up the place in the line when it is aborted. What is in, or need not wait, is not affected. */
  readonly signal?: AbortSignal | undefined;
}

/** A line in front of something that there is little of: first come, first served, and not without end. */
export interface Line {
  /**
   * Gets in at once, and gives undefined; or when it is the turn.
   * @throws TintypeError `OVERLOADED` where too many wait already, or the wait got too long; the reason of the signal.
   */
  enter(arrival: Arrival): Promise<void> | undefined;
  /**
   * Asks before work is put into what would not get in.
   * @throws TintypeError `OVERLOADED` where `enter` would now.
   */
  checkRoom(arrival: Pick<Arrival, 'bounds' | 'room'>): void;
  /** Lets in who fits: to be called whenever something was given back. */
  advance(): void;
  /** @param bounds of one endpoint; undefined for all. */
  stats(bounds?: QueueBounds): LineStats;
}

interface Waiting extends Arrival {
  start(): void;
}

/** Creates an empty line. */
export function createLine(): Line {
  const line = new Set<Waiting>();
  const refusals = new WeakMap<QueueBounds, number>();
  let refused = 0;

  const refuse = (bounds: QueueBounds): TintypeError => {
    refused++;
    refusals.set(bounds, (refusals.get(bounds) ?? 0) + 1);
    return new TintypeError('OVERLOADED', { headers: { 'retry-after': String(Math.max(1, Math.ceil(bounds.wait))) } });
  };

  const waitingOf = (bounds: QueueBounds): number => [...line].filter((waiting) => waiting.bounds === bounds).length;

  /** Each endpoint has its own bound on what waits, so that a busy one does not have an idle one refused. */
  const checkRoom = ({ bounds, room }: Pick<Arrival, 'bounds' | 'room'>): void => {
    if (!isFree({ bounds, room }) && waitingOf(bounds) >= bounds.queue) throw refuse(bounds);
  };

  /** Whoever waits already comes first, but for those who wait for something of their own. */
  const isFree = ({ bounds, room }: Pick<Arrival, 'bounds' | 'room'>): boolean =>
    room() === 'free' && [...line].every((waiting) => waiting.bounds !== bounds && waiting.room() === 'later');

  const advance = (): void => {
    for (const waiting of line) {
      const room = waiting.room();
      if (room === 'full') return;
      if (room === 'later') continue;
      line.delete(waiting);
      // Taken here and not when the promise is heard of, so that nobody slips in between.
      waiting.take();
      waiting.start();
    }
  };

  return {
    enter(arrival) {
      if (isFree(arrival)) {
        arrival.take();
        return undefined;
      }
      arrival.signal?.throwIfAborted();
      checkRoom(arrival);
      return waitIn(line, arrival, (why) => {
        // Who stood behind it may fit.
        advance();
        return why === 'late' ? refuse(arrival.bounds) : arrival.signal?.reason;
      });
    },
    checkRoom,
    advance,
    stats: (bounds) => ({
      waiting: bounds === undefined ? line.size : waitingOf(bounds),
      refused: bounds === undefined ? refused : (refusals.get(bounds) ?? 0),
    }),
  };
}

/** Stands in a line until somebody starts it, its time is up or nobody waits for it any more. */
function waitIn(line: Set<Waiting>, arrival: Arrival, giveUp: (why: 'late' | 'unwanted') => unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    const { bounds, signal } = arrival;
    const leave = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abandon);
      line.delete(waiting);
    };
    const abandon = (): void => {
      leave();
      reject(giveUp('unwanted'));
    };
    const late = (): void => {
      leave();
      reject(giveUp('late'));
    };
    const start = (): void => {
      leave();
      resolve();
    };
    const timer = setTimeout(late, bounds.wait * 1000);
    const waiting: Waiting = { ...arrival, start };
    signal?.addEventListener('abort', abandon, { once: true });
    line.add(waiting);
  });
}

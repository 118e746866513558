import { availableParallelism } from 'node:os';
import { createInFlight, type InFlight, processInFlight } from './in-flight.ts';
import { createLine, type LineStats, type QueueBounds, type Room } from './line.ts';

/** What the queue is doing now. */
export interface QueueStats extends LineStats {
  readonly running: number;
  /** Jobs that run at once. */
  readonly concurrency: number;
}

/** What a job takes, and until when it is wanted. */
export interface Demand {
  /** Bytes of memory it is thought to take. @default 0 */
  readonly bytes?: number;
  /** Aborted when nobody waits for it any more: it is not begun then. */
  readonly signal?: AbortSignal | undefined;
}

/** Runs a bounded number of jobs at once and lets a bounded number wait. */
export interface RenderQueue {
  /**
   * Runs `job` when a place is free; it is told how many milliseconds it waited.
   * @throws TintypeError `OVERLOADED` where too many wait already, or the wait got too long; the reason of the signal.
   */
  run<T>(job: (waited: number) => Promise<T>, bounds: QueueBounds, demand?: Demand): Promise<T>;
  /**
   * Asks before work is put into a job that would not get in.
   * @throws TintypeError `OVERLOADED` where `run` would now.
   */
  checkRoom(bounds: QueueBounds): void;
  stats(): QueueStats;
  /** Jobs of one endpoint. */
  statsOf(bounds: QueueBounds): Omit<QueueStats, 'concurrency'>;
}

/** Creates a queue that runs `concurrency` jobs at once. */
export function createRenderQueue(concurrency: number, inFlight: InFlight = createInFlight()): RenderQueue {
  const line = createLine();
  const runningOf = new WeakMap<QueueBounds, number>();
  let running = 0;
  inFlight.onFree(line.advance);

  /** A job that is alone always runs: so what is in flight comes to an end, however large it is. */
  const roomFor = ({ bytes: most = Number.POSITIVE_INFINITY }: QueueBounds, bytes: number): Room => {
    if (running === 0) return 'free';
    const isWithin = inFlight.originals + inFlight.renders + bytes <= most;
    return running < concurrency && isWithin ? 'free' : 'full';
  };

  const count = (bounds: QueueBounds, change: 1 | -1): void => {
    running += change;
    runningOf.set(bounds, (runningOf.get(bounds) ?? 0) + change);
  };

  return {
    async run(job, bounds, { bytes = 0, signal } = {}) {
      const arrived = performance.now();
      const turn = line.enter({
        bounds,
        signal,
        room: () => roomFor(bounds, bytes),
        take: () => {
          count(bounds, 1);
          inFlight.add('renders', bytes);
        },
      });
      if (turn !== undefined) await turn;
      try {
        return await job(performance.now() - arrived);
      } finally {
        count(bounds, -1);
        inFlight.free('renders', bytes);
      }
    },
    checkRoom: (bounds) => line.checkRoom({ bounds, room: () => roomFor(bounds, 0) }),
    stats: () => ({ running, concurrency, ...line.stats() }),
    statsOf: (bounds) => ({ running: runningOf.get(bounds) ?? 0, ...line.stats(bounds) }),
  };
}

let shared: RenderQueue | undefined;

/**
 * The one queue of the process. As many jobs as cores, and never all threads of libuv's pool: sharp's jobs, file reads
 * and DNS look-ups of the host application share it, so two threads stay free.
 */
export function processRenderQueue(): RenderQueue {
  // The pool's size can be learnt from this variable only: https://nodejs.org/api/cli.html#uv_threadpool_sizesize
  // biome-ignore lint/style/noProcessEnv: see above; nothing else of the environment is read.
  const poolSize = Number(process.env.UV_THREADPOOL_SIZE) || 4;
  shared ??= createRenderQueue(Math.max(1, Math.min(availableParallelism(), poolSize - 2)), processInFlight);
  return shared;
}

import { availableParallelism } from 'node:os';
import { TintypeError } from '../errors.ts';

/** How long a job may stand in the queue. */
export interface QueueBounds {
  /** Jobs with these very bounds that may wait at once. */
  readonly queue: number;
  /** Seconds a job may wait. */
  readonly wait: number;
}

/** What the queue is doing now. */
export interface QueueStats {
  readonly running: number;
  readonly waiting: number;
  /** Jobs that run at once. */
  readonly concurrency: number;
  /** Jobs refused since the process started. */
  readonly refused: number;
}

/** Runs a bounded number of jobs at once and lets a bounded number wait. */
export interface RenderQueue {
  /**
   * Runs `job` when a place is free; it is told how many milliseconds it waited.
   * @throws TintypeError `OVERLOADED` where too many wait already, or the wait got too long.
   */
  run<T>(job: (waited: number) => Promise<T>, bounds: QueueBounds): Promise<T>;
  /**
   * Takes a place, as `run` does, and gives the function that leaves it; to be called once.
   * @throws TintypeError `OVERLOADED`.
   */
  enter(bounds: QueueBounds): Promise<() => void>;
  /**
   * Asks before work is put into a job that would not get in.
   * @throws TintypeError `OVERLOADED` where `run` would now.
   */
  checkRoom(bounds: QueueBounds): void;
  stats(): QueueStats;
}

interface Waiting {
  readonly bounds: QueueBounds;
  start(): void;
}

/** Creates a queue that runs `concurrency` jobs at once. */
export function createRenderQueue(concurrency: number): RenderQueue {
  const line = new Set<Waiting>();
  let running = 0;
  let refused = 0;

  const refuse = (wait: number): TintypeError => {
    refused++;
    return new TintypeError('OVERLOADED', { headers: { 'retry-after': String(Math.max(1, Math.ceil(wait))) } });
  };

  /** Each endpoint has its own bound on what waits, so that a busy one does not have an idle one refused. */
  const isFull = (bounds: QueueBounds): boolean => {
    const own = [...line].filter((waiting) => waiting.bounds === bounds);
    return own.length >= bounds.queue;
  };

  const checkRoom = (bounds: QueueBounds): void => {
    if (running >= concurrency && isFull(bounds)) throw refuse(bounds.wait);
  };

  const place = (bounds: QueueBounds): Promise<void> | undefined => {
    const { wait } = bounds;
    if (running < concurrency) {
      running++;
      return undefined;
    }
    checkRoom(bounds);
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        bounds,
        start: () => {
          clearTimeout(timer);
          line.delete(waiting);
          resolve();
        },
      };
      const timer = setTimeout(() => {
        line.delete(waiting);
        reject(refuse(wait));
      }, wait * 1000);
      line.add(waiting);
    });
  };

  const leave = (): void => {
    const next = line.values().next().value;
    // The place is handed on, not freed, so that nobody slips in between.
    if (next === undefined) running--;
    else next.start();
  };

  const enter = async (bounds: QueueBounds): Promise<() => void> => {
    await place(bounds);
    return leave;
  };

  return {
    enter,
    async run(job, bounds) {
      const arrived = performance.now();
      const turn = place(bounds);
      if (turn !== undefined) await turn;
      try {
        return await job(performance.now() - arrived);
      } finally {
        leave();
      }
    },
    checkRoom,
    stats: () => ({ running, waiting: line.size, concurrency, refused }),
  };
}

/** Originals that may be in hand at once, each with up to `limits.bytes`. */
const originalsInHand = 16;

/**
 * The one intake of the process: an original is read when it has a place here, and keeps it until its render is done. So
 * what waits holds no bytes, and a flood of requests costs no more memory than a few.
 */
export const processIntake: RenderQueue = createRenderQueue(originalsInHand);

let shared: RenderQueue | undefined;

/**
 * The one queue of the process. As many jobs as cores, and never all threads of libuv's pool: sharp's jobs, file reads
 * and DNS look-ups of the host application share it, so two threads stay free.
 */
export function processRenderQueue(): RenderQueue {
  // The pool's size can be learnt from this variable only: https://nodejs.org/api/cli.html#uv_threadpool_sizesize
  // biome-ignore lint/style/noProcessEnv: see above; nothing else of the environment is read.
  const poolSize = Number(process.env.UV_THREADPOOL_SIZE) || 4;
  shared ??= createRenderQueue(Math.max(1, Math.min(availableParallelism(), poolSize - 2)));
  return shared;
}

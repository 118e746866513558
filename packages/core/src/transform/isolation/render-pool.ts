import { setTimeout as delay } from 'node:timers/promises';
import { TintypeError } from '../../errors.ts';
import type { Renderer, RenderJob } from '../renderer.ts';
import { childEntry } from './child-entry.ts';
import { checkMade } from './made.ts';
import { ChildDied, type Excess, notReady, type RenderChild, startChild } from './render-child.ts';
import { type ResidentOf, residentOf as residentHere, tellsResident } from './resident.ts';
import { createStartAllowance } from './start-allowance.ts';

/** What the render processes are doing. */
export interface IsolationStats {
  /** Processes there are now, and those of them that render. */
  readonly children: number;
  readonly busy: number;
  /** Processes started, those that were ended because a render took too long or too much, and those that died. */
  readonly started: number;
  readonly killed: Readonly<Record<Excess, number>>;
  readonly died: number;
}

/** Renders in processes of their own, which can be ended. */
export interface RenderPool extends Renderer {
  stats(): IsolationStats;
  /** Ends all processes; a job begun later starts one anew. */
  close(): Promise<void>;
}

/** What a pool is made of. */
export interface RenderPoolOptions {
  readonly entry: URL;
  /** Undefined where the children have to tell themselves. */
  readonly residentOf?: ResidentOf | undefined;
  /** Milliseconds that a process without work is kept. */
  readonly idleAfter?: number;
  /** Starts at once, and milliseconds between any two after that. */
  readonly starts?: readonly [atOnce: number, interval: number];
  /** Milliseconds that a render may wait until it may start a process, and again until that is ready. */
  readonly readyWithin?: number;
}

const defaultIdleAfter = 60_000;
const defaultStarts = [16, 500] as const;
const defaultReadyWithin = 10_000;

/** How many renders a process makes before it is replaced for what it has not given back. */
const jobsBeforeRecycling = 16;
const grownTo = 256 * 1024 * 1024;

/** Signals by which a process ends itself, over what it was decoding. */
const faults: readonly (NodeJS.Signals | undefined)[] = ['SIGSEGV', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGABRT', 'SIGTRAP'];

/** Creates a pool without processes: each is started when it is first needed. Whoever calls it bounds how many. */
export function createRenderPool({
  entry,
  residentOf = tellsResident ? residentHere : undefined,
  idleAfter = defaultIdleAfter,
  starts = defaultStarts,
  readyWithin = defaultReadyWithin,
}: RenderPoolOptions): RenderPool {
  const all = new Set<RenderChild>();
  /** Those without work, and the timer that ends each; who worked last works next. */
  const idle = new Map<RenderChild, NodeJS.Timeout>();
  const allowance = createStartAllowance(...starts);
  const killed = { time: 0, memory: 0 };
  let started = 0;
  let died = 0;
  let closed = 0;

  const drop = (child: RenderChild): void => {
    clearTimeout(idle.get(child));
    idle.delete(child);
    all.delete(child);
  };

  const start = async (): Promise<RenderChild> => {
    const wait = allowance.next(readyWithin);
    if (wait === undefined) throw notReady(readyWithin);
    if (wait > 0) await delay(wait);
    started++;
    const child = startChild({ entry, residentOf, onEnd: drop, onExcess: (excess) => killed[excess]++ });
    all.add(child);
    return child;
  };

  const take = async (): Promise<RenderChild> => {
    // One that is being ended stays here until it is gone.
    const child = [...idle.keys()].findLast(({ hasEnded }) => !hasEnded);
    if (child === undefined) return start();
    clearTimeout(idle.get(child));
    idle.delete(child);
    return child;
  };

  const giveBack = (child: RenderChild, job: RenderJob, round: number): void => {
    if (child.hasEnded) return;
    const hasGrown = child.jobs >= jobsBeforeRecycling && child.resident > grownTo;
    if (round !== closed || hasGrown || child.resident > job.memory / 2) void child.kill();
    else idle.set(child, setTimeout(child.kill, idleAfter).unref());
  };

  const attempt = async (job: RenderJob): Promise<Uint8Array> => {
    const round = closed;
    const child = await take();
    try {
      return await madeBy(child, job, readyWithin);
    } catch (error) {
      if (error instanceof ChildDied) died++;
      throw error;
    } finally {
      giveBack(child, job, round);
    }
  };

  return {
    async render(job) {
      try {
        return await attempt(job);
      } catch (error) {
        if (!(error instanceof ChildDied)) throw error;
        if (faults.includes(error.signal) || error.cause !== undefined) throw deathOf(error);
      }
      // Somebody else ended it, or it was ended while it had no work: that says nothing of the picture yet.
      return attempt(job).catch((error) => {
        throw error instanceof ChildDied ? deathOf(error) : error;
      });
    },
    stats: () => ({ children: all.size, busy: all.size - idle.size, started, killed: { ...killed }, died }),
    async close() {
      closed++;
      await Promise.all([...idle.keys()].map((child) => child.kill()));
    },
  };
}

/** One that makes something else than it is asked for makes nothing any more. */
async function madeBy(child: RenderChild, job: RenderJob, readyWithin: number): Promise<Uint8Array> {
  const made = await child.run(job, readyWithin);
  try {
    return checkMade(made, job.plan);
  } catch (error) {
    void child.kill();
    throw error;
  }
}

/** What it says of a picture that the process that made it is dead. */
function deathOf(error: ChildDied): TintypeError {
  // What keeps it from starting is no picture; nor is one believed that makes it say nonsense.
  const isOurs = error.cause !== undefined || (!error.wasReady && error.signal !== 'SIGKILL');
  if (isOurs) return new TintypeError('RENDER_FAILED', { cause: error });
  if (faults.includes(error.signal)) return new TintypeError('BROKEN_IMAGE', { cause: error });
  // Twice, and not by us: what ends processes without being asked is the kernel, when memory is short.
  const message = 'The image takes more memory than there is.';
  return new TintypeError('ORIGINAL_TOO_LARGE', { message, cause: error });
}

let shared: RenderPool | undefined;

/** The one pool of the process, for all endpoints whose renders are isolated. */
export function processRenderPool(): RenderPool {
  shared ??= createRenderPool({ entry: childEntry });
  return shared;
}

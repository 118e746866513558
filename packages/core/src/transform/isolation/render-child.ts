import { serialize } from 'node:v8';
import { TintypeError } from '../../errors.ts';
import type { RenderJob } from '../renderer.ts';
import { type End, type PipedProcess, startProcess } from './child-process.ts';
import { decodeFailure } from './failure.ts';
import { type Message, messageKind } from './messages.ts';
import type { ResidentOf } from './resident.ts';
import type { SentJob } from './sent-job.ts';

/** A process ended, and not by our hand. */
export class ChildDied extends Error {
  readonly signal: NodeJS.Signals | undefined;
  /** Whether it had been ready: else it could not start. */
  readonly wasReady: boolean;

  constructor(wasReady: boolean, { signal, code, error }: End) {
    super(`A render process ended ${signal === undefined ? `with code ${code}` : `by ${signal}`}`, { cause: error });
    this.signal = signal;
    this.wasReady = wasReady;
  }
}

/** What a child must be ended for. */
export type Excess = 'time' | 'memory';

/** One process that renders. */
export interface RenderChild {
  /** Bytes it held when that was last looked at. */
  readonly resident: number;
  /** Renders it has begun. */
  readonly jobs: number;
  /** Whether it is gone, or soon will be. */
  readonly hasEnded: boolean;
  /**
   * Renders, the only job of the child until it is done, as soon as the child is ready. The time of the job runs from then.
   *
   * @param readyWithin milliseconds in which the child must be ready.
   * @throws TintypeError as `render` does, and for what the child was ended for; `OVERLOADED` where it was not ready in
   * time; ChildDied.
   */
  run(job: RenderJob, readyWithin: number): Promise<Uint8Array>;
  /** Ends it at once, whatever it does. Resolves when it is gone. */
  kill(): Promise<void>;
}

/** What a child is started with. */
export interface ChildOptions {
  readonly entry: URL;
  /** Undefined where the child has to tell itself. */
  readonly residentOf: ResidentOf | undefined;
  readonly onEnd: (child: RenderChild) => void;
  /** Called when the child is ended for its job. */
  readonly onExcess: (excess: Excess) => void;
}

interface Running {
  readonly onReady: () => void;
  readonly resolve: (made: Uint8Array) => void;
  readonly reject: (error: unknown) => void;
}

/** Milliseconds between two looks at the memory of a child that is at work. */
const lookEvery = 50;

/** Starts a process that renders. One that cannot start rejects its first job. */
export function startChild({ entry, residentOf, onEnd, onExcess }: ChildOptions): RenderChild {
  let isReady = false;
  let running: Running | undefined;
  let resident = 0;
  let jobs = 0;

  const settle = (settleWith: (running: Running) => void): void => {
    const settled = running;
    running = undefined;
    if (settled !== undefined) settleWith(settled);
  };
  const becomeReady = (): void => {
    // Once: who says it again, under the rule of a picture, gets no more time.
    if (isReady) return;
    isReady = true;
    running?.onReady();
  };
  const hear = ({ kind, payload }: Message): void => {
    if (kind === messageKind.ready) becomeReady();
    else if (kind === messageKind.resident) resident = Number(payload);
    else if (kind === messageKind.made) settle(({ resolve }) => resolve(payload));
    else settle(({ reject }) => reject(decodeFailure(payload)));
  };
  const child = startProcess(entry, hear);

  const begin = (job: RenderJob, onReady: () => void): Promise<Uint8Array> =>
    new Promise((resolve, reject) => {
      running = { resolve, reject, onReady };
      sendJob(child, job, residentOf === undefined ? lookEvery : undefined);
    });
  const look = (): number => {
    if (!child.hasEnded) resident = residentOf?.(child.pid ?? 0) ?? resident;
    return resident;
  };

  const self: RenderChild = {
    get resident() {
      return resident;
    },
    get jobs() {
      return jobs;
    },
    get hasEnded() {
      return child.hasEnded;
    },
    async run(job, readyWithin) {
      if (child.hasEnded) throw new ChildDied(isReady, await child.ended);
      jobs++;
      const watch = createWatch(job, readyWithin, look, (excess) => {
        if (excess !== undefined) onExcess(excess);
        void child.kill();
      });
      if (isReady) watch.begin();
      child.hold(true);
      try {
        return await begin(job, watch.begin);
      } catch (error) {
        throw watch.error ?? error;
      } finally {
        watch.end();
        look();
        child.hold(false);
      }
    },
    kill: child.kill,
  };
  void child.ended.then((end) => {
    onEnd(self);
    settle(({ reject }) => reject(new ChildDied(isReady, end)));
  });
  return self;
}

/** Sees to it that one job begins in time, and keeps to its time and memory. */
interface Watch {
  /** What the child was ended for. */
  readonly error: TintypeError | undefined;
  /** Called when the child begins with the job. */
  begin(): void;
  end(): void;
}

function createWatch(
  job: RenderJob,
  readyWithin: number,
  look: () => number,
  stop: (excess: Excess | undefined) => void,
): Watch {
  let error: TintypeError | undefined;
  const fail = (reason: TintypeError, excess?: Excess): void => {
    if (error !== undefined) return;
    error = reason;
    stop(excess);
  };
  const exceed = (excess: Excess): void => fail(excessError(excess, job), excess);
  let timer = setTimeout(() => fail(notReady(readyWithin)), readyWithin);
  const looking = setInterval(() => look() > job.memory && exceed('memory'), lookEvery);
  return {
    get error() {
      return error;
    },
    begin() {
      clearTimeout(timer);
      timer = setTimeout(exceed, job.timeout * 1000, 'time');
    },
    end() {
      clearTimeout(timer);
      clearInterval(looking);
    },
  };
}

function sendJob(child: PipedProcess, job: RenderJob, reports: number | undefined): void {
  const { original, overlays, fonts = [], image, plan, limits, timeout } = job;
  const head: SentJob = {
    image,
    plan,
    limits,
    timeout,
    overlays: overlays.map((each) => each.image),
    fonts: fonts.map(({ hash }) => hash),
    reports,
  };
  child.send(messageKind.job, serialize(head));
  const all = [original, ...overlays.map((each) => each.bytes), ...fonts.map(({ bytes }) => bytes)];
  for (const bytes of all) child.send(messageKind.bytes, bytes);
}

/** Says that no process was ready for a render in so many milliseconds, which tells nothing of the picture. */
export function notReady(waited: number): TintypeError {
  const headers = { 'retry-after': String(Math.max(1, Math.ceil(waited / 1000))) };
  const cause = new Error(`no render process was ready within ${waited} ms`);
  return new TintypeError('OVERLOADED', { headers, cause });
}

function excessError(excess: Excess, { timeout, memory }: RenderJob): TintypeError {
  if (excess === 'time') return new TintypeError('RENDER_TIMEOUT', { cause: new Error(`ended after ${timeout} s`) });
  const cause = new Error(`ended with more than ${memory} bytes of memory`);
  return new TintypeError('ORIGINAL_TOO_LARGE', { message: 'The image takes too much memory to be made.', cause });
}

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
   * Renders, the only job of the child until it is done, as soon as the child is ready.
   *
   * @param end when it must be done, by `performance.now()`.
   * @throws TintypeError as `render` does, and for what the child was ended for; ChildDied.
   */
  run(job: RenderJob, end: number): Promise<Uint8Array>;
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
  const hear = ({ kind, payload }: Message): void => {
    if (kind === messageKind.ready) isReady = true;
    else if (kind === messageKind.resident) resident = Number(payload);
    else if (kind === messageKind.made) settle(({ resolve }) => resolve(payload));
    else settle(({ reject }) => reject(decodeFailure(payload)));
  };
  const child = startProcess(entry, hear);

  const begin = (job: RenderJob): Promise<Uint8Array> =>
    new Promise((resolve, reject) => {
      running = { resolve, reject };
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
    async run(job, end) {
      if (child.hasEnded) throw new ChildDied(isReady, await child.ended);
      jobs++;
      let excess: Excess | undefined;
      const stop = (reason: Excess): void => {
        if (excess !== undefined) return;
        excess = reason;
        onExcess(reason);
        void child.kill();
      };
      const timer = setTimeout(stop, Math.max(0, end - performance.now()), 'time');
      const looking = setInterval(() => look() > job.memory && stop('memory'), lookEvery);
      child.hold(true);
      try {
        return await begin(job);
      } catch (error) {
        throw excess === undefined ? error : excessError(excess, job);
      } finally {
        clearTimeout(timer);
        clearInterval(looking);
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

function sendJob(child: PipedProcess, job: RenderJob, reports: number | undefined): void {
  const { original, overlays, image, plan, limits, timeout } = job;
  const head: SentJob = { image, plan, limits, timeout, overlays: overlays.map((each) => each.image), reports };
  child.send(messageKind.job, serialize(head));
  for (const bytes of [original, ...overlays.map((each) => each.bytes)]) child.send(messageKind.bytes, bytes);
}

function excessError(excess: Excess, { timeout, memory }: RenderJob): TintypeError {
  if (excess === 'time') return new TintypeError('RENDER_TIMEOUT', { cause: new Error(`ended after ${timeout} s`) });
  const cause = new Error(`ended with more than ${memory} bytes of memory`);
  return new TintypeError('ORIGINAL_TOO_LARGE', { message: 'The image takes too much memory to be made.', cause });
}

import type { Clock } from '../clock.ts';
import { TintypeError } from '../errors.ts';
import { type PurgeEvent, publish } from '../events.ts';
import { bounded } from './bounded.ts';
import { type CourseParts, type CourseStep, courseOf, type OrderedPurge } from './course.ts';
import { createProgress } from './progress.ts';
import type { SecondDeletions } from './second-deletions.ts';
import type { PurgeStatus } from './status.ts';
import type { Failure, StatusBook } from './status-book.ts';

/** What purges run with. */
export interface RunParts extends CourseParts {
  readonly clock: Clock;
  readonly book: StatusBook;
  readonly secondDeletions: SecondDeletions;
  /** Aborted when nothing may be waited for any longer. */
  readonly closing: AbortSignal;
}

/** One purge under way. */
export interface Run {
  status(): PurgeStatus;
  /** How many steps there are, the barrier first, but for what is done much later. */
  readonly length: number;
  /** How many steps there are up to the verification and with it; 1 where there is none. */
  readonly verified: number;
  /**
   * Writes down that it was accepted, before anything is done.
   *
   * @throws TintypeError `PURGE_FAILED`.
   */
  accept(): Promise<void>;
  /**
   * Does the first step, the barrier.
   *
   * @throws TintypeError `PURGE_FAILED`.
   */
  record(): Promise<void>;
  /** Does the steps from one index up to another, whatever becomes of each; gives the errors. Never rejects. */
  perform(from: number, to: number): Promise<readonly unknown[]>;
}

/** Begins a purge; nothing is done yet. */
export function createRun(purge: OrderedPurge, parts: RunParts): Run {
  const started = performance.now();
  const steps = courseOf(purge, parts);
  const targets = purge.targets.map(({ name }) => name);
  const progress = createProgress({ ...purge, targets, steps }, parts.book, parts.clock);
  const { status } = progress;
  const indexOf = (step: CourseStep['step']): number => steps.findIndex((each) => each.step === step);
  const second = indexOf('second deletion');

  const tell = (step?: PurgeEvent['step'], error?: unknown): void => {
    const { id, mode } = purge;
    const ms = performance.now() - started;
    publish('tintype:purge', { id, origin: parts.origin, mode, targets, ms, step, error });
  };

  const perform = async (index: number): Promise<Failure | undefined> => {
    const { step, act, limit } = steps[index] as CourseStep;
    const failure = await progress.run(index, () => bounded(limit, parts.closing, (signal) => act(status, signal)));
    // Of a purge that was not recorded the caller is told, or the status.
    if (failure !== undefined && step !== 'journal') tell(step, failure.error);
    return failure;
  };

  return {
    status,
    length: second === -1 ? steps.length : second,
    verified: Math.max(indexOf('verification') + 1, 1),
    async accept() {
      const failure = await bounded(undefined, parts.closing, () => parts.book.note(status()));
      if (failure === undefined) return;
      await progress.run(0, () => Promise.reject(failure.error));
      throw new TintypeError('PURGE_FAILED', { cause: failure.error });
    },
    async record() {
      const failure = await perform(0);
      if (failure !== undefined) throw new TintypeError('PURGE_FAILED', { cause: failure.error });
      tell();
    },
    async perform(from, to) {
      const errors: unknown[] = [];
      for (let index = from; index < to; index++) {
        const failure = await perform(index);
        if (failure !== undefined) errors.push(failure.error);
        if (steps[index]?.step === 'deletion') parts.secondDeletions.schedule(() => perform(second));
      }
      return errors;
    },
  };
}

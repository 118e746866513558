import type { Clock } from '../clock.ts';
import { warnOnce } from '../events.ts';
import { type PurgeStatus, type PurgeStep, stateOf, wordsOf } from './status.ts';
import type { Failure, StatusBook } from './status-book.ts';

/** What a step found out; what it deleted is added to what others have. */
export type Finding = Partial<Pick<PurgeStatus, 'unchanged' | 'deleted'>>;

/** The course of one purge, written down as it goes. */
export interface Progress {
  status(): PurgeStatus;
  /** Does the step at an index and writes down what became of it. Never rejects. */
  run(index: number, act: () => Promise<Finding>): Promise<Failure | undefined>;
}

/** What a purge begins with. */
export interface Begun extends Pick<PurgeStatus, 'id' | 'mode' | 'targets'> {
  readonly steps: readonly Pick<PurgeStep, 'step' | 'name'>[];
}

/** Begins the course of a purge. Nothing is written down before its first step has ended. */
export function createProgress(begun: Begun, book: StatusBook, clock: Clock): Progress {
  const { id, mode, targets } = begun;
  const requestTime = clock.now();
  const pending = begun.steps.map(({ step, name }): PurgeStep => ({ step, name, state: 'pending' }));
  let status: PurgeStatus = {
    id,
    state: 'pending',
    mode,
    targets,
    requestTime,
    updateTime: requestTime,
    steps: pending,
  };

  const end = (index: number, outcome: Omit<PurgeStep, 'step' | 'name'>, finding: Finding): void => {
    const ended = status.steps.map((each, at) => (at === index ? { ...each, ...outcome } : each));
    // Without the journal there is nothing to follow.
    const steps = index === 0 && outcome.state === 'failed' ? ended.slice(0, 1) : ended;
    const found = finding.deleted === undefined ? finding : { deleted: finding.deleted + (status.deleted ?? 0) };
    status = { ...status, ...found, steps, state: stateOf(steps), updateTime: clock.now() };
    // Nobody waits for it here, and it never rejects.
    void book.note(status);
  };

  return {
    status: () => status,
    async run(index, act) {
      const started = performance.now();
      try {
        const finding = await act();
        end(index, { state: 'done', ms: performance.now() - started }, finding);
        return undefined;
      } catch (error) {
        const { step, name = '' } = status.steps[index] ?? {};
        const reason = wordsOf(error);
        warnOnce('TINTYPE_PURGE_STEP', `A purge has failed in part: ${step}.`, `${id} ${name} ${reason}`);
        end(index, { state: 'failed', ms: performance.now() - started, reason }, {});
        return { error };
      }
    },
  };
}

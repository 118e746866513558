import { setTimeout as delay } from 'node:timers/promises';
import type { HttpHeaders, PurgeOptions, PurgeRequest, PurgeResult } from '@tintype/core';
import { type Answer, createDemands, createJudge, type Judge, type Sequence } from './judge.ts';
import { type Question, randomOrder, randomQuestion } from './questions.ts';
import type { Random } from './random.ts';
import type { Source } from './source.ts';

/** What a model asks and purges: an engine, or several processes with one each. */
export interface Subject {
  /** Undefined where the answer was lost with its process. */
  ask(target: string, headers: HttpHeaders): Answer | undefined | Promise<Answer | undefined>;
  /** Rejects where the purge promises nothing. */
  purge(request: PurgeRequest, options: PurgeOptions): Promise<PurgeResult>;
  /** Does something that must change no answer. */
  disturb(): Promise<void>;
  /** Milliseconds from one disturbance to the next, at most. */
  readonly disturbMs: number;
  /** Whether nothing can come between the moment of an answer and that at which it is heard. */
  readonly isHeardAtOnce: boolean;
}

/** A run of the model. */
export interface ModelRun {
  readonly subject: Subject;
  readonly random: Random;
  readonly source: Source;
  readonly seconds: number;
  /** Requests a millisecond. They come whatever becomes of earlier ones: clients that wait would hide a stale answer. */
  readonly rate?: number;
  /** Milliseconds from one purge to the next, at most. */
  readonly purgeMs?: number;
  /** Whether to end at the first violation. */
  readonly untilViolation?: boolean;
  /** Whether enough has been seen: until then a run goes on, for half a minute more at most. */
  readonly isEnough?: (seen: ModelCounts & Judge['seen']) => boolean;
}

/** What a run has done. */
export interface ModelCounts {
  readonly requests: number;
  readonly purges: number;
  /** Purges that rejected. */
  readonly refused: number;
  /** Requests that were never answered. */
  readonly lost: number;
  /** Answers given at once, from memory. */
  readonly immediate: number;
}

/** What came of a run. */
export type ModelReport = ModelCounts & Judge['seen'] & Pick<Judge, 'statuses' | 'violations'>;

interface Tag {
  readonly etag: string;
  readonly question: Question;
}

/** Reads, changes, purges and disturbs at random, and has every answer judged. */
export async function runModel(run: ModelRun): Promise<ModelReport> {
  const { random, source, subject, rate = 0.4, purgeMs = 40 } = run;
  const started = Date.now();
  const sequence = createSequence();
  const demands = createDemands(source, sequence);
  const judge = createJudge(source, sequence, subject.isHeardAtOnce);
  const tags: Tag[] = [];
  const counts = { requests: 0, purges: 0, refused: 0, lost: 0, immediate: 0 };
  const underWay = new Set<Promise<unknown>>();
  const failures: unknown[] = [];
  const track = (work: Promise<unknown>): void => {
    const tracked = work.catch((error: unknown) => failures.push(error)).finally(() => underWay.delete(tracked));
    underWay.add(tracked);
  };

  const request = async (): Promise<void> => {
    const tag = random.chance(0.25) ? tags[random.below(tags.length)] : undefined;
    const question = tag?.question ?? randomQuestion(random, source);
    const before = demands.of(question.inputs);
    counts.requests++;
    const answering = subject.ask(question.target, tag === undefined ? {} : { 'if-none-match': tag.etag });
    if (!(answering instanceof Promise)) counts.immediate++;
    const answer = await answering;
    if (answer === undefined) {
      counts.lost++;
      return;
    }
    await judge.hear({ ...question, answer, before, after: demands.of(question.inputs) });
    const etag = answer.headers.etag;
    if (answer.status === 200 && etag !== undefined) tags[random.below(50)] = { etag, question };
  };

  const purge = async (): Promise<void> => {
    const { request: target, options, paths } = randomOrder(random, source);
    const demand = demands.begin(paths, options.mode);
    try {
      await subject.purge(target, options);
    } catch {
      counts.refused++;
      return;
    }
    demand();
    counts.purges++;
  };

  const isOver = (): boolean => {
    if (run.untilViolation === true && judge.violations.length > 0) return true;
    const seconds = (Date.now() - started) / 1000 - run.seconds;
    return seconds > 30 || (seconds > 0 && run.isEnough?.({ ...counts, ...judge.seen }) !== false);
  };
  const each = (pause: () => number, act: () => Promise<unknown>, perMs?: number): Promise<void> =>
    openLoop(isOver, pause, () => track(act()), perMs);
  await Promise.all([
    each(() => 1, request, rate),
    each(() => random.below(purgeMs), purge),
    each(
      () => random.below(source.changeMs),
      () => source.change(random.pick(source.paths)),
    ),
    each(() => random.below(subject.disturbMs), subject.disturb),
  ]);
  while (underWay.size > 0) await Promise.all(underWay);
  if (failures.length > 0) throw failures[0];
  return { ...counts, ...judge.seen, statuses: judge.statuses, violations: judge.violations };
}

/** Does something after each pause; `perMs` times for every millisecond gone where that is given, however late we are. */
async function openLoop(isOver: () => boolean, pause: () => number, act: () => void, perMs?: number): Promise<void> {
  let due = performance.now();
  while (!isOver()) {
    await delay(pause());
    if (perMs === undefined) act();
    else for (; due < performance.now(); due += 1 / perMs) act();
  }
}

function createSequence(): Sequence {
  let last = 0;
  return { next: () => ++last };
}

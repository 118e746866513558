import { setTimeout as delay } from 'node:timers/promises';
import type { Clock, createTintype, HttpResponse, Journal, Store, Tintype, TintypeOptions } from '@tintype/core';
import { isReusable } from '../support/client.ts';
import { versionOf } from '../support/versioned-picture.ts';
import type { Random } from './random.ts';
import type { Source } from './source.ts';

/** What makes an engine: the real one, or a mutant's. */
export type CreateTintype = typeof createTintype;

/** A run of the model. */
export interface ModelRun {
  readonly createTintype: CreateTintype;
  readonly random: Random;
  readonly source: Source;
  readonly store?: Store | undefined;
  readonly journal?: Journal | undefined;
  readonly memory?: number;
  readonly originals?: boolean;
  readonly seconds: number;
  /** Requests a millisecond. They come whatever becomes of earlier ones: clients that wait would hide a stale answer. */
  readonly rate?: number;
  /** How much faster than ours the engine's clock runs, so that lifetimes end during a run. */
  readonly speed?: number;
  /** Whether to end at the first violation. */
  readonly untilViolation?: boolean;
}

/** What came of a run. */
export interface ModelReport {
  readonly requests: number;
  readonly purges: number;
  /** Answers by status. */
  readonly statuses: Readonly<Record<number, number>>;
  /** Answers given at once, from memory. */
  readonly immediate: number;
  /** Answers made from bytes in the store. */
  readonly stored: number;
  /** Answers that a purge overtook: older than what it demands, rightly, because their requests began before. */
  readonly overtaken: number;
  readonly violations: readonly string[];
}

interface Tag {
  readonly etag: string;
  readonly target: string;
}

interface Observation {
  readonly target: string;
  readonly answer: HttpResponse;
  /** The version that purges demanded when the request began, and when it was answered. */
  readonly before: number;
  readonly after: number;
  readonly newestAbsence: number;
}

/**
 * Reads, changes and purges at random, and holds every answer against this: a request that begins after `purge()`
 * resolved shows at least the version that the origin held when that purge began, an answer that a purge overtook is
 * for nobody else to use again, and an entity tag names one version.
 */
export async function runModel(run: ModelRun): Promise<ModelReport> {
  const { random, source, speed = 1, rate = 0.7 } = run;
  const started = Date.now();
  const clock: Clock = { now: () => started + (Date.now() - started) * speed };
  const open = (): Tintype => run.createTintype(toOptions(run, clock));
  let images = open();
  const demands = createDemands(source);
  const judge = createJudge();
  const tags: Tag[] = [];
  const counts = { requests: 0, purges: 0, immediate: 0, stored: 0 };
  const underWay = new Set<Promise<unknown>>();
  const track = (work: Promise<unknown>): void => {
    underWay.add(work);
    void work.finally(() => underWay.delete(work)).catch(() => undefined);
  };

  const request = async (): Promise<void> => {
    const path = random.pick(source.paths);
    const tag = random.chance(0.25) ? tags[random.below(tags.length)] : undefined;
    const target = tag?.target ?? randomTarget(random, path);
    const asked = tag === undefined ? path : (target.split('?', 1)[0] ?? '');
    const before = demands.of(asked);
    counts.requests++;
    const headers = tag === undefined ? {} : { 'if-none-match': tag.etag };
    const answering = images.handle({ method: 'GET', target, mount: '', headers });
    if (!(answering instanceof Promise)) counts.immediate++;
    const answer = await answering;
    const after = demands.of(asked);
    if (answer === undefined) throw new Error(`${target} was passed on`);
    await judge.hear({ target, answer, before, after, newestAbsence: source.newestAbsence(asked) });
    const etag = answer.headers.etag;
    if (answer.status === 200 && etag !== undefined) tags[random.below(50)] = { etag, target };
  };

  const purge = async (): Promise<void> => {
    const path = random.chance(0.15) ? undefined : random.pick(source.paths);
    const demand = demands.begin(path === undefined ? source.paths : [path]);
    await images.purge(path === undefined ? { all: true } : randomSpelling(random, path));
    demand();
    counts.purges++;
  };

  const close = async (engine: Tintype): Promise<void> => {
    await engine.close();
    counts.stored += engine.stats().hits.store;
  };

  /** Another engine on the same store and journal, with nothing in memory. */
  const restart = async (): Promise<void> => {
    if (run.store === undefined) return;
    const before = images;
    images = open();
    await close(before);
  };

  const isOver = (): boolean =>
    Date.now() - started > run.seconds * 1000 || (run.untilViolation === true && judge.violations.length > 0);
  await Promise.all([
    openLoop(
      isOver,
      () => 1,
      () => track(request()),
      rate,
    ),
    openLoop(
      isOver,
      () => random.below(16),
      () => track(purge()),
    ),
    openLoop(
      isOver,
      () => random.below(source.changeMs),
      () => track(source.change(random.pick(source.paths))),
    ),
    openLoop(
      isOver,
      () => 200,
      () => track(restart()),
    ),
  ]);
  await Promise.all(underWay);
  await close(images);
  return { ...counts, statuses: judge.statuses, overtaken: judge.overtaken(), violations: judge.violations };
}

function toOptions(run: ModelRun, clock: Clock): TintypeOptions {
  const { store, journal, memory, originals } = run;
  return {
    origin: run.source.origin,
    clock,
    ...(store === undefined ? {} : { store }),
    ...(journal === undefined ? {} : { journal }),
    ...(memory === undefined ? {} : { memory }),
    ...(originals === undefined ? {} : { originals }),
  };
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

function randomTarget(random: Random, path: string): string {
  const width = random.pick(['', 'w=8', 'w=16', 'w=4']);
  const version = random.pick(['', '', '', 'v=a', 'v=b']);
  return `${path}?${[width, version].filter((each) => each !== '').join('&')}`;
}

function randomSpelling(random: Random, path: string): string | { readonly path: string } {
  return random.pick([path, { path }, `${path}?w=8`, path.replace('.png', '%2Epng')]);
}

/** What the purges so far demand of answers. */
function createDemands(source: Source) {
  const versions = new Map<string, number>();
  const of = (path: string): number => versions.get(path) ?? 0;
  return {
    of,
    /** Call it when a purge begins, and what it returns once the purge has resolved. */
    begin(paths: readonly string[]): () => void {
      const held = paths.map((path) => [path, source.held(path)] as const);
      return () => {
        for (const [path, version] of held) versions.set(path, Math.max(of(path), version));
      };
    },
  };
}

function createJudge() {
  const violations: string[] = [];
  const statuses: Record<number, number> = {};
  const named = new Map<string, number>();
  let overtaken = 0;

  /** The version that an answer shows; undefined for an error, which shows none. */
  const shown = async ({ answer, newestAbsence, target }: Observation): Promise<number | undefined> => {
    const etag = answer.headers.etag ?? '';
    if (answer.status === 404) return newestAbsence;
    if (answer.status === 304) return named.get(etag);
    if (answer.status !== 200) return undefined;
    const version = await versionOf(answer.body);
    const known = named.get(etag) ?? version;
    if (known !== version) violations.push(`${target}: ${etag} named version ${known} and names ${version}`);
    named.set(etag, known);
    return version;
  };

  return {
    violations,
    statuses,
    overtaken: () => overtaken,
    async hear(observation: Observation): Promise<void> {
      const { answer, target, before, after } = observation;
      statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
      const version = await shown(observation);
      if (version === undefined) return;
      const words = `${target}: ${answer.status} shows version ${version}`;
      if (version < before) violations.push(`${words}, purged up to ${before} before it was asked for`);
      if (version >= after) return;
      overtaken++;
      const cacheControl = answer.headers['cache-control'];
      if (isReusable(answer)) violations.push(`${words}, purged up to ${after}, yet is for all: ${cacheControl}`);
    },
  };
}

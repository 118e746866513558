import type { HttpResponse, PurgeOptions } from '@tintype/core';
import { isReusable } from '../support/client.ts';
import { versionsOf } from '../support/versioned-picture.ts';
import type { Question } from './questions.ts';
import type { Source } from './source.ts';

/** What of an answer is judged. */
export type Answer = Pick<HttpResponse, 'status' | 'headers' | 'body'>;

/** What the purges so far demand of an answer. */
export interface Demand {
  /** The least version of each input that may still be shown. */
  readonly hard: readonly number[];
  /** The least version of each input that is not stale, soft purges included. */
  readonly any: readonly number[];
  /** When the newest purge that wants everything made anew began. */
  readonly renewal: number;
}

/** Counts what happens, so that "before" has a meaning. */
export interface Sequence {
  next(): number;
}

/** What the purges so far demand of answers. */
export interface Demands {
  of(inputs: readonly string[]): Demand;
  /** Call it when a purge begins, and what it returns once the purge has resolved. */
  begin(paths: readonly string[], mode: PurgeOptions['mode']): () => void;
}

/** Creates the demands of no purge at all. */
export function createDemands(source: Pick<Source, 'held'>, sequence: Sequence): Demands {
  const [hard, any, renewal] = [new Map<string, number>(), new Map<string, number>(), new Map<string, number>()];
  const raise = (map: Map<string, number>, path: string, value: number): void => {
    map.set(path, Math.max(map.get(path) ?? 0, value));
  };
  return {
    of: (inputs) => ({
      hard: inputs.map((path) => hard.get(path) ?? 0),
      any: inputs.map((path) => any.get(path) ?? 0),
      renewal: Math.max(...inputs.map((path) => renewal.get(path) ?? 0)),
    }),
    begin(paths, mode) {
      const began = sequence.next();
      const held = paths.map((path) => [path, source.held(path)] as const);
      return () => {
        for (const [path, version] of held) {
          raise(any, path, version);
          if (mode !== 'soft') raise(hard, path, version);
          if (mode === 'force' || mode === 'takedown') raise(renewal, path, began);
        }
      };
    },
  };
}

/** An answer, and what was demanded when its request began and when it was answered. */
export interface Observation extends Question {
  readonly answer: Answer;
  readonly before: Demand;
  readonly after: Demand;
}

/** What was seen, and what was wrong with it. */
export interface Judge {
  readonly violations: readonly string[];
  /** Answers by status. */
  readonly statuses: Readonly<Record<number, number>>;
  readonly seen: {
    /** Answers that a purge overtook: older than what it demands, rightly, because their requests began before. */
    readonly overtaken: number;
    /** Answers that were stale by a soft purge when they were asked for. */
    readonly stale: number;
    /** Answers of composites. */
    readonly composites: number;
  };
  hear(observation: Observation): Promise<void>;
}

/** One version for each input that an answer shows; undefined for an input that it says nothing of. */
type Shown = readonly (number | undefined)[];

/**
 * Creates the judge of a run. A request that begins after `purge()` resolved shows at least the version that the origin
 * held when that purge began, of each input. An answer that a purge overtook, or that is served stale after a soft one,
 * is for nobody else to use again: the former is judged where answers are heard at once, because one that another process
 * has given may be heard after a purge that came later. An entity tag names one version of each input, and none that was seen before a purge
 * that wants everything made anew comes after it.
 */
export function createJudge(source: Pick<Source, 'newestAbsence'>, sequence: Sequence, isHeardAtOnce: boolean): Judge {
  const violations: string[] = [];
  const statuses: Record<number, number> = {};
  const named = new Map<string, { readonly shown: Shown; readonly since: number }>();
  const seen = { overtaken: 0, stale: 0, composites: 0 };

  /** What an answer may be showing: of an absence nobody knows whose it is. Nothing for an error. */
  const readings = async ({ answer, inputs, target }: Observation): Promise<readonly Shown[]> => {
    const etag = answer.headers.etag ?? '';
    const known = named.get(etag);
    if (answer.status === 404)
      return inputs.map((_path, at) =>
        inputs.map((path, each) => (each === at ? source.newestAbsence(path) : undefined)),
      );
    if (answer.status === 304) return known === undefined ? [] : [known.shown];
    if (answer.status !== 200) return [];
    const { first, last } = await versionsOf(answer.body);
    const shown = inputs.length === 1 ? [last] : [last, first];
    if (known !== undefined && String(known.shown) !== String(shown)) {
      violations.push(`${target}: ${etag} named versions ${known.shown} and names ${shown}`);
    }
    if (known === undefined) named.set(etag, { shown, since: sequence.next() });
    return [shown];
  };

  return {
    violations,
    statuses,
    seen,
    async hear(observation) {
      const { answer, target, before, after } = observation;
      const { etag = '', 'cache-control': cacheControl, 'cache-status': cacheStatus = '' } = answer.headers;
      statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
      const possible = await readings(observation);
      if (possible.length === 0) return;
      if (possible[0]?.length === 2) seen.composites++;
      const meets = (least: readonly number[]): boolean => possible.some((shown) => isAtLeast(shown, least));
      const words = `${target}: ${answer.status} shows ${possible.join(' or ')}`;
      if (!meets(before.hard)) violations.push(`${words}, purged up to ${before.hard} before it was asked for`);
      if ((named.get(etag)?.since ?? Number.POSITIVE_INFINITY) < before.renewal) {
        violations.push(`${words} as ${etag}, which is older than a purge by force`);
      }
      if (!meets(before.any)) {
        seen.stale++;
        // What is for nobody but this client has no lifetime that could have ended.
        const isOwn = /no-store|private/.test(cacheControl ?? '') && !cacheStatus.includes('ttl=');
        const isMarked = answer.status === 404 || isOwn || cacheStatus.includes('ttl=-');
        if (!isMarked) violations.push(`${words}, stale since ${before.any}, yet is told as ${cacheStatus}`);
      }
      if (meets(after.any)) return;
      seen.overtaken++;
      if (isHeardAtOnce && isReusable(answer))
        violations.push(`${words}, purged up to ${after.any}, yet is for all: ${cacheControl}`);
    },
  };
}

function isAtLeast(shown: Shown, least: readonly number[]): boolean {
  return shown.every((version, at) => version === undefined || version >= (least[at] ?? 0));
}

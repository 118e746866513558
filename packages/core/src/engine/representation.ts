import type { FoundDerivative } from '../cache/derivatives.ts';
import { isStorable } from '../cache/record.ts';
import type { Counters } from '../counters.ts';
import type { CacheStatus } from '../http/cache-status.ts';
import { formatHttpDate } from '../http/date.ts';
import { ageOf, type Freshness, strictestOf, type TtlOptions } from '../http/freshness.ts';
import type { HttpResponse } from '../http/message.ts';
import { answersWith304, type Representation, respondFound, respondNotModified } from '../http/respond.ts';
import type { Question } from './question.ts';
import { isStale, type Source, type Sources } from './sources.ts';
import { ofEach, type Variant } from './url-plans.ts';

/** The answers that hold a derivative, or say that the client has it. */
export interface Responses {
  /** 304 from the records alone: no bytes, no render, even where the derivative is long gone. */
  notModified(question: Question, sources: Sources, variant: Variant, isOutdated: boolean): HttpResponse | undefined;
  found(
    question: Question,
    sources: Sources,
    variant: Variant,
    bytes: FoundDerivative,
    isOutdated: boolean,
  ): HttpResponse;
}

/** Creates the answers of an endpoint, which are counted. */
export function createResponses(ttl: TtlOptions, counters: Counters): Responses {
  return {
    notModified(question, sources, variant, isOutdated) {
      const representation = toRepresentation(question, sources, variant, ttl, isOutdated);
      if (!answersWith304(question, representation)) return undefined;
      counters.notModified++;
      return respondNotModified(question, representation, statusOf(sources, undefined, question.now));
    },
    found(question, sources, variant, bytes, isOutdated) {
      if (bytes.layer === 'memory') counters.hitsMemory++;
      else if (bytes.layer !== 'render') counters.hitsStore++;
      const representation = toRepresentation(question, sources, variant, ttl, isOutdated);
      return respondFound(question, representation, statusOf(sources, bytes, question.now), bytes.derivative.body);
    },
  };
}

/** The fields of a derivative's answer: known from the origin records alone, without its bytes. */
function toRepresentation(
  { plan: { transformation }, now }: Question,
  sources: Sources,
  { etag, plan }: Variant,
  ttl: TtlOptions,
  isOutdated: boolean,
): Representation {
  return {
    contentType: `image/${plan.format}`,
    etag,
    lastModified: lastModifiedOf(sources),
    freshness: freshnessOf(sources, now),
    browserTtl: ttl.browser,
    isNegotiated: transformation.output.format === 'auto',
    isOutdated,
  };
}

/** How the answer came about. `found` is undefined where no bytes were needed. */
function statusOf(sources: Sources, found: FoundDerivative | undefined, now: number): CacheStatus {
  // The first original that had to be asked for stands for all.
  const asked = sources.find(isAsked);
  const { record, outcome, wasStale } = (asked ?? sources[0]).lookup;
  const isMade = found?.layer === 'render';
  const isStored = sources.every((source) => isStorable(source.lookup.record));
  const shared = {
    collapsed: found?.collapsed === true || sources.some((source) => source.lookup.collapsed),
    ttl: isStored ? ttlOf(sources, now) : undefined,
    detail: found?.layer,
  };
  if (asked === undefined && !isMade) return { hit: true, ...shared };
  return {
    hit: false,
    forward: wasStale ? 'stale' : 'uri-miss',
    forwardStatus: asked === undefined ? undefined : outcome === 'renewed' ? 304 : record.status,
    stored: isStored && isMade,
    ...shared,
  };
}

function isAsked({ lookup: { outcome } }: Source): boolean {
  return outcome === 'renewed' || outcome === 'fetched';
}

/** What is left of the lifetime in seconds; negative where an answer is served stale (RFC 9211 §2.5). */
function ttlOf(sources: Sources, now: number): number {
  const freshness = freshnessOf(sources, now);
  const left = freshness.lifetime - ageOf(freshness, now);
  return isStale(sources) ? Math.min(left, -1) : left;
}

function freshnessOf(sources: Sources, now: number): Freshness {
  const [{ lookup }] = sources;
  if (sources.length === 1) return lookup.record.freshness;
  return strictestOf(
    ofEach(sources, (source) => source.lookup.record.freshness),
    now,
  );
}

/** Of several originals no date tells which of them changed: the entity tag does. */
function lastModifiedOf(sources: Sources): string | undefined {
  const { lastModified } = sources[0].lookup.record;
  return sources.length > 1 || lastModified === undefined ? undefined : formatHttpDate(lastModified);
}

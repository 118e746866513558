import type { Hand } from '../cache/flights.ts';
import { isStorable } from '../cache/record.ts';
import { TintypeError } from '../errors.ts';
import type { TtlOptions } from '../http/freshness.ts';
import type { HttpResponse } from '../http/message.ts';
import { absentCacheControl } from '../http/respond.ts';
import type { OriginalId } from '../origin/identity.ts';
import type { Endpoint } from './endpoint.ts';
import { createHand } from './hand.ts';
import { ContentMoved, createMaker } from './maker.ts';
import type { Parts } from './parts.ts';
import type { Question } from './question.ts';
import { createResponses } from './representation.ts';
import { isStale, lookUpSources, peekSources, recordOf, type Source, type Sources } from './sources.ts';
import { ofEach, type Variant } from './url-plans.ts';

/** The way from a question to its answer: record, derive, judge, respond. */
export interface Answers {
  /** From memory, at once; undefined where anybody must be asked. Throws what a record says against it. */
  now(question: Question): HttpResponse | undefined;
  /** Asking whoever must be asked. */
  later(question: Question): Promise<HttpResponse>;
}

/** How often a request starts over before the origin is said to have failed. */
const attempts = 4;

/** Creates the answers of an endpoint. */
export function createAnswers(endpoint: Endpoint, parts: Parts): Answers {
  const { clock, ttl } = endpoint;
  const { plans, records, derivatives } = parts;
  const make = createMaker(endpoint, parts);
  const { notModified, found } = createResponses(ttl, parts.counters);

  /** Throws what a record says against its original. */
  function variantOf(question: Question, sources: Sources, isOutdated: boolean): Variant {
    const absent = sources.find((source) => isMissing(source, sources, parts.watermark));
    if (absent !== undefined) throw absence(absent, { question, sources, ttl, isOutdated }, parts.watermark);
    return plans.variantOf(question.plan, ofEach(sources, recordOf), question.accept);
  }

  async function answerFrom(question: Question, sources: Sources, hand: Hand): Promise<HttpResponse> {
    const { plan } = question;
    const asked = { ...question, now: clock.now() };
    // Purged while the origin was asked, or while it was made: good for this client, who asked before, and nobody after.
    const isOvertaken = await isOutdated(sources);
    const variant = variantOf(asked, sources, isOvertaken);
    const short = notModified(asked, sources, variant, isOvertaken);
    if (short !== undefined) return short;
    const may = records.permission(sources.map(({ name, lookup }) => [name.id, lookup.record]));
    const start = () => make({ plan, sources, variant, hand });
    const bytes = await derivatives.get(variant.key, start, hand, isStorableAll(sources) ? may : undefined);
    return found({ ...question, now: clock.now() }, sources, variant, bytes, await isOutdated(sources));
  }

  async function isOutdated(sources: Sources): Promise<boolean> {
    for (const { name, lookup } of sources) if (!(await records.isGood(name.id, lookup.record))) return true;
    return false;
  }

  async function answerWith(question: Question, hand: Hand): Promise<HttpResponse> {
    const moved = new Map<string, Source>();
    for (let left = attempts; left > 0; left--) {
      const sources = await lookUpSources(records, question.plan.records, moved, hand);
      const answer = await answerFrom(question, sources, hand).catch(movedOrThrow);
      if (!(answer instanceof ContentMoved)) return answer;
      const { name, lookup } = answer.source;
      // What may not be shared must not reach those who waited with the first asker, nor what was purged since it was
      // read: then each asks anew.
      const isUsable = isStorable(lookup.record) && (await records.isGood(name.id, lookup.record));
      if (isUsable) moved.set(name.key, answer.source);
      else moved.delete(name.key);
    }
    throw new TintypeError('ORIGIN_FAILED', { cause: new Error('the original changes faster than it is read') });
  }

  return {
    now(question) {
      const sources = peekSources(records, question.plan.records);
      if (sources === undefined) return undefined;
      const stale = isStale(sources);
      const variant = variantOf(question, sources, stale);
      const short = notModified(question, sources, variant, stale);
      if (short !== undefined) return short;
      const bytes = derivatives.peek(variant.key);
      return bytes === undefined ? undefined : found(question, sources, variant, bytes, stale);
    },
    async later(question) {
      const hand = createHand(endpoint.queueBounds);
      return answerWith(question, hand).finally(hand.leave);
    },
  };
}

/** Whether a source is not there; a watermark that is no picture is as good as none. */
function isMissing(source: Source, [own]: Sources, watermark: OriginalId | undefined): boolean {
  const { status, image } = source.lookup.record;
  return status !== 200 || (image === undefined && source !== own && source.name.id.hash === watermark?.hash);
}

interface Absence {
  readonly question: Question;
  readonly sources: Sources;
  readonly ttl: TtlOptions;
  readonly isOutdated: boolean;
}

/** What is said where one of the originals is not there. */
function absence(
  { name, lookup }: Source,
  { question, sources: [own], ttl, isOutdated }: Absence,
  watermark: OriginalId | undefined,
): TintypeError {
  const isOwn = name === own.name;
  if (!isOwn && name.id.hash === watermark?.hash) {
    // Without its watermark no picture goes out, and the fault is nobody's who asked.
    return new TintypeError('ORIGIN_FAILED', { cause: new Error(`there is no watermark at ${name.id.path}`) });
  }
  const lifetime = { freshness: lookup.record.freshness, browserTtl: ttl.browser, isOutdated };
  const headers = { 'cache-control': absentCacheControl(lifetime, question) };
  return new TintypeError('NOT_FOUND', { message: isOwn ? undefined : 'There is no such overlay.', headers });
}

function isStorableAll(sources: Sources): boolean {
  return sources.every(({ lookup }) => isStorable(lookup.record));
}

function movedOrThrow(error: unknown): ContentMoved {
  if (error instanceof ContentMoved) return error;
  throw error;
}

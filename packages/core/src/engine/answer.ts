import type { FoundDerivative } from '../cache/derivatives.ts';
import { isStorable } from '../cache/record.ts';
import type { Lookup } from '../cache/records.ts';
import { TintypeError } from '../errors.ts';
import type { AcceptClass } from '../http/accept.ts';
import type { HttpResponse } from '../http/message.ts';
import {
  type AnswerContext,
  absentCacheControl,
  answersWith304,
  respondFound,
  respondNotModified,
} from '../http/respond.ts';
import type { Endpoint } from './endpoint.ts';
import { ContentMoved, createMaker } from './maker.ts';
import type { Parts } from './parts.ts';
import { statusOf, toRepresentation } from './representation.ts';
import type { UrlPlan, Variant } from './url-plans.ts';

/** A request understood: for one of our URLs, from one class of clients. */
export interface Question extends AnswerContext {
  readonly plan: UrlPlan;
  readonly accept: AcceptClass;
}

/** The way from a question to its answer: record, derive, judge, respond. */
export interface Answers {
  /** From memory, at once; undefined where anybody must be asked. Throws what the record says against it. */
  now(question: Question): HttpResponse | undefined;
  /** Asking whoever must be asked. */
  later(question: Question): Promise<HttpResponse>;
}

/** How often a request starts over before the origin is said to have failed. */
const attempts = 4;

/** Creates the answers of an endpoint. */
export function createAnswers(endpoint: Endpoint, parts: Parts): Answers {
  const { clock, ttl } = endpoint;
  const { counters, plans, records, derivatives } = parts;
  const make = createMaker(endpoint, parts);

  /** 304 from the record alone: no bytes, no render, even where the derivative is long gone. */
  function notModified(question: Question, lookup: Lookup, variant: Variant, isOutdated: boolean) {
    const representation = toRepresentation(question.plan, lookup.record, variant, ttl, isOutdated);
    if (!answersWith304(question, representation)) return undefined;
    counters.notModified++;
    return respondNotModified(question, representation, statusOf(lookup, undefined, question.now));
  }

  function found(question: Question, lookup: Lookup, variant: Variant, bytes: FoundDerivative, isOutdated: boolean) {
    if (bytes.layer === 'memory') counters.hitsMemory++;
    else if (bytes.layer !== 'render') counters.hitsStore++;
    const representation = toRepresentation(question.plan, lookup.record, variant, ttl, isOutdated);
    return respondFound(question, representation, statusOf(lookup, bytes, question.now), bytes.derivative.body);
  }

  /** Throws what the record says against the original. */
  function variantOf(question: Question, { record }: Lookup, isOutdated: boolean): Variant {
    if (record.status === 200) return plans.variantOf(question.plan, record, question.accept);
    const absence = { freshness: record.freshness, browserTtl: ttl.browser, isOutdated };
    throw new TintypeError('NOT_FOUND', { headers: { 'cache-control': absentCacheControl(absence, question) } });
  }

  async function answerFrom(question: Question, lookup: Lookup): Promise<HttpResponse> {
    const { plan } = question;
    const asked = { ...question, now: clock.now() };
    // Purged while the origin was asked, or while it was made: good for this client, who asked before, and nobody after.
    const isOvertaken = await isOutdated(plan, lookup);
    const variant = variantOf(asked, lookup, isOvertaken);
    const short = notModified(asked, lookup, variant, isOvertaken);
    if (short !== undefined) return short;
    const isKept = isStorable(lookup.record);
    const bytes = await derivatives.get(variant.key, () => make(plan, lookup, variant), isKept);
    return found({ ...question, now: clock.now() }, lookup, variant, bytes, await isOutdated(plan, lookup));
  }

  async function isOutdated(plan: UrlPlan, { record }: Lookup): Promise<boolean> {
    return !(await records.isGood(plan.record.id, record));
  }

  return {
    now(question) {
      const lookup = records.peek(question.plan.record);
      if (lookup === undefined) return undefined;
      const variant = variantOf(question, lookup, false);
      const short = notModified(question, lookup, variant, false);
      if (short !== undefined) return short;
      const bytes = derivatives.peek(variant.key);
      return bytes === undefined ? undefined : found(question, lookup, variant, bytes, false);
    },
    async later(question) {
      let known: Lookup | undefined;
      for (let left = attempts; left > 0; left--) {
        const lookup: Lookup = known ?? (await records.lookup(question.plan.record));
        const answer = await answerFrom(question, lookup).catch(movedOrThrow).finally(lookup.release);
        if (!(answer instanceof ContentMoved)) return answer;
        // What may not be shared must not reach those who waited with the first asker: then each asks anew.
        known = isStorable(answer.lookup.record) ? answer.lookup : undefined;
      }
      throw new TintypeError('ORIGIN_FAILED', { cause: new Error('the original changes faster than it is read') });
    },
  };
}

function movedOrThrow(error: unknown): ContentMoved {
  if (error instanceof ContentMoved) return error;
  throw error;
}

import type { FoundDerivative } from '../cache/derivatives.ts';
import type { Hand } from '../cache/flights.ts';
import { isSelected, isStorable, type OriginRecord, type RecordName } from '../cache/record.ts';
import { TintypeError } from '../errors.ts';
import type { HttpResponse } from '../http/message.ts';
import { isAbsent } from '../origin/answer-status.ts';
import { isPassedOn } from './asset.ts';
import type { Endpoint } from './endpoint.ts';
import { createHand } from './hand.ts';
import { ContentMoved, createMaker } from './maker.ts';
import { ofEach } from './of-each.ts';
import type { Order } from './order.ts';
import type { Parts } from './parts.ts';
import type { Question } from './question.ts';
import { type Answerable, createResponses, type Selection } from './representation.ts';
import { createSelector } from './selection.ts';
import { type IsAlone, isStale, keepingOf, lookUpSources, peekSources, type Source, type Sources } from './sources.ts';

/** The way from a question to its answer: record, derive, judge, respond. */
export interface Answers {
  /**
   * From memory, at once; undefined where anybody must be asked. Throws what a record says against it.
   *
   * @param freshAlone leaves what is stale, for which the origin would be asked behind.
   */
  now(question: Question, freshAlone: boolean): HttpResponse | undefined;
  /**
   * Asking whoever must be asked.
   *
   * @param gone aborted when the client has gone.
   */
  later(question: Question, gone?: AbortSignal): Promise<HttpResponse>;
  /**
   * Makes what a question asks for, or finds it made, for nobody yet. Rejects with what the answer would be refused for.
   *
   * @param crew the hand, and the originals, of several such questions.
   */
  prepare(question: Question, crew: Crew): Promise<Prepared>;
}

/** What questions have in common that are prepared one after the other. */
export type Crew = Pick<Order, 'hand' | 'shared'>;

/** What was found or made. */
export interface Prepared extends FoundDerivative {
  /** Names it. */
  readonly key: string;
}

/** How often a request starts over before the origin is said to have failed. */
const attempts = 4;

/** Creates the answers of an endpoint. */
export function createAnswers(endpoint: Endpoint, parts: Parts): Answers {
  const { clock } = endpoint;
  const { records, derivatives } = parts;
  const make = createMaker(endpoint, parts);
  const responses = createResponses(endpoint, parts.counters);
  const isAloneFor = createIsAlone(endpoint);
  const isOutdated = createIsOutdated(records);

  const selectionOf = createSelector(endpoint, parts);
  const withSources = createSourcing(records, isAloneFor);

  /** The answer that needs no bytes, because the client has them or there are none. */
  function short(answerable: Answerable): HttpResponse | undefined {
    const unchanged = responses.withoutBytes(answerable);
    if (unchanged !== undefined) return unchanged;
    return hasNoContent(answerable) ? responses.empty(answerable) : undefined;
  }

  async function answerFrom(question: Question, sources: Sources, hand: Hand): Promise<HttpResponse> {
    const asked = { ...question, now: clock.now() };
    // Purged while the origin was asked, or while it was made: good for this client, who asked before, and nobody after.
    const isOvertaken = await isOutdated(question, sources);
    const selection = selectionOf(asked, sources, isOvertaken);
    const known = short({ question: asked, sources, selection, isOutdated: isOvertaken });
    if (known !== undefined) return known;
    const bytes = await derive(question, sources, selection, { hand });
    const answered = { ...question, now: clock.now() };
    return responses.found(
      { question: answered, sources, selection, isOutdated: await isOutdated(question, sources) },
      bytes,
    );
  }

  function derive({ plan }: Question, sources: Sources, selection: Selection, crew: Crew): Promise<FoundDerivative> {
    const kept = keepingOf(records, sources);
    const start = (hand: Hand) => make({ plan, sources, selection, kept, ...crew, hand });
    return derivatives.get(selection.key, start, crew.hand, kept);
  }

  async function prepareFrom(question: Question, sources: Sources, crew: Crew): Promise<Prepared> {
    const asked = { ...question, now: clock.now() };
    const selection = selectionOf(asked, sources, await isOutdated(question, sources));
    return { ...(await derive(asked, sources, selection, crew)), key: selection.key };
  }

  function now(question: Question, freshAlone: boolean): HttpResponse | undefined {
    const sources = peekSources(records, question.records, { isAlone: isAloneFor(question), freshAlone });
    if (sources === undefined) return undefined;
    const instead = inPlaceOf(question, sources);
    if (instead !== undefined) return now(instead, freshAlone);
    const isOvertaken = isStale(sources) || (question.absent !== undefined && isStale([question.absent]));
    const selection = selectionOf(question, sources, isOvertaken);
    const answerable = { question, sources, selection, isOutdated: isOvertaken };
    const known = short(answerable);
    if (known !== undefined) return known;
    const bytes = derivatives.peek(selection.key);
    return bytes === undefined ? undefined : responses.found(answerable, bytes);
  }

  return {
    now,
    async later(question, gone) {
      const hand = createHand(parts.reads, gone);
      const answering = withSources(question, hand, (asked, sources) => answerFrom(asked, sources, hand));
      return answering.finally(hand.leave);
    },
    prepare: (question, crew) =>
      withSources(question, crew.hand, (asked, sources) => prepareFrom(asked, sources, crew)),
  };
}

/** Creates what tells for a question which records nothing is laid over. */
function createIsAlone(endpoint: Endpoint): (question: Question) => IsAlone {
  const usually: IsAlone = (record) => isPassedOn(record, endpoint, false);
  const asAsked: IsAlone = (record) => isPassedOn(record, endpoint, true);
  return ({ plan }) => (plan.request.original ? asAsked : usually);
}

/** Creates what tells whether any original was purged since it was looked up, the one that is not there included. */
function createIsOutdated(records: Parts['records']): (question: Question, sources: Sources) => Promise<boolean> {
  return async ({ absent }, sources) => {
    const all = absent === undefined ? sources : [absent, ...sources];
    for (const { name, lookup } of all) if (!(await records.isGood(name.id, lookup.record))) return true;
    return false;
  };
}

type WithSources = <T>(
  question: Question,
  hand: Hand,
  act: (question: Question, sources: Sources) => Promise<T>,
) => Promise<T>;

/** The question for what takes the place of an original that is not there; undefined where it is, or nothing does. */
function inPlaceOf(question: Question, [own]: Sources): Question | undefined {
  const { fallback } = question.plan;
  if (fallback === undefined || !isAbsent(own.lookup.record.status)) return undefined;
  const { fields } = own.name;
  return {
    ...question,
    plan: fallback,
    records: ofEach(fallback.records, (name) => ({ ...name, fields })),
    absent: own,
  };
}

/** Creates what does something with the sources of a question, from the beginning again where they turn out to have changed. */
function createSourcing(records: Parts['records'], isAloneFor: (question: Question) => IsAlone): WithSources {
  const movedSource = createMover(records);
  const withSources: WithSources = async (question, hand, act) => {
    const isAlone = isAloneFor(question);
    const moved = new Map<string, Source>();
    for (let left = attempts; left > 0; left--) {
      const sources = await lookUpSources(records, question.records, { moved, hand, isAlone });
      const instead = inPlaceOf(question, sources);
      if (instead !== undefined) return withSources(instead, hand, act);
      const answer = await act(question, sources).catch(movedOrThrow);
      if (!(answer instanceof ContentMoved)) return answer;
      const source = await movedSource(answer.source, question.records, hand);
      // What was purged since it was read each asks for anew.
      if (await records.isGood(source.name.id, source.lookup.record)) moved.set(source.name.key, source);
      else moved.delete(source.name.key);
    }
    throw new TintypeError('ORIGIN_FAILED', { cause: new Error('the original changes faster than it is read') });
  };
  return withSources;
}

/** What another request has read, where it is for this one too; else what this one reads itself. */
function createMover(records: Parts['records']) {
  return async ({ name: theirs, lookup }: Source, own: readonly RecordName[], hand: Hand): Promise<Source> => {
    const name = own.find(({ key }) => key === theirs.key) ?? theirs;
    return { name, lookup: isShareable(lookup.record, name) ? lookup : await records.refetch(name, hand) };
  };
}

/** Not what may not be shared, nor what its origin meant for other clients than this one. */
function isShareable(record: OriginRecord, name: RecordName): boolean {
  return isStorable(record) && isSelected(record, name);
}

/** Whether there are no bytes to look for. */
function hasNoContent({ sources: [{ lookup }], selection }: Answerable): boolean {
  return selection.kind === 'asset' && lookup.record.bytes === 0;
}

function movedOrThrow(error: unknown): ContentMoved {
  if (error instanceof ContentMoved) return error;
  throw error;
}

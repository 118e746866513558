import type { FoundDerivative } from '../cache/derivatives.ts';
import { isSelected, isStorable, type OriginRecord, type RecordName } from '../cache/record.ts';
import { TintypeError } from '../errors.ts';
import type { HttpResponse } from '../http/message.ts';
import { createHand, type Hand } from '../load/hand.ts';
import { isPassedOn } from './asset.ts';
import type { Endpoint } from './endpoint.ts';
import { ContentMoved, createMaker } from './maker.ts';
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
   * @param provisions the hand, and the originals, of several such questions.
   */
  prepare(question: Question, provisions: Provisions): Promise<Prepared>;
}

/** What questions have in common that are prepared one after the other. */
export type Provisions = Pick<Order, 'hand' | 'shared'>;

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
  const isAlone = (record: OriginRecord): boolean => isPassedOn(record, endpoint);

  const selectionOf = createSelector(endpoint, parts);
  const withSources = createSourcing(records, isAlone);
  const isOutdated = createOutdated(records);

  /** The answer that needs no bytes, because the client has them or there are none. */
  function short(answerable: Answerable): HttpResponse | undefined {
    const unchanged = responses.withoutBytes(answerable);
    if (unchanged !== undefined) return unchanged;
    return hasNoContent(answerable) ? responses.empty(answerable) : undefined;
  }

  async function answerFrom(question: Question, sources: Sources, hand: Hand): Promise<HttpResponse> {
    const asked = { ...question, now: clock.now() };
    // Purged while the origin was asked, or while it was made: good for this client, who asked before, and nobody after.
    const isOvertaken = await isOutdated(sources);
    const selection = selectionOf(asked, sources, isOvertaken);
    const known = short({ question: asked, sources, selection, isOutdated: isOvertaken });
    if (known !== undefined) return known;
    const bytes = await derive(question, sources, selection, { hand });
    const answered = { ...question, now: clock.now() };
    return responses.found({ question: answered, sources, selection, isOutdated: await isOutdated(sources) }, bytes);
  }

  function derive(
    { plan }: Question,
    sources: Sources,
    selection: Selection,
    provisions: Provisions,
  ): Promise<FoundDerivative> {
    const kept = keepingOf(records, sources);
    const start = (hand: Hand) => make({ plan, sources, selection, kept, ...provisions, hand });
    return derivatives.get(selection.key, start, provisions.hand, kept);
  }

  async function prepareFrom(question: Question, sources: Sources, provisions: Provisions): Promise<Prepared> {
    const asked = { ...question, now: clock.now() };
    const selection = selectionOf(asked, sources, await isOutdated(sources));
    return { ...(await derive(asked, sources, selection, provisions)), key: selection.key };
  }

  return {
    now(question, freshAlone) {
      const sources = peekSources(records, question.records, { isAlone, freshAlone });
      if (sources === undefined) return undefined;
      const isOutdated = isStale(sources);
      const selection = selectionOf(question, sources, isOutdated);
      const answerable = { question, sources, selection, isOutdated };
      const known = short(answerable);
      if (known !== undefined) return known;
      const bytes = derivatives.peek(selection.key);
      return bytes === undefined ? undefined : responses.found(answerable, bytes);
    },
    async later(question, gone) {
      const hand = createHand(parts.reads, gone);
      const answering = withSources(question, hand, (sources) => answerFrom(question, sources, hand));
      return answering.finally(hand.leave);
    },
    prepare: (question, provisions) =>
      withSources(question, provisions.hand, (sources) => prepareFrom(question, sources, provisions)),
  };
}

/** Creates what tells whether any of the sources was purged since it was looked up. */
function createOutdated({ isGood }: Parts['records']): (sources: Sources) => Promise<boolean> {
  return async (sources) => {
    for (const { name, lookup } of sources) if (!(await isGood(name.id, lookup.record))) return true;
    return false;
  };
}

type WithSources = <T>(question: Question, hand: Hand, act: (sources: Sources) => Promise<T>) => Promise<T>;

/** Creates what does something with the sources of a question, from the beginning again where they turn out to have changed. */
function createSourcing(records: Parts['records'], isAlone: IsAlone): WithSources {
  const movedSource = createMover(records);
  return async (question, hand, act) => {
    const moved = new Map<string, Source>();
    for (let left = attempts; left > 0; left--) {
      const sources = await lookUpSources(records, question.records, { moved, hand, isAlone });
      const answer = await act(sources).catch(movedOrThrow);
      if (!(answer instanceof ContentMoved)) return answer;
      const source = await movedSource(answer.source, question.records, hand);
      // What was purged since it was read each asks for anew.
      if (await records.isGood(source.name.id, source.lookup.record)) moved.set(source.name.key, source);
      else moved.delete(source.name.key);
    }
    throw new TintypeError('ORIGIN_FAILED', { cause: new Error('the original changes faster than it is read') });
  };
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

import type { Keeping } from '../cache/derivatives.ts';
import type { Hand } from '../cache/flights.ts';
import type { Permission } from '../cache/keeper.ts';
import { isSelected, isStorable, type OriginRecord, type RecordName } from '../cache/record.ts';
import { TintypeError } from '../errors.ts';
import { absentControl } from '../http/emitted-control.ts';
import { freshnessUntil } from '../http/expiry.ts';
import type { HttpResponse } from '../http/message.ts';
import type { TtlOptions } from '../http/ttl.ts';
import { isAbsent } from '../origin/answer-status.ts';
import type { OriginalId } from '../origin/identity.ts';
import { assetOf, isPassedOn } from './asset.ts';
import type { Endpoint } from './endpoint.ts';
import { createHand } from './hand.ts';
import { ContentMoved, createMaker } from './maker.ts';
import type { Parts } from './parts.ts';
import type { Question } from './question.ts';
import { type Answerable, createResponses, type Selection } from './representation.ts';
import { isKept, isStale, lookUpSources, peekSources, recordOf, type Source, type Sources } from './sources.ts';
import { ofEach } from './url-plans.ts';

/** The way from a question to its answer: record, derive, judge, respond. */
export interface Answers {
  /** From memory, at once; undefined where anybody must be asked. Throws what a record says against it. */
  now(question: Question): HttpResponse | undefined;
  /**
   * Asking whoever must be asked.
   *
   * @param gone aborted when the client has gone.
   */
  later(question: Question, gone?: AbortSignal): Promise<HttpResponse>;
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
  const movedSource = createMover(records);

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
    const may = records.permission(sources.map(({ name, lookup }) => [name.id, lookup.record]));
    const kept = keeping(sources, may);
    const start = (own: Hand) => make({ plan: question.plan, sources, selection, hand: own, kept });
    const bytes = await derivatives.get(selection.key, start, hand, kept);
    const answered = { ...question, now: clock.now() };
    return responses.found({ question: answered, sources, selection, isOutdated: await isOutdated(sources) }, bytes);
  }

  async function isOutdated(sources: Sources): Promise<boolean> {
    for (const { name, lookup } of sources) if (!(await records.isGood(name.id, lookup.record))) return true;
    return false;
  }

  async function answerWith(question: Question, hand: Hand): Promise<HttpResponse> {
    const moved = new Map<string, Source>();
    for (let left = attempts; left > 0; left--) {
      const sources = await lookUpSources(records, question.records, { moved, hand, isAlone });
      const answer = await answerFrom(question, sources, hand).catch(movedOrThrow);
      if (!(answer instanceof ContentMoved)) return answer;
      const source = await movedSource(answer.source, question.records, hand);
      // What was purged since it was read each asks for anew.
      if (await records.isGood(source.name.id, source.lookup.record)) moved.set(source.name.key, source);
      else moved.delete(source.name.key);
    }
    throw new TintypeError('ORIGIN_FAILED', { cause: new Error('the original changes faster than it is read') });
  }

  return {
    now(question) {
      const sources = peekSources(records, question.records, isAlone);
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
      return answerWith(question, hand).finally(hand.leave);
    },
  };
}

type Selector = (question: Question, sources: Sources, isOutdated: boolean) => Selection;

/** Creates what decides between a picture and an original passed on. It throws what a record says against its original. */
function createSelector(endpoint: Endpoint, { plans, watermark }: Parts): Selector {
  const { ttl } = endpoint;
  return (question, sources, isOutdated) => {
    const { record } = sources[0].lookup;
    const isFallenThrough = isAbsent(record.status) && question.mount.fallthrough === true;
    if (isPassedOn(record, endpoint) && !isFallenThrough) {
      return assetOf(record, sources[0].name.id, question.headers);
    }
    const absent = sources.find((source) => isMissing(source, sources, watermark));
    if (absent !== undefined) throw absence(absent, { question, sources, ttl, isOutdated }, watermark);
    return plans.variantOf(question.plan, ofEach(sources, recordOf), question.accept);
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
  const { varies, freshness: said } = lookup.record;
  const freshness = freshnessUntil(question.expires, said, question.now);
  const lifetime = { freshness, browserTtl: ttl.browser, isOutdated };
  const headers = {
    'cache-control': absentControl(lifetime, question.now, question.mount),
    ...(varies.length === 0 ? {} : { vary: varies.join(', ') }),
  };
  return new TintypeError('NOT_FOUND', { message: isOwn ? undefined : 'There is no such overlay.', headers });
}

/** Where what is made may be kept: what is there in the store too, an origin's error pages in memory alone. */
function keeping(sources: Sources, may: Permission): Keeping | undefined {
  return isKept(sources) ? { may, inMemoryAlone: sources[0].lookup.record.status !== 200 } : undefined;
}

function movedOrThrow(error: unknown): ContentMoved {
  if (error instanceof ContentMoved) return error;
  throw error;
}

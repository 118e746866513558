import type { Clock } from '../clock.ts';
import type { Counters } from '../counters.ts';
import { toTintypeError } from '../errors.ts';
import { publish } from '../events.ts';
import { hashBytes } from '../hash.ts';
import type { Exchange } from '../http/age.ts';
import { isSameTag } from '../http/conditional.ts';
import { dateIn, formatHttpDate } from '../http/date.ts';
import { type HttpHeaders, header } from '../http/message.ts';
import { updatedFields, withoutCookies } from '../http/stored-fields.ts';
import { isPersonal, selectingValues, variedFields } from '../http/vary.ts';
import type { Origin, OriginRequest, OriginResponse } from '../origin/origin.ts';
import { askOrigin, questionOf } from './ask-origin.ts';
import { contentOf, type Inspect, nothing } from './content.ts';
import { type FreshnessPolicy, isToBeRead, type OriginRecord, type RecordName, recordFreshness } from './record.ts';
import { type TagRule, tagsOf } from './tags.ts';

/** What a read begins with. */
export interface ReadRequest {
  readonly name: RecordName;
  /** The record so far: its validators make the question conditional, its content survives a 304. */
  readonly previous: OriginRecord | undefined;
  /** Whether to ask conditionally. False where the bytes themselves are wanted. */
  readonly conditional: boolean;
  /** Whether a purge came since, so that no cache on the way may answer. */
  readonly suspicious: boolean;
  /** Journal position and epoch, taken before the read begins. */
  readonly position: number;
  readonly epoch: string;
}

/** What came of it. */
export interface ReadResult {
  readonly record: OriginRecord;
  /** Whether the origin said that nothing has changed. */
  readonly isRenewal: boolean;
  /** The original, where the origin sent it. */
  readonly body: Uint8Array | undefined;
}

/** What an origin reader is made of. */
export interface OriginReaderOptions extends FreshnessPolicy {
  readonly origin: Origin;
  readonly clock: Clock;
  readonly tags: TagRule | undefined;
  readonly maxBytes: number;
  /** Seconds for one answer, whatever the origin's own patience. */
  readonly timeout: number;
  readonly inspect: Inspect;
  readonly counters: Counters;
}

/** Waits for room for so many bytes. */
type Admit = NonNullable<OriginRequest['admit']>;

/** Asks the origin once and makes the record of its answer. Throws `ORIGIN_FAILED`, `ORIGIN_TIMEOUT`, `ORIGINAL_TOO_LARGE`. */
export type OriginReader = (request: ReadRequest, admit: Admit) => Promise<ReadResult>;

/** Creates the one place where an origin is asked. */
export function createOriginReader(options: OriginReaderOptions): OriginReader {
  const { clock, counters, maxBytes, passthrough } = options;

  async function ask(request: ReadRequest, admit: Admit): Promise<readonly [OriginResponse, Exchange]> {
    const { name, conditional, suspicious: isSuspicious } = request;
    const known = conditional ? request.previous : undefined;
    const previous = known === undefined || isToBeRead(known, options.accepts) ? undefined : known;
    const requestTime = clock.now();
    counters.originReads++;
    try {
      const question = questionOf({ name, previous, isSuspicious, maxBytes, passthrough });
      const answer = await askOrigin(options.origin, name.id, { ...question, admit }, options.timeout);
      const exchange = { requestTime, responseTime: clock.now() };
      report(request, answer.status, answer.body?.length ?? 0, exchange);
      return [answer, exchange];
    } catch (error) {
      const failure = toTintypeError(error, 'ORIGIN_FAILED');
      report(request, undefined, 0, { requestTime, responseTime: clock.now() }, failure.cause ?? failure);
      throw failure;
    }
  }

  return async function read(request: ReadRequest, admit: Admit): Promise<ReadResult> {
    const [answer, exchange] = await ask(request, admit);
    if (answer.status !== 304) return found(request, answer, exchange, options);
    counters.revalidations++;
    return renew(request, answer, exchange, options) ?? read({ ...request, conditional: false }, admit);
  };
}

/** A 304 (RFC 9111 §4.3.4): the content stays, fields and freshness are the new ones. */
function renew(
  request: ReadRequest,
  answer: OriginResponse,
  exchange: Exchange,
  options: OriginReaderOptions,
): ReadResult | undefined {
  const { previous } = request;
  if (previous === undefined) return undefined;
  const [held, named] = [header(previous.headers, 'etag'), header(answer.headers, 'etag')];
  // RFC 9111 §4.3.4: a tag that we do not hold is of another representation.
  if (named !== undefined && !isSameTag(named, held)) return undefined;
  const headers = dated(updatedFields(previous.headers, answer.headers), exchange);
  const { path, bytes } = previous;
  const record = {
    ...previous,
    ...stampOf(request, exchange, headers, options),
    setsCookie: setsCookie(answer.headers),
    tags: tagsOf({ path, bytes, headers }, options.tags),
    headers,
    source: answer.source ?? previous.source,
    recheck: answer.recheck,
  };
  const freshness = recordFreshness(record, exchange, options);
  return { record: { ...record, freshness }, isRenewal: true, body: undefined };
}

/** An answer of its own: an original, that there is none, or what else is passed on. */
function found(
  request: ReadRequest,
  { status, headers: said, body, source, recheck }: OriginResponse,
  exchange: Exchange,
  options: OriginReaderOptions,
): ReadResult {
  const { id, version } = request.name;
  const headers = dated(withoutCookies(said), exchange);
  const isKept = body !== undefined && (status === 200 || options.passthrough.anyStatus);
  const bytes = isKept ? body.length : 0;
  const hash = isKept ? hashBytes(body) : '';
  const content = status === 200 && isKept ? contentOf(body, headers, options) : nothing;
  const record = {
    ...stampOf(request, exchange, headers, options),
    setsCookie: setsCookie(said),
    origin: id.origin,
    path: id.path,
    version,
    tags: tagsOf({ path: id.path, bytes, headers }, options.tags),
    status,
    hash,
    bytes,
    ...content,
    lastModified: status === 200 ? lastModifiedOf(hash, headers, request, exchange) : undefined,
    generation: request.previous?.generation ?? 0,
    headers,
    source,
    recheck,
  };
  const freshness = recordFreshness(record, exchange, options);
  return { record: { ...record, freshness }, isRenewal: false, body: isKept ? body : undefined };
}

/**
 * The date that clients are told. It is the origin's, unless content has changed under it: a client that holds the old
 * content must not find its date again (RFC 9110 §8.8.2.2).
 */
function lastModifiedOf(
  hash: string,
  headers: HttpHeaders,
  { previous, suspicious }: ReadRequest,
  { responseTime }: Exchange,
): number | undefined {
  if (previous?.hash === hash) return previous.lastModified;
  const said = dateIn(headers, 'last-modified', responseTime);
  if (said === undefined) return undefined;
  const told = previous?.lastModified;
  // Without the old record only the purge tells that there may have been other content.
  const isTaken = told === undefined ? suspicious : said <= told;
  if (!isTaken) return said;
  const changed = Math.max(said, Math.floor(responseTime / 1000) * 1000, (told ?? 0) + 1000);
  return changed > responseTime ? undefined : changed;
}

/** When, by the clock and by the journal, the read began, and by what its answer was selected. */
function stampOf(
  { name: { fields }, position, epoch }: ReadRequest,
  { requestTime }: Exchange,
  headers: HttpHeaders,
  { origin: { forwards = [] } }: OriginReaderOptions,
): Pick<OriginRecord, 'position' | 'epoch' | 'requestTime' | 'isPersonal' | 'hasCookie' | 'varies' | 'selecting'> {
  // What is not sent to the origin is the same for everybody.
  const varies = variedFields(headers).filter((field) => forwards.includes(field));
  return {
    position,
    epoch,
    requestTime,
    isPersonal: isPersonal(fields),
    hasCookie: fields.cookie !== undefined,
    varies,
    selecting: selectingValues(varies, fields),
  };
}

function setsCookie(headers: HttpHeaders): boolean {
  return headers['set-cookie'] !== undefined;
}

/** RFC 9110 §6.6.1: an answer without a date is dated when it is received. */
function dated(headers: HttpHeaders, { responseTime }: Exchange): HttpHeaders {
  const isDated = dateIn(headers, 'date', responseTime) !== undefined;
  return isDated ? headers : { ...headers, date: formatHttpDate(responseTime) };
}

function report(
  { name: { id } }: ReadRequest,
  status: number | undefined,
  bytes: number,
  { requestTime, responseTime }: Exchange,
  error?: unknown,
): void {
  const ms = responseTime - requestTime;
  publish('tintype:origin', { origin: id.origin, path: id.path, status, bytes, ms, error });
}

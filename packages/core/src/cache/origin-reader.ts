import type { Clock } from '../clock.ts';
import type { Counters } from '../counters.ts';
import { type ErrorCode, toTintypeError } from '../errors.ts';
import { publish } from '../events.ts';
import { hashBytes } from '../hash.ts';
import { parseHttpDate } from '../http/date.ts';
import { type Exchange, freshnessOf, negativeFreshnessOf, type TtlOptions } from '../http/freshness.ts';
import { type HttpHeaders, header } from '../http/message.ts';
import type { OriginalId } from '../origin/identity.ts';
import type { Origin, OriginResponse } from '../origin/origin.ts';
import type { ImageInfo } from '../transform/image.ts';
import { askOrigin, questionOf } from './ask-origin.ts';
import type { OriginRecord } from './record.ts';
import { type TagRule, tagsOf } from './tags.ts';

/** What a read begins with. */
export interface ReadRequest {
  readonly id: OriginalId;
  readonly version: string | undefined;
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
  /** The original, where the origin sent it. */
  readonly body: Uint8Array | undefined;
}

/** What an origin reader is made of. */
export interface OriginReaderOptions {
  readonly origin: Origin;
  readonly clock: Clock;
  readonly ttl: TtlOptions;
  readonly tags: TagRule | undefined;
  readonly maxBytes: number;
  /** Seconds for one answer, whatever the origin's own patience. */
  readonly timeout: number;
  /** Reads the header of an original; throws what is wrong with it. */
  readonly inspect: (bytes: Uint8Array) => ImageInfo;
  readonly counters: Counters;
}

/** Asks the origin once and makes the record of its answer. Throws `ORIGIN_FAILED`, `ORIGIN_TIMEOUT`, `ORIGINAL_TOO_LARGE`. */
export type OriginReader = (request: ReadRequest) => Promise<ReadResult>;

/** Creates the one place where an origin is asked. */
export function createOriginReader(options: OriginReaderOptions): OriginReader {
  const { clock, counters } = options;

  async function ask(request: ReadRequest): Promise<readonly [OriginResponse, Exchange]> {
    const { id, previous, conditional, suspicious } = request;
    const requestTime = clock.now();
    counters.originReads++;
    try {
      const question = questionOf(conditional ? previous : undefined, suspicious, options.maxBytes);
      const answer = await askOrigin(options.origin, id, question, options.timeout);
      const exchange = { requestTime, responseTime: clock.now() };
      report(request, answer.status, answer.body?.length ?? 0, exchange);
      return [answer, exchange];
    } catch (error) {
      const failure = toTintypeError(error, 'ORIGIN_FAILED');
      report(request, undefined, 0, { requestTime, responseTime: clock.now() }, failure.cause ?? failure);
      throw failure;
    }
  }

  return async function read(request: ReadRequest): Promise<ReadResult> {
    const [answer, exchange] = await ask(request);
    if (answer.status === 200) return found(request, answer, exchange, options);
    if (answer.status !== 304) return absent(request, answer.status, answer, exchange, options);
    counters.revalidations++;
    return renew(request, answer, exchange, options) ?? read({ ...request, conditional: false });
  };
}

/** A 304 (RFC 9111 §4.3.4): the content stays, fields and freshness are the new ones. */
function renew(
  request: ReadRequest,
  answer: OriginResponse,
  exchange: Exchange,
  { ttl, tags }: OriginReaderOptions,
): ReadResult | undefined {
  const { previous } = request;
  if (previous === undefined) return undefined;
  const [held, named] = [header(previous.headers, 'etag'), header(answer.headers, 'etag')];
  // RFC 9111 §4.3.4: a strong tag that we do not hold selects another representation.
  if (named !== undefined && !named.startsWith('W/') && named !== held) return undefined;
  // The age of the old answer says nothing of the new one.
  const { age: _age, date: _date, ...kept } = previous.headers;
  const headers = { ...kept, ...answer.headers };
  const original = { path: previous.path, bytes: previous.bytes, headers };
  return {
    record: {
      ...previous,
      ...stampOf(request, exchange),
      tags: tagsOf(original, tags),
      headers,
      source: answer.source ?? previous.source,
      recheck: answer.recheck,
      freshness: freshnessOf(original, exchange, ttl),
    },
    body: undefined,
  };
}

function found(
  request: ReadRequest,
  answer: OriginResponse,
  exchange: Exchange,
  { ttl, tags, inspect }: OriginReaderOptions,
): ReadResult {
  const body = answer.body ?? new Uint8Array();
  const { headers, source, recheck } = answer;
  const original = { path: request.id.path, bytes: body.length, headers };
  const hash = hashBytes(body);
  const content = inspected(body, inspect);
  return {
    record: {
      ...stampOf(request, exchange),
      origin: request.id.origin,
      path: request.id.path,
      version: request.version,
      tags: tagsOf(original, tags),
      status: 200,
      hash,
      lastModified: lastModifiedOf(hash, headers, request, exchange),
      bytes: body.length,
      ...content,
      generation: request.previous?.generation ?? 0,
      headers,
      source,
      recheck,
      // What is no image may be a page that stands in for one: it is remembered no longer than an absence.
      freshness:
        content.image === undefined
          ? negativeFreshnessOf(headers, exchange, ttl)
          : freshnessOf(original, exchange, ttl),
    },
    body,
  };
}

function absent(
  request: ReadRequest,
  status: 404 | 410,
  { headers, source, recheck }: OriginResponse,
  exchange: Exchange,
  { ttl, tags }: OriginReaderOptions,
): ReadResult {
  return {
    record: {
      ...stampOf(request, exchange),
      origin: request.id.origin,
      path: request.id.path,
      version: request.version,
      tags: tagsOf({ path: request.id.path, bytes: 0, headers }, tags),
      status,
      hash: '',
      lastModified: undefined,
      bytes: 0,
      image: undefined,
      refusal: undefined,
      generation: request.previous?.generation ?? 0,
      headers,
      source,
      recheck,
      freshness: negativeFreshnessOf(headers, exchange, ttl),
    },
    body: undefined,
  };
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
  const said = parseHttpDate(header(headers, 'last-modified') ?? '', responseTime);
  if (said === undefined) return undefined;
  const told = previous?.lastModified;
  // Without the old record only the purge tells that there may have been other content.
  const isTaken = told === undefined ? suspicious : said <= told;
  if (!isTaken) return said;
  const changed = Math.max(said, Math.floor(responseTime / 1000) * 1000, (told ?? 0) + 1000);
  return changed > responseTime ? undefined : changed;
}

/** When, by the clock and by the journal, the read began. */
function stampOf(
  { position, epoch }: ReadRequest,
  { requestTime }: Exchange,
): Pick<OriginRecord, 'position' | 'epoch' | 'requestTime'> {
  return { position, epoch, requestTime };
}

function inspected(
  body: Uint8Array,
  inspect: (bytes: Uint8Array) => ImageInfo,
): { readonly image: ImageInfo | undefined; readonly refusal: ErrorCode | undefined } {
  try {
    return { image: inspect(body), refusal: undefined };
  } catch (error) {
    return { image: undefined, refusal: toTintypeError(error, 'BROKEN_IMAGE').code };
  }
}

function report(
  { id }: ReadRequest,
  status: number | undefined,
  bytes: number,
  { requestTime, responseTime }: Exchange,
  error?: unknown,
): void {
  const ms = responseTime - requestTime;
  publish('tintype:origin', { origin: id.origin, path: id.path, status, bytes, ms, error });
}

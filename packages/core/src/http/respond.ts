import { TintypeError } from '../errors.ts';
import { type CacheStatus, formatCacheStatus } from './cache-status.ts';
import { evaluateConditions } from './conditional.ts';
import { emittedControl, isRepeated, type Lifetime } from './emitted-control.ts';
import { fixedHeaders } from './fixed-headers.ts';
import type { HttpHeaders, HttpResponse } from './message.ts';
import type { MountOptions } from './mount.ts';
import { contentRange, type RangeSelection, selectRange } from './range.ts';
import { sharedInSecond, type Write, wholeAge } from './shared-fields.ts';
import { joinVary } from './vary.ts';

/** What an answer depends on besides the representation. */
export interface AnswerContext {
  readonly method: string;
  readonly headers: HttpHeaders;
  readonly mount: MountOptions;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The client hints that clients are asked for (RFC 8942 §3.1); undefined for none. */
  readonly acceptCh?: string | undefined;
  /** When the URL expires, in whole seconds since the epoch: no answer may be used longer. Undefined for never. */
  readonly expires?: number | undefined;
}

/** One representation of a resource on one mount, as far as its fields go. */
export interface Representation extends Lifetime {
  readonly status: number;
  /** Undefined where there is no content. */
  readonly contentType: string | undefined;
  /** With its quotes; of a passed-on answer as the origin wrote it, undefined where it wrote none. */
  readonly etag: string | undefined;
  readonly lastModified: string | undefined;
  /** When the origin made it: an HTTP-date (RFC 9110 §6.6.1). */
  readonly date: string;
  /** The fields of requests that chose it, for Vary; empty for none. */
  readonly vary: string;
  /** Further fields, lower-case names. */
  readonly fields: Readonly<Record<string, string>>;
  /** Whether it is the origin's own answer, whose word on lifetimes goes out as it came where it may. */
  readonly isPassedOn: boolean;
  /** The origin's own Cache-Control; undefined where it said none. */
  readonly saidControl: string | undefined;
  /** Members of Cache-Status from caches before us (RFC 9211 §2). */
  readonly upstreamStatus: string | undefined;
  /** Whether we stand for the origin, so that If-Match is ours to answer, or pass on what another one said. */
  readonly role: 'origin' | 'cache';
  /** Whether parts of it may be asked for. */
  readonly hasRanges: boolean;
}

/**
 * The answer that needs no bytes: 304 where the client has it already (RFC 9110 §15.4.5). Undefined where bytes are
 * needed.
 *
 * @throws TintypeError `PRECONDITION_FAILED`.
 */
export function respondWithoutBytes(
  context: AnswerContext,
  representation: Representation,
  status: CacheStatus,
): HttpResponse | undefined {
  // RFC 9110 §13.2.1: conditions are of what would be found.
  if (!isFound(representation)) return undefined;
  const condition = evaluateConditions(context.headers, representation, representation.role, context.now);
  if (condition === 'met') return undefined;
  if (condition === 'failed') {
    throw new TintypeError('PRECONDITION_FAILED', { headers: given({ etag: representation.etag }) });
  }
  return { status: 304, headers: unchangedFields(context, representation, status, 0), body: undefined };
}

/**
 * The answer with bytes, whole or a part (RFC 9110 §14.2); without them to HEAD (§9.3.2).
 *
 * @throws TintypeError `RANGE_NOT_SATISFIABLE`.
 */
export function respondFound(
  context: AnswerContext,
  representation: Representation,
  status: CacheStatus,
  body: Uint8Array,
): HttpResponse {
  const range = rangeOf(context, representation, body.length);
  if (range.kind === 'unsatisfiable') {
    throw new TintypeError('RANGE_NOT_SATISFIABLE', { headers: { 'content-range': contentRange(range, body.length) } });
  }
  if (range.kind === 'part') {
    const part = body.subarray(range.start, range.end + 1);
    const whole = wholeFields(context, representation, status, part.length);
    return { status: 206, headers: { ...whole, 'content-range': contentRange(range, body.length) }, body: part };
  }
  const headers = wholeFields(context, representation, status, body.length);
  const isBodiless = context.method === 'HEAD' || hasNoContent(representation.status);
  return { status: representation.status, headers, body: isBodiless ? undefined : body };
}

/** RFC 9110 §14.2: of what a GET finds, and nothing else. */
function rangeOf(
  { method, headers, now }: AnswerContext,
  representation: Representation,
  length: number,
): RangeSelection {
  const { hasRanges, isPassedOn, status } = representation;
  if (headers.range === undefined || !hasRanges || method !== 'GET' || status !== 200) return { kind: 'whole' };
  // The formats of a picture share its date: parts of two of them would not make one (RFC 9110 §8.8.2.2).
  return selectRange(headers, length, isPassedOn ? representation : { ...representation, date: undefined }, now);
}

/** The short answer of an error. */
export function respondError(
  context: AnswerContext,
  error: Pick<TintypeError, 'message' | 'status' | 'headers'>,
  cacheControl: string,
): HttpResponse {
  const body = Buffer.from(`${error.message}\n`);
  const fixed = fixedHeaders(context);
  const vary = joinVary(error.headers.vary, fixed.vary);
  const headers = {
    'cache-control': cacheControl,
    ...error.headers,
    ...fixed,
    ...given({ vary }),
    'content-type': 'text/plain; charset=utf-8',
    'content-length': String(body.length),
  };
  return { status: error.status, headers, body: context.method === 'HEAD' ? undefined : body };
}

/** The answer to OPTIONS, a CORS preflight included. */
export function respondOptions(context: AnswerContext): HttpResponse {
  const headers: Record<string, string> = {
    ...fixedHeaders(context),
    allow: allowedMethods,
    'cache-control': 'no-store',
  };
  if (headers['access-control-allow-origin'] !== undefined) {
    headers['access-control-allow-methods'] = 'GET, HEAD';
    headers['access-control-max-age'] = '86400';
  }
  return { status: 204, headers, body: undefined };
}

/** For Allow fields. */
export const allowedMethods = 'GET, HEAD, OPTIONS';

const unchangedFields: Write = sharedInSecond((context, representation, status) =>
  withoutContent(representationHeaders(context, representation, status)),
);

const wholeFields: Write = sharedInSecond((context, representation, status, length) => {
  const { contentType } = representation;
  const headers = representationHeaders(context, representation, status);
  if (contentType !== undefined) headers['content-type'] = contentType;
  if (!hasNoContent(representation.status)) headers['content-length'] = String(length);
  return headers;
});

function representationHeaders(
  context: AnswerContext,
  representation: Representation,
  status: CacheStatus,
): Record<string, string> {
  const { etag, lastModified, date, vary, upstreamStatus, hasRanges } = representation;
  const age = wholeAge(representation, context.now);
  const ours = formatCacheStatus(status);
  // One after the other and not by spreading: every hit comes by here.
  const headers: Record<string, string> = Object.assign(fixedHeaders(context), representation.fields);
  const control = controlOf(representation, age, context.mount);
  if (control !== undefined) headers['cache-control'] = control;
  if (status.hit || age > 0) headers.age = String(age);
  if (hasRanges) headers['accept-ranges'] = 'bytes';
  headers.date = date;
  if (etag !== undefined) headers.etag = etag;
  if (lastModified !== undefined) headers['last-modified'] = lastModified;
  const varied = joinVary(vary, headers.vary);
  if (varied !== undefined) headers.vary = varied;
  headers['cache-status'] = upstreamStatus === undefined ? ours : `${upstreamStatus}, ${ours}`;
  return headers;
}

const controls = new WeakMap<Representation, string>();

/** What is said of lifetimes; once for each representation, but where it moves with the age. */
function controlOf(representation: Representation, age: number, mount: MountOptions): string | undefined {
  const { isPassedOn, saidControl, browserTtl } = representation;
  if (isPassedOn && isRepeated(representation, mount)) return saidControl;
  if (browserTtl !== undefined) return emittedControl(representation, age, mount);
  const known = controls.get(representation);
  if (known !== undefined) return known;
  const control = emittedControl(representation, age, mount);
  controls.set(representation, control);
  return control;
}

/** Those fields that have a value. */
function given(fields: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const present = Object.entries(fields).filter((field): field is [string, string] => field[1] !== undefined);
  return Object.fromEntries(present);
}

/** Whether a status says that there is something (RFC 9110 §15.3). */
export function isFound({ status }: Pick<Representation, 'status'>): boolean {
  return status >= 200 && status < 300;
}

/** RFC 9110 §15.3.5, §15.3.6: what has no content has no length either. */
function hasNoContent(status: number): boolean {
  return status === 204 || status === 205;
}

/** RFC 9110 §15.4.5: what describes the content stays away from an answer that has none. */
function withoutContent(headers: Record<string, string>): Record<string, string> {
  const isKept = (name: string): boolean => !name.startsWith('content-') || keptWithoutContent.has(name);
  // Pictures have none of these, and to copy is dear.
  if (Object.keys(headers).every(isKept)) return headers;
  return Object.fromEntries(Object.entries(headers).filter(([name]) => isKept(name)));
}

const keptWithoutContent = new Set(['content-location', 'content-security-policy']);

import type { TintypeError } from '../errors.ts';
import { type CacheStatus, formatCacheStatus } from './cache-status.ts';
import { isNotModified } from './conditional.ts';
import { ageOf, type Freshness } from './freshness.ts';
import { type HttpHeaders, type HttpResponse, header } from './message.ts';
import type { MountOptions } from './mount.ts';

/** What an answer depends on besides the representation. */
export interface AnswerContext {
  readonly method: string;
  readonly headers: HttpHeaders;
  readonly mount: MountOptions;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** One representation of a resource, as far as its fields go. */
export interface Representation extends Lifetime {
  readonly contentType: string;
  /** Strong, with its quotes. */
  readonly etag: string;
  readonly lastModified: string | undefined;
  /** Whether the Accept field chose it. */
  readonly isNegotiated: boolean;
}

/** Whether the client has it already, so that no bytes are needed. */
export function answersWith304({ headers, now }: AnswerContext, representation: Representation): boolean {
  return isNotModified(headers, representation, now);
}

/** The answer 304 (RFC 9110 §15.4.5). */
export function respondNotModified(
  context: AnswerContext,
  representation: Representation,
  status: CacheStatus,
): HttpResponse {
  return { status: 304, headers: representationHeaders(context, representation, status), body: undefined };
}

/** The answer 200; without its body to HEAD (RFC 9110 §9.3.2). */
export function respondFound(
  context: AnswerContext,
  representation: Representation,
  status: CacheStatus,
  body: Uint8Array,
): HttpResponse {
  const headers = {
    ...representationHeaders(context, representation, status),
    'content-type': representation.contentType,
    'content-length': String(body.length),
  };
  return { status: 200, headers, body: context.method === 'HEAD' ? undefined : body };
}

/** The short answer of an error. */
export function respondError(context: AnswerContext, error: TintypeError, cacheControl: string): HttpResponse {
  const body = Buffer.from(`${error.message}\n`);
  const headers = {
    'cache-control': cacheControl,
    ...error.headers,
    ...fixedHeaders(context),
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

/** The Cache-Control of an absent image whose origin was not asked: nobody need ask again for a while. */
export function negativeCacheControl(seconds: number, { mount }: AnswerContext): string {
  return `${mount.visibility ?? 'public'}, max-age=${Math.floor(seconds)}`;
}

/** How long whom may use what; the same for a picture and for its absence. */
export interface Lifetime {
  readonly freshness: Freshness;
  /** Seconds that browsers may use it at most. */
  readonly browserTtl: number | undefined;
  /** Whether it was purged while the answer was on its way: then nobody may use it again. */
  readonly isOutdated: boolean;
}

/** The Cache-Control of an image that its origin says is absent: what is left of the origin's lifetime. */
export function absentCacheControl({ freshness, browserTtl, isOutdated }: Lifetime, context: AnswerContext): string {
  if (isOutdated || freshness.storage !== 'public') return 'no-store';
  const age = ageOf(freshness, context.now);
  const shared = Math.floor(Math.max(0, freshness.lifetime - age));
  const forBrowsers = Math.floor(Math.max(0, Math.min(freshness.browserLifetime - age, browserTtl ?? shared)));
  if (shared === forBrowsers || context.mount.visibility === 'private')
    return negativeCacheControl(forBrowsers, context);
  return `public, s-maxage=${shared}, max-age=${forBrowsers}`;
}

function representationHeaders(
  context: AnswerContext,
  representation: Representation,
  status: CacheStatus,
): Record<string, string> {
  const age = Math.floor(ageOf(representation.freshness, context.now));
  const fixed = fixedHeaders(context);
  return {
    ...fixed,
    'cache-control': cacheControl(context, representation, age),
    ...(status.hit || age > 0 ? { age: String(age) } : {}),
    etag: representation.etag,
    ...(representation.lastModified === undefined ? {} : { 'last-modified': representation.lastModified }),
    ...(representation.isNegotiated ? { vary: fixed.vary === undefined ? 'Accept' : `Accept, ${fixed.vary}` } : {}),
    'cache-status': formatCacheStatus(status),
  };
}

function cacheControl({ mount }: AnswerContext, { freshness, browserTtl, isOutdated }: Lifetime, age: number): string {
  if (freshness.storage === 'no-store') return 'no-store';
  const isPrivate = mount.visibility === 'private' || freshness.storage === 'private';
  const visibility = isPrivate ? 'private' : 'public';
  if (freshness.validate) return `${visibility}, no-cache`;
  if (isOutdated) return `${visibility}, max-age=0, must-revalidate`;
  const shared = Math.floor(freshness.lifetime);
  // A receiver subtracts Age from max-age, so it is added before the browser's share is cut.
  const forBrowsers = Math.floor(Math.min(freshness.browserLifetime, age + (browserTtl ?? Number.POSITIVE_INFINITY)));
  return isPrivate
    ? `private, max-age=${forBrowsers}, must-revalidate`
    : `public, s-maxage=${shared}, max-age=${forBrowsers}, must-revalidate`;
}

/** Fields that every answer of ours carries, errors and 304s too: some middleware above us would set others. */
function fixedHeaders({ headers, mount }: AnswerContext): Record<string, string> {
  return {
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
    // Pictures behind a login are for pages of the same site.
    'cross-origin-resource-policy': mount.visibility === 'private' ? 'same-site' : 'cross-origin',
    ...corsHeaders(mount.cors ?? false, header(headers, 'origin')),
  };
}

function corsHeaders(cors: NonNullable<MountOptions['cors']>, origin: string | undefined): Record<string, string> {
  if (cors === false) return {};
  if (cors === true) return { 'access-control-allow-origin': '*', 'access-control-expose-headers': exposed };
  const allowed = typeof cors === 'string' ? [cors] : cors;
  if (origin === undefined || !allowed.includes(origin)) return { vary: 'Origin' };
  return { 'access-control-allow-origin': origin, 'access-control-expose-headers': exposed, vary: 'Origin' };
}

const exposed = 'Age, Cache-Status, Content-Length, ETag';

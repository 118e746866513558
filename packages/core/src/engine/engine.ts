import type { FormatOptions, StagedParameters } from '../dialect/dialect.ts';
import { TintypeError, toTintypeError } from '../errors.ts';
import { isObserved, publish } from '../events.ts';
import { acceptClass } from '../http/accept.ts';
import { type ClientHint, hintFields, readHints } from '../http/client-hints.ts';
import { negativeControl } from '../http/emitted-control.ts';
import { hasExpired, secondsUntil } from '../http/expiry.ts';
import { type HttpRequest, type HttpResponse, header } from '../http/message.ts';
import { mountOptionsOver } from '../http/mount.ts';
import { type AnswerContext, allowedMethods, respondError, respondOptions } from '../http/respond.ts';
import { forwardedFields } from '../http/vary.ts';
import type { PurgeOptions } from '../purge/options.ts';
import type { PurgeResult } from '../purge/purger.ts';
import type { PurgeStatus } from '../purge/status.ts';
import type { PurgeRequest } from '../purge/target.ts';
import type { MaybePromise } from '../store/store.ts';
import { createAnswers } from './answer.ts';
import { type Endpoint, toEndpoint } from './endpoint.ts';
import { assemble, type Parts } from './parts.ts';
import type { Question } from './question.ts';
import { type TintypeStats, toStats } from './stats.ts';
import type { TintypeOptions } from './tintype-options.ts';
import { ofEach } from './url-plans.ts';

/** One endpoint: an origin, a dialect and a TTL policy, with its cache. */
export interface Tintype {
  /**
   * Answers a request. A hit in memory is answered at once, anything else by a promise. Never throws and never rejects:
   * errors are short answers of their own.
   *
   * @returns undefined where the request is not for us.
   */
  handle(request: HttpRequest): MaybePromise<HttpResponse | undefined>;
  /**
   * Purges an original, those below a prefix or with a tag, or all of this origin, with everything that was made from
   * them. Once it resolves, no process that shares the journal answers a request that begins later from what the origin
   * held before (mode `soft` excepted, by its meaning). A repeated call does no harm.
   *
   * @throws TintypeError `INVALID_PURGE`, `PURGE_UNSUPPORTED`, `PURGE_FAILED`, `PURGE_INCOMPLETE` or `CLOSED`.
   */
  purge(target: PurgeRequest, options?: PurgeOptions): Promise<PurgeResult>;
  /** How far a purge has come; for 24 hours, and from every process that shares the journal. Undefined for no such purge. */
  purgeStatus(id: string): Promise<PurgeStatus | undefined>;
  /**
   * Writes the URL of an original with parameters, relative to the mount.
   *
   * @param parameters of one stage, or a list for several that work one after the other.
   * @param options `expires` is when the URL expires: whole seconds since the epoch. It needs signed URLs.
   * @throws TintypeError `INVALID_PARAMETER`, `MALFORMED_REQUEST` or `NOT_FOUND` for what a request would be refused for.
   */
  url(path: string, parameters?: StagedParameters, options?: FormatOptions): string;
  /** What has happened since the endpoint was created, and what it holds. */
  stats(): TintypeStats;
  /** Answers 503 from now on, waits for work under way, then frees what it holds. A Keyv of yours stays connected. */
  close(): Promise<void>;
}

/**
 * Creates an endpoint.
 *
 * @throws TypeError where an option is unknown or has a value that is not allowed.
 */
export function createTintype(options: TintypeOptions): Tintype {
  const endpoint = toEndpoint(options);
  const { clock, ttl } = endpoint;
  const parts = assemble(endpoint);
  const answers = createAnswers(endpoint, parts);
  const mountOptionsOf = mountOptionsOver(options);
  const acceptCh = acceptedHints(endpoint.hints);
  const underWay = new Set<Promise<unknown>>();
  let closing: Promise<void> | undefined;

  function finish(request: HttpRequest, context: AnswerContext, answer: HttpResponse | undefined, error?: unknown) {
    if (answer === undefined) return undefined;
    parts.counters.requests++;
    if (answer.status >= 400) parts.counters.errors++;
    if (isObserved('tintype:request')) report(request, context, answer, clock.now(), error);
    return answer;
  }

  return {
    handle(request) {
      const mount = mountOptionsOf(request.options);
      let context: AnswerContext = {
        method: request.method,
        headers: request.headers,
        mount,
        now: clock.now(),
        acceptCh,
      };
      try {
        const question = admit(request, context, { endpoint, parts, isClosed: closing !== undefined });
        if (question === undefined || 'status' in question) return finish(request, context, question);
        context = question;
        const ready = answers.now(question);
        if (ready !== undefined) return finish(request, context, ready);
        const answering = answers
          .later(question, goneSignal(request))
          .then(
            (answer) => finish(request, question, answer),
            (error: unknown) => {
              const failed = failure({ ...question, now: clock.now() }, error, ttl.negative);
              return finish(request, question, failed, error);
            },
          )
          .finally(() => underWay.delete(answering));
        underWay.add(answering);
        return answering;
      } catch (error) {
        return finish(request, context, failure(context, error, ttl.negative), error);
      }
    },
    async purge(target, given) {
      if (closing !== undefined) throw closed();
      return parts.purger.purge(target, given);
    },
    async purgeStatus(id) {
      if (closing !== undefined) throw closed();
      return parts.purger.status(id);
    },
    url: createUrlWriter(endpoint, parts),
    stats: () => toStats(parts.counters, parts, endpoint),
    close() {
      closing ??= Promise.allSettled(underWay).then(() => parts.close());
      return closing;
    },
  };
}

/** Creates what writes URLs: those alone that the endpoint would serve. */
function createUrlWriter({ dialect }: Endpoint, { plans }: Parts): Tintype['url'] {
  return (path, parameters = {}, { expires } = {}) => {
    // A dialect that signs nothing may drop it without a word, and the URL would live for ever.
    if (expires !== undefined && dialect.verify === undefined) {
      throw new TintypeError('INVALID_PARAMETER', { message: 'expires: only signed URLs can expire.' });
    }
    const url = dialect.format(path, parameters, { expires });
    // The limits are the endpoint's, not the dialect's.
    plans.planOf(url, '');
    return url;
  };
}

interface Admission {
  readonly endpoint: Endpoint;
  readonly parts: Parts;
  readonly isClosed: boolean;
}

/** Parse and authorize: a question, an answer that needs no image, or undefined for what is not ours. */
function admit(
  request: HttpRequest,
  context: AnswerContext,
  admission: Admission,
): Question | HttpResponse | undefined {
  const { target, mount, headers } = request;
  const { endpoint, parts, isClosed } = admission;
  const kind = methodKind(context);
  parts.mounts.note(mount);
  if (kind !== 'read') return answerUnread(kind, request, context, admission);
  const hinted = endpoint.hints.length === 0 ? undefined : readHints(headers, endpoint.hints);
  const plan = parts.plans.planOf(target, mount, hinted);
  if (plan === undefined) return undefined;
  if (isClosed) throw closed();
  const { expires } = plan.request;
  // Before anything else that is known: neither memory nor a 304 outlives the URL.
  if (hasExpired(expires, context.now)) throw new TintypeError('URL_EXPIRED');
  const { forwards = [] } = endpoint.options.origin;
  const fields = forwards.length === 0 ? undefined : forwardedFields(headers, forwards);
  const records = fields === undefined ? plan.records : ofEach(plan.records, (name) => ({ ...name, fields }));
  return { ...context, expires, plan, records, accept: acceptClass(header(headers, 'accept')) };
}

/** What is answered where nobody asks for a picture: it needs no signature, a CORS preflight above all. */
function answerUnread(
  kind: 'options' | 'refused' | 'passed',
  { target, mount }: HttpRequest,
  context: AnswerContext,
  { parts, isClosed }: Admission,
): HttpResponse | undefined {
  if (kind === 'passed' || !parts.plans.isOurs(target, mount)) return undefined;
  if (isClosed) throw closed();
  if (kind === 'options') return respondOptions(context);
  throw new TintypeError('METHOD_NOT_ALLOWED', { headers: { allow: allowedMethods } });
}

/** Aborted when the client has gone; undefined where nobody tells. */
function goneSignal({ onGone }: HttpRequest): AbortSignal | undefined {
  if (onGone === undefined) return undefined;
  const gone = new AbortController();
  onGone(() => gone.abort(new TintypeError('CLIENT_GONE')));
  return gone.signal;
}

/** For Accept-CH fields (RFC 8942 §3.1). */
function acceptedHints(hints: readonly ClientHint[]): string | undefined {
  return hints.length === 0 ? undefined : hints.map((hint) => hintFields[hint]).join(', ');
}

/** The answer of an error; undefined where the next middleware shall have it. */
function failure(context: AnswerContext, cause: unknown, negativeTtl = 10): HttpResponse | undefined {
  const error = toTintypeError(cause, 'RENDER_FAILED');
  const isAbsent = error.code === 'NOT_FOUND';
  if (isAbsent && context.mount.fallthrough) return undefined;
  const seconds = Math.min(negativeTtl, secondsUntil(context.expires, context.now));
  return respondError(context, error, isAbsent ? negativeControl(seconds, context.mount) : 'no-store');
}

function report(request: HttpRequest, context: AnswerContext, answer: HttpResponse, now: number, error: unknown): void {
  const { method, target } = request;
  const cacheStatus = answer.headers['cache-status'];
  publish('tintype:request', { method, target, status: answer.status, cacheStatus, ms: now - context.now, error });
}

/** What a request's method means on our paths; `passed` goes to the next middleware. */
function methodKind({ method, mount }: AnswerContext): 'read' | 'options' | 'refused' | 'passed' {
  if (method === 'GET' || method === 'HEAD') return 'read';
  // A preflight is ours where CORS is, whatever falls through.
  if (method === 'OPTIONS' && (!mount.fallthrough || mount.cors)) return 'options';
  return mount.fallthrough ? 'passed' : 'refused';
}

function closed(): TintypeError {
  return new TintypeError('CLOSED', { headers: { 'retry-after': '5' } });
}

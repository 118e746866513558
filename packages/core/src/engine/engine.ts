import type { FormatOptions, StagedParameters } from '../dialect/dialect.ts';
import { TintypeError, toTintypeError } from '../errors.ts';
import { isObserved, publish } from '../events.ts';
import { type ClientHint, hintFields } from '../http/client-hints.ts';
import { negativeControl } from '../http/emitted-control.ts';
import { secondsUntil } from '../http/expiry.ts';
import type { HttpRequest, HttpResponse } from '../http/message.ts';
import { type MountOptions, mountOptionsOver } from '../http/mount.ts';
import { type AnswerContext, respondError } from '../http/respond.ts';
import type { PurgeOptions } from '../purge/options.ts';
import type { PurgeResult } from '../purge/purger.ts';
import type { PurgeStatus } from '../purge/status.ts';
import type { PurgeRequest } from '../purge/target.ts';
import type { MaybePromise } from '../store/store.ts';
import { admit, admitInFront, askAs, closed } from './admission.ts';
import { createAnswers } from './answer.ts';
import { type Endpoint, toEndpoint } from './endpoint.ts';
import { assemble, type Parts } from './parts.ts';
import { type TintypeStats, toStats } from './stats.ts';
import type { TintypeOptions } from './tintype-options.ts';
import { createWarm, type WarmOptions, type WarmResult } from './warm.ts';

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
   * Answers a request as `handle` would, but only from memory, at once, and only where `handle` has admitted the same URL
   * before, for the same host and by one mount alone, which is not `private`: for those who ask in front of the
   * application. Never throws.
   *
   * @returns undefined for everything else: nothing is counted then, nothing started, and `handle` may be asked.
   */
  hit(request: Omit<HttpRequest, 'mount' | 'options'>): HttpResponse | undefined;
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
  /**
   * Makes derivatives of an original before anybody asks for them, after an upload or a purge: one by one, from one read of
   * it, and where it has a mezzanine from one decode. What cannot be made is told in the result.
   *
   * @param parameters of each derivative, as for `url`.
   * @throws TintypeError as `url` does, before anything is made, and `CLOSED`.
   */
  warm(path: string, parameters: readonly StagedParameters[], options?: WarmOptions): Promise<WarmResult>;
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
  const { clock } = endpoint;
  const parts = assemble(endpoint);
  const answers = createAnswers(endpoint, parts);
  const mountOptionsOf = mountOptionsOver(options);
  const acceptCh = acceptedHints(endpoint.hints);
  const underWay = createTracker();
  let closing: Promise<void> | undefined;
  const url = createUrlWriter(endpoint, parts);
  const mount = mountOptionsOf(undefined);
  const ask = (target: string, accept: string) => askAs(accept, target, { endpoint, parts, mount });
  const checkOpen = (): void => {
    if (closing !== undefined) throw closed();
  };
  const warm = createWarm({ reads: parts.reads, answers, url, ask, checkOpen });

  function finish(request: Asked, context: AnswerContext, answer: HttpResponse | undefined, error?: unknown) {
    if (answer === undefined) return undefined;
    parts.counters.requests++;
    if (answer.status >= 400) parts.counters.errors++;
    if (isObserved('tintype:request')) report(request, context, answer, clock.now(), error);
    return answer;
  }

  const fail = (request: Asked, context: AnswerContext, error: unknown): HttpResponse | undefined =>
    finish(request, context, failure({ ...context, now: clock.now() }, error, endpoint), error);

  const admission = () => ({ endpoint, parts, isClosed: closing !== undefined });

  return {
    hit(request) {
      try {
        const question = admitInFront(request, { now: clock.now(), acceptCh }, admission());
        return question && finish(request, question, answers.now(question, true));
      } catch {
        // The application's own way says what is wrong.
        return undefined;
      }
    },
    handle(request) {
      let context = toContext(request, mountOptionsOf(request.options), clock.now(), acceptCh);
      try {
        const question = admit(request, context, admission());
        if (question === undefined || 'status' in question) return finish(request, context, question);
        context = question;
        const ready = answers.now(question, false);
        if (ready !== undefined) return finish(request, context, ready);
        const answering = answers.later(question, goneSignal(request)).then(
          (answer) => finish(request, question, answer),
          (error: unknown) => fail(request, question, error),
        );
        return underWay.track(answering);
      } catch (error) {
        return fail(request, context, error);
      }
    },
    async purge(target, given) {
      checkOpen();
      return parts.purger.purge(target, given);
    },
    async purgeStatus(id) {
      checkOpen();
      return parts.purger.status(id);
    },
    url,
    warm: (path, parameters, given) => underWay.track(warm(path, parameters, given)),
    stats: () => toStats(parts.counters, parts, endpoint),
    close() {
      closing ??= underWay.settled().then(() => parts.close());
      return closing;
    },
  };
}

/** Work under way. */
interface Tracker {
  track<T>(work: Promise<T>): Promise<T>;
  settled(): Promise<unknown>;
}

function createTracker(): Tracker {
  const all = new Set<Promise<unknown>>();
  return {
    track(work) {
      const tracked = work.finally(() => all.delete(tracked));
      all.add(tracked);
      return tracked;
    },
    settled: () => Promise.allSettled(all),
  };
}

function toContext(
  { method, headers }: HttpRequest,
  mount: MountOptions,
  now: number,
  acceptCh: string | undefined,
): AnswerContext {
  return { method, headers, mount, now, acceptCh };
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
    plans.check(url);
    return url;
  };
}

/** What an event tells of a request. */
type Asked = Pick<HttpRequest, 'method' | 'target'>;

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
function failure(context: AnswerContext, cause: unknown, { ttl, dialect }: Endpoint): HttpResponse | undefined {
  const error = toTintypeError(cause, 'RENDER_FAILED');
  const isAbsent = error.code === 'NOT_FOUND';
  if (isAbsent && context.mount.fallthrough) return undefined;
  const seconds = Math.min(ttl.negative ?? 10, secondsUntil(context.expires, context.now));
  const { message, status, headers } = error;
  const own = dialect.failures?.[error.code];
  const told = { message, status: own?.status ?? status, headers: { ...headers, ...own?.headers } };
  return respondError(context, told, isAbsent ? negativeControl(seconds, context.mount) : 'no-store');
}

function report(request: Asked, context: AnswerContext, answer: HttpResponse, now: number, error: unknown): void {
  const { method, target } = request;
  const cacheStatus = answer.headers['cache-status'];
  publish('tintype:request', { method, target, status: answer.status, cacheStatus, ms: now - context.now, error });
}

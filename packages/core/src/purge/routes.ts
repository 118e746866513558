import { type ErrorCode, TintypeError, toTintypeError } from '../errors.ts';
import { warnOnce } from '../events.ts';
import type { HttpResponse } from '../http/message.ts';
import { splitTarget } from '../http/target.ts';
import { checkOptions, type Expectation } from '../options.ts';
import { type BodySource, readBody, requireIntent, understandBody } from './body.ts';
import { type Authorize, type CredentialOptions, createAuthorize, credentialExpectations } from './credentials.ts';
import { type PurgeOptions, purgeOptionTable } from './options.ts';
import type { PurgeResult } from './purger.ts';
import { createQuota, type Quota, quotaExpectation } from './quota.ts';
import { respondJson, respondProblem } from './respond-json.ts';
import type { PurgeStatus } from './status.ts';
import type { PurgeRequest } from './target.ts';
import type { WildcardRules } from './wildcard-rules.ts';

/** Options of the purge routes. */
export interface PurgeRoutesOptions extends CredentialOptions {
  /**
   * Purges taken in a window of time, whoever sends them; more are answered 429. Asking for a status is free.
   * @default { requests: 1000, seconds: 60 }
   */
  readonly quota?: Quota | false | undefined;
  /**
   * Which prefixes are taken: by ImageKit's rules two levels of nesting, 15 characters or a complete file name.
   * @default 'imagekit'
   */
  readonly wildcards?: WildcardRules['wildcards'] | undefined;
  /**
   * Paths, or prefixes such as `/media/*`, that are never purged as a whole: not by a wider prefix or all either.
   * @default []
   */
  readonly refuse?: readonly string[] | undefined;
}

/** What each of them accepts. */
const purgeRoutesTable: Readonly<Record<keyof PurgeRoutesOptions, Expectation>> = {
  ...credentialExpectations,
  quota: quotaExpectation,
  wildcards: purgeOptionTable.wildcards,
  refuse: purgeOptionTable.refuse,
};

/** A request that may be for the purge routes. */
export interface PurgeRoutesRequest extends BodySource {
  readonly method: string;
  /** Raw request target and mount, as in an image request. */
  readonly target: string;
  readonly mount: string;
}

/** Answers `POST /purge` and `GET /purge/:id`; undefined for what is not ours. Never rejects. */
export type PurgeRoutes = (request: PurgeRoutesRequest) => Promise<HttpResponse | undefined>;

/** The part of an engine that the routes call. */
interface Purgeable {
  purge(request: PurgeRequest, options: PurgeOptions): Promise<PurgeResult>;
  purgeStatus(id: string): Promise<PurgeStatus | undefined>;
}

/** What a path names: all purges, or one of them. */
interface Resource {
  readonly methods: readonly string[];
  /** What an unforeseen failure is called. */
  readonly failure: ErrorCode;
  answer(request: PurgeRoutesRequest): Promise<HttpResponse>;
}

/**
 * Creates the purge routes of an engine.
 *
 * @throws TypeError naming the option that has a value that is not allowed.
 */
export function createPurgeRoutes(images: Purgeable, options: PurgeRoutesOptions): PurgeRoutes {
  checkOptions('purgeRoutes', options, purgeRoutesTable);
  const authorize = createAuthorize(options);
  if (authorize === undefined) {
    warnOnce('TINTYPE_NO_TOKEN', 'purgeRoutes has no credential: the purge routes do not exist.');
    return async () => undefined;
  }
  const { quota = { requests: 1000, seconds: 60 }, wildcards = 'imagekit', refuse = [] } = options;
  const take = quota === false ? () => undefined : createQuota(quota);

  const purge = async (request: PurgeRoutesRequest): Promise<HttpResponse> => {
    requireIntent(request.headers);
    take();
    const { request: target, options: given } = understandBody(await readBody(request));
    const result = await images.purge(target, { ...given, wildcards, refuse });
    const isAccepted = given.wait === false && result.state === 'pending';
    return isAccepted ? respondJson(202, result, { location: statusOf(result.id) }) : respondJson(200, result);
  };

  const tell = async (id: string): Promise<HttpResponse> => {
    const status = await images.purgeStatus(id);
    if (status === undefined) throw new TintypeError('UNKNOWN_PURGE');
    return respondJson(200, withoutReasons(status));
  };

  const resourceOf = (path: string): Resource | undefined => {
    const [own, id] = /^\/purge(?:\/([^/]+))?$/.exec(path) ?? [];
    if (own === undefined) return undefined;
    return id === undefined
      ? { methods: ['POST'], failure: 'PURGE_FAILED', answer: purge }
      : { methods: ['GET', 'HEAD'], failure: 'PURGE_STATUS_FAILED', answer: () => tell(id) };
  };

  return async (request) => {
    const resource = resourceOf(splitTarget(request.target, request.mount)?.path ?? '');
    if (resource === undefined) return undefined;
    try {
      // Nothing is read of a request before it is let in.
      await admit(request, resource.methods, authorize);
      return withBody(request.method, await resource.answer(request));
    } catch (error) {
      const problem = toTintypeError(error, resource.failure);
      return withBody(request.method, respondProblem(problem, instanceOf(problem)));
    }
  };
}

async function admit(request: PurgeRoutesRequest, methods: readonly string[], authorize: Authorize): Promise<void> {
  if (!methods.includes(request.method)) {
    throw new TintypeError('METHOD_NOT_ALLOWED', { headers: { allow: methods.join(', ') } });
  }
  await authorize(request);
}

/** Relative to the request, because a proxy may have taken something off its path. */
function statusOf(id: string): string {
  return `purge/${id}`;
}

/** Where more is told of a purge that has failed in part. */
function instanceOf({ code, cause }: TintypeError): string | undefined {
  const { purge } = (cause ?? {}) as { readonly purge?: PurgeStatus };
  return code === 'PURGE_INCOMPLETE' && purge !== undefined ? statusOf(purge.id) : undefined;
}

/** A reason may hold paths and hosts: those stay with operators. */
function withoutReasons(status: PurgeStatus): PurgeStatus {
  return { ...status, steps: status.steps.map(({ reason: _reason, ...step }) => step) };
}

// RFC 9110 §9.3.2
function withBody(method: string, response: HttpResponse): HttpResponse {
  return method === 'HEAD' ? { ...response, body: undefined } : response;
}

import { TintypeError, toTintypeError } from '../errors.ts';
import { warnOnce } from '../events.ts';
import type { HttpResponse } from '../http/message.ts';
import { splitTarget } from '../http/target.ts';
import { checkOptions, type Expectation, oneOf } from '../options.ts';
import type { PurgeApiKind, Purgeable, PurgeRoutesRequest } from './api.ts';
import { type Authorize, type CredentialOptions, createAuthorize, credentialExpectations } from './credentials.ts';
import { imagekitApi } from './imagekit-api.ts';
import { imgixApi } from './imgix-api.ts';
import { createNativeApi } from './native-api.ts';
import { purgeOptionTable } from './options.ts';
import { createQuota, type Quota, quotaExpectation } from './quota.ts';
import type { WildcardRules } from './wildcard-rules.ts';

/** Whose paths, bodies and statuses purge routes have. */
export type PurgeApiName = 'native' | 'imagekit' | 'imgix';

const apis: Readonly<Record<PurgeApiName, PurgeApiKind>> = {
  native: { create: createNativeApi, refuse: [] },
  imagekit: imagekitApi,
  imgix: imgixApi,
};

/** Options of the purge routes. */
export interface PurgeRoutesOptions extends CredentialOptions {
  /**
   * Whose paths, bodies and statuses they have: `POST /purge` of the house, or those of a hosted service, so that its
   * clients purge here.
   * @default 'native'
   */
  readonly api?: PurgeApiName | undefined;
  /**
   * Purges taken in a window of time, whoever sends them; more are answered 429. Asking for a status is free.
   * @default { requests: 1000, seconds: 60 }, by imgix's API { requests: 10, seconds: 1 }
   */
  readonly quota?: Quota | false | undefined;
  /**
   * Which prefixes are taken: by ImageKit's rules two levels of nesting, 15 characters or a complete file name.
   * @default 'imagekit'
   */
  readonly wildcards?: WildcardRules['wildcards'] | undefined;
  /**
   * Paths, or prefixes such as `/media/*`, that are never purged as a whole: not by a wider prefix or all either.
   * @default [], by ImageKit's API the two that it refuses
   */
  readonly refuse?: readonly string[] | undefined;
}

/** What each of them accepts. */
const purgeRoutesTable: Readonly<Record<keyof PurgeRoutesOptions, Expectation>> = {
  ...credentialExpectations,
  api: oneOf(...Object.keys(apis)),
  quota: quotaExpectation,
  wildcards: purgeOptionTable.wildcards,
  refuse: purgeOptionTable.refuse,
};

/** Answers the paths of its API, such as `POST /purge`; undefined for what is not ours. Never rejects. */
export type PurgeRoutes = (request: PurgeRoutesRequest) => Promise<HttpResponse | undefined>;

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
  const kind = apis[options.api ?? 'native'];
  const { quota = kind.quota ?? { requests: 1000, seconds: 60 }, wildcards = 'imagekit' } = options;
  const take = quota === false ? () => undefined : createQuota(quota, kind.quotaFields);
  const api = kind.create({ images, take, rules: { wildcards, refuse: options.refuse ?? kind.refuse } });

  return async (request) => {
    const resource = api.resourceOf(splitTarget(request.target, request.mount)?.path ?? '');
    if (resource === undefined) return undefined;
    try {
      // Nothing is read of a request before it is let in.
      await admit(request, resource.methods, authorize);
      return withBody(request.method, await resource.answer(request));
    } catch (error) {
      return withBody(request.method, api.fail(toTintypeError(error, resource.failure), request));
    }
  };
}

async function admit(request: PurgeRoutesRequest, methods: readonly string[], authorize: Authorize): Promise<void> {
  if (!methods.includes(request.method)) {
    throw new TintypeError('METHOD_NOT_ALLOWED', { headers: { allow: methods.join(', ') } });
  }
  await authorize(request);
}

// RFC 9110 §9.3.2
function withBody(method: string, response: HttpResponse): HttpResponse {
  return method === 'HEAD' ? { ...response, body: undefined } : response;
}

import { TintypeError } from '../errors.ts';
import type { HttpResponse } from '../http/message.ts';
import type { PurgeApi, PurgeApiParts, PurgeRoutesRequest } from './api.ts';
import { readBody, requireIntent, understandBody } from './body.ts';
import { respondJson, respondProblem } from './respond-json.ts';
import type { PurgeStatus } from './status.ts';

/** Creates the API of the house: `POST /purge` and `GET /purge/:id`. */
export function createNativeApi({ images, take, rules }: PurgeApiParts): PurgeApi {
  const purge = async (request: PurgeRoutesRequest): Promise<HttpResponse> => {
    requireIntent(request.headers);
    take();
    const { request: target, options: given } = understandBody(await readBody(request));
    const result = await images.purge(target, { ...given, ...rules });
    const isAccepted = given.wait === false && result.state === 'pending';
    return isAccepted ? respondJson(202, result, { location: statusOf(result.id) }) : respondJson(200, result);
  };

  const tell = async (id: string): Promise<HttpResponse> => {
    const status = await images.purgeStatus(id);
    if (status === undefined) throw new TintypeError('UNKNOWN_PURGE');
    return respondJson(200, withoutReasons(status));
  };

  return {
    resourceOf(path) {
      const [own, id] = /^\/purge(?:\/([^/]+))?$/.exec(path) ?? [];
      if (own === undefined) return undefined;
      return id === undefined
        ? { methods: ['POST'], failure: 'PURGE_FAILED', answer: purge }
        : { methods: ['GET', 'HEAD'], failure: 'PURGE_STATUS_FAILED', answer: () => tell(id) };
    },
    fail: (error) => respondProblem(error, instanceOf(error)),
  };
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

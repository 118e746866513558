import { randomUUID } from 'node:crypto';
import { TintypeError } from '../errors.ts';
import { type HttpResponse, header } from '../http/message.ts';
import type { PurgeApi, PurgeApiKind, PurgeApiParts, PurgeRoutesRequest } from './api.ts';
import { readBody, requireIntent } from './body.ts';
import { respondJson } from './respond-json.ts';

/**
 * ImageKit's API: `POST /v1/files/purge` and `GET /v1/files/purge/:requestId` (imagekit.io/docs/api-reference, Purge
 * cache). Two paths are never purged by a wildcard there.
 */
export const imagekitApi: PurgeApiKind = {
  create: createImagekitApi,
  refuse: ['/media/catalog/*', '/s/files/*'],
  quotaFields: ({ requests, seconds }, secondsLeft) => ({
    'x-ratelimit-limit': String(requests),
    'x-ratelimit-reset': String(Math.ceil(secondsLeft * 1000)),
    'x-ratelimit-interval': String(Math.ceil(seconds * 1000)),
  }),
};

/** The texts that the vendor documents. */
const messages = {
  invalid: 'The URL is not valid for cache purging.',
  missing: 'Your request is missing URL parameter.',
  unknown: 'No request found for this requestId.',
  keyless: 'Your request does not contain private API key.',
  refused: 'Your account cannot be authenticated.',
} as const;

/** Where the refusal itself says no more. */
const help = 'See docs/migrating-from-imagekit.md of tintype.';

function createImagekitApi({ images, take, rules }: PurgeApiParts): PurgeApi {
  const purge = async (request: PurgeRoutesRequest): Promise<HttpResponse> => {
    requireIntent(request.headers);
    take();
    const url = urlOf(await readBody(request));
    try {
      const { id } = await images.purge({ url }, rules);
      return respond(201, { requestId: id });
    } catch (cause) {
      const isRefused = cause instanceof TintypeError && cause.code === 'INVALID_PURGE';
      throw isRefused ? new TintypeError('INVALID_PURGE', { message: messages.invalid, cause }) : cause;
    }
  };

  const tell = async (id: string): Promise<HttpResponse> => {
    const status = await images.purgeStatus(id);
    if (status === undefined) throw new TintypeError('UNKNOWN_PURGE', { message: messages.unknown });
    // There is no word for what has failed: it is not complete.
    return respond(200, { status: status.state === 'completed' ? 'Completed' : 'Pending' });
  };

  return {
    resourceOf(path) {
      const [own, id] = /^\/v1\/files\/purge(?:\/([^/]+))?$/.exec(path) ?? [];
      if (own === undefined) return undefined;
      return id === undefined
        ? { methods: ['POST'], failure: 'PURGE_FAILED', answer: purge }
        : { methods: ['GET', 'HEAD'], failure: 'PURGE_STATUS_FAILED', answer: () => tell(id) };
    },
    fail,
  };
}

/** What to purge. Anything else in the body is passed over, as the vendor does. */
function urlOf(body: unknown): string {
  const { url } = (body ?? {}) as { readonly url?: unknown };
  if (typeof url === 'string' && url !== '') return url;
  throw new TintypeError('INVALID_PURGE', { message: messages.missing });
}

function fail(error: TintypeError, request: PurgeRoutesRequest): HttpResponse {
  if (error.code === 'UNAUTHORIZED') {
    return header(request.headers, 'authorization') === undefined
      ? respond(401, { message: messages.keyless, help }, error.headers)
      : respond(403, { message: messages.refused, help });
  }
  const { cause, code, message, status, headers } = error;
  const told = code === 'INVALID_PURGE' && cause instanceof TintypeError ? cause.message : help;
  return respond(code === 'UNKNOWN_PURGE' ? 400 : status, { message, help: told }, headers);
}

function respond(status: number, content: object, headers: Readonly<Record<string, string>> = {}): HttpResponse {
  return respondJson(status, content, { ...headers, 'x-ik-requestid': randomUUID() });
}

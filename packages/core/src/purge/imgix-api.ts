import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import { TintypeError } from '../errors.ts';
import type { HttpResponse } from '../http/message.ts';
import type { PurgeApi, PurgeApiKind, PurgeApiParts, PurgeRoutesRequest } from './api.ts';
import { readBody, requireIntent } from './body.ts';
import { respondJson } from './respond-json.ts';

/**
 * imgix's API: `POST /api/v1/purge` (docs.imgix.com, Management API: purges). What it purges asks the origin first, and
 * what has not changed keeps its derivatives. It has no wildcards, and tells no status.
 */
export const imgixApi: PurgeApiKind = {
  create: createImgixApi,
  refuse: [],
  // docs.imgix.com, API rate limits.
  quota: { requests: 10, seconds: 1 },
};

const contentType = 'application/vnd.api+json';

/** Milliseconds in which the same URL again is told to be a duplicate, purged as it is. */
const duplicateWindow = 10_000;

/** @param now a clock that nobody sets, in milliseconds. */
export function createImgixApi(
  { images, take, rules }: PurgeApiParts,
  now: () => number = () => performance.now(),
): PurgeApi {
  const isDuplicate = createDuplicates(now);

  const purge = async (request: PurgeRoutesRequest): Promise<HttpResponse> => {
    requireIntent(request.headers);
    take();
    const url = urlOf(await readBody(request));
    const isRepeated = isDuplicate(url);
    await images.purge({ url }, rules);
    if (isRepeated) return respondErrors(409, 'The same URL was purged less than 10 seconds ago. It was purged again.');
    const id = randomUUID();
    return respond(200, { data: { attributes: { purge_id: id }, id, type: 'purges' }, included: [], meta: {} });
  };

  return {
    resourceOf: (path) =>
      path === '/api/v1/purge' ? { methods: ['POST'], failure: 'PURGE_FAILED', answer: purge } : undefined,
    fail: ({ status, message, headers }) => respondErrors(status, message, headers),
  };
}

/**
 * The URL to purge, without its query: all that is made of an original goes with it, and so does what it is laid on,
 * whether `sub_image` says so or not. An asterisk is part of a name.
 *
 * @throws TintypeError `INVALID_PURGE`.
 */
function urlOf(body: unknown): string {
  const { type, attributes } = membersOf(membersOf(body).data);
  const { url, sub_image: isSubImage = false } = membersOf(attributes);
  if (type !== undefined && type !== 'purges') throw invalid('data.type is "purges"');
  if (typeof url !== 'string' || url === '') throw invalid('data.attributes.url is the URL of an image');
  if (typeof isSubImage !== 'boolean') throw invalid('data.attributes.sub_image is true or false');
  return (url.split(/[?#]/, 1)[0] ?? '').replaceAll('*', '%2A');
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function invalid(rule: string): TintypeError {
  return new TintypeError('INVALID_PURGE', { message: `The request body is not valid: ${rule}.` });
}

/** Creates what tells whether a URL was there a short while ago. */
function createDuplicates(now: () => number): (url: string) => boolean {
  const seen = new Map<string, number>();
  return (url) => {
    const time = now();
    // The oldest stand first.
    for (const [other, at] of seen) {
      if (time - at < duplicateWindow) break;
      seen.delete(other);
    }
    const isSeen = seen.delete(url);
    seen.set(url, time);
    return isSeen;
  };
}

/** JSON:API 1.0, Error Objects. */
function respondErrors(status: number, detail: string, headers?: Readonly<Record<string, string>>): HttpResponse {
  return respond(status, { errors: [{ status: String(status), title: STATUS_CODES[status], detail }] }, headers);
}

function respond(status: number, document: object, headers: Readonly<Record<string, string>> = {}): HttpResponse {
  return respondJson(status, { ...document, jsonapi: { version: '1.0' } }, headers, contentType);
}

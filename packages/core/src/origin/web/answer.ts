import type { Dispatcher } from 'undici';
import { type HttpHeaders, header } from '../../http/message.ts';
import type { OriginRequest, OriginResponse } from '../origin.ts';
import { discard, readBody } from './body.ts';
import { isConditional } from './headers.ts';

type Response = Pick<Dispatcher.ResponseData, 'statusCode' | 'headers' | 'body'>;

/** What is kept of an answer: all else is between the origin and us (RFC 9110 §7.6.1), or not for caches. */
const kept = [
  ...['age', 'cache-control', 'date', 'etag', 'expires', 'last-modified', 'vary'],
  ...['cache-tag', 'content-type', 'surrogate-key'],
];

const redirections = new Set([301, 302, 303, 307, 308]);

/**
 * An upstream's response as an origin's answer, its body read or discarded.
 *
 * @throws Error saying what is wrong with the response; TintypeError `ORIGINAL_TOO_LARGE`; undici's errors.
 */
export async function toAnswer(
  response: Response,
  request: OriginRequest,
  signal: AbortSignal,
): Promise<OriginResponse> {
  const { statusCode: status, body } = response;
  const headers = keptHeaders(response.headers);
  try {
    if (status === 200) return { status, headers, body: await readBody(response, request.maxBytes) };
    if (status === 404 || status === 410) return { status, headers };
    if (status === 304 && isConditional(request)) return { status, headers };
    throw new Error(status === 304 ? 'origin answered 304 unasked' : `origin answered ${status}`);
  } finally {
    discard(body, signal);
  }
}

/**
 * Where a redirect leads, as path and query, if it stays with the same scheme, host and port; undefined for another and
 * for what is no redirect.
 */
export function redirectTarget({ statusCode, headers }: Response, from: string): string | undefined {
  const { location } = headers;
  if (!redirections.has(statusCode) || typeof location !== 'string' || !URL.canParse(location, from)) return undefined;
  const target = new URL(location, from);
  return target.origin === new URL(from).origin ? target.pathname + target.search : undefined;
}

function keptHeaders(headers: HttpHeaders): HttpHeaders {
  return Object.fromEntries(
    kept.flatMap((name) => {
      const value = header(headers, name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

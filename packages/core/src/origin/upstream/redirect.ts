import { discard } from './body.ts';
import type { Exchange, Get, UpstreamResponse } from './upstream.ts';

const redirections = new Set([301, 302, 303, 307, 308]);

/**
 * Gets, and follows redirects.
 *
 * @param most how many redirects are followed.
 * @param next the request to make where `from` was redirected to `to`; undefined where this one is not followed. What it
 * throws ends the exchange.
 * @returns the first response that is no redirect, or is not followed.
 */
export async function follow(
  { get, signal }: Exchange,
  first: Get,
  most: number,
  next: (to: URL, from: Get) => Get | undefined,
): Promise<UpstreamResponse> {
  let request = first;
  for (let followed = 0; ; followed++) {
    const response = await get(request);
    const to = followed < most ? redirectTarget(response, request.origin + request.path) : undefined;
    let isAnswer = false;
    try {
      const following = to === undefined ? undefined : next(to, request);
      isAnswer = following === undefined;
      if (following === undefined) return response;
      request = following;
    } finally {
      if (!isAnswer) discard(response.body, signal);
    }
  }
}

/** Where a redirect leads (RFC 9110 §15.4); undefined for what is no redirect, or leads nowhere. */
function redirectTarget({ statusCode, headers }: UpstreamResponse, from: string): URL | undefined {
  const { location } = headers;
  if (!redirections.has(statusCode) || typeof location !== 'string' || !URL.canParse(location, from)) return undefined;
  return new URL(location, from);
}

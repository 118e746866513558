import type { ServerResponse } from 'node:http';
import type { HttpResponse } from './message.ts';

/**
 * Keeps Set-Cookie off an answer that shared caches may keep (RFC 9111 §7.3): what is there is taken off, and what
 * session middleware above us adds when the answer ends is dropped.
 */
export function withholdCookies(response: ServerResponse, { headers }: HttpResponse): void {
  if (!headers['cache-control']?.startsWith('public')) return;
  response.removeHeader('set-cookie');
  const { setHeader, appendHeader } = response;
  response.setHeader = (name, value) => (isCookie(name) ? response : setHeader.call(response, name, value));
  response.appendHeader = (name, value) => (isCookie(name) ? response : appendHeader.call(response, name, value));
}

const isCookie = (name: string): boolean => name.toLowerCase() === 'set-cookie';

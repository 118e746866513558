import { ServerResponse } from 'node:http';
import type { HttpResponse } from './message.ts';

/**
 * Keeps Set-Cookie off an answer that shared caches may keep (RFC 9111 §7.3): what is there is taken off, and what
 * session middleware above us adds until the head is written is dropped. An answer that somebody makes private or an
 * error meanwhile keeps its cookies.
 */
export function withholdCookies(response: ServerResponse, { headers }: HttpResponse): void {
  if (!headers['cache-control']?.startsWith('public')) return;
  const { setHeader, appendHeader } = response;
  const isWithheld = (name: string): boolean => name.toLowerCase() === 'set-cookie' && isPublic(response);
  response.removeHeader('set-cookie');
  response.setHeader = (name, value) => (isWithheld(name) ? response : setHeader.call(response, name, value));
  response.appendHeader = (name, value) => (isWithheld(name) ? response : appendHeader.call(response, name, value));
  if (response instanceof ServerResponse) dropCookiesFromHead(response);
}

/**
 * Below Express the `cookies` package (cookie-session) calls the setHeader of the prototype, past the one above. Node
 * assigns the status once more right before it writes the head: the last moment to take off what has come by any road.
 */
function dropCookiesFromHead(response: ServerResponse): void {
  let { statusCode } = response;
  Object.defineProperty(response, 'statusCode', {
    configurable: true,
    enumerable: true,
    get: () => statusCode,
    set: (status: number) => {
      statusCode = status;
      if (!response.headersSent && isPublic(response)) response.removeHeader('set-cookie');
    },
  });
}

const isPublic = (response: ServerResponse): boolean => String(response.getHeader('cache-control')).startsWith('public');

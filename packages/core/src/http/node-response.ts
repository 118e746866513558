import { ServerResponse } from 'node:http';
import { parseCacheControl } from './cache-control.ts';
import type { HttpResponse } from './message.ts';

const { writeHead, end, setHeader } = ServerResponse.prototype;

/**
 * Writes an answer whole and at once, where nothing between us and the wire can want a say: nobody has put a method of
 * his own over those of Node, as do session middleware and whoever waits for the head. Fields that stand on the response
 * stay, but for those that the answer has itself, and cookies on one that shared caches may keep.
 *
 * @returns whether it was written; if not, nothing was done.
 * @throws what Node throws of a head that cannot be; nothing is written then.
 */
export function writeAtOnce(response: unknown, { status, headers, body }: HttpResponse): boolean {
  if (!(response instanceof ServerResponse) || !isUntouched(response) || response.headersSent) return false;
  // Node makes up a length of 205 alone, and only where it is not told the head.
  if (status === 205) return false;
  // Two of these fields are one.
  if (headers.vary !== undefined && response.hasHeader('vary')) return false;
  if (isShareable(headers['cache-control'])) response.removeHeader('set-cookie');
  const { statusMessage } = response;
  try {
    response.writeHead(status, headers).end(body);
  } catch (error) {
    // Who answers in our place has a status of his own.
    response.statusMessage = statusMessage;
    throw error;
  }
  return true;
}

/** Whether all by which fields come onto a response are Node's own. */
function isUntouched(response: ServerResponse): boolean {
  return response.writeHead === writeHead && response.end === end && response.setHeader === setHeader;
}

/**
 * Keeps Set-Cookie off an answer that shared caches may keep (RFC 9111 §7.3): what is there is taken off, and what
 * session middleware above us adds until the head is written is dropped. An answer that somebody makes private or an
 * error meanwhile keeps its cookies.
 */
export function withholdCookies(response: ServerResponse, { headers }: HttpResponse): void {
  if (!isShareable(headers['cache-control'])) return;
  response.removeHeader('set-cookie');
  const { setHeader: set } = response;
  // A first appendHeader ends in it as well, and so does each of setHeaders. One function for all responses: V8 takes
  // ten microseconds more for each that has one of its own.
  response.setHeader = set === setHeader ? setWithoutCookies : withoutCookies(set);
  // Only who waits for the head or the end can still come with a cookie, and the watch costs some microseconds.
  const isAwaited = Object.hasOwn(response, 'writeHead') || Object.hasOwn(response, 'end');
  if (isAwaited && response instanceof ServerResponse) watchHead(response);
}

const setWithoutCookies = withoutCookies(setHeader);

function withoutCookies(set: ServerResponse['setHeader']): ServerResponse['setHeader'] {
  return function setUnlessCookie(this: ServerResponse, name, value) {
    return name.toLowerCase() === 'set-cookie' && isPublic(this) ? this : set.call(this, name, value);
  };
}

const isPublic = (response: ServerResponse): boolean => {
  const control = response.getHeader('cache-control');
  // Who strips our fields to write an error of his own says nothing of sharing it.
  return control === undefined ? response.statusCode < 400 : isShareable(String(control));
};

/** Whether shared caches may keep an answer: also where it says nothing, by their own guess (RFC 9111 §4.2.2). */
function isShareable(control: string | undefined): boolean {
  if (control?.startsWith('public,') === true) return true;
  const said = parseCacheControl(control);
  return !said.private && !said.noStore;
}

const status = Symbol('status');

interface WatchedResponse extends ServerResponse {
  [status]: number;
}

/**
 * Below Express the `cookies` package (cookie-session) calls the setHeader of the prototype, past the one above. Node
 * assigns the status once more right before it writes the head: the last moment to take off what came by any road.
 */
const watchedStatus: PropertyDescriptor & ThisType<WatchedResponse> = {
  configurable: true,
  enumerable: true,
  get() {
    return this[status];
  },
  set(code: number) {
    this[status] = code;
    if (!this.headersSent && isPublic(this)) this.removeHeader('set-cookie');
  },
};

/** One descriptor for all responses: an accessor of its own for each would cost V8 ten times as much. */
function watchHead(response: ServerResponse): void {
  Object.defineProperty(response, status, { value: response.statusCode, writable: true });
  Object.defineProperty(response, 'statusCode', watchedStatus);
}

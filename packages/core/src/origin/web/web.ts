import { TintypeError } from '../../errors.ts';
import { checkOptions, expectations } from '../../options.ts';
import type { Origin, OriginRequest } from '../origin.ts';
import { encodePath, isCanonicalPath } from '../path.ts';
import { toAnswer } from '../upstream/answer.ts';
import { checkForward, checkHeaders, conditions, forwarded } from '../upstream/fields.ts';
import { follow } from '../upstream/redirect.ts';
import { createUpstream, type Get, upstreamExpectations } from '../upstream/upstream.ts';

/** Options of {@link web}. */
export interface WebOptions {
  /**
   * Names the origin in keys.
   *
   * @default `web:` and the base URL
   */
  readonly name?: string | undefined;
  /**
   * Header fields sent with each request, such as `authorization`. They never leave the base URL's host.
   *
   * @default none
   */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /**
   * Header fields of clients that reach the origin, such as `accept-language`. What it answers to `authorization` or
   * `cookie` is kept as RFC 9111 §3.5 and the answer's Vary allow.
   *
   * @default none
   */
  readonly forward?: readonly string[] | undefined;
  /**
   * Whether what a client's query holds beside the transformation reaches the origin. Each query is then an original of
   * its own.
   *
   * @default false
   */
  readonly query?: boolean | undefined;
  /**
   * Seconds in which an original must have arrived whole, connecting and redirects included.
   *
   * @default 10
   */
  readonly timeout?: number | undefined;
  /**
   * How many redirects are followed; only ever to the same scheme, host and port.
   *
   * @default 0
   */
  readonly redirects?: number | undefined;
  /**
   * How many sockets are open at once; further requests wait for one.
   *
   * @default 32
   */
  readonly connections?: number | undefined;
}

/** RFC 3986 §3.4, and what is found in queries beside; all else would end it, or the request line. */
const sendableQuery = /^[\x21\x22\x24-\x7e]*$/;

/**
 * An origin whose originals another HTTP server has. The host is trusted, on whatever address it is; nothing of a
 * client's request reaches it but the path, and what `forward` and `query` name.
 *
 * @param baseUrl http or https; the path of an original is appended to its path.
 * @throws TypeError where the base URL has a query, a fragment or credentials, or an option is wrong.
 */
export function web(baseUrl: string | URL, options: WebOptions = {}): Origin {
  checkOptions('web', options, {
    ...upstreamExpectations,
    headers: expectations.object,
    forward: ['a list of field names', Array.isArray],
    query: expectations.boolean,
    redirects: expectations.wholeNumber,
  });
  const base = parseBase(baseUrl);
  const { name = `web:${base.origin}${base.path}`, query = false, redirects = 0 } = options;
  const { timeout = 10, connections = 32 } = options;
  const headers = checkHeaders('web.headers', options.headers ?? {});
  const forwards = checkForward('web.forward', options.forward ?? [], Object.keys(options.headers ?? {}));
  const upstream = createUpstream({ timeout, connections });

  const requestFor = (path: string, request: OriginRequest): Get => ({
    origin: base.origin,
    path: base.path + encodePath(path) + (query ? queryOf(request) : ''),
    fields: { ...headers, ...forwarded(forwards, request), ...conditions(request) },
  });
  return {
    name,
    keepOriginals: true,
    ...(forwards.length === 0 ? {} : { forwards }),
    ...(query ? { takesQuery: true } : {}),
    read: (path, request) =>
      upstream.exchange(request.signal, async (exchange) => {
        if (!isCanonicalPath(path)) return { status: 404, headers: {} };
        const response = await follow(exchange, requestFor(path, request), redirects, withinOrigin);
        return toAnswer(response, request, exchange.signal);
      }),
    close: () => upstream.close(),
  };
}

/** A redirect to another origin is not followed: the configured and forwarded fields are for this one. */
function withinOrigin(to: URL, from: Get): Get | undefined {
  return to.origin === from.origin ? { ...from, path: to.pathname + to.search } : undefined;
}

function queryOf({ query = '' }: OriginRequest): string {
  if (!sendableQuery.test(query)) throw new TintypeError('MALFORMED_REQUEST');
  return query === '' ? '' : `?${query}`;
}

function parseBase(baseUrl: string | URL): { readonly origin: string; readonly path: string } {
  // The value stays out of the messages: it may hold a password.
  if (!URL.canParse(String(baseUrl))) throw new TypeError('Expected an absolute URL as the base URL of web');
  const url = new URL(baseUrl);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new TypeError(`Expected an http or https URL as the base URL of web but received one of ${url.protocol}`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new TypeError('Expected no credentials in the base URL of web: use the option headers');
  }
  if (/[?#]/.test(url.href)) throw new TypeError('Expected no query and no fragment in the base URL of web');
  return { origin: url.origin, path: url.pathname.replace(/\/+$/, '') };
}

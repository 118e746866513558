import { checkOptions, type Expectation, expectations } from '../../options.ts';
import type { Origin } from '../origin.ts';
import { toAnswer } from '../upstream/answer.ts';
import { checkHeaders, conditions } from '../upstream/fields.ts';
import { follow } from '../upstream/redirect.ts';
import { createUpstream, type Get, upstreamExpectations } from '../upstream/upstream.ts';
import { isUrlPath } from '../url-path.ts';
import { parseAllow, parseHostAndPort } from './allow.ts';
import { forbidden } from './forbidden.ts';
import { guardedConnector, type Lookup } from './guard.ts';
import { checkRedirect } from './redirect-rules.ts';

/** Options of {@link webProxy}. */
export interface WebProxyOptions {
  /**
   * The hosts that pictures may come from: `'pictures.example'`, `'*.pictures.example'` for its subdomains, or an origin
   * with its scheme and perhaps a port, such as `'https://pictures.example:8443'`. Or `'public'`: every host, which lets
   * anybody use this server to read and transform whatever is on the Internet.
   */
  readonly allow: 'public' | readonly string[];
  /**
   * Hosts with their port, such as `'127.0.0.1:8080'`, that may have a private address. All others are refused where one
   * of their addresses is not public.
   *
   * @default none
   */
  readonly allowPrivate?: readonly string[] | undefined;
  /**
   * Header fields sent with each request. They are not sent on to another origin that a redirect leads to.
   *
   * @default none
   */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /**
   * How many redirects are followed; each to what is allowed, and never from https to http.
   *
   * @default 3
   */
  readonly redirects?: number | undefined;
  /**
   * Names the origin in keys. With a name of your own what is stored stays in use when `allow` changes, what it no longer
   * names too.
   *
   * @default `webProxy:` and what is allowed
   */
  readonly name?: string | undefined;
  /**
   * Seconds in which an original must have arrived whole, connecting and redirects included.
   *
   * @default 10
   */
  readonly timeout?: number | undefined;
  /**
   * How many sockets are open at once to one host; further requests wait for one.
   *
   * @default 8
   */
  readonly connections?: number | undefined;
}

const texts = (value: unknown): boolean =>
  Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'string');

const expected: Readonly<Record<string, Expectation>> = {
  ...upstreamExpectations,
  allow: ["'public' or a list of hosts", (value) => value === 'public' || texts(value)],
  allowPrivate: [
    'a list of hosts with their port',
    (value) => Array.isArray(value) && (value.length === 0 || texts(value)),
  ],
  headers: expectations.object,
  redirects: expectations.wholeNumber,
};

/**
 * An origin whose paths are absolute URLs: `/https://pictures.example/cat.jpg`, or percent-encoded as one segment, which a
 * URL with a query must be. What is not allowed, by name or by address, is `FORBIDDEN`, and no connection is made.
 *
 * @throws TypeError where nothing is allowed, or an option is wrong.
 */
export function webProxy(options: WebProxyOptions): Origin {
  return webProxyBy(options);
}

/** {@link webProxy} with a lookup of names other than the system's. */
export function webProxyBy(options: WebProxyOptions, lookup?: Lookup): Origin {
  checkOptions('webProxy', options, expected);
  if (options.allow === undefined) throw new TypeError(`Expected ${expected.allow?.[0]} for webProxy.allow`);
  const { allow, redirects = 3, timeout = 10, connections = 8 } = options;
  // In the name, so that what one allows is never read from the store by another that does not.
  const { name = `webProxy:${allow === 'public' ? allow : allow.join(',')}` } = options;
  const allows = parseAllow(allow);
  const anywhere = new Set((options.allowPrivate ?? []).map(parseHostAndPort));
  const fixed = checkHeaders('webProxy.headers', {});
  const configured = checkHeaders('webProxy.headers', options.headers ?? {});
  const upstream = createUpstream({
    timeout,
    connections,
    connector: (milliseconds) => guardedConnector(anywhere, milliseconds, lookup),
  });

  return {
    name,
    keepOriginals: true,
    paths: 'url',
    read: (path, request) =>
      upstream.exchange(request.signal, async (exchange) => {
        if (!isUrlPath(path)) return { status: 404, headers: {} };
        const url = new URL(path.slice(1));
        if (!allows(url)) throw forbidden(`${url.origin} is not allowed`);
        const onward = conditions(request);
        const response = await follow(exchange, getOf(url, { ...configured, ...onward }), redirects, (to, from) => {
          checkRedirect(to, from.origin, allows);
          // Once gone they do not come back, or a redirect there and back would tell where they are sent.
          return getOf(to, to.origin === from.origin ? from.fields : { ...fixed, ...onward });
        });
        return toAnswer(response, request, exchange.signal);
      }),
    close: () => upstream.close(),
  };
}

function getOf(url: URL, fields: Get['fields']): Get {
  return { origin: url.origin, path: url.pathname + url.search, fields };
}

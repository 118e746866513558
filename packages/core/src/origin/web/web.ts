import { Agent } from 'undici';
import { TintypeError } from '../../errors.ts';
import { checkOptions, expectations } from '../../options.ts';
import type { Origin, OriginRequest, OriginResponse } from '../origin.ts';
import { encodePath, isCanonicalPath } from '../path.ts';
import { redirectTarget, toAnswer } from './answer.ts';
import { discard } from './body.ts';
import { toWebError } from './error.ts';
import { checkHeaders, conditions } from './headers.ts';

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

/** Seconds; a Node timer counts no further. */
const maxTimeout = 2_147_483;

/**
 * An origin whose originals another HTTP server has. The host is trusted, on whatever address it is; nothing of a
 * client's request reaches it but the path.
 *
 * @param baseUrl http or https; the path of an original is appended to its path.
 * @throws TypeError where the base URL has a query, a fragment or credentials, or an option is wrong.
 */
export function web(baseUrl: string | URL, options: WebOptions = {}): Origin {
  checkOptions('web', options, {
    name: expectations.text,
    headers: expectations.object,
    timeout: [
      `a number of seconds above zero and up to ${maxTimeout}`,
      (value) => typeof value === 'number' && value > 0 && value <= maxTimeout,
    ],
    redirects: expectations.wholeNumber,
    connections: expectations.count,
  });
  const base = parseBase(baseUrl);
  const { name = `web:${base.origin}${base.path}`, timeout = 10, redirects = 0, connections = 32 } = options;
  const headers = checkHeaders(options.headers ?? {});
  const milliseconds = Math.ceil(timeout * 1000);
  let agent: Agent | undefined;
  let closing: Promise<void> | undefined;

  return {
    name,
    keepOriginals: true,
    async read(path, request) {
      if (closing !== undefined) throw new TintypeError('CLOSED');
      if (!isCanonicalPath(path)) return { status: 404, headers: {} };
      // One deadline for the whole exchange: a body that dribbles never trips an idle timer.
      agent ??= new Agent({ connections, connectTimeout: milliseconds, headersTimeout: 0, bodyTimeout: 0 });
      const upstream: Upstream = { agent, origin: base.origin, headers, redirects };
      const deadline = AbortSignal.timeout(milliseconds);
      const signal = request.signal === undefined ? deadline : AbortSignal.any([deadline, request.signal]);
      try {
        return await exchange(upstream, base.path + encodePath(path), request, signal);
      } catch (error) {
        throw toWebError(error, signal);
      }
    },
    close() {
      closing ??= agent?.close() ?? Promise.resolve();
      return closing;
    },
  };
}

interface Upstream {
  readonly agent: Agent;
  /** Scheme, host and port. */
  readonly origin: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly redirects: number;
}

async function exchange(
  upstream: Upstream,
  firstTarget: string,
  request: OriginRequest,
  signal: AbortSignal,
): Promise<OriginResponse> {
  const { agent, origin, redirects } = upstream;
  const headers = { ...upstream.headers, ...conditions(request) };
  let path = firstTarget;
  for (let hop = 0; ; hop++) {
    const response = await agent.request({ origin, path, method: 'GET', headers, signal });
    const target = hop < redirects ? redirectTarget(response, origin + path) : undefined;
    if (target === undefined) return await toAnswer(response, request, signal);
    discard(response.body, signal);
    path = target;
  }
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

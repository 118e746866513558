import { createHash, timingSafeEqual } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Readable } from 'node:stream';
import { TintypeError, toTintypeError } from '../errors.ts';
import { warnOnce } from '../events.ts';
import { type HttpHeaders, type HttpResponse, header } from '../http/message.ts';
import { splitTarget } from '../http/target.ts';
import { checkOptions, type Expectation } from '../options.ts';
import type { PurgeResult } from './purger.ts';
import type { PurgeRequest } from './target.ts';

/** Options of the purge routes. */
export interface PurgeRoutesOptions {
  /** The bearer token, or several while one replaces another. Without one the routes do not exist. */
  readonly token?: string | readonly string[] | undefined;
}

/** A request that may be for the purge routes. */
export interface PurgeRoutesRequest {
  readonly method: string;
  /** Raw request target and mount, as in an image request. */
  readonly target: string;
  readonly mount: string;
  readonly headers: HttpHeaders;
  /** The request itself, to read the body from. */
  readonly stream: Readable;
  /** The body, where a parser above us has read it. */
  readonly parsedBody: unknown;
}

/** Answers `POST /purge`; undefined for what is not ours. Never rejects. */
export type PurgeRoutes = (request: PurgeRoutesRequest) => Promise<HttpResponse | undefined>;

// RFC 6750 §2.1 has no blanks in a token: one that has could never match.
const isToken = (value: unknown): boolean => typeof value === 'string' && /^[\x21-\x7e]+$/.test(value);
const tokenExpectation: Expectation = [
  'a token without blanks or a list of them',
  (value) => isToken(value) || (Array.isArray(value) && value.every(isToken)),
];

/** The part of an engine that the routes call. */
interface Purgeable {
  purge(request: PurgeRequest): Promise<PurgeResult>;
}

/** Creates the purge routes of an engine. */
export function createPurgeRoutes(images: Purgeable, options: PurgeRoutesOptions): PurgeRoutes {
  checkOptions('purgeRoutes', options, { token: tokenExpectation });
  const tokens = [options.token ?? []].flat().map(digest);
  if (tokens.length === 0) {
    warnOnce('TINTYPE_NO_TOKEN', 'purgeRoutes has no token: the purge routes do not exist.');
    return async () => undefined;
  }
  return async (request) => {
    if (splitTarget(request.target, request.mount)?.path !== '/purge') return undefined;
    try {
      if (request.method !== 'POST') throw new TintypeError('METHOD_NOT_ALLOWED', { headers: { allow: 'POST' } });
      authorize(request.headers, tokens);
      const result = await images.purge((await readBody(request)) as PurgeRequest);
      return respondJson(200, 'application/json', result);
    } catch (error) {
      return respondProblem(toTintypeError(error, 'PURGE_FAILED'));
    }
  };
}

/** Both sides are hashed first: timingSafeEqual wants equal lengths and must not tell them. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function authorize(headers: HttpHeaders, tokens: readonly Buffer[]): void {
  // RFC 6750 §2.1
  const credential = /^bearer +([\x21-\x7e]+)$/i.exec(header(headers, 'authorization') ?? '')?.[1];
  const given = digest(credential ?? '');
  const matches = tokens.filter((token) => timingSafeEqual(token, given));
  if (credential !== undefined && matches.length > 0) return;
  throw new TintypeError('UNAUTHORIZED', { headers: { 'www-authenticate': 'Bearer realm="purge"' } });
}

const maxBodyBytes = 64 * 1024;

async function readBody({ stream, parsedBody, headers }: PurgeRoutesRequest): Promise<unknown> {
  // Below a parser with a bound of its own too.
  if (Number(header(headers, 'content-length') ?? 0) > maxBodyBytes) throw tooLarge();
  // A parser that passed over the body may still have left an empty object behind.
  if (stream.readableDidRead && parsedBody !== undefined) {
    return parsedBody instanceof Uint8Array || typeof parsedBody === 'string' ? parseJson(parsedBody) : parsedBody;
  }
  const chunks: Buffer[] = [];
  let length = 0;
  // Not destroyed by a refusal: the answer still has to go out on its socket.
  for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBodyBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return parseJson(Buffer.concat(chunks));
}

function tooLarge(): TintypeError {
  // What is left of the body is not read.
  return new TintypeError('PAYLOAD_TOO_LARGE', { headers: { connection: 'close' } });
}

function parseJson(text: Uint8Array | string): unknown {
  try {
    return JSON.parse(Buffer.from(text as Uint8Array).toString());
  } catch (cause) {
    throw new TintypeError('INVALID_PURGE', { message: 'The request body is not valid JSON.', cause });
  }
}

/** Problem details (RFC 9457). */
function respondProblem(error: TintypeError): HttpResponse {
  const { status, code, message: detail } = error;
  const problem = { type: 'about:blank', title: STATUS_CODES[status], status, code, detail };
  return respondJson(error.status, 'application/problem+json', problem, error.headers);
}

function respondJson(
  status: number,
  type: string,
  content: object,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse {
  const body = Buffer.from(`${JSON.stringify(content)}\n`);
  return {
    status,
    headers: {
      ...headers,
      'cache-control': 'no-store',
      'content-type': type,
      'content-length': String(body.length),
      'x-content-type-options': 'nosniff',
    },
    body,
  };
}

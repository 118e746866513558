import type { Readable } from 'node:stream';
import { TintypeError } from '../errors.ts';
import { type HttpHeaders, header } from '../http/message.ts';
import { hasBearer } from './credentials.ts';
import type { PurgeOptions } from './options.ts';
import { type PurgeRequest, targetKinds } from './target.ts';

/** Where the body of a request is found. */
export interface BodySource {
  readonly headers: HttpHeaders;
  /** The request itself, to read the body from. */
  readonly stream: Readable;
  /** The body, where a parser above us has read it. */
  readonly parsedBody: unknown;
}

const maxBodyBytes = 64 * 1024;
const optionNames: readonly string[] = ['mode', 'verify', 'wait', 'dryRun'];

/**
 * Makes sure that no other site had a browser send a request. Browsers add Basic credentials and cookies to whatever a
 * page anywhere posts, but ask beforehand about this type, and about a bearer token.
 *
 * @throws TintypeError `INVALID_PURGE` where neither is there.
 */
export function requireIntent(headers: HttpHeaders): void {
  // Fetch standard, "CORS-safelisted request-header".
  if (hasBearer(headers) || /^\s*application\/json\s*(?:;|$)/i.test(header(headers, 'content-type') ?? '')) return;
  const message = 'The request body must come with Content-Type: application/json where no bearer token is sent.';
  throw new TintypeError('INVALID_PURGE', { message });
}

/**
 * Reads the JSON body of a request.
 *
 * @throws TintypeError `PAYLOAD_TOO_LARGE` over 64 KiB, `INVALID_PURGE` for what is no JSON.
 */
export async function readBody({ stream, parsedBody, headers }: BodySource): Promise<unknown> {
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

/**
 * Parts a body into what to purge and how. A string alone is a path.
 *
 * @throws TintypeError `INVALID_PURGE` for what is neither, and for unknown members.
 */
export function understandBody(body: unknown): { readonly request: PurgeRequest; readonly options: PurgeOptions } {
  if (typeof body === 'string') return { request: body, options: {} };
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new TintypeError('INVALID_PURGE', { message: 'The request body is not a JSON object.' });
  }
  const members = Object.entries(body);
  const unknown = members.find(([name]) => !targetKinds.includes(name) && !optionNames.includes(name));
  if (unknown !== undefined) {
    const [known, name] = [[...targetKinds, ...optionNames].join(', '), JSON.stringify(unknown[0].slice(0, 80))];
    throw new TintypeError('INVALID_PURGE', {
      message: `The request body has an unknown member: ${name}. Known: ${known}.`,
    });
  }
  return {
    // What each of them holds is understood where the purge is.
    request: Object.fromEntries(members.filter(([name]) => targetKinds.includes(name))) as unknown as PurgeRequest,
    options: Object.fromEntries(members.filter(([name]) => optionNames.includes(name))),
  };
}

function tooLarge(): TintypeError {
  // What is left of the body is not read.
  return new TintypeError('PAYLOAD_TOO_LARGE', { headers: { connection: 'close' } });
}

function parseJson(text: Uint8Array | string): unknown {
  try {
    // RFC 8259 §8.1. A replaced character would name another image.
    return JSON.parse(typeof text === 'string' ? text : new TextDecoder('utf-8', { fatal: true }).decode(text));
  } catch (cause) {
    throw new TintypeError('INVALID_PURGE', { message: 'The request body is not valid JSON.', cause });
  }
}

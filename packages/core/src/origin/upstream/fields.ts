import { betweenNeighbours } from '../../http/field-kinds.ts';
import { fieldName, fieldValue } from '../../http/field-syntax.ts';
import type { OriginRequest } from '../origin.ts';
import type { Fields } from './upstream.ts';

/** The same for every request, but where a configured or forwarded field stands over them. */
const fixedHeaders = {
  accept: 'image/*,*/*;q=0.8',
  'accept-encoding': 'identity',
  'user-agent': 'tintype',
} as const;

/** Fields that decide how a message is framed, cached or answered in part: setting them would break the exchange. */
const reserved = new Set([
  ...betweenNeighbours.filter((name) => !name.startsWith('proxy-')),
  ...['content-length', 'expect'],
  ...['accept-encoding', 'cache-control', 'pragma', 'range'],
  ...['if-match', 'if-modified-since', 'if-none-match', 'if-range', 'if-unmodified-since'],
]);

/** Of a client's fields also those that say to whom it speaks, or what it says to a proxy alone. */
const neverForwarded = new Set([...reserved, 'host', 'http2-settings', 'proxy-authorization', 'proxy-connection']);

/** RFC 9110 §8.8.3: without `W/`, and only one. */
const strongTag = /^"[^"]*"$/;

/**
 * The header fields of every request to an origin: the fixed ones, and the configured ones over them.
 *
 * @param option name of the option, for messages.
 * @throws TypeError where a configured one is malformed or reserved.
 */
export function checkHeaders(option: string, configured: Readonly<Record<string, unknown>>): Fields {
  const headers: Record<string, string> = { ...fixedHeaders };
  for (const [name, value] of Object.entries(configured)) {
    const lower = checkName(option, name);
    if (reserved.has(lower)) throw new TypeError(`Unexpected field ${option}.${name}: the origin itself decides it`);
    // Values are credentials more often than not: they stay out of the message.
    if (typeof value !== 'string' || !fieldValue.test(value)) {
      throw new TypeError(`Expected a field value for ${option}.${name} but received something else`);
    }
    headers[lower] = value;
  }
  return headers;
}

/**
 * The names of a client's header fields that reach an origin, in lower case, each once.
 *
 * @param option name of the option, for messages.
 * @throws TypeError where one is malformed, never to be forwarded, or configured to have another value.
 */
export function checkForward(option: string, names: readonly string[], configured: readonly string[]): string[] {
  const fixed = new Set(configured.map((name) => name.toLowerCase()));
  for (const name of names) {
    const lower = checkName(option, name);
    if (neverForwarded.has(lower)) throw new TypeError(`Unexpected field ${name} in ${option}: it is never forwarded`);
    if (fixed.has(lower)) throw new TypeError(`Unexpected field ${name} in ${option}: it is configured to be another`);
  }
  return [...new Set(names.map((name) => name.toLowerCase()))];
}

/**
 * Those of a client's header fields that reach an origin.
 *
 * @throws Error where a value cannot be sent, because it would be another when it arrived.
 */
export function forwarded(names: readonly string[], { fields = {} }: OriginRequest): Fields {
  const sent: Record<string, string> = {};
  for (const name of names) {
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (value === undefined) continue;
    if (!fieldValue.test(value)) throw new Error(`the field ${name} of the client cannot be sent`);
    sent[name] = value;
  }
  return sent;
}

/** What a question asks for beyond the plain representation: the conditional and no-cache fields. */
export function conditions(request: OriginRequest): Fields {
  const noCache = { 'cache-control': 'no-cache', pragma: 'no-cache' };
  return request.noCache ? { ...noCache, ...validators(request) } : validators(request);
}

/** Whether a 304 is an answer to this question (RFC 9110 §15.4.5). */
export function isConditional(request: OriginRequest): boolean {
  return Object.keys(validators(request)).length > 0;
}

function validators({ ifNoneMatch, ifModifiedSince, noCache }: OriginRequest): Fields {
  const tag = isSendable(ifNoneMatch) ? { 'if-none-match': ifNoneMatch } : {};
  // A weak tag and a date may stay the same while the bytes change: after a purge their 304 proves nothing.
  if (noCache) return strongTag.test(ifNoneMatch ?? '') ? tag : {};
  return isSendable(ifModifiedSince) ? { ...tag, 'if-modified-since': ifModifiedSince } : tag;
}

/** A validator that cannot be sent as it came is not sent: the answer is then whole. */
function isSendable(value: string | undefined): value is string {
  return value !== undefined && value !== '' && fieldValue.test(value);
}

function checkName(option: string, name: unknown): string {
  if (typeof name === 'string' && fieldName.test(name)) return name.toLowerCase();
  throw new TypeError(`Expected a field name in ${option} but received ${JSON.stringify(name)}`);
}

import type { OriginRequest } from '../origin.ts';

/** The same for every request: what a client sends never reaches an origin. */
const fixedHeaders = {
  accept: 'image/*,*/*;q=0.8',
  'accept-encoding': 'identity',
  'user-agent': 'tintype',
} as const;

/** Fields that decide how a message is framed, cached or answered in part: setting them would break the exchange. */
const reserved = new Set([
  ...['connection', 'content-length', 'expect', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade'],
  ...['accept-encoding', 'cache-control', 'pragma', 'range'],
  ...['if-match', 'if-modified-since', 'if-none-match', 'if-range', 'if-unmodified-since'],
]);

// RFC 9110 §5.1 and §5.5.
const fieldName = /^[\w!#$%&'*+.^`|~-]+$/;
const fieldValue = /^[\t\x20-\x7e\x80-\xff]*$/;

/** RFC 9110 §8.8.3: without `W/`, and only one. */
const strongTag = /^"[^"]*"$/;

/**
 * The header fields of every request to an origin: the fixed ones, and the configured ones over them.
 *
 * @throws TypeError where a configured one is malformed or reserved.
 */
export function checkHeaders(configured: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const headers: Record<string, string> = { ...fixedHeaders };
  for (const [name, value] of Object.entries(configured)) {
    const lower = name.toLowerCase();
    if (!fieldName.test(name))
      throw new TypeError(`Expected a field name in web.headers but received ${JSON.stringify(name)}`);
    if (reserved.has(lower)) throw new TypeError(`Unexpected field web.headers.${name}: the origin itself decides it`);
    // Values are credentials more often than not: they stay out of the message.
    if (typeof value !== 'string' || !fieldValue.test(value)) {
      throw new TypeError(`Expected a field value for web.headers.${name} but received something else`);
    }
    headers[lower] = value;
  }
  return headers;
}

/** What a question asks for beyond the plain representation: the conditional and no-cache fields. */
export function conditions(request: OriginRequest): Readonly<Record<string, string>> {
  const noCache = { 'cache-control': 'no-cache', pragma: 'no-cache' };
  return request.noCache ? { ...noCache, ...validators(request) } : validators(request);
}

/** Whether a 304 is an answer to this question (RFC 9110 §15.4.5). */
export function isConditional(request: OriginRequest): boolean {
  return Object.keys(validators(request)).length > 0;
}

function validators({ ifNoneMatch, ifModifiedSince, noCache }: OriginRequest): Readonly<Record<string, string>> {
  const tag = isSendable(ifNoneMatch) ? { 'if-none-match': ifNoneMatch } : {};
  // A weak tag and a date may stay the same while the bytes change: after a purge their 304 proves nothing.
  if (noCache) return strongTag.test(ifNoneMatch ?? '') ? tag : {};
  return isSendable(ifModifiedSince) ? { ...tag, 'if-modified-since': ifModifiedSince } : tag;
}

/** A validator that cannot be sent as it came is not sent: the answer is then whole. */
function isSendable(value: string | undefined): value is string {
  return value !== undefined && value !== '' && fieldValue.test(value);
}

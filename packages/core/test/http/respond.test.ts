import { describe, expect, it } from 'vitest';
import { TintypeError } from '../../src/errors.ts';
import type { CacheStatus } from '../../src/http/cache-status.ts';
import type { Freshness } from '../../src/http/freshness.ts';
import {
  type AnswerContext,
  type Representation,
  respondError,
  respondFound,
  respondOptions,
  respondWithoutBytes,
} from '../../src/http/respond.ts';
import type { Told } from '../../src/http/told.ts';
import { at, freshnessWith, now } from './samples.ts';

const modified = 'Sun, 06 Nov 1994 08:49:37 GMT';
const body = Uint8Array.of(1, 2, 3);
const hit: CacheStatus = { hit: true };
const miss: CacheStatus = { hit: false, forward: 'uri-miss' };

const contextOf = (changes: Partial<AnswerContext> = {}): AnswerContext => ({
  method: 'GET',
  headers: {},
  mount: {},
  now,
  ...changes,
});

const representationOf = (
  changes: Partial<Representation> = {},
  freshness: Partial<Freshness> = {},
  told: Partial<Told> = {},
): Representation => ({
  status: 200,
  contentType: 'image/webp',
  etag: '"a"',
  lastModified: modified,
  date: at(0),
  vary: '',
  fields: {},
  isPassedOn: false,
  saidControl: undefined,
  upstreamStatus: undefined,
  role: 'origin',
  hasRanges: true,
  freshness: freshnessWith(freshness, told),
  browserTtl: undefined,
  isOutdated: false,
  ...changes,
});

/** What every answer carries. */
const fixed = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; sandbox",
  'cross-origin-resource-policy': 'cross-origin',
};

/** What every answer with the representation carries. */
const ofTheRepresentation = {
  ...fixed,
  'accept-ranges': 'bytes',
  'cache-control': 'public, s-maxage=600, max-age=600, must-revalidate',
  'cache-status': 'tintype; fwd=uri-miss',
  date: at(0),
  etag: '"a"',
  'last-modified': modified,
};

/** The error that a call throws. */
function failure(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

describe('respondFound', () => {
  it('answers 200 with these fields, no more', () => {
    expect(respondFound(contextOf(), representationOf(), miss, body)).toEqual({
      status: 200,
      headers: { ...ofTheRepresentation, 'content-type': 'image/webp', 'content-length': '3' },
      body,
    });
  });

  it('answers HEAD as GET, without the body (RFC 9110 §9.3.2)', () => {
    const [get, head] = ['GET', 'HEAD'].map((method) =>
      respondFound(contextOf({ method }), representationOf(), hit, body),
    );
    expect(head).toEqual({ ...get, body: undefined });
  });

  it.each([
    ['last-modified', { lastModified: undefined }],
    ['etag', { etag: undefined }],
    ['content-type', { contentType: undefined }],
    ['accept-ranges', { hasRanges: false }],
  ] as const)('says no %s where there is none', (name, changes) => {
    expect(respondFound(contextOf(), representationOf(), hit, body).headers).toHaveProperty(name);
    expect(respondFound(contextOf(), representationOf(changes), hit, body).headers).not.toHaveProperty(name);
  });

  it("keeps the origin's Date, however old (RFC 9110 §6.6.1)", () => {
    const { headers } = respondFound(contextOf({ now: now + 9000 }), representationOf({ date: at(-60) }), hit, body);
    expect(headers.date).toBe(at(-60));
  });

  it.each<readonly [string, CacheStatus, Partial<Freshness>, number, string | undefined]>([
    ['a hit at once', hit, {}, 0, '0'],
    ['a hit later, in whole seconds', hit, {}, 5999, '5'],
    ['a hit on what was old when it came', hit, { initialAge: 50 }, 1000, '51'],
    ['a hit on what is past its lifetime', hit, {}, 700_000, '700'],
    ['a miss', miss, {}, 0, undefined],
    ['a miss that upstream had kept', miss, { initialAge: 50 }, 0, '50'],
    ['a hit while the clock was set back', hit, {}, -9000, '0'],
  ])('gives the Age of %s (RFC 9111 §5.1)', (_, status, freshness, passed, age) => {
    const answer = respondFound(contextOf({ now: now + passed }), representationOf({}, freshness), status, body);
    expect(answer.headers.age).toBe(age);
  });

  it.each([204, 205])('answers %i with no content, of no length (RFC 9110 §15.3.5)', (status) => {
    const representation = representationOf({ status, contentType: undefined });
    const answer = respondFound(contextOf(), representation, miss, new Uint8Array());
    expect(answer).toEqual({ status, headers: ofTheRepresentation, body: undefined });
  });

  it.each([203, 301, 404, 500])('passes on an answer of status %i with its content', (status) => {
    const answer = respondFound(contextOf(), representationOf({ status, etag: undefined }), miss, body);
    expect(answer).toMatchObject({ status, headers: { 'content-length': '3' }, body });
  });

  it('carries further fields, which cannot replace those that it states itself', () => {
    const named = Object.keys({ ...ofTheRepresentation, 'content-type': '', 'content-length': '' }).filter(
      (name) => !(name in fixed),
    );
    const fields = { 'x-credit': 'cat', ...Object.fromEntries(named.map((name) => [name, 'other'])) };
    const { headers } = respondFound(contextOf(), representationOf({ fields }), miss, body);
    expect(headers).toEqual({
      ...ofTheRepresentation,
      'content-type': 'image/webp',
      'content-length': '3',
      'x-credit': 'cat',
    });
  });

  it('asks for client hints (RFC 8942 §3.1)', () => {
    const context = contextOf({ acceptCh: 'Sec-CH-Width' });
    expect(respondFound(context, representationOf(), hit, body).headers['accept-ch']).toBe('Sec-CH-Width');
  });

  it('adds to what caches before us say of themselves (RFC 9211 §2)', () => {
    const cacheStatus = (upstreamStatus: string | undefined) =>
      respondFound(contextOf(), representationOf({ upstreamStatus }), hit, body).headers['cache-status'];
    expect(cacheStatus(undefined)).toBe('tintype; hit');
    expect(cacheStatus('a; fwd=miss, b; hit')).toBe('a; fwd=miss, b; hit, tintype; hit');
  });

  it('says Vary on every answer (RFC 9110 §12.5.5)', () => {
    const vary = (names: string, cors?: string) => {
      const context = contextOf({
        headers: { 'if-none-match': '"a"' },
        mount: cors === undefined ? {} : { cors },
      });
      const representation = representationOf({ vary: names });
      const found = respondFound(context, representation, hit, body).headers.vary;
      expect(respondWithoutBytes(context, representation, hit)).toMatchObject({ status: 304 });
      expect(respondWithoutBytes(context, representation, hit)?.headers.vary).toBe(found);
      return found;
    };
    expect(vary('Accept')).toBe('Accept');
    expect(vary('')).toBeUndefined();
    expect(vary('Accept', 'https://app.example')).toBe('Accept, Origin');
    expect(vary('', 'https://app.example')).toBe('Origin');
    expect(vary('Accept, Sec-CH-DPR, x-tenant')).toBe('Accept, Sec-CH-DPR, x-tenant');
  });
});

describe('Cache-Control', () => {
  const controlOf = (representation: Representation, context = contextOf()): string | undefined =>
    respondFound(context, representation, hit, body).headers['cache-control'];

  it('is ours of a derivative, whatever its origin said', () => {
    expect(controlOf(representationOf({ saidControl: 'max-age=60' }, {}, { isVerbatim: true }))).toBe(
      'public, s-maxage=600, max-age=600, must-revalidate',
    );
  });

  it('counts what browsers may use on top of Age, anew for each answer', () => {
    const representation = representationOf({ browserTtl: 60 }, { initialAge: 50.9 });
    for (const [passed, forBrowsers] of [
      [0, 110],
      [1000, 111],
      [30_000, 140],
    ] as const) {
      expect(controlOf(representation, contextOf({ now: now + passed }))).toBe(
        `public, s-maxage=600, max-age=${forBrowsers}, must-revalidate`,
      );
    }
  });

  it('stays the same while Age tells the rest', () => {
    const representation = representationOf();
    for (const passed of [0, 1000, 700_000]) {
      expect(controlOf(representation, contextOf({ now: now + passed }))).toBe(
        'public, s-maxage=600, max-age=600, must-revalidate',
      );
    }
  });

  it('is private on a private mount', () => {
    const context = contextOf({ mount: { visibility: 'private' } });
    expect(controlOf(representationOf(), context)).toBe('private, max-age=600, must-revalidate');
  });

  const passedOn = { isPassedOn: true, saidControl: 'Max-Age=60, x-own' };

  it("is the origin's own of what is passed on, or none as it said none (RFC 9111 §5.2)", () => {
    expect(controlOf(representationOf(passedOn, {}, { isVerbatim: true }))).toBe('Max-Age=60, x-own');
    const silent = { ...passedOn, saidControl: undefined };
    expect(controlOf(representationOf(silent, {}, { isVerbatim: true }))).toBeUndefined();
  });

  it.each<readonly [string, Partial<Representation>, Partial<Told>, AnswerContext['mount'], string]>([
    ['it is not its word', {}, {}, {}, 'public, s-maxage=600, max-age=600, must-revalidate'],
    [
      'browsers have a lifetime of their own',
      { browserTtl: 0 },
      { isVerbatim: true },
      {},
      'public, s-maxage=600, max-age=0, must-revalidate',
    ],
    ['it was purged', { isOutdated: true }, { isVerbatim: true }, {}, 'public, max-age=0, must-revalidate'],
    [
      'the mount is private',
      {},
      { isVerbatim: true },
      { visibility: 'private' },
      'private, max-age=600, must-revalidate',
    ],
  ])('is ours of what is passed on where %s', (_, changes, told, mount, expected) => {
    expect(controlOf(representationOf({ ...passedOn, ...changes }, {}, told), contextOf({ mount }))).toBe(expected);
  });
});

describe('a part of the bytes (RFC 9110 §14.2)', () => {
  const asking = (range: string, more: AnswerContext['headers'] = {}) => contextOf({ headers: { range, ...more } });

  it('is answered with 206, the fields of 200 and its own length (§15.3.7)', () => {
    const whole = respondFound(contextOf(), representationOf(), hit, body);
    expect(respondFound(asking('bytes=1-'), representationOf(), hit, body)).toEqual({
      status: 206,
      headers: { ...whole.headers, 'content-range': 'bytes 1-2/3', 'content-length': '2' },
      body: Uint8Array.of(2, 3),
    });
  });

  it('copies no bytes: they are those of the whole', () => {
    expect(respondFound(asking('bytes=0-0'), representationOf(), hit, body).body?.buffer).toBe(body.buffer);
  });

  it('is refused with 416 where there is none (§15.5.17)', () => {
    const error = failure(() => respondFound(asking('bytes=3-'), representationOf(), hit, body));
    expect(error).toBeInstanceOf(TintypeError);
    expect(error).toMatchObject({
      code: 'RANGE_NOT_SATISFIABLE',
      status: 416,
      headers: { 'content-range': 'bytes */3' },
    });
    const answer = respondError(contextOf(), error as TintypeError, 'no-store');
    expect(answer).toMatchObject({
      status: 416,
      headers: { 'content-range': 'bytes */3', 'cache-control': 'no-store' },
    });
    expect(answer.headers).not.toHaveProperty('etag');
  });

  it('is the whole where several are asked for (§17.15)', () => {
    expect(respondFound(asking('bytes=0-0,2-2'), representationOf(), hit, body).status).toBe(200);
  });

  it.each<readonly [string, string, isPassedOn: boolean, number]>([
    ['the tag holds', '"a"', false, 206],
    ['the tag does not', '"b"', false, 200],
    ['the tag of what is passed on holds', '"a"', true, 206],
    ['the date of what is passed on holds', modified, true, 206],
    ['the date of what is passed on does not', at(0), true, 200],
    ['the date of a picture, which its formats share, never does (§8.8.2.2)', modified, false, 200],
  ])('depends on If-Range: %s (§13.1.5)', (_, ifRange, isPassedOn, status) => {
    const context = asking('bytes=1-', { 'if-range': ifRange });
    expect(respondFound(context, representationOf({ isPassedOn }), hit, body).status).toBe(status);
  });

  it.each<readonly [string, Partial<AnswerContext>, Partial<Representation>, number]>([
    ['HEAD (§14.2)', { method: 'HEAD' }, {}, 200],
    ['what has no ranges', {}, { hasRanges: false }, 200],
    ['another status than 200', {}, { status: 203 }, 203],
    ['an error', {}, { status: 404 }, 404],
  ])('is not asked for of %s', (_, context, changes, status) => {
    for (const range of ['bytes=1-', 'bytes=9-']) {
      const answer = respondFound({ ...asking(range), ...context }, representationOf(changes), hit, body);
      expect(answer).toMatchObject({ status, headers: { 'content-length': '3' } });
      expect(answer.headers).not.toHaveProperty('content-range');
    }
  });

  it('is never looked for once the client has the whole (§13.2.2)', () => {
    const context = asking('bytes=9-', { 'if-none-match': '"a"' });
    expect(respondWithoutBytes(context, representationOf(), hit)?.status).toBe(304);
  });
});

describe('respondWithoutBytes', () => {
  const asking = (headers: AnswerContext['headers']) => contextOf({ headers, now: now + 5000 });

  it('answers 304 with the fields of 200, but none of the content (RFC 9110 §15.4.5)', () => {
    const context = asking({ 'if-none-match': '"a"' });
    const representation = representationOf({
      vary: 'Accept',
      fields: { 'content-language': 'de', 'content-location': '/x', 'x-credit': 'cat' },
    });
    const { headers } = respondFound(context, representation, hit, body);
    const { 'content-type': _type, 'content-length': _length, 'content-language': _language, ...rest } = headers;
    const answer = respondWithoutBytes(context, representation, hit);
    expect(answer).toEqual({ status: 304, headers: rest, body: undefined });
    expect(Object.keys(rest).sort()).toEqual([
      'accept-ranges',
      'age',
      'cache-control',
      'cache-status',
      'content-location',
      'content-security-policy',
      'cross-origin-resource-policy',
      'date',
      'etag',
      'last-modified',
      'vary',
      'x-content-type-options',
      'x-credit',
    ]);
  });

  it('answers 304 to what a coded answer is, without its coding', () => {
    const representation = representationOf({ fields: { 'content-encoding': 'br' }, hasRanges: false });
    const answer = respondWithoutBytes(asking({ 'if-none-match': '"a"' }), representation, hit);
    expect(answer?.headers).not.toHaveProperty('content-encoding');
  });

  it.each<readonly [AnswerContext['headers'], boolean]>([
    [{}, false],
    [{ 'if-none-match': '"a"' }, true],
    [{ 'if-none-match': '"b"' }, false],
    [{ 'if-modified-since': modified }, true],
    [{ 'if-modified-since': 'Sun, 06 Nov 1994 08:49:36 GMT' }, false],
    [{ 'if-match': '"a"' }, false],
  ])('is the answer to %j: %s', (headers, expected) => {
    expect(respondWithoutBytes(asking(headers), representationOf(), hit) !== undefined).toBe(expected);
  });

  it.each<readonly [AnswerContext['headers'], Partial<Representation>, Record<string, string>]>([
    [{ 'if-match': '"b"' }, {}, { etag: '"a"' }],
    [{ 'if-match': '"b"' }, { etag: undefined }, {}],
    [{ 'if-unmodified-since': 'Sun, 06 Nov 1994 08:49:36 GMT' }, {}, { etag: '"a"' }],
  ])('refuses with 412 what %j demands (RFC 9110 §13.1.1)', (headers, changes, expected) => {
    const error = failure(() => respondWithoutBytes(asking(headers), representationOf(changes), hit));
    expect(error).toBeInstanceOf(TintypeError);
    expect(error).toMatchObject({ code: 'PRECONDITION_FAILED', status: 412 });
    expect((error as TintypeError).headers).toStrictEqual(expected);
  });

  it('leaves If-Match and If-Unmodified-Since to whose the answer is (RFC 9111 §4.3.2)', () => {
    const headers = { 'if-match': '"b"', 'if-unmodified-since': 'Sun, 06 Nov 1994 08:49:36 GMT' };
    expect(respondWithoutBytes(asking(headers), representationOf({ role: 'cache' }), hit)).toBeUndefined();
  });

  it('compares as a cache with Date where there is no Last-Modified (RFC 9111 §4.3.2)', () => {
    const context = asking({ 'if-modified-since': at(0) });
    const undated = { lastModified: undefined };
    expect(respondWithoutBytes(context, representationOf({ ...undated, role: 'cache' }), hit)?.status).toBe(304);
    expect(respondWithoutBytes(context, representationOf({ ...undated, role: 'origin' }), hit)).toBeUndefined();
  });

  it.each([301, 404, 410, 500])('has no conditions on an answer of status %i (RFC 9110 §13.2.1)', (status) => {
    for (const headers of [{ 'if-none-match': '"a"' }, { 'if-match': '"b"' }]) {
      expect(respondWithoutBytes(asking(headers), representationOf({ status }), hit)).toBeUndefined();
    }
  });

  it('answers HEAD as GET', () => {
    const [get, head] = ['GET', 'HEAD'].map((method) =>
      respondWithoutBytes(contextOf({ method, headers: { 'if-none-match': '"a"' } }), representationOf(), hit),
    );
    expect(head).toEqual(get);
  });
});

describe('respondError', () => {
  it('answers in one line of text', () => {
    const answer = respondError(contextOf(), new TintypeError('NOT_FOUND'), 'no-store');
    expect(answer).toEqual({
      status: 404,
      headers: {
        ...fixed,
        'cache-control': 'no-store',
        'content-type': 'text/plain; charset=utf-8',
        'content-length': '24',
      },
      body: Buffer.from('There is no such image.\n'),
    });
  });

  it('counts bytes, not characters', () => {
    const { headers, body: text } = respondError(
      contextOf(),
      new TintypeError('INVALID_PARAMETER', { message: 'w: "é…" is not allowed.' }),
      'no-store',
    );
    expect(headers['content-length']).toBe(String(text?.length));
    expect(Buffer.from(text ?? []).toString()).toBe('w: "é…" is not allowed.\n');
  });

  it('answers HEAD as GET, without the body', () => {
    const [get, head] = ['GET', 'HEAD'].map((method) =>
      respondError(contextOf({ method }), new TintypeError('NOT_FOUND'), 'no-store'),
    );
    expect(head).toEqual({ ...get, body: undefined });
  });

  it('carries the fields of the error, which cannot replace the fixed ones', () => {
    const headers = { 'retry-after': '5', 'x-content-type-options': 'sniff', 'content-type': 'text/html' };
    const answer = respondError(contextOf(), new TintypeError('OVERLOADED', { headers }), 'no-store');
    const type = { 'content-type': 'text/plain; charset=utf-8' };
    expect(answer.headers).toMatchObject({ 'retry-after': '5', ...fixed, ...type, 'cache-control': 'no-store' });
  });

  it('lets the error say how long it lasts', () => {
    const headers = { 'cache-control': 'public, max-age=3' };
    const answer = respondError(contextOf(), new TintypeError('NOT_FOUND', { headers }), 'no-store');
    expect(answer.headers['cache-control']).toBe('public, max-age=3');
  });

  it('never shows a cause', () => {
    const cause = new Error('/srv/secret/cat.jpg on 10.0.0.7');
    for (const code of ['ORIGIN_FAILED', 'NOT_FOUND', 'RENDER_FAILED'] as const) {
      const answer = respondError(contextOf(), new TintypeError(code, { cause, message: undefined }), 'no-store');
      expect(JSON.stringify([answer.headers, Buffer.from(answer.body ?? []).toString()])).not.toMatch(/secret|10\.0/);
    }
  });
});

describe('respondOptions', () => {
  it('answers 204 with the methods (RFC 9110 §9.3.7)', () => {
    expect(respondOptions(contextOf({ method: 'OPTIONS' }))).toEqual({
      status: 204,
      headers: { ...fixed, allow: 'GET, HEAD, OPTIONS', 'cache-control': 'no-store' },
      body: undefined,
    });
  });

  it('answers a preflight where CORS is on', () => {
    expect(respondOptions(contextOf({ method: 'OPTIONS', mount: { cors: true } })).headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET, HEAD',
      'access-control-max-age': '86400',
    });
  });

  it('says nothing of methods to an origin that is not listed', () => {
    const headers = { origin: 'https://evil.example' };
    const answer = respondOptions(contextOf({ headers, mount: { cors: 'https://app.example' } }));
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    expect(answer.headers.vary).toBe('Origin');
  });
});

describe('CORS', () => {
  const app = 'https://app.example';
  const exposed = {
    'access-control-expose-headers': 'Accept-Ranges, Age, Cache-Status, Content-Length, Content-Range, ETag',
  };

  it.each<readonly [NonNullable<AnswerContext['mount']['cors']>, string | undefined, Record<string, string>]>([
    [false, app, {}],
    [true, app, { 'access-control-allow-origin': '*', ...exposed }],
    [true, undefined, { 'access-control-allow-origin': '*', ...exposed }],
    [app, app, { 'access-control-allow-origin': app, vary: 'Origin', ...exposed }],
    [
      [app, 'http://b.example'],
      'http://b.example',
      { 'access-control-allow-origin': 'http://b.example', vary: 'Origin', ...exposed },
    ],
    [app, undefined, { vary: 'Origin' }],
    [app, 'https://app.example.evil', { vary: 'Origin' }],
    [[app], 'null', { vary: 'Origin' }],
    [[], app, { vary: 'Origin' }],
  ])('with the option %o answers the origin %s', (cors, origin, expected) => {
    const context = contextOf({ mount: { cors }, headers: { origin, 'if-none-match': '"a"' } });
    const unchanged = respondWithoutBytes(context, representationOf(), hit);
    expect(unchanged?.status).toBe(304);
    for (const { headers = {} } of [
      respondFound(context, representationOf(), hit, body),
      unchanged ?? {},
      respondError(context, new TintypeError('NOT_FOUND'), 'no-store'),
    ]) {
      const ours = Object.entries(headers).filter(([name]) => name === 'vary' || name.startsWith('access-control'));
      expect(Object.fromEntries(ours)).toEqual(expected);
    }
  });
});

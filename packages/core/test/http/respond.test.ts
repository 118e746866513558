import { describe, expect, it } from 'vitest';
import { TintypeError } from '../../src/errors.ts';
import type { Freshness } from '../../src/http/freshness.ts';
import {
  type AnswerContext,
  absentCacheControl,
  answersWith304,
  negativeCacheControl,
  type Representation,
  respondError,
  respondFound,
  respondNotModified,
  respondOptions,
} from '../../src/http/respond.ts';

const now = Date.UTC(2026, 5, 15);
const modified = 'Sun, 06 Nov 1994 08:49:37 GMT';
const body = Uint8Array.of(1, 2, 3);
const hit = { hit: true };
const miss = { hit: false, forward: 'uri-miss' } as const;

const contextOf = (changes: Partial<AnswerContext> = {}): AnswerContext => ({
  method: 'GET',
  headers: {},
  mount: {},
  now,
  ...changes,
});

const freshnessOf = (changes: Partial<Freshness> = {}): Freshness => ({
  lifetime: 600,
  browserLifetime: 600,
  initialAge: 0,
  since: now,
  storage: 'public',
  validate: false,
  ...changes,
});

const representationOf = (
  changes: Partial<Representation> = {},
  freshness: Partial<Freshness> = {},
): Representation => ({
  contentType: 'image/webp',
  etag: '"a"',
  lastModified: modified,
  freshness: freshnessOf(freshness),
  browserTtl: undefined,
  isNegotiated: false,
  isOutdated: false,
  ...changes,
});

/** What every answer carries. */
const fixed = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; sandbox",
  'cross-origin-resource-policy': 'cross-origin',
};

const cacheControlOf = (representation: Representation, context: AnswerContext = contextOf()): string | undefined =>
  respondFound(context, representation, hit, body).headers['cache-control'];

describe('respondFound', () => {
  it('answers 200 with these fields, no more', () => {
    expect(respondFound(contextOf(), representationOf(), miss, body)).toEqual({
      status: 200,
      headers: {
        ...fixed,
        'cache-control': 'public, s-maxage=600, max-age=600, must-revalidate',
        'content-type': 'image/webp',
        'content-length': '3',
        'cache-status': 'tintype; fwd=uri-miss',
        etag: '"a"',
        'last-modified': modified,
      },
      body,
    });
  });

  it('answers HEAD as GET, without the body (RFC 9110 §9.3.2)', () => {
    const [get, head] = ['GET', 'HEAD'].map((method) =>
      respondFound(contextOf({ method }), representationOf(), hit, body),
    );
    expect(head).toEqual({ ...get, body: undefined });
  });

  it('says nothing of a date that is not known', () => {
    const { headers } = respondFound(contextOf(), representationOf({ lastModified: undefined }), hit, body);
    expect(headers).not.toHaveProperty('last-modified');
  });

  it.each<readonly [string, typeof hit, Partial<Freshness>, number, string | undefined]>([
    ['a hit at once', hit, {}, 0, '0'],
    ['a hit later, in whole seconds', hit, {}, 5999, '5'],
    ['a hit on what was old when it came', hit, { initialAge: 50 }, 1000, '51'],
    ['a miss', miss, {}, 0, undefined],
    ['a miss that upstream had kept', miss, { initialAge: 50 }, 0, '50'],
    ['a hit while the clock was set back', hit, {}, -9000, '0'],
  ])('gives the Age of %s (RFC 9111 §5.1)', (_, status, freshness, passed, age) => {
    const answer = respondFound(contextOf({ now: now + passed }), representationOf({}, freshness), status, body);
    expect(answer.headers.age).toBe(age);
  });

  it('says Vary: Accept on every answer of a negotiated URL (RFC 9110 §12.5.5)', () => {
    const vary = (isNegotiated: boolean, cors?: string) => {
      const context = contextOf({ mount: cors === undefined ? {} : { cors } });
      const representation = representationOf({ isNegotiated });
      const [found, unchanged] = [
        respondFound(context, representation, hit, body),
        respondNotModified(context, representation, hit),
      ].map(({ headers }) => headers.vary);
      expect(unchanged).toBe(found);
      return found;
    };
    expect(vary(true)).toBe('Accept');
    expect(vary(false)).toBeUndefined();
    expect(vary(true, 'https://app.example')).toBe('Accept, Origin');
    expect(vary(false, 'https://app.example')).toBe('Origin');
  });
});

describe('Cache-Control', () => {
  it.each<readonly [string, Partial<Representation>, Partial<Freshness>, string]>([
    ['the lifetime', {}, {}, 'public, s-maxage=600, max-age=600, must-revalidate'],
    ['no lifetime', {}, { lifetime: 0, browserLifetime: 0 }, 'public, s-maxage=0, max-age=0, must-revalidate'],
    ['whole seconds', {}, { lifetime: 9.9, browserLifetime: 8.8 }, 'public, s-maxage=9, max-age=8, must-revalidate'],
    ['an s-maxage apart', {}, { lifetime: 5, browserLifetime: 60 }, 'public, s-maxage=5, max-age=60, must-revalidate'],
    ['0 for browsers', { browserTtl: 0 }, {}, 'public, s-maxage=600, max-age=0, must-revalidate'],
    ['a minute for browsers', { browserTtl: 60 }, {}, 'public, s-maxage=600, max-age=60, must-revalidate'],
    [
      'a minute on top of Age',
      { browserTtl: 60 },
      { initialAge: 50 },
      'public, s-maxage=600, max-age=110, must-revalidate',
    ],
    ['no more than the lifetime', { browserTtl: 900 }, {}, 'public, s-maxage=600, max-age=600, must-revalidate'],
    ['no-store', {}, { storage: 'no-store' }, 'no-store'],
    ['no-store, also outdated', { isOutdated: true }, { storage: 'no-store', validate: true }, 'no-store'],
    ['private', {}, { storage: 'private' }, 'private, max-age=600, must-revalidate'],
    ['private with no-cache', {}, { storage: 'private', validate: true }, 'private, no-cache'],
    ['no-cache', {}, { validate: true, lifetime: 0, browserLifetime: 0 }, 'public, no-cache'],
    ['nothing once outdated', { isOutdated: true }, {}, 'public, max-age=0, must-revalidate'],
    [
      'nothing once outdated, privately',
      { isOutdated: true },
      { storage: 'private' },
      'private, max-age=0, must-revalidate',
    ],
  ])('repeats %s', (_, representation, freshness, expected) => {
    expect(cacheControlOf(representationOf(representation, freshness))).toBe(expected);
  });

  it.each<readonly [string, Partial<Representation>, Partial<Freshness>, string]>([
    ['the lifetime', {}, {}, 'private, max-age=600, must-revalidate'],
    ['0 for browsers', { browserTtl: 0 }, {}, 'private, max-age=0, must-revalidate'],
    ['no-cache', {}, { validate: true }, 'private, no-cache'],
    ['no-store', {}, { storage: 'no-store' }, 'no-store'],
    ['nothing once outdated', { isOutdated: true }, {}, 'private, max-age=0, must-revalidate'],
  ])('lets on a private mount no shared cache keep %s', (_, representation, freshness, expected) => {
    const context = contextOf({ mount: { visibility: 'private' } });
    expect(cacheControlOf(representationOf(representation, freshness), context)).toBe(expected);
  });
});

describe('respondNotModified', () => {
  it('answers 304 with the fields of 200, but none of the content (RFC 9110 §15.4.5)', () => {
    const context = contextOf({ now: now + 5000 });
    const representation = representationOf({ isNegotiated: true });
    const { headers } = respondFound(context, representation, hit, body);
    const { 'content-type': _type, 'content-length': _length, ...rest } = headers;
    const answer = respondNotModified(context, representation, hit);
    expect(answer).toEqual({ status: 304, headers: rest, body: undefined });
    expect(Object.keys(rest).sort()).toEqual([
      'age',
      'cache-control',
      'cache-status',
      'content-security-policy',
      'cross-origin-resource-policy',
      'etag',
      'last-modified',
      'vary',
      'x-content-type-options',
    ]);
  });

  it.each<readonly [string, boolean]>([
    ['"a"', true],
    ['"b"', false],
  ])('is the answer to If-None-Match: %s: %s', (tag, expected) => {
    expect(answersWith304(contextOf({ headers: { 'if-none-match': tag } }), representationOf())).toBe(expected);
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

  it.each<readonly [AnswerContext['mount'], string]>([
    [{}, 'public, max-age=9'],
    [{ visibility: 'public' }, 'public, max-age=9'],
    [{ visibility: 'private' }, 'private, max-age=9'],
  ])('lets an absence live for whole seconds on the mount %o', (mount, expected) => {
    expect(negativeCacheControl(9.9, contextOf({ mount }))).toBe(expected);
  });
});

describe('absentCacheControl', () => {
  it.each<readonly [string, Partial<Freshness>, AnswerContext['mount'], string]>([
    ['the lifetime', {}, {}, 'public, max-age=600'],
    ['what is left of it', { initialAge: 50.5 }, {}, 'public, max-age=549'],
    ['nothing where none is left', { initialAge: 700 }, {}, 'public, max-age=0'],
    ['it to browsers alone on a private mount', {}, { visibility: 'private' }, 'private, max-age=600'],
    ['nothing to anybody where the origin says no-store', { storage: 'no-store' }, {}, 'no-store'],
    ['nothing to anybody where the origin says private', { storage: 'private' }, {}, 'no-store'],
  ])('gives %s', (_, freshness, mount, expected) => {
    const lifetime = { freshness: freshnessOf(freshness), browserTtl: undefined, isOutdated: false };
    expect(absentCacheControl(lifetime, contextOf({ mount }))).toBe(expected);
  });

  it.each<readonly [string, Partial<Freshness>, browserTtl: number | undefined, isOutdated: boolean, string]>([
    ['browsers their own lifetime', { browserLifetime: 60 }, undefined, false, 'public, s-maxage=600, max-age=60'],
    ['browsers no more than ttl.browser', {}, 0, false, 'public, s-maxage=600, max-age=0'],
    ['nobody anything once it is purged', {}, undefined, true, 'no-store'],
  ])('gives %s', (_, freshness, browserTtl, isOutdated, expected) => {
    const lifetime = { freshness: freshnessOf(freshness), browserTtl, isOutdated };
    expect(absentCacheControl(lifetime, contextOf())).toBe(expected);
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
  const exposed = { 'access-control-expose-headers': 'Age, Cache-Status, Content-Length, ETag' };

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
    const context = contextOf({ mount: { cors }, headers: { origin } });
    for (const { headers } of [
      respondFound(context, representationOf(), hit, body),
      respondNotModified(context, representationOf(), hit),
      respondError(context, new TintypeError('NOT_FOUND'), 'no-store'),
    ]) {
      const ours = Object.entries(headers).filter(([name]) => name === 'vary' || name.startsWith('access-control'));
      expect(Object.fromEntries(ours)).toEqual(expected);
    }
  });
});

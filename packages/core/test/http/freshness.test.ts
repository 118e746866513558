import { describe, expect, it } from 'vitest';
import {
  ageOf,
  type Circumstances,
  type Freshness,
  isFresh,
  isWithin,
  negativeFreshnessOf,
} from '../../src/http/freshness.ts';
import type { HttpHeaders } from '../../src/http/message.ts';
import type { TtlOptions } from '../../src/http/ttl.ts';
import { at, atOnce, freshnessWith, now, of } from './samples.ts';

const year = 31_536_000;

describe('freshnessOf', () => {
  it.each<readonly [string, HttpHeaders, number, number]>([
    ['RFC 9111 §5.2.2.1: max-age', { 'cache-control': 'max-age=60' }, 60, 60],
    ['RFC 9111 §5.2.2.10: s-maxage over max-age, for us', { 'cache-control': 'max-age=60, s-maxage=5' }, 5, 60],
    ['RFC 9111 §5.2.2.10: s-maxage alone, for everybody', { 'cache-control': 's-maxage=600' }, 600, 600],
    ['RFC 9111 §5.3: max-age over Expires', { 'cache-control': 'max-age=60', expires: at(900), date: at(0) }, 60, 60],
    [
      'RFC 9111 §5.3: s-maxage over Expires, for us',
      { 'cache-control': 's-maxage=5', expires: at(900), date: at(0) },
      5,
      900,
    ],
    ['RFC 9111 §4.2.1: Expires minus Date', { expires: at(90), date: at(0) }, 90, 90],
    ['RFC 9111 §4.2.1: Expires minus Date of a clock far behind', { expires: at(-800), date: at(-900) }, 100, 100],
    ['RFC 9111 §4.2.1: Expires minus the time of receipt', { expires: at(90) }, 90, 90],
    ['RFC 9111 §4.2.1: Expires minus the time of receipt, Date invalid', { expires: at(90), date: 'now' }, 90, 90],
    ['RFC 9111 §5.3: Expires in the past', { expires: at(-90), date: at(0) }, 0, 0],
    ['RFC 9111 §5.3: Expires 0 has passed', { expires: '0', date: at(0) }, 0, 0],
    ['RFC 9111 §5.3: an empty Expires has passed', { expires: '' }, 0, 0],
    ['RFC 9111 §5.3: an ISO date in Expires has passed', { expires: '2030-01-01T00:00:00Z' }, 0, 0],
    ['RFC 9111 §5.3: two lines of Expires have passed', { expires: [at(90), at(90)], date: at(0) }, 0, 0],
    [
      'RFC 9111 §4.2.1: an invalid max-age is stale, whatever Expires',
      { 'cache-control': 'max-age=a', expires: at(90) },
      0,
      0,
    ],
    ['RFC 9110 §5.3: several lines of Cache-Control', { 'cache-control': ['public', 'max-age=60'] }, 60, 60],
    ['RFC 8246 §2: immutable adds nothing', { 'cache-control': 'immutable' }, year, year],
    ['RFC 8246 §2: immutable lifts nothing', { 'cache-control': 'immutable, max-age=60' }, 60, 60],
    ['RFC 9111 §4.2.1: an invalid s-maxage is stale for us', { 'cache-control': 's-maxage=a, max-age=60' }, 0, 60],
    ['RFC 9111 §4.2: max-age=0 is silent of nothing', { 'cache-control': 'max-age=0', expires: at(90) }, 0, 0],
    ['RFC 9111 §4.2.2: ours where the origin is silent', {}, year, year],
    ['RFC 9111 §5.4: Pragma says nothing', { pragma: 'no-cache' }, year, year],
  ])('%s', (_, headers, lifetime, browserLifetime) => {
    expect(of(headers)).toMatchObject({ lifetime, browserLifetime, validate: false, storage: 'public' });
  });

  it.each<readonly [string, string, Partial<Freshness>]>([
    ['§5.2.2.5: no-store', 'no-store', { storage: 'no-store' }],
    ['§5.2.2.5: no-store over max-age', 'max-age=60, no-store', { storage: 'no-store', lifetime: 60 }],
    ['§5.2.2.7: private', 'private, max-age=60', { storage: 'private', lifetime: 60 }],
    ['§5.2.2.7: private that names fields', 'private="x-user", max-age=60', { storage: 'private' }],
    ['§5.2.2.5: no-store over private', 'private, no-store', { storage: 'no-store' }],
    ['§5.2.2.9: public', 'public, max-age=60', { storage: 'public', lifetime: 60 }],
    ['§5.2.2.4: no-cache', 'no-cache', { storage: 'public', validate: true, lifetime: 0, browserLifetime: 0 }],
    ['§5.2.2.4: no-cache over max-age', 'no-cache, max-age=60', { validate: true, lifetime: 0, browserLifetime: 0 }],
    ['§5.2.2.4: no-cache that names fields', 'no-cache="set-cookie", max-age=60', { validate: true, lifetime: 0 }],
    [
      '§5.2.2.2: must-revalidate does not shorten a life',
      'must-revalidate, max-age=60',
      { lifetime: 60, validate: false },
    ],
    ['§5.2.2.8: nor does proxy-revalidate', 'proxy-revalidate, max-age=60', { lifetime: 60, validate: false }],
  ])('RFC 9111 %s', (_, cacheControl, expected) => {
    expect(of({ 'cache-control': cacheControl })).toMatchObject(expected);
  });

  it.each<readonly [NonNullable<TtlOptions['policy']>, string, number]>([
    ['respect', '', 100],
    ['respect', 'max-age=60', 60],
    ['respect', 'max-age=600', 600],
    ['override', '', 100],
    ['override', 'max-age=60', 100],
    ['override', 'max-age=600', 100],
    ['override', 'no-cache', 100],
    ['atLeast', '', 100],
    ['atLeast', 'max-age=60', 100],
    ['atLeast', 'max-age=600', 600],
    ['atLeast', 'no-cache', 0],
    ['atMost', '', 100],
    ['atMost', 'max-age=60', 60],
    ['atMost', 'max-age=600', 100],
    ['atMost', 'no-cache', 0],
  ])('policy %s with a lifetime of 100 makes of "%s" %i', (policy, cacheControl, lifetime) => {
    expect(of({ 'cache-control': cacheControl }, { policy, lifetime: 100 })).toMatchObject({
      lifetime,
      browserLifetime: lifetime,
      validate: lifetime === 0,
    });
  });

  it.each(['respect', 'override', 'atLeast', 'atMost'] as const)(
    'policy %s lifts neither no-store nor private',
    (policy) => {
      expect(of({ 'cache-control': 'no-store' }, { policy, lifetime: 100 }).storage).toBe('no-store');
      expect(of({ 'cache-control': 'private' }, { policy, lifetime: 100 }).storage).toBe('private');
    },
  );

  it('is asked again before each use where it varies by everything (RFC 9111 §4.1)', () => {
    for (const vary of ['*', 'Accept, *', ['Accept', '*']]) {
      const stale = { validate: true, lifetime: 0, browserLifetime: 0 };
      expect(of({ vary, 'cache-control': 'max-age=60' })).toMatchObject(stale);
      expect(of({ vary, 'cache-control': 'max-age=60' }, { policy: 'override', lifetime: 100 })).toMatchObject({
        validate: false,
        lifetime: 100,
      });
    }
    expect(of({ vary: 'Accept', 'cache-control': 'max-age=60' })).toMatchObject({ validate: false, lifetime: 60 });
  });

  it.each<readonly [number, number]>([
    [200, year],
    [203, 0],
    [204, 0],
    [301, 0],
    [404, 0],
    [500, 0],
  ])('lets an answer of status %i live %i seconds where its origin is silent', (status, lifetime) => {
    expect(of({}, {}, { status })).toMatchObject({ lifetime, browserLifetime: lifetime });
    expect(of({ 'cache-control': 'max-age=60' }, {}, { status })).toMatchObject({ lifetime: 60, browserLifetime: 60 });
    expect(of({ expires: at(60) }, {}, { status })).toMatchObject({ lifetime: 60, browserLifetime: 60 });
  });

  it('asks a lifetime function about the original', () => {
    const headers = { 'x-kind': 'logo' };
    const lifetime: TtlOptions['lifetime'] = (original) => {
      expect(original).toEqual({ path: '/cat.jpg', bytes: 1000, headers });
      return 7;
    };
    expect(of(headers, { lifetime }).lifetime).toBe(7);
  });

  it.each([Number.NaN, -1, Number.POSITIVE_INFINITY, '60', undefined, null])(
    'refuses %s from a lifetime function',
    (value) => {
      expect(() => of({}, { lifetime: () => value as number })).toThrow(
        new TypeError(`Expected a number of seconds from ttl.lifetime but received ${value === '60' ? "'60'" : value}`),
      );
    },
  );

  it('takes a lifetime of ours over 2^31 for 2^31 (RFC 9111 §1.2.2)', () => {
    expect(of({}, { lifetime: 1e300 }).lifetime).toBe(2 ** 31);
  });
});

describe('the age of an answer', () => {
  it('counts from its receipt', () => {
    const exchange = { requestTime: now - 3000, responseTime: now };
    expect(of({ age: '50' }, {}, {}, exchange)).toMatchObject({ initialAge: 53, since: now });
    expect(of({ date: at(-60) })).toMatchObject({ initialAge: 60, since: now });
  });

  it('counts for nothing where ours overrides', () => {
    expect(of({ age: '50', date: at(-60) }, { policy: 'override', lifetime: 100 }).initialAge).toBe(0);
  });

  it.each(['atLeast', 'atMost'] as const)('counts under policy %s', (policy) => {
    expect(of({ age: '50' }, { policy, lifetime: 100 }).initialAge).toBe(50);
  });
});

describe('a guess at the lifetime (RFC 9111 §4.2.2)', () => {
  const ttl: TtlOptions = { lifetime: 'heuristic' };
  const changed = { date: at(0), 'last-modified': at(-1000) };

  it.each<readonly [string, HttpHeaders, number]>([
    ['a tenth of the time since the change', changed, 100],
    ['a day at most', { date: at(0), 'last-modified': at(-100 * year) }, 86_400],
    ['nothing where there is no date to guess by', {}, 0],
    ['nothing beside max-age', { ...changed, 'cache-control': 'max-age=0' }, 0],
    ['nothing beside an invalid max-age', { ...changed, 'cache-control': 'max-age=a' }, 0],
    ['nothing beside an invalid Expires', { ...changed, expires: '0' }, 0],
    ['nothing beside no-cache', { ...changed, 'cache-control': 'no-cache' }, 0],
    ['no more for immutable (RFC 8246 §2)', { ...changed, 'cache-control': 'immutable' }, 100],
  ])('is %s', (_, headers, lifetime) => {
    expect(of(headers, ttl)).toMatchObject({ lifetime, browserLifetime: lifetime });
  });

  it.each<readonly [number, string | undefined, number]>([
    [404, undefined, 100],
    [500, undefined, 0],
    [500, 'public', 100],
    [302, undefined, 0],
    [302, 'public', 100],
  ])('is for status %i with %s %i', (status, control, lifetime) => {
    expect(of({ ...changed, 'cache-control': control }, ttl, { status }).lifetime).toBe(lifetime);
  });
});

describe('ttl.rule', () => {
  it.each<readonly [string, HttpHeaders, Partial<Freshness>]>([
    ['max-age', { 'cache-control': 'max-age=60' }, { lifetime: 60, browserLifetime: 60 }],
    ['no s-maxage', { 'cache-control': 's-maxage=5' }, { lifetime: 100, browserLifetime: 100 }],
    ['no s-maxage beside max-age', { 'cache-control': 's-maxage=5, max-age=60' }, { lifetime: 60 }],
    ['no Expires', { expires: at(90), date: at(0) }, { lifetime: 100, browserLifetime: 100 }],
    ['no Age', { 'cache-control': 'max-age=60', age: '50' }, { lifetime: 60, initialAge: 0 }],
    ['no age by Date', { 'cache-control': 'max-age=60', date: at(-50) }, { lifetime: 60, initialAge: 0 }],
    ['no field for CDNs', { 'cdn-cache-control': 'max-age=5' }, { lifetime: 100 }],
    ['no-cache still', { 'cache-control': 'no-cache, max-age=60' }, { validate: true, lifetime: 0 }],
    ['no-store still', { 'cache-control': 'no-store, max-age=60' }, { storage: 'no-store' }],
    ['private still', { 'cache-control': 'private, max-age=60' }, { storage: 'private' }],
  ])('max-age reads %s', (_, headers, expected) => {
    expect(of(headers, { rule: 'max-age', lifetime: 100, targets: ['CDN-Cache-Control'] })).toMatchObject(expected);
  });

  it('rfc reads them all, and is the default', () => {
    const headers = { 'cache-control': 's-maxage=5, max-age=60', age: '3' };
    for (const ttl of [{ rule: 'rfc' }, {}] as const) {
      expect(of(headers, ttl)).toMatchObject({ lifetime: 5, browserLifetime: 60, initialAge: 3 });
    }
  });
});

describe('negativeFreshnessOf', () => {
  const negative = (
    headers: HttpHeaders,
    ttl: TtlOptions = {},
    circumstances: Circumstances = { status: 404, setsCookie: false, isPersonal: false },
  ): Freshness => negativeFreshnessOf(headers, atOnce, ttl, circumstances);

  it.each<readonly [string, HttpHeaders, TtlOptions, Partial<Freshness>]>([
    ['is 10 seconds where nobody says', {}, {}, { lifetime: 10 }],
    ['is ours', {}, { negative: 3 }, { lifetime: 3 }],
    ['may be 0', {}, { negative: 0 }, { lifetime: 0 }],
    ["is the origin's own where it says (RFC 9111 §4.2.1)", { 'cache-control': 'max-age=60' }, {}, { lifetime: 60 }],
    ['is not that of pictures', {}, { lifetime: 5000 }, { lifetime: 10 }],
    [
      'follows no policy meant for pictures',
      { 'cache-control': 'max-age=60' },
      { policy: 'override', lifetime: 5000 },
      { lifetime: 60 },
    ],
    ['obeys no-store (RFC 9111 §5.2.2.5)', { 'cache-control': 'no-store' }, {}, { storage: 'no-store' }],
    ['obeys private (RFC 9111 §5.2.2.7)', { 'cache-control': 'private' }, {}, { storage: 'private' }],
    ['obeys no-cache (RFC 9111 §5.2.2.4)', { 'cache-control': 'no-cache' }, {}, { validate: true, lifetime: 0 }],
    ['may be 0 by its origin', { 'cache-control': 'max-age=0' }, {}, { lifetime: 0 }],
    [
      'is a guess where that is asked for (RFC 9111 §4.2.2)',
      { date: at(0), 'last-modified': at(-1000) },
      { lifetime: 'heuristic' },
      { lifetime: 100 },
    ],
    ['is 10 seconds where there is nothing to guess by', {}, { lifetime: 'heuristic' }, { lifetime: 10 }],
    [
      'is never guessed over what its origin says',
      { 'cache-control': 'max-age=0', date: at(0), 'last-modified': at(-1000) },
      { lifetime: 'heuristic' },
      { lifetime: 0 },
    ],
    [
      'reads the fields for CDNs too (RFC 9213)',
      { 'cdn-cache-control': 'max-age=5', 'cache-control': 'max-age=60' },
      { targets: ['CDN-Cache-Control'] },
      { lifetime: 5, browserLifetime: 60 },
    ],
    ['follows the rule', { 'cache-control': 's-maxage=60' }, { rule: 'max-age' }, { lifetime: 10 }],
    ['lives no longer than that past its end', {}, { staleIfError: 60 }, { staleIfError: 0, staleWhileRevalidate: 0 }],
    [
      'lives on where its origin says so (RFC 5861)',
      { 'cache-control': 'max-age=60, stale-while-revalidate=5, stale-if-error=6' },
      {},
      { staleWhileRevalidate: 5, staleIfError: 6 },
    ],
  ])('%s', (_, headers, ttl, expected) => {
    expect(negative(headers, ttl)).toMatchObject(expected);
  });

  it('is shared with nobody else where the answer sets a cookie or was asked for with credentials', () => {
    const plain = { status: 404, setsCookie: false, isPersonal: false };
    expect(negative({}, {}, { ...plain, setsCookie: true }).storage).toBe('private');
    expect(negative({}, {}, { ...plain, isPersonal: true }).storage).toBe('private');
    expect(negative({}, {}, plain).storage).toBe('public');
  });
});

describe('ageOf and isFresh', () => {
  const freshness = of({ 'cache-control': 'max-age=60', age: '20' });

  it.each<readonly [number, number, boolean]>([
    [0, 20, true],
    [39_999, 59.999, true],
    [40_000, 60, false],
    [100_000, 120, false],
    [-5000, 20, true],
  ])('%i ms after receipt the age is %d s (RFC 9111 §4.2.3), fresh: %s (§4.2)', (passed, age, fresh) => {
    expect(ageOf(freshness, now + passed)).toBeCloseTo(age, 6);
    expect(isFresh(freshness, now + passed)).toBe(fresh);
  });

  it('is never fresh with a lifetime of 0', () => {
    expect(isFresh(of({ 'cache-control': 'max-age=0' }), now)).toBe(false);
  });
});

describe('isWithin (RFC 9111 §4.2.4)', () => {
  const freshness = freshnessWith({ lifetime: 60, initialAge: 20 });

  it.each<readonly [string, number, number, boolean]>([
    ['while it is fresh', 5, 39_999, true],
    ['at its end', 5, 40_000, true],
    ['inside', 5, 44_999, true],
    ['at the end of the window', 5, 45_000, false],
    ['past it', 5, 90_000, false],
    ['without a window, fresh', 0, 0, false],
    ['without a window, past its end', 0, 40_000, false],
    ['with a negative window', -5, 0, false],
    ['while the clock is set back', 5, -9000, true],
  ])('is %s', (_, seconds, passed, expected) => {
    expect(isWithin(seconds, freshness, now + passed)).toBe(expected);
  });
});

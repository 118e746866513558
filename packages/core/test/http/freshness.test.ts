import { describe, expect, it } from 'vitest';
import { formatHttpDate } from '../../src/http/date.ts';
import {
  ageOf,
  type Exchange,
  type Freshness,
  freshnessOf,
  isFresh,
  negativeFreshnessOf,
  type TtlOptions,
} from '../../src/http/freshness.ts';
import type { HttpHeaders } from '../../src/http/message.ts';

const now = Date.UTC(2026, 5, 15, 12);
const at = (seconds: number): string => formatHttpDate(now + seconds * 1000);
const atOnce: Exchange = { requestTime: now, responseTime: now };
const year = 31_536_000;

const of = (headers: HttpHeaders, ttl: TtlOptions = {}, exchange: Exchange = atOnce): Freshness =>
  freshnessOf({ path: '/cat.jpg', bytes: 1000, headers }, exchange, ttl);

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

describe('the age of an answer as it arrives (RFC 9111 §4.2.3)', () => {
  const slow: Exchange = { requestTime: now - 3000, responseTime: now };

  it.each<readonly [string, HttpHeaders, Exchange, number]>([
    ['is 0 where nothing tells', {}, atOnce, 0],
    ['is the response delay where the origin names no Age', {}, slow, 3],
    ['is Age', { age: '50' }, atOnce, 50],
    ['is Age and the response delay', { age: '50' }, slow, 53],
    ['is the apparent age by Date', { date: at(-40) }, atOnce, 40],
    ['is the larger: Age', { date: at(-40), age: '50' }, atOnce, 50],
    ['is the larger: Date', { date: at(-60), age: '50' }, atOnce, 60],
    ['is the larger: the delay', { date: at(-2) }, slow, 3],
    ['is 0 where Date is in the future', { date: at(40) }, atOnce, 0],
    ['is 0 where Date is invalid', { date: '2020-01-01' }, atOnce, 0],
    ['is not made younger by a clock set back', { age: '50' }, { requestTime: now + 9000, responseTime: now }, 50],
  ])('%s', (_, headers, exchange, age) => {
    expect(of(headers, {}, exchange)).toMatchObject({ initialAge: age, since: now });
  });

  it.each<readonly [string, string | readonly string[], number]>([
    ['the first member of a list', '50, 70', 50],
    ['the first line', ['50', '70'], 50],
    ['leading zeros', '0050', 50],
    ['at most 2^31', '99999999999', 2 ** 31],
    ['no negative number', '-50', 0],
    ['no decimals', '7200.5', 0],
    ['no words', 'old', 0],
    ['no quoted number', '"50"', 0],
    ['nothing', '', 0],
  ])('reads of Age %s (RFC 9111 §5.1)', (_, age, expected) => {
    expect(of({ age }).initialAge).toBe(expected);
  });

  it('counts for nothing where ours overrides', () => {
    expect(of({ age: '50', date: at(-60) }, { policy: 'override', lifetime: 100 }).initialAge).toBe(0);
  });

  it.each(['atLeast', 'atMost'] as const)('counts under policy %s', (policy) => {
    expect(of({ age: '50' }, { policy, lifetime: 100 }).initialAge).toBe(50);
  });
});

describe('negativeFreshnessOf', () => {
  const negative = (headers: HttpHeaders, ttl: TtlOptions = {}): Freshness => negativeFreshnessOf(headers, atOnce, ttl);

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
  ])('%s', (_, headers, ttl, expected) => {
    expect(negative(headers, ttl)).toMatchObject(expected);
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

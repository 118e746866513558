import { describe, expect, it } from 'vitest';
import { absentControl, emittedControl } from '../../src/http/emitted-control.ts';
import type { Circumstances } from '../../src/http/freshness.ts';
import type { HttpHeaders } from '../../src/http/message.ts';
import type { TtlOptions } from '../../src/http/ttl.ts';
import { freshnessWith, now, of } from './samples.ts';

const told = (headers: HttpHeaders, ttl: TtlOptions): string =>
  emittedControl({ freshness: of(headers, ttl), browserTtl: undefined, isOutdated: false }, 0, {});

describe('what the operator bounds', () => {
  it.each<readonly [string, string, number]>([
    ['max-age=60', 'atLeast', 1000],
    ['max-age=60, must-revalidate', 'atLeast', 60],
    ['max-age=60, proxy-revalidate', 'atLeast', 60],
    ['max-age=60, must-revalidate', 'override', 1000],
    ['max-age=6000, must-revalidate', 'atMost', 1000],
  ])('of "%s" with the policy %s is %i', (control, policy, lifetime) => {
    const ttl = { policy, lifetime: 1000 } as TtlOptions;
    expect(of({ 'cache-control': control }, ttl).lifetime).toBe(lifetime);
  });

  it.each(['respect', 'override', 'atLeast', 'atMost'] as const)(
    'leaves the lifetime of an error to its origin with the policy %s, because the operator speaks of images',
    (policy) => {
      const ttl = { policy, lifetime: 1000 };
      expect(of({ 'cache-control': 'max-age=60' }, ttl, { status: 500 }).lifetime).toBe(60);
      expect(of({}, ttl, { status: 500 }).lifetime).toBe(0);
    },
  );
});

describe('what a targeted field says to this cache (RFC 9213 §2.2)', () => {
  const targets = ['CDN-Cache-Control'];

  it('goes to no other: they are told what Cache-Control says', () => {
    const headers = { 'cache-control': 'max-age=60', 'cdn-cache-control': 'max-age=600' };
    expect(of(headers, { targets })).toMatchObject({ lifetime: 600, sharedLifetime: 60, browserLifetime: 60 });
    expect(told(headers, { targets })).toBe('public, s-maxage=60, max-age=60, must-revalidate');
  });

  it('tells others nothing where nothing else is said', () => {
    expect(told({ 'cdn-cache-control': 'max-age=600' }, { targets })).toBe(
      'public, s-maxage=0, max-age=0, must-revalidate',
    );
  });

  it.each<readonly [string, string, number, number]>([
    ['max-age=60, must-revalidate', 'max-age=9', 3600, 60],
    ['max-age=60', 'max-age=9, must-revalidate', 9, 3600],
  ])('is bounded by itself: Cache-Control %s, targeted %s', (control, targeted, lifetime, shared) => {
    const headers = { 'cache-control': control, 'cdn-cache-control': targeted };
    expect(of(headers, { targets, policy: 'atLeast', lifetime: 3600 })).toMatchObject({
      lifetime,
      sharedLifetime: shared,
      browserLifetime: shared,
    });
  });

  it('keeps an original as it is', () => {
    const headers = { 'cache-control': 'max-age=60', 'cdn-cache-control': 'max-age=600, no-transform' };
    expect(of(headers, { targets }).told.noTransform).toBe(true);
    expect(of(headers, {}).told.noTransform).toBe(false);
  });
});

describe('what is for one user', () => {
  it.each<readonly [string, Partial<Circumstances>]>([
    ['asked for with credentials', { isPersonal: true }],
    ['sent with a cookie', { setsCookie: true }],
  ])('has no lifetime of the operator: %s', (_, circumstances) => {
    expect(of({}, {}, circumstances)).toMatchObject({ storage: 'private', lifetime: 0, browserLifetime: 0 });
    const said = of({ 'cache-control': 'max-age=60' }, {}, circumstances);
    expect(said).toMatchObject({ storage: 'private', browserLifetime: 60 });
  });
});

describe('what is told of an absence', () => {
  const absent = (changes: Parameters<typeof freshnessWith>[1]): string =>
    absentControl({ freshness: freshnessWith({}, changes), browserTtl: undefined, isOutdated: false }, now, {});

  it.each<readonly [string, Parameters<typeof freshnessWith>[1], string]>([
    ['no-cache', { validate: true }, 'public, no-cache'],
    ['must-revalidate', { mustRevalidate: true }, 'public, max-age=600, must-revalidate'],
    ['neither', {}, 'public, max-age=600'],
  ])('repeats %s', (_, changes, expected) => {
    expect(absent(changes)).toBe(expected);
  });
});

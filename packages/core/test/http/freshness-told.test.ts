import { describe, expect, it } from 'vitest';
import { type Circumstances, negativeFreshnessOf } from '../../src/http/freshness.ts';
import type { HttpHeaders } from '../../src/http/message.ts';
import type { Told } from '../../src/http/told.ts';
import type { TtlOptions } from '../../src/http/ttl.ts';
import { at, atOnce, of, toldWith } from './samples.ts';

const toldOf = (headers: HttpHeaders, ttl?: TtlOptions, circumstances?: Partial<Circumstances>): Told =>
  of(headers, ttl, circumstances).told;

describe('what those downstream are told', () => {
  it.each<readonly [string, Partial<Told>]>([
    ['max-age=60', {}],
    ['no-store', { storage: 'no-store' }],
    ['private, max-age=60', { storage: 'private' }],
    ['no-cache', { validate: true }],
    ['max-age=60, must-revalidate', { mustRevalidate: true }],
    ['max-age=60, proxy-revalidate', { mustRevalidate: true }],
    ['max-age=60, immutable', { immutable: true }],
    ['max-age=60, no-transform', { noTransform: true }],
    ['max-age=60, stale-while-revalidate=5', { staleWhileRevalidate: 5 }],
    ['max-age=60, stale-if-error=6', { staleIfError: 6 }],
  ])('is by %s its own word', (control, expected) => {
    expect(toldOf({ 'cache-control': control })).toEqual(toldWith({ isVerbatim: true, ...expected }));
  });

  it('is not to reuse what varies by everything (RFC 9111 §4.1)', () => {
    expect(toldOf({ vary: '*', 'cache-control': 'max-age=60' }).validate).toBe(true);
    expect(toldOf({ vary: '*' }, { policy: 'override' }).validate).toBe(false);
  });

  it('is what the operator says of staleness where the origin says nothing', () => {
    const ttl = { staleWhileRevalidate: 30, staleIfError: 40 };
    expect(toldOf({}, ttl)).toMatchObject({ staleWhileRevalidate: 30, staleIfError: 40 });
    expect(toldOf({ 'cache-control': 'stale-while-revalidate=0, stale-if-error=6' }, ttl)).toMatchObject({
      staleWhileRevalidate: 0,
      staleIfError: 6,
    });
  });

  it('is of s-maxage no more than we do ourselves (RFC 9111 §5.2.2.10)', () => {
    const headers = { 'cache-control': 's-maxage=60, stale-while-revalidate=5' };
    expect(toldOf(headers).mustRevalidate).toBe(true);
    expect(toldOf(headers, { staleBesideSMaxage: true }).mustRevalidate).toBe(false);
    expect(toldOf(headers, { rule: 'max-age' }).mustRevalidate).toBe(false);
    expect(toldOf({ 'cache-control': 's-maxage=60, must-revalidate' }, { staleBesideSMaxage: true })).toMatchObject({
      mustRevalidate: true,
    });
  });

  it.each(['no-cache', 'must-revalidate', 's-maxage=60'])('forbids by %s nothing where ours overrides', (control) => {
    const told = toldOf({ 'cache-control': control }, { policy: 'override', lifetime: 100, staleIfError: 40 });
    expect(told).toMatchObject({ validate: false, mustRevalidate: false, staleIfError: 40 });
  });

  it('is private where a cookie or credentials make it so', () => {
    expect(toldOf({ 'cache-control': 'max-age=60' }, {}, { setsCookie: true }).storage).toBe('private');
    expect(toldOf({ 'cache-control': 'max-age=60' }, {}, { isPersonal: true }).storage).toBe('private');
  });
});

describe("whether the origin's own word may be repeated", () => {
  const dated = { date: at(0), 'last-modified': at(-1000) };

  it.each<readonly [string, HttpHeaders, TtlOptions, Partial<Circumstances>, boolean]>([
    ['max-age says a lifetime', { 'cache-control': 'max-age=60' }, {}, {}, true],
    ['s-maxage does', { 'cache-control': 's-maxage=60' }, {}, {}, true],
    ['Expires does', { expires: at(60) }, {}, {}, true],
    ['no-cache says enough', { 'cache-control': 'no-cache' }, {}, {}, true],
    ['no-store does', { 'cache-control': 'no-store' }, {}, {}, true],
    ['private does', { 'cache-control': 'private' }, {}, {}, true],
    ['ours fills in where it is silent', {}, {}, {}, false],
    ['ours fills in where public alone is said', { 'cache-control': 'public' }, {}, {}, false],
    ['a guess fills in what everybody can guess', dated, { lifetime: 'heuristic' }, {}, true],
    ['ours overrides', { 'cache-control': 'max-age=60' }, { policy: 'override' }, {}, false],
    ['ours bounds it from below', { 'cache-control': 'max-age=60' }, { policy: 'atLeast' }, {}, false],
    ['ours bounds it from above', { 'cache-control': 'max-age=60' }, { policy: 'atMost' }, {}, false],
    ['we respect it', { 'cache-control': 'max-age=60' }, { policy: 'respect' }, {}, true],
    ['we read max-age alone', { 'cache-control': 'max-age=60' }, { rule: 'max-age' }, {}, false],
    ['it came with a cookie', { 'cache-control': 'public, max-age=60' }, {}, { setsCookie: true }, false],
  ])('where %s', (_, headers, ttl, circumstances, expected) => {
    expect(toldOf(headers, ttl, circumstances).isVerbatim).toBe(expected);
  });
});

describe('an error of the moment (RFC 9111 §3)', () => {
  it.each<readonly [number, string, Told['storage']]>([
    [500, '', 'no-store'],
    [503, '', 'no-store'],
    [403, '', 'no-store'],
    [400, 'max-age=0', 'no-store'],
    [500, 'max-age=60', 'public'],
    [500, 's-maxage=60, max-age=0', 'public'],
    [500, 'private, max-age=60', 'private'],
    [302, '', 'public'],
    [200, 'max-age=0', 'public'],
  ])('of status %i with "%s" is told as %s', (status, control, storage) => {
    expect(toldOf({ 'cache-control': control }, {}, { status }).storage).toBe(storage);
  });
});

describe('fields for CDNs (RFC 9213)', () => {
  const ttl: TtlOptions = { targets: ['Tintype-Cache-Control', 'CDN-Cache-Control'], lifetime: 100 };
  const both = (ours: string, all: string | undefined, more: HttpHeaders = {}) =>
    of({ 'cdn-cache-control': ours, 'cache-control': all, ...more }, ttl);

  it('decide for us; browsers go by Cache-Control', () => {
    expect(both('max-age=600', 'max-age=60')).toMatchObject({ lifetime: 600, browserLifetime: 60 });
    expect(both('max-age=6, s-maxage=5', 'max-age=60')).toMatchObject({ lifetime: 5, browserLifetime: 60 });
    expect(both('max-age=600', 's-maxage=5, max-age=60')).toMatchObject({ lifetime: 600, browserLifetime: 60 });
    expect(both('max-age=600', undefined, { expires: at(60) })).toMatchObject({ lifetime: 600, browserLifetime: 60 });
    expect(both('max-age=600', undefined)).toMatchObject({ lifetime: 600, browserLifetime: 0 });
  });

  it('are first those that come first', () => {
    const more = { 'tintype-cache-control': 'max-age=7' };
    expect(both('max-age=600', 'max-age=60', more).lifetime).toBe(7);
  });

  it('that say no lifetime leave it to ours: neither Cache-Control nor Expires counts (§2.2)', () => {
    expect(both('public', 'max-age=60', { expires: at(60) }).lifetime).toBe(100);
  });

  it.each<readonly [string, string, Partial<ReturnType<typeof of>>]>([
    ['no-store', 'max-age=60', { storage: 'no-store' }],
    ['private', 'max-age=60', { storage: 'private' }],
    ['no-cache', 'max-age=60', { validate: true, lifetime: 0 }],
    ['max-age=60', 'no-store', { storage: 'public', lifetime: 60 }],
    ['max-age=60', 'private', { storage: 'public', lifetime: 60 }],
    ['max-age=60', 'no-cache', { storage: 'public', validate: false, lifetime: 60 }],
  ])('decide with %s over %s', (ours, all, expected) => {
    expect(both(ours, all)).toMatchObject(expected);
  });

  it.each<readonly [string, string, Partial<Told>]>([
    ['max-age=600', 'no-store', { storage: 'no-store' }],
    ['max-age=600', 'private', { storage: 'private' }],
    ['max-age=600', 'no-cache', { storage: 'public', validate: true }],
    ['max-age=600', 'max-age=60', { storage: 'public', validate: false }],
    ['no-store', 'public, max-age=60', { storage: 'private' }],
    ['private', 'public, max-age=60', { storage: 'private' }],
    ['must-revalidate, max-age=9', 'max-age=60', { mustRevalidate: false }],
    ['max-age=9', 'must-revalidate, max-age=60', { mustRevalidate: true }],
    ['max-age=9, stale-if-error=9', 'max-age=60, stale-if-error=6', { staleIfError: 6 }],
    ['max-age=9, immutable', 'max-age=60', { immutable: false }],
  ])('with %s leave the others %s', (ours, all, expected) => {
    expect(both(ours, all).told).toMatchObject(expected);
  });

  it('leave Cache-Control to be repeated as it is (§2.2)', () => {
    for (const ours of ['max-age=600', 'no-store, max-age=0']) {
      expect(both(ours, 'max-age=60').told.isVerbatim).toBe(true);
    }
  });

  it.each(['', 'Max-Age=5', 'max-age="5"', '&&'])('count for nothing as %j (§2.1)', (ours) => {
    expect(both(ours, 'max-age=60')).toMatchObject({ lifetime: 60, browserLifetime: 60, storage: 'public' });
    expect(both(ours, 'no-store')).toMatchObject({ storage: 'no-store' });
  });

  it('count for nothing where no targets are given', () => {
    expect(of({ 'cdn-cache-control': 'no-store, max-age=5', 'cache-control': 'max-age=60' })).toMatchObject({
      lifetime: 60,
      storage: 'public',
    });
  });

  it('alone give permission to share what is personal (RFC 9111 §3.5)', () => {
    const headers = { 'cdn-cache-control': 'max-age=60', 'cache-control': 'public' };
    expect(of(headers, ttl, { isPersonal: true }).storage).toBe('private');
    const other = { 'cdn-cache-control': 'public, max-age=60', 'cache-control': 'max-age=60' };
    expect(of(other, ttl, { isPersonal: true })).toMatchObject({ storage: 'public', told: { storage: 'public' } });
  });
});

describe('what is told of an absence', () => {
  it("is the origin's word where it has one", () => {
    const told = (headers: HttpHeaders) => negativeFreshnessOf(headers, atOnce, {}).told;
    expect(told({ 'cache-control': 'private, max-age=60' })).toEqual(
      toldWith({ storage: 'private', isVerbatim: true }),
    );
    expect(told({})).toEqual(toldWith());
  });
});

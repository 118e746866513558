import { describe, expect, it } from 'vitest';
import type { TtlOptions } from '../../src/http/ttl.ts';
import { of } from './samples.ts';

const permission = (control: string, ttl: TtlOptions = {}): readonly [number, number] => {
  const { staleWhileRevalidate, staleIfError } = of({ 'cache-control': control }, ttl);
  return [staleWhileRevalidate, staleIfError];
};

const operator: TtlOptions = { staleWhileRevalidate: 30, staleIfError: 40 };
const said = 'stale-while-revalidate=5, stale-if-error=6';

describe('how long an original may be served stale (RFC 5861)', () => {
  it.each<readonly [string, TtlOptions, readonly [number, number]]>([
    ['max-age=60', {}, [0, 0]],
    ['max-age=60, stale-while-revalidate=5', {}, [5, 0]],
    ['max-age=60, stale-if-error=6', {}, [0, 6]],
    [`max-age=60, ${said}`, {}, [5, 6]],
    [`max-age=60, ${said}`, operator, [5, 6]],
    ['max-age=60, stale-while-revalidate=0', operator, [0, 40]],
    ['max-age=60, stale-if-error=0', operator, [30, 0]],
    ['max-age=60, stale-while-revalidate=junk', operator, [0, 40]],
    ['max-age=60', operator, [30, 40]],
    ['', operator, [30, 40]],
    ['max-age=60, stale-while-revalidate=99999999999', {}, [2 ** 31, 0]],
    ['max-age=60, Stale-While-Revalidate="5"', {}, [5, 0]],
  ])('is by "%s" and the operator %o %j seconds', (control, ttl, expected) => {
    expect(permission(control, ttl)).toEqual(expected);
  });

  it.each<readonly [string, string]>([
    ['no-cache (RFC 9111 §5.2.2.4)', 'no-cache'],
    ['no-cache that names fields (§5.2.2.4)', 'no-cache="set-cookie"'],
    ['must-revalidate (§5.2.2.2)', 'must-revalidate'],
    ['proxy-revalidate (§5.2.2.8)', 'proxy-revalidate'],
    ['s-maxage (§5.2.2.10)', 's-maxage=60'],
  ])('is not at all with %s, whoever allows it', (_, directive) => {
    expect(permission(`max-age=60, ${said}, ${directive}`)).toEqual([0, 0]);
    expect(permission(`max-age=60, ${directive}`, operator)).toEqual([0, 0]);
    expect(permission(`max-age=60, ${said}, ${directive}`, { policy: 'atLeast', lifetime: 100 })).toEqual([0, 0]);
  });

  it('is not at all of what varies by everything (RFC 9111 §4.1)', () => {
    const stale = { staleWhileRevalidate: 0, staleIfError: 0 };
    expect(of({ vary: '*', 'cache-control': `max-age=60, ${said}` }, operator)).toMatchObject(stale);
  });

  it('counts beside s-maxage where the operator says so, and beside nothing else that forbids it', () => {
    const ttl = { staleBesideSMaxage: true };
    expect(permission(`s-maxage=60, ${said}`, ttl)).toEqual([5, 6]);
    expect(permission('s-maxage=60', { ...operator, ...ttl })).toEqual([30, 40]);
    for (const directive of ['no-cache', 'must-revalidate', 'proxy-revalidate']) {
      expect(permission(`s-maxage=60, ${said}, ${directive}`, ttl)).toEqual([0, 0]);
    }
    expect(permission(`s-maxage=60, ${said}`, { staleBesideSMaxage: false })).toEqual([0, 0]);
  });

  it("is the operator's word where ours overrides", () => {
    const ttl = { ...operator, policy: 'override', lifetime: 100 } as const;
    for (const control of ['no-cache', 'must-revalidate', 's-maxage=60']) {
      expect(permission(control, ttl)).toEqual([30, 40]);
    }
  });

  it('is read from the field that is meant for us (RFC 9213 §2.2)', () => {
    const ttl = { targets: ['CDN-Cache-Control'] };
    const headers = { 'cache-control': 'max-age=60, must-revalidate', 'cdn-cache-control': `max-age=60, ${said}` };
    expect(of(headers, ttl)).toMatchObject({ staleWhileRevalidate: 5, staleIfError: 6 });
    const other = { 'cache-control': `max-age=60, ${said}`, 'cdn-cache-control': 'max-age=60' };
    expect(of(other, ttl)).toMatchObject({ staleWhileRevalidate: 0, staleIfError: 0 });
    const pinned = { 'cache-control': 'max-age=60', 'cdn-cache-control': `s-maxage=60, ${said}` };
    expect(of(pinned, ttl)).toMatchObject({ staleWhileRevalidate: 0, staleIfError: 0 });
  });
});

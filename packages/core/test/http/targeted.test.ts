import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CacheControl, parseCacheControl } from '../../src/http/cache-control.ts';
import { targetedControl } from '../../src/http/targeted.ts';

const silent = parseCacheControl(undefined);

const read = (field: string | readonly string[]): CacheControl | undefined =>
  targetedControl({ 'cdn-cache-control': field }, ['CDN-Cache-Control'])?.control;

describe('targetedControl of one field (RFC 9213 §2.1)', () => {
  it.each<readonly [string, Partial<CacheControl>]>([
    ['max-age=60', { maxAge: 60 }],
    ['max-age=0', { maxAge: 0 }],
    ['s-maxage=60', { sMaxage: 60 }],
    ['stale-while-revalidate=5', { staleWhileRevalidate: 5 }],
    ['stale-if-error=6', { staleIfError: 6 }],
    ['no-store', { noStore: true }],
    ['no-cache', { noCache: true }],
    ['private', { private: true }],
    ['public', { public: true }],
    ['must-revalidate', { mustRevalidate: true }],
    ['proxy-revalidate', { mustRevalidate: true }],
    ['must-understand', { mustUnderstand: true }],
    ['immutable', { immutable: true }],
    ['no-transform', { noTransform: true }],
    ['no-store=?1', { noStore: true }],
    ['no-cache="set-cookie"', { noCache: true }],
    ['no-cache=set-cookie', { noCache: true }],
    ['private="x-a, x-b", max-age=60', { private: true, maxAge: 60 }],
    ['max-age=60,must-revalidate', { maxAge: 60, mustRevalidate: true }],
    [' max-age=60 ,\tno-cache', { maxAge: 60, noCache: true }],
  ])('reads %s', (field, expected) => {
    expect(read(field)).toEqual({ ...silent, ...expected });
  });

  it.each<readonly [string, number]>([
    ['2147483647', 2 ** 31 - 1],
    ['2147483648', 2 ** 31],
    ['99999999999', 2 ** 31],
    ['999999999999999', 2 ** 31],
    ['0060', 60],
  ])('takes max-age=%s for %i (RFC 9111 §1.2.2)', (digits, expected) => {
    expect(read(`max-age=${digits}`)).toEqual({ ...silent, maxAge: expected });
  });

  it.each([
    'max-age=60;a',
    'max-age=60; a=1;b="no-store"',
    'max-age=60;q=1.0',
    'max-age=60, foobar',
    'none, max-age=60',
    'ext="no-store, max-age=1", max-age=60',
    'ext="a\\", no-store, max-age=1.0", max-age=60',
    'ext=(a b "c"), other=1.0, third=?0, max-age=60',
    'v1.0=1, max-age=60',
    'max-age=1, max-age=60',
    'max-age="1", max-age=60',
    'max-age=1.0, max-age=60',
  ])('reads the max-age of %s past parameters, unknown directives and duplicates (RFC 9651 §3.2)', (field) => {
    expect(read(field)).toEqual({ ...silent, maxAge: 60 });
  });

  it.each(['none', 'foobar', 'x=1'])('takes %s for a policy that says nothing', (field) => {
    expect(read(field)).toEqual(silent);
  });

  it.each(['', '  '])('ignores the empty field %j', (field) => {
    expect(read(field)).toBeUndefined();
  });

  it.each([
    'MaX-aGe=60',
    'No-Store',
    'max-age=60, &&&&&',
    'max-age=60,',
    ', max-age=60',
    'max-age=60,, no-store',
    'max-age =60',
    'max-age= 60',
    'max-age=',
    'max-age=60abc',
    'max-age=60 no-store',
    'max-age=60; no-store; MAX',
    'max-age="60',
    'max-age=60, ext="a\\b"',
    'max-age=9999999999999999',
    'max-age=60.0000',
    'max-age=60, x=1.0000',
    'max-age=60, x=1.0001',
    'no-store\u0000',
  ])('ignores %j, which cannot be parsed', (field) => {
    expect(read(field)).toBeUndefined();
  });

  it.each([
    'max-age="60"',
    'max-age=60.5',
    'max-age=60.0',
    'max-age=60.00',
    'max-age=60.000',
    'max-age=60.05',
    'max-age=0.0',
    'max-age=-1',
    'max-age',
    'max-age=?0',
    'max-age=abc',
    'max-age=(60)',
    'max-age=@60',
    'max-age=:NjA=:',
    's-maxage="60"',
    'stale-while-revalidate=1.5',
    'stale-if-error="1"',
    'no-store=?0',
    'no-store=1',
    'no-store="set-cookie"',
    'no-cache=?0',
    'no-cache=1',
    'no-cache=("set-cookie")',
    'private=?0',
    'private=0',
    'public="x"',
    'must-revalidate=1',
    'proxy-revalidate=?0',
    'must-understand=x',
    'immutable=?0',
    'no-transform=0',
    'no-store, max-age="60"',
    'max-age=60, max-age="60"',
  ])('ignores %s, which gives a directive a value of another type (RFC 9651 §2)', (field) => {
    expect(read(field)).toBeUndefined();
  });

  it('reads several lines as one (RFC 9651 §4.2)', () => {
    expect(read(['max-age=60', 'no-cache'])).toEqual({ ...silent, maxAge: 60, noCache: true });
    expect(read(['max-age=60', 'No-Cache'])).toBeUndefined();
  });
});

describe('targetedControl of several fields (RFC 9213 §2.2)', () => {
  const targets = ['Tintype-Cache-Control', 'CDN-Cache-Control'];

  it.each<readonly [string, string, string | undefined]>([
    ['max-age=1', 'max-age=2', 'tintype-cache-control'],
    ['none', 'max-age=2', 'tintype-cache-control'],
    ['', 'max-age=2', 'cdn-cache-control'],
    ['max-age="1"', 'max-age=2', 'cdn-cache-control'],
    ['&', 'max-age=2', 'cdn-cache-control'],
    ['&', '&', undefined],
  ])('takes of %j and %j the first that is valid and not empty', (first, second, expected) => {
    const headers = { 'tintype-cache-control': first, 'cdn-cache-control': second };
    expect(targetedControl(headers, targets)?.field).toBe(expected);
  });

  it('follows the order of the targets, not that of the fields', () => {
    const headers = { 'cdn-cache-control': 'max-age=2', 'tintype-cache-control': 'max-age=1' };
    expect(targetedControl(headers, targets)?.control.maxAge).toBe(1);
    expect(targetedControl(headers, targets.toReversed())?.control.maxAge).toBe(2);
  });

  it.each(['cdn-cache-control', 'CDN-Cache-Control', 'CDN-CACHE-CONTROL'])('finds the target %s', (target) => {
    expect(targetedControl({ 'cdn-cache-control': 'max-age=2' }, [target])).toEqual({
      field: 'cdn-cache-control',
      control: { ...silent, maxAge: 2 },
    });
  });

  it('passes over fields that are no targets', () => {
    const headers = { 'cache-control': 'max-age=1', 'other-cache-control': 'max-age=2' };
    expect(targetedControl(headers, targets)).toBeUndefined();
    expect(targetedControl({ 'cdn-cache-control': 'max-age=1' }, [])).toBeUndefined();
  });
});

describe('targetedControl of anything', () => {
  it('never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-z-]+=["\\.0 ,;]*$/)), (field) => {
        const control = read(field);
        if (control !== undefined) expect(Object.keys(control)).toEqual(Object.keys(silent));
      }),
    );
  });

  it('agrees with Cache-Control wherever both syntaxes allow it', () => {
    const seconds = fc.integer({ min: 0, max: 2 ** 40 });
    const members = fc.uniqueArray(
      fc.oneof(
        fc.tuple(fc.constantFrom('max-age', 's-maxage', 'stale-while-revalidate', 'stale-if-error'), seconds),
        fc.tuple(fc.constantFrom('no-store', 'no-cache', 'private', 'public', 'must-revalidate', 'x-other')),
      ),
      { selector: ([name]) => name, minLength: 1 },
    );
    fc.assert(
      fc.property(members, (directives) => {
        const field = directives.map((directive) => directive.join('=')).join(', ');
        expect(read(field)).toEqual(parseCacheControl(field));
      }),
    );
  });
});

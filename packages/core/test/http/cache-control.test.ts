import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CacheControl,
  parseCacheControl,
  splitOutsideQuotes,
  toCacheControl,
} from '../../src/http/cache-control.ts';

const silent: CacheControl = {
  maxAge: undefined,
  sMaxage: undefined,
  noStore: false,
  noCache: false,
  private: false,
  public: false,
  mustRevalidate: false,
  mustUnderstand: false,
  immutable: false,
  noTransform: false,
  staleWhileRevalidate: undefined,
  staleIfError: undefined,
};

describe('a semicolon in place of a comma', () => {
  it.each([
    ['no-store; max-age=0', { noStore: true, maxAge: 0 }],
    ['private;max-age=60', { private: true, maxAge: 60 }],
    ['max-age=60; no-cache', { maxAge: 60, noCache: true }],
    ['ext="a; no-store", max-age=1', { noStore: false, maxAge: 1 }],
  ])('hides no directive: %s', (field, expected) => {
    expect(parseCacheControl(field)).toMatchObject(expected);
  });
});

describe('parseCacheControl', () => {
  it.each<readonly [string | undefined, Partial<CacheControl>]>([
    [undefined, {}],
    ['', {}],
    [', ,', {}],
    ['max-age=60', { maxAge: 60 }],
    ['s-maxage=60', { sMaxage: 60 }],
    ['no-store', { noStore: true }],
    ['no-cache', { noCache: true }],
    ['private', { private: true }],
    ['public', { public: true }],
    ['must-revalidate', { mustRevalidate: true }],
    ['proxy-revalidate', { mustRevalidate: true }],
    ['must-understand', { mustUnderstand: true }],
    ['immutable', { immutable: true }],
    ['no-transform', { noTransform: true }],
    ['stale-while-revalidate=5', { staleWhileRevalidate: 5 }],
    ['stale-if-error=6', { staleIfError: 6 }],
    ['public, max-age=1, s-maxage=2, must-revalidate', { public: true, maxAge: 1, sMaxage: 2, mustRevalidate: true }],
  ])('reads %s', (field, expected) => {
    expect(parseCacheControl(field)).toEqual({ ...silent, ...expected });
  });

  it.each<readonly [string, Partial<CacheControl>]>([
    ['No-Store', { noStore: true }],
    ['MAX-AGE=77', { maxAge: 77 }],
    ['S-MaxAge=5, PRIVATE', { sMaxage: 5, private: true }],
    ['max-age=60,no-cache', { maxAge: 60, noCache: true }],
    ['\tmax-age=60 ,\t no-cache ', { maxAge: 60, noCache: true }],
    ['max-age = 60', { maxAge: 60 }],
    ['Must-Understand, IMMUTABLE,No-Transform', { mustUnderstand: true, immutable: true, noTransform: true }],
  ])('reads %s whatever its case and blanks (RFC 9111 §5.2)', (field, expected) => {
    expect(parseCacheControl(field)).toEqual({ ...silent, ...expected });
  });

  it.each<readonly [string, Partial<CacheControl>]>([
    ['max-age="60"', { maxAge: 60 }],
    ['max-age="6\\0"', { maxAge: 60 }],
    ['no-cache="set-cookie"', { noCache: true }],
    ['private="x-a, x-b", max-age=60', { private: true, maxAge: 60 }],
    ['ext="no-store, max-age=1", max-age=60', { maxAge: 60 }],
    ['ext="a\\", no-store, b", max-age=60', { maxAge: 60 }],
    ['"no-store"', {}],
  ])('reads the quoted strings of %s (RFC 9110 §5.6.4)', (field, expected) => {
    expect(parseCacheControl(field)).toEqual({ ...silent, ...expected });
  });

  it.each(['max-age=60abc', 'max-age=-1', 'max-age=1.5', 'max-age=0x3c', 'max-age=', 'max-age', 'max-age=""'])(
    'takes the invalid number of %s for stale (RFC 9111 §4.2.1)',
    (field) => {
      expect(parseCacheControl(field)).toEqual({ ...silent, maxAge: 0 });
    },
  );

  it.each<readonly [string, number]>([
    ['max-age=2147483647', 2_147_483_647],
    ['max-age=2147483648', 2_147_483_648],
    ['max-age=2147483649', 2_147_483_648],
    ['max-age=99999999999999999999999999', 2_147_483_648],
    ['max-age=0000060', 60],
  ])('reads %s as at most 2^31 (RFC 9111 §1.2.2)', (field, expected) => {
    expect(parseCacheControl(field).maxAge).toBe(expected);
  });

  it.each<readonly [string, number]>([
    ['max-age=60, max-age=30', 30],
    ['max-age=30, max-age=60', 30],
    ['max-age=30, max-age=junk', 0],
    ['max-age=30, Max-Age=10', 10],
    ['max-age=60, max-age="10"', 10],
    ['max-age=60, max-age', 0],
  ])('takes the stricter of the duplicates of %s (RFC 9111 §4.2.1)', (field, expected) => {
    expect(parseCacheControl(field).maxAge).toBe(expected);
  });

  it.each([
    'xno-store',
    'no-stor',
    'no-transforms',
    'immutables',
    'must_understand',
    'max-agex=60',
    '__proto__',
    'constructor=1',
    '=60',
  ])('passes over %s (RFC 9111 §5.2.3)', (field) => {
    expect(parseCacheControl(`${field}, max-age=9`)).toEqual({ ...silent, maxAge: 9 });
  });

  it('never throws, and never gives a time that is no whole number up to 2^31', () => {
    const word = fc.constantFrom('max-age', 's-maxage', '=', ',', '"', '\\', ' ', '60', '-1', 'a', 'no-store');
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(word).map((words) => words.join('')),
        ),
        (field) => {
          const { maxAge = 0, sMaxage = 0 } = parseCacheControl(field);
          for (const time of [maxAge, sMaxage]) {
            expect(Number.isInteger(time) && time >= 0 && time <= 2 ** 31).toBe(true);
          }
        },
      ),
    );
  });
});

describe('toCacheControl', () => {
  it('reads whatever syntax says the directives', () => {
    const asked: string[] = [];
    const control = toCacheControl(
      (name) => name === 'proxy-revalidate',
      (name) => {
        asked.push(name);
        return name === 's-maxage' ? 7 : undefined;
      },
    );
    expect(control).toEqual({ ...silent, mustRevalidate: true, sMaxage: 7 });
    expect(asked.sort()).toEqual(['max-age', 's-maxage', 'stale-if-error', 'stale-while-revalidate']);
  });
});

describe('a field that nobody writes in earnest', () => {
  it('means no-store', () => {
    expect(parseCacheControl(`max-age=60, ${'a,'.repeat(2048)}`)).toMatchObject({ noStore: true, maxAge: undefined });
  });
});

describe('splitOutsideQuotes', () => {
  it.each<readonly [string, readonly string[]]>([
    ['', []],
    ['a', ['a']],
    ['a,b', ['a', 'b']],
    [' a , ,\tb ,', ['a', 'b']],
    ['"a,b",c', ['"a,b"', 'c']],
    ['"a\\",b",c', ['"a\\",b"', 'c']],
    ['"never closed, no-store', ['never closed', 'no-store']],
  ])('splits %s', (field, members) => {
    expect(splitOutsideQuotes(field)).toEqual(members);
  });

  it('lets a backslash stand for itself in entity tags (RFC 9110 §8.8.3)', () => {
    expect(splitOutsideQuotes('"a\\","b"', 'literal')).toEqual(['"a\\"', '"b"']);
    expect(splitOutsideQuotes('"a\\",b"')).toEqual(['"a\\",b"']);
  });
});

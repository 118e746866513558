import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCacheControl } from '../../src/http/cache-control.ts';
import { absentControl, emittedControl, isRepeated } from '../../src/http/emitted-control.ts';
import { freshnessUntil, hasExpired, secondsUntil } from '../../src/http/expiry.ts';
import { ageOf, type Freshness } from '../../src/http/freshness.ts';
import type { MountOptions } from '../../src/http/mount.ts';
import type { Told } from '../../src/http/told.ts';
import { freshnessWith, now } from './samples.ts';

/** So many seconds from now on, since the epoch. */
const inSeconds = (seconds: number): number => now / 1000 + seconds;

describe('hasExpired', () => {
  it.each([
    ['a second before', -1000, false],
    ['a millisecond before', -1, false],
    ['at its second', 0, true],
    ['after it', 1, true],
  ])('%s', (_, milliseconds, expected) => {
    expect(hasExpired(inSeconds(0), now + milliseconds)).toBe(expected);
  });

  it('never where it does not expire', () => {
    expect(hasExpired(undefined, Number.MAX_SAFE_INTEGER)).toBe(false);
    expect(hasExpired(0, now)).toBe(true);
  });
});

describe('secondsUntil', () => {
  it.each([
    [60, 0, 60],
    [60, 1, 59],
    [60, 999, 59],
    [60, 1000, 59],
    [0, 0, 0],
    [-60, 0, 0],
  ])('of %i s and %i ms is %i', (seconds, milliseconds, expected) => {
    expect(secondsUntil(inSeconds(seconds), now + milliseconds)).toBe(expected);
  });

  it('is for ever where it does not expire', () => {
    expect(secondsUntil(undefined, now)).toBe(Number.POSITIVE_INFINITY);
  });
});

/** What is said at `now` of an answer that is ten minutes fresh. */
function said(
  expires: number,
  changes: Partial<Freshness>,
  told: Partial<Told> = {},
  { browserTtl, ...mount }: MountOptions & { readonly browserTtl?: number } = {},
): string {
  const own = freshnessWith(changes, told);
  const freshness = freshnessUntil(inSeconds(expires), own, now);
  const lifetime = { freshness, browserTtl, isOutdated: false, isVersioned: true };
  return emittedControl(lifetime, Math.floor(ageOf(own, now)), mount);
}

describe('freshnessUntil', () => {
  it('is the same where the URL does not expire', () => {
    const own = freshnessWith({}, { isVerbatim: true });
    expect(freshnessUntil(undefined, own, now)).toBe(own);
  });

  const stale = { staleWhileRevalidate: 300, staleIfError: 1000 };
  const old = { initialAge: 100 };

  it.each<readonly [string, expires: number, Partial<Freshness>, Partial<Told>, string]>([
    ['what ends before', 601, {}, {}, 'public, s-maxage=600, max-age=600, must-revalidate'],
    ['what ends with it', 600, {}, {}, 'public, s-maxage=600, max-age=600, must-revalidate'],
    ['what would end after', 599, {}, {}, 'public, s-maxage=599, max-age=599, must-revalidate'],
    ['the last second', 1, {}, {}, 'public, s-maxage=1, max-age=1, must-revalidate'],
    ['nothing once it is over', 0, {}, {}, 'public, s-maxage=0, max-age=0, must-revalidate'],
    ['nothing long after', -900, {}, {}, 'public, s-maxage=0, max-age=0, must-revalidate'],
    ['on top of Age', 60, old, {}, 'public, s-maxage=160, max-age=160, must-revalidate'],
    [
      'on top of whole seconds of Age',
      60,
      { initialAge: 99.9 },
      {},
      'public, s-maxage=159, max-age=159, must-revalidate',
    ],
    ['no more than Age once it is over', 0, old, {}, 'public, s-maxage=100, max-age=100, must-revalidate'],
    ['to shared caches alone', 60, { browserLifetime: 30 }, {}, 'public, s-maxage=60, max-age=30, must-revalidate'],
    ['to browsers alone', 60, { sharedLifetime: 30 }, {}, 'public, s-maxage=30, max-age=60, must-revalidate'],
    ['nothing stale', 1600, {}, stale, 'public, s-maxage=600, max-age=600, must-revalidate'],
    ['nothing stale, with Age', 600, old, stale, 'public, s-maxage=600, max-age=600, must-revalidate'],
    [
      'what is stale here no longer than it is',
      50,
      { initialAge: 700 },
      stale,
      'public, s-maxage=600, max-age=600, must-revalidate',
    ],
    ['never immutable', 9000, {}, { immutable: true }, 'public, s-maxage=600, max-age=600, must-revalidate'],
    ['no-cache as ever', 60, {}, { validate: true }, 'public, no-cache'],
    ['no-store as ever', 60, {}, { storage: 'no-store' }, 'no-store'],
    ['privately', 60, {}, { storage: 'private' }, 'private, max-age=60, must-revalidate'],
    [
      'no-transform as ever',
      60,
      {},
      { noTransform: true },
      'public, s-maxage=60, max-age=60, must-revalidate, no-transform',
    ],
  ])('lets others use %s', (_, expires, changes, told, expected) => {
    expect(said(expires, changes, told)).toBe(expected);
  });

  it('cuts on a private mount and beside ttl.browser too', () => {
    expect(said(60, {}, {}, { visibility: 'private' })).toBe('private, max-age=60, must-revalidate');
    expect(said(60, old, {}, { browserTtl: 90 })).toBe('public, s-maxage=160, max-age=160, must-revalidate');
    expect(said(60, old, {}, { browserTtl: 9 })).toBe('public, s-maxage=160, max-age=109, must-revalidate');
  });

  it('has nothing repeated of what the origin says', () => {
    const verbatim = freshnessWith({}, { isVerbatim: true });
    const lifetime = { browserTtl: undefined, isOutdated: false };
    expect(isRepeated({ ...lifetime, freshness: verbatim }, {})).toBe(true);
    expect(isRepeated({ ...lifetime, freshness: freshnessUntil(inSeconds(9000), verbatim, now) }, {})).toBe(false);
  });

  it.each<readonly [expires: number, Partial<Freshness>, string]>([
    [60, {}, 'public, max-age=60'],
    [60, { initialAge: 50.5 }, 'public, max-age=59'],
    [0, {}, 'public, max-age=0'],
    [900, { initialAge: 50 }, 'public, max-age=550'],
  ])('lets an absence end with it: %i s, %o', (expires, changes, expected) => {
    const freshness = freshnessUntil(inSeconds(expires), freshnessWith(changes), now);
    expect(absentControl({ freshness, browserTtl: undefined, isOutdated: false }, now, {})).toBe(expected);
  });

  it('never lets anybody use anything past it, by any arithmetic', () => {
    const seconds = fc.oneof(fc.integer({ min: 0, max: 2000 }), fc.double({ min: 0, max: 2000, noNaN: true }));
    const maybe = fc.option(fc.nat(2000), { nil: undefined });
    const samples = fc.record({
      expires: fc.nat(2000),
      late: fc.nat(5000),
      changes: fc.record({ sharedLifetime: seconds, browserLifetime: seconds, initialAge: seconds }),
      told: fc.record({ staleWhileRevalidate: maybe, staleIfError: maybe, mustRevalidate: fc.boolean() }),
      browserTtl: maybe,
    });
    fc.assert(
      fc.property(samples, ({ expires, late, changes, told, browserTtl }) => {
        const own = freshnessWith(changes, told);
        const time = now + late;
        const freshness = freshnessUntil(inSeconds(expires), own, time);
        const age = Math.floor(ageOf(own, time));
        const field = emittedControl({ freshness, browserTtl, isOutdated: false }, age, {});
        const { maxAge = 0, sMaxage = maxAge } = parseCacheControl(field);
        const left = Math.max(0, inSeconds(expires) - time / 1000);
        for (const lifetime of [maxAge, sMaxage]) expect(lifetime - age).toBeLessThanOrEqual(left);
        expect(field).toContain('must-revalidate');
        expect(field).not.toContain('stale');
        // Nothing is made longer by it.
        expect(freshness.sharedLifetime).toBeLessThanOrEqual(own.sharedLifetime);
        expect(freshness.browserLifetime).toBeLessThanOrEqual(own.browserLifetime);
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ageOf, type Freshness, isFresh, isWithin } from '../../src/http/freshness.ts';
import { strictestOf } from '../../src/http/strictest.ts';
import type { Storage, Told } from '../../src/http/told.ts';
import { freshnessWith, now, toldWith } from './samples.ts';

const left = (freshness: Freshness, time: number): number => freshness.lifetime - ageOf(freshness, time);

describe('strictestOf', () => {
  it('is that of a single original, whose word may be repeated', () => {
    const own = freshnessWith({ initialAge: 5 }, { isVerbatim: true });
    expect(strictestOf([own], now + 9000)).toBe(own);
  });

  it('has the age of the first and what is left of the one with the least left', () => {
    const own = freshnessWith({ lifetime: 600, browserLifetime: 500, initialAge: 50 });
    const laid = freshnessWith({ lifetime: 300, browserLifetime: 90, initialAge: 20, since: now - 10_000 });
    expect(strictestOf([own, laid], now)).toMatchObject({
      initialAge: 50,
      since: now,
      // 300 − 30 and 90 − 30 are left.
      lifetime: 320,
      browserLifetime: 110,
    });
    expect(strictestOf([laid, own], now)).toMatchObject({ initialAge: 30, lifetime: 300, browserLifetime: 90 });
  });

  it.each<readonly [Storage, Storage, Storage]>([
    ['public', 'public', 'public'],
    ['public', 'private', 'private'],
    ['public', 'no-store', 'no-store'],
    ['private', 'private', 'private'],
    ['private', 'no-store', 'no-store'],
    ['no-store', 'no-store', 'no-store'],
  ])('of %s and %s is %s', (one, other, expected) => {
    for (const [first, second] of [
      [one, other],
      [other, one],
    ] as const) {
      const all = [
        freshnessWith({ storage: first }, { storage: first }),
        freshnessWith({ storage: second }, { storage: second }),
      ] as const;
      expect(strictestOf(all, now).storage).toBe(expected);
      expect(strictestOf(all, now).told.storage).toBe(expected);
    }
  });

  it.each<readonly [keyof Told, unknown, unknown, unknown]>([
    ['validate', false, true, true],
    ['validate', false, false, false],
    ['mustRevalidate', false, true, true],
    ['mustRevalidate', false, false, false],
    ['noTransform', false, true, true],
    ['noTransform', false, false, false],
    ['immutable', false, true, false],
    ['immutable', true, true, true],
    ['staleWhileRevalidate', 5, 3, 3],
    ['staleWhileRevalidate', 5, 0, 0],
    ['staleWhileRevalidate', 5, undefined, undefined],
    ['staleWhileRevalidate', undefined, undefined, undefined],
    ['staleIfError', 5, 3, 3],
    ['staleIfError', 5, undefined, undefined],
    ['isVerbatim', true, true, false],
  ])('tells as %s of %s and %s: %s', (name, one, other, expected) => {
    for (const values of [
      [one, other],
      [other, one],
    ]) {
      const [first, second] = values.map((value) => freshnessWith({}, { [name]: value }));
      expect(strictestOf([first as Freshness, second as Freshness], now).told).toEqual(toldWith({ [name]: expected }));
    }
  });

  it('may be served stale only as long as all of them may', () => {
    const all = [
      freshnessWith({ staleWhileRevalidate: 5, staleIfError: 0 }),
      freshnessWith({ staleWhileRevalidate: 3, staleIfError: 9 }),
    ] as const;
    expect(strictestOf(all, now)).toMatchObject({ staleWhileRevalidate: 3, staleIfError: 0 });
  });

  it('is validated where one of them is', () => {
    expect(strictestOf([freshnessWith(), freshnessWith({ validate: true, lifetime: 0 })], now).validate).toBe(true);
  });

  const seconds = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 2 ** 31 }), fc.integer({ min: 0, max: 100 }));
  const freshnesses = fc
    .record({
      lifetime: seconds,
      browserLifetime: seconds,
      initialAge: seconds,
      since: fc.integer({ min: now - 100_000, max: now + 1000 }),
      storage: fc.constantFrom<Storage>('public', 'private', 'no-store'),
      validate: fc.boolean(),
      staleWhileRevalidate: seconds,
      staleIfError: seconds,
    })
    .map((changes) => freshnessWith(changes));

  it('is never fresher, nor longer stale, than any of them', () => {
    const several = fc.array(freshnesses, { minLength: 2, maxLength: 4 });
    fc.assert(
      fc.property(several, fc.integer({ min: 0, max: 200_000 }), (all, later) => {
        const strictest = strictestOf(all as unknown as readonly [Freshness, ...Freshness[]], now);
        const time = now + later;
        for (const each of all) {
          expect(left(strictest, time)).toBeLessThanOrEqual(left(each, time) + 1e-6);
          expect(strictest.browserLifetime - ageOf(strictest, time)).toBeLessThanOrEqual(
            each.browserLifetime - ageOf(each, time) + 1e-6,
          );
          if (!isFresh(each, time)) expect(isFresh(strictest, time)).toBe(false);
          for (const stale of ['staleWhileRevalidate', 'staleIfError'] as const) {
            if (!isWithin(each[stale], each, time)) expect(isWithin(strictest[stale], strictest, time)).toBe(false);
          }
        }
      }),
    );
  });
});

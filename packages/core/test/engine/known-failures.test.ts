import { describe, expect, it } from 'vitest';
import { createKnownFailures, originalKey } from '../../src/engine/known-failures.ts';
import { type ErrorCode, TintypeError } from '../../src/errors.ts';

/** For how many minutes a failure is remembered, as far as a day is looked at. */
function remembered(code: ErrorCode): number {
  let now = 1_700_000_000_000;
  const failures = createKnownFailures({ now: () => now });
  const error = new TintypeError(code);
  expect(() => failures.rethrow('key', error)).toThrow(error);
  for (let minutes = 0; minutes < 1440; minutes++) {
    try {
      failures.check('key');
      return minutes;
    } catch (known) {
      expect(known).toBe(error);
    }
    now += 60_001;
  }
  return Number.POSITIVE_INFINITY;
}

describe('a failed render', () => {
  it.each<readonly [ErrorCode, number]>([
    ['BROKEN_IMAGE', Number.POSITIVE_INFINITY],
    ['UNSUPPORTED_IMAGE', Number.POSITIVE_INFINITY],
    ['RENDER_TIMEOUT', 10],
    ['ORIGINAL_TOO_LARGE', 10],
    ['OVERLOADED', 0],
    ['CLIENT_GONE', 0],
    ['RENDER_FAILED', 0],
  ])('of %s is remembered for %d minutes', (code, minutes) => {
    expect(remembered(code)).toBe(minutes);
  });

  it('is remembered of its own key alone', () => {
    const failures = createKnownFailures({ now: () => 1 });
    expect(() => failures.rethrow('a', new TintypeError('BROKEN_IMAGE'))).toThrow();
    expect(() => failures.check('b')).not.toThrow();
  });

  it.each<readonly [ErrorCode, string]>([
    ['BROKEN_IMAGE', 'original'],
    ['UNSUPPORTED_IMAGE', 'original'],
    ['RENDER_TIMEOUT', 'key'],
    ['ORIGINAL_TOO_LARGE', 'key'],
  ])('of %s is remembered of the %s, where one original alone was decoded', (code, remembering) => {
    const failures = createKnownFailures({ now: () => 1 });
    expect(() => failures.rethrow('key', new TintypeError(code), 'original')).toThrow();
    const known = ['key', 'original'].filter((key) => {
      try {
        failures.check(key);
        return false;
      } catch {
        return true;
      }
    });
    expect(known).toEqual([remembering]);
  });
});

it('names an original by its content, its renewals and the frames that are decoded', () => {
  const still = { animated: false };
  const names = [
    originalKey(['a', 0], still),
    originalKey(['b', 0], still),
    originalKey(['a', 1], still),
    originalKey(['a', 0], { animated: true }),
    originalKey(['a', 0], { animated: false, frame: 2 }),
  ];
  expect(new Set(names).size).toBe(5);
  expect(originalKey(['a', 0], { animated: false, frame: 0 })).toBe(names[0]);
});

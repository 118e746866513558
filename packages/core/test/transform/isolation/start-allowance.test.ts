import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createStartAllowance } from '../../../src/transform/isolation/start-allowance.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

it('allows so many starts at once, then one each interval, and saves up no more than that', () => {
  const allowance = createStartAllowance(3, 500);
  const take = (count: number) => Array.from({ length: count }, () => allowance.next(3_600_000));
  expect(take(5)).toEqual([0, 0, 0, 500, 1000]);
  vi.advanceTimersByTime(1000);
  expect(take(1)).toEqual([500]);
  vi.advanceTimersByTime(3_600_000);
  expect(take(4)).toEqual([0, 0, 0, 500]);
});

it('takes nothing where the wait would be longer than it may be', () => {
  const allowance = createStartAllowance(1, 500);
  expect(allowance.next(0)).toBe(0);
  for (let asked = 0; asked < 100; asked++) expect(allowance.next(499)).toBeUndefined();
  expect(allowance.next(500)).toBe(500);
  vi.advanceTimersByTime(1000);
  expect(allowance.next(0)).toBe(0);
});

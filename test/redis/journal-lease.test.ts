import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createLease } from '../../packages/redis/src/journal/lease.ts';
import { manualClock } from '../support/manual-clock.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

it('counts from the question, not from its answer', () => {
  const lease = createLease(1000, manualClock());
  expect(lease.isHeld()).toBe(false);
  const asked = lease.now();
  vi.advanceTimersByTime(600);
  lease.grant(asked);
  vi.advanceTimersByTime(399);
  expect(lease.isHeld()).toBe(true);
  vi.advanceTimersByTime(1);
  expect(lease.isHeld()).toBe(false);
});

it('is over where the machine slept, while the steady clock stood still', () => {
  const clock = manualClock();
  const lease = createLease(1000, clock);
  lease.grant(lease.now());
  clock.advance(0.999);
  expect(lease.isHeld()).toBe(true);
  clock.advance(0.001);
  expect(lease.isHeld()).toBe(false);
});

it('is no longer where the clock is set back', () => {
  const clock = manualClock();
  const lease = createLease(1000, clock);
  lease.grant(lease.now());
  clock.advance(-3600);
  vi.advanceTimersByTime(1000);
  expect(lease.isHeld()).toBe(false);
});

it('can be taken back', () => {
  const lease = createLease(1000, manualClock());
  lease.grant(lease.now());
  lease.revoke();
  expect(lease.isHeld()).toBe(false);
});

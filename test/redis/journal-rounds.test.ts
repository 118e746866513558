import { expect, it } from 'vitest';
import { createRounds } from '../../packages/redis/src/journal/rounds.ts';

it.each([0, 1, 2, 3, 4])('are never taken twice at once, whoever comes %i steps after one has ended', async (steps) => {
  const ends: (() => void)[] = [];
  let underWay = 0;
  let most = 0;
  const rounds = createRounds(async () => {
    most = Math.max(most, ++underWay);
    await new Promise<void>((resolve) => ends.push(resolve));
    underWay--;
  });
  const taken = [rounds.take(), rounds.take()];
  ends[0]?.();
  for (let step = 0; step < steps; step++) await Promise.resolve();
  taken.push(rounds.take());
  await new Promise((resolve) => setImmediate(resolve));
  expect([most, ends.length]).toEqual([1, 2]);
  ends[1]?.();
  await new Promise((resolve) => setImmediate(resolve));
  ends[2]?.();
  await Promise.all(taken);
});

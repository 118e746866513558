import { setTimeout as delay } from 'node:timers/promises';
import type { Store } from '@tintype/core';
import type { Random } from './random.ts';

/** A store that takes up to `latency` milliseconds for anything, so that a later write may come before an earlier one. */
export function slowStore(random: Random, latency = 15): Store {
  const entries = new Map<string, Uint8Array>();
  const links = new Map<string, Set<string>>();
  const wait = (): Promise<void> => delay(random.below(latency));
  return {
    kind: 'slow',
    deadline: 20_000,
    async get(key) {
      const bytes = entries.get(key);
      await wait();
      return bytes;
    },
    async set(key, bytes) {
      await wait();
      entries.set(key, bytes);
    },
    async delete(key) {
      await wait();
      entries.delete(key);
    },
    async link(input, key) {
      await wait();
      links.set(input, (links.get(input) ?? new Set()).add(key));
    },
    async linked(input) {
      const own = [...entries.keys()].filter((key) => key.split(':')[1] === input);
      await wait();
      return [...new Set([...own, ...(links.get(input) ?? [])])];
    },
    keys: () => [...entries.keys()],
  };
}

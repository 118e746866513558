import { LRUCache } from 'lru-cache';

const boundless = 2 ** 52;

/**
 * What holds values up to so many bytes, least recently used first out.
 *
 * @param cost gives what a value of so many bytes takes.
 * @param largest share of the bound that one value may take.
 */
export function createShelf(maxBytes, { cost = (bytes) => bytes, largest = 1 } = {}) {
  const bound = Math.min(maxBytes, boundless);
  const entries = new LRUCache({ maxSize: bound, maxEntrySize: Math.max(1, Math.floor(bound * largest)) });
  return {
    get: (key) => entries.get(key),
    set: (key, value, bytes) => void entries.set(key, value, { size: Math.max(1, Math.ceil(cost(bytes))) }),
    clear: () => entries.clear(),
    get bytes() {
      return entries.calculatedSize;
    },
  };
}

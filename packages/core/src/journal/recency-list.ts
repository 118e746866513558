/** Values in the order in which they were renewed last. */
export interface RecencyList<Value> {
  readonly size: number;
  has(value: Value): boolean;
  /** Adds a value, or moves it, as the newest. */
  renew(value: Value): void;
  takeOldest(): Value | undefined;
  /** Oldest first. */
  values(): Iterable<Value>;
}

/** Creates an empty list, all of whose steps take constant time. */
export function createRecencyList<Value>(): RecencyList<Value> {
  const list = new Set<Value>();
  // One walk for ever: what it has passed is gone, and each new one would pass over all the gaps again.
  let walk = list.values();

  const next = (): Value | undefined => {
    const { done, value } = walk.next();
    return done === true ? undefined : value;
  };

  return {
    get size() {
      return list.size;
    },
    has: (value) => list.has(value),
    renew(value) {
      list.delete(value);
      list.add(value);
    },
    takeOldest() {
      if (list.size === 0) return undefined;
      let oldest = next();
      if (oldest === undefined) {
        walk = list.values();
        oldest = next();
      }
      if (oldest !== undefined) list.delete(oldest);
      return oldest;
    },
    values: () => list.values(),
  };
}

/** Work under way that others may wait for. */
export interface Flight<T> {
  /** Journal position at which it began; 0 where positions do not matter. */
  readonly position: number;
  readonly result: Promise<T>;
}

/** Collapses equal work into one flight per key. */
export interface Flights<T> {
  /**
   * Joins the flight of `key`, or starts one.
   *
   * @param position journal position at which a new flight would begin.
   * @param needed a flight that began before this position is too old to join: it may carry what was purged since.
   */
  run(
    key: string,
    start: () => Promise<T>,
    position?: number,
    needed?: number,
  ): { readonly result: Promise<T>; readonly joined: boolean };
}

/** Creates an empty set of flights. */
export function createFlights<T>(): Flights<T> {
  const current = new Map<string, Flight<T>>();
  return {
    run(key, start, position = 0, needed = 0) {
      const flight = current.get(key);
      if (flight !== undefined && flight.position >= needed) return { result: flight.result, joined: true };
      const result = start();
      const started: Flight<T> = { position, result };
      current.set(key, started);
      const land = (): void => {
        if (current.get(key) === started) current.delete(key);
      };
      result.then(land, land);
      return { result, joined: false };
    },
  };
}

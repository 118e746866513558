/** The right of one request to hold originals; few hold it at once. */
export interface Hand {
  /** Waits for the right; at once where it is held already. Throws `OVERLOADED`. */
  enter(): Promise<void>;
  /** Gives it back, if it is held. */
  leave(): void;
  isHeld(): boolean;
}

/** Work under way that others may wait for. */
export interface Flight<T> {
  /** Journal position at which it began, and the epoch in which that counts; 0 and empty where they do not matter. */
  readonly position: number;
  readonly epoch: string;
  /** Of the request that does the work. */
  readonly hand: Hand;
  readonly result: Promise<T>;
}

/** Who wants to join a flight, or to start one. */
export interface Passenger {
  readonly hand: Hand;
  /** Journal position at which a new flight would begin, and its epoch. */
  readonly position?: number;
  readonly epoch?: string;
  /** A flight that began before this position is too old to join: it may carry what was purged since. */
  readonly needed?: number;
  /**
   * Whether nobody knows what was purged since: any flight under way may be too old. The next is waited for, which all
   * who came meanwhile share.
   */
  readonly isCutOff?: boolean;
}

/** Collapses equal work into one flight per key. */
export interface Flights<T> {
  /** Joins the flight of `key`, or starts one. */
  run(
    key: string,
    start: () => Promise<T>,
    passenger: Passenger,
  ): { readonly result: Promise<T>; readonly joined: boolean };
}

/** Milliseconds that one flight waits for another. */
const longestWait = 1000;

/** Creates an empty set of flights. */
export function createFlights<T>(): Flights<T> {
  const current = new Map<string, Flight<T>>();
  /** Those that begin when the current one of their key has landed. */
  const next = new Map<string, Flight<T>>();

  const begin = (key: string, result: Promise<T>, { position = 0, epoch = '', hand }: Passenger): Flight<T> => {
    const flight: Flight<T> = { position, epoch, hand, result };
    current.set(key, flight);
    const land = (): void => {
      if (current.get(key) === flight) current.delete(key);
    };
    result.then(land, land);
    return flight;
  };

  /** Begins when `before` has landed or takes too long: later than all who wait for it came. */
  const follow = (key: string, start: () => Promise<T>, passenger: Passenger, before: Flight<T>): Promise<T> => {
    const depart = (): Promise<T> => {
      next.delete(key);
      const result = start();
      begin(key, result, passenger);
      return result;
    };
    const { position = 0, epoch = '', hand } = passenger;
    const result = settledOrLate(before.result).then(depart);
    next.set(key, { position, epoch, hand, result });
    return result;
  };

  return {
    run(key, start, passenger) {
      const flight = current.get(key);
      const joinable = passenger.isCutOff ? next.get(key) : recent(flight, passenger);
      if (joinable !== undefined && isSafe(joinable, passenger)) return { result: joinable.result, joined: true };
      const before = passenger.isCutOff && joinable === undefined ? flight : undefined;
      const mayWait = before !== undefined && isSafe(before, passenger);
      const result = mayWait ? follow(key, start, passenger, before) : begin(key, start(), passenger).result;
      return { result, joined: false };
    },
  };
}

/** Whoever holds a place must not wait for somebody who may be waiting for one. */
function isSafe({ hand }: Flight<unknown>, passenger: Passenger): boolean {
  return !passenger.hand.isHeld() || hand.isHeld();
}

function recent<T>(flight: Flight<T> | undefined, passenger: Passenger): Flight<T> | undefined {
  if (flight === undefined) return undefined;
  const { position, epoch } = flight;
  // Positions of a journal that was lost since say nothing of what was purged after.
  const isComparable = epoch === (passenger.epoch ?? '');
  return isComparable && position >= (passenger.needed ?? 0) ? flight : undefined;
}

/** Resolves when a promise is settled, or takes longer than anybody waits. */
function settledOrLate(promise: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, longestWait);
    const settle = (): void => {
      clearTimeout(timer);
      resolve();
    };
    promise.then(settle, settle);
  });
}

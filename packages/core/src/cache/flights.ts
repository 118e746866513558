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

/** Creates an empty set of flights. */
export function createFlights<T>(): Flights<T> {
  const current = new Map<string, Flight<T>>();
  return {
    run(key, start, passenger) {
      const flight = current.get(key);
      if (flight !== undefined && mayJoin(flight, passenger)) return { result: flight.result, joined: true };
      const result = start();
      const { position = 0, epoch = '', hand } = passenger;
      const started: Flight<T> = { position, epoch, hand, result };
      current.set(key, started);
      const land = (): void => {
        if (current.get(key) === started) current.delete(key);
      };
      result.then(land, land);
      return { result, joined: false };
    },
  };
}

function mayJoin({ position, epoch, hand }: Flight<unknown>, passenger: Passenger): boolean {
  // Whoever holds a place must not wait for somebody who may be waiting for one.
  const isSafe = !passenger.hand.isHeld() || hand.isHeld();
  // Positions of a journal that was lost since say nothing of what was purged after.
  const isComparable = epoch === (passenger.epoch ?? '');
  return isSafe && isComparable && position >= (passenger.needed ?? 0);
}

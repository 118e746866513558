import { TintypeError } from '../errors.ts';
import type { Hand } from '../load/hand.ts';
import { type Crew, createCrew } from './crew.ts';

/** Work under way that others may wait for. */
export interface Flight<T> {
  /** Journal position at which it began, and the epoch in which that counts; 0 and empty where they do not matter. */
  readonly position: number;
  readonly epoch: string;
  /** Of the request that does the work. */
  readonly hand: Hand;
  readonly result: Promise<T>;
  readonly crew: Crew;
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
  /**
   * Joins the flight of `key`, or starts one: with the hand of who does, which waits for as long as anybody who joined is
   * there.
   */
  run(key: string, start: (hand: Hand) => Promise<T>, passenger: Passenger): Passage<T>;
}

/** What a passenger has of a flight. */
export interface Passage<T> {
  readonly result: Promise<T>;
  /** Whether it is another's work; certain once the result is there, for a flight given up is begun anew. */
  readonly joined: boolean;
}

/** Milliseconds that one flight waits for another. */
const longestWait = 1000;

/** Creates an empty set of flights. */
export function createFlights<T>(): Flights<T> {
  const current = new Map<string, Flight<T>>();
  /** Those that begin when the current one of their key has landed. */
  const next = new Map<string, Flight<T>>();

  const begin = (key: string, flight: Flight<T>): Flight<T> => {
    current.set(key, flight);
    const land = (): void => {
      flight.crew.land();
      if (current.get(key) === flight) current.delete(key);
    };
    flight.result.then(land, land);
    return flight;
  };

  const created = ({ position = 0, epoch = '', hand }: Passenger, work: (hand: Hand) => Promise<T>): Flight<T> => {
    const crew = createCrew();
    return { position, epoch, hand, crew, result: work(hand.within(crew)) };
  };

  /** Begins when `before` has landed or takes too long: later than all who wait for it came. */
  const follow = (
    key: string,
    start: (hand: Hand) => Promise<T>,
    passenger: Passenger,
    before: Flight<T>,
  ): Flight<T> => {
    const work = async (hand: Hand): Promise<T> => {
      await settledOrLate(before.result);
      next.delete(key);
      hand.signal?.throwIfAborted();
      const result = start(hand);
      begin(key, { ...flight, result });
      return result;
    };
    const flight = created(passenger, work);
    next.set(key, flight);
    return flight;
  };

  return {
    run(key, start, passenger) {
      const { signal } = passenger.hand;
      const flight = current.get(key);
      const joinable = passenger.isCutOff ? next.get(key) : recent(flight, passenger);
      if (joinable !== undefined && isSafe(joinable, passenger)) {
        joinable.crew.board(signal);
        // It may have been given up in this very moment.
        let instead: Passage<T> | undefined;
        const again = (error: unknown): Promise<T> => {
          if (!isAbandonment(error) || signal?.aborted) throw error;
          instead = this.run(key, start, passenger);
          return instead.result;
        };
        return {
          result: joinable.result.catch(again),
          get joined() {
            return instead?.joined ?? true;
          },
        };
      }
      const before = passenger.isCutOff && joinable === undefined ? flight : undefined;
      const mayWait = before !== undefined && isSafe(before, passenger);
      const own = mayWait ? follow(key, start, passenger, before) : begin(key, created(passenger, start));
      own.crew.board(signal);
      return { result: own.result, joined: false };
    },
  };
}

function isAbandonment(error: unknown): boolean {
  return error instanceof TintypeError && error.code === 'CLIENT_GONE';
}

/** Whoever holds bytes must not wait for somebody who may be waiting for their room. */
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

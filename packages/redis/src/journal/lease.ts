import type { Clock } from '@tintype/core';

/** A moment by two clocks: the steady one stands still while the machine sleeps, the other may be set. */
export interface Moment {
  readonly steady: number;
  readonly wall: number;
}

/** The time for which a process may serve by what it was told, because whoever purges waits for so long. */
export interface Lease {
  now(): Moment;
  isHeld(): boolean;
  /** Begins it anew. `asked`: when the question was sent to which the answer has come. */
  grant(asked: Moment): void;
  revoke(): void;
}

/** Creates a lease that is not held, of so many milliseconds. */
export function createLease(milliseconds: number, clock: Clock): Lease {
  let end: Moment | undefined;
  return {
    now: () => ({ steady: performance.now(), wall: clock.now() }),
    isHeld: () => end !== undefined && performance.now() < end.steady && clock.now() < end.wall,
    grant({ steady, wall }) {
      end = { steady: steady + milliseconds, wall: wall + milliseconds };
    },
    revoke() {
      end = undefined;
    },
  };
}

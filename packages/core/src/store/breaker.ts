import type { Clock } from '../clock.ts';

/** Reports how an admitted call went. */
export type Verdict = (isSuccess: boolean) => void;

/** A circuit breaker: skips what fails again and again, and tries it anew from time to time. */
export interface Breaker {
  /** Admits a call and gives the function to report it with, or undefined where the call is to be skipped. */
  enter(): Verdict | undefined;
  /** Whether calls are being skipped. */
  isOpen(): boolean;
}

const tolerated = 5;
const pause = 2000;

/** Creates a breaker that opens after 5 failures in a row and lets one call try every 2 seconds. */
export function createBreaker(clock: Clock): Breaker {
  let failures = 0;
  let retryAt = 0;
  let isTrying = false;
  const isOpen = (): boolean => failures >= tolerated;

  const close = (isSuccess: boolean): void => {
    failures = isSuccess ? 0 : failures + 1;
    if (isOpen()) retryAt = clock.now() + pause;
  };

  // What was admitted before the breaker opened says nothing about the store now.
  const whileClosed: Verdict = (isSuccess) => {
    if (!isOpen()) close(isSuccess);
  };

  const trial: Verdict = (isSuccess) => {
    isTrying = false;
    close(isSuccess);
  };

  return {
    isOpen,
    enter() {
      if (!isOpen()) return whileClosed;
      if (isTrying || clock.now() < retryAt) return undefined;
      isTrying = true;
      return trial;
    },
  };
}

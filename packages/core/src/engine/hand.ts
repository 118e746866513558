import type { Hand } from '../cache/flights.ts';
import { processIntake, type QueueBounds } from '../transform/queue.ts';

/** Creates the hand of one request: however many originals its answer is made from, it takes one place. */
export function createHand(bounds: QueueBounds): Hand {
  let entering: Promise<() => void> | undefined;
  let release: (() => void) | undefined;
  return {
    async enter() {
      entering ??= processIntake.enter(bounds);
      try {
        release = await entering;
      } catch (error) {
        entering = undefined;
        throw error;
      }
    },
    leave() {
      release?.();
      release = undefined;
      entering = undefined;
    },
    isHeld: () => release !== undefined,
  };
}

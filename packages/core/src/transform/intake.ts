import type { InFlight } from './in-flight.ts';
import { createLine, type LineStats, type QueueBounds, type Room } from './line.ts';

/** The bytes of the originals of one endpoint. */
export interface OwnBytes {
  held: number;
}

/** Lets originals into memory while there is room, for all endpoints of the process. */
export interface Intake {
  /**
   * Counts bytes that are about to be read, when there is room for them; gives undefined where there is now.
   * @throws TintypeError `OVERLOADED`; the reason of the signal.
   */
  admit(bytes: number, own: OwnBytes, bounds: QueueBounds, signal?: AbortSignal): Promise<void> | undefined;
  /** Counts bytes that are there already. */
  add(bytes: number, own: OwnBytes): void;
  free(bytes: number, own: OwnBytes): void;
  stats(bounds?: QueueBounds): LineStats;
}

/** Of what may be in flight, the part that originals may be; renders have the rest. */
const originalsPart = 1 / 2;
/** Of that, the part that one endpoint may have, so that a slow origin leaves room for the others. */
const ownPart = 3 / 4;

/** Creates an intake. An original that is larger than all the room there is comes in when no other is there. */
export function createIntake(inFlight: InFlight): Intake {
  const line = createLine();
  inFlight.onFree(line.advance);

  const roomFor = (bytes: number, own: OwnBytes, { bytes: most = Number.POSITIVE_INFINITY }: QueueBounds): Room => {
    if (inFlight.originals === 0) return 'free';
    if (inFlight.originals + bytes > most * originalsPart) return 'full';
    return own.held > 0 && own.held + bytes > most * originalsPart * ownPart ? 'later' : 'free';
  };
  const add = (bytes: number, own: OwnBytes): void => {
    own.held += bytes;
    inFlight.add('originals', bytes);
  };

  return {
    admit: (bytes, own, bounds, signal) =>
      line.enter({ bounds, signal, room: () => roomFor(bytes, own, bounds), take: () => add(bytes, own) }),
    add,
    free(bytes, own) {
      own.held -= bytes;
      inFlight.free('originals', bytes);
    },
    stats: line.stats,
  };
}

import type { InFlight } from './in-flight.ts';
import { createLine, type LineStats, type QueueBounds, type Room } from './line.ts';

/** The bytes of the originals of one endpoint. */
export interface OwnBytes {
  held: number;
  /** How many hold each of those that are there. */
  readonly holders: WeakMap<Uint8Array, number>;
}

/** An original that is there, or the bytes of one that is about to be read. */
export type Original = Uint8Array | number;

/** Lets originals into memory while there is room, for all endpoints of the process. */
export interface Intake {
  /**
   * Counts bytes that are about to be read, when there is room for them; gives undefined where there is now.
   * @throws TintypeError `OVERLOADED`; the reason of the signal.
   */
  admit(bytes: number, own: OwnBytes, bounds: QueueBounds, signal?: AbortSignal): Promise<void> | undefined;
  /**
   * Counts one original instead of another; undefined for none. What several hold is counted once. Nobody is let in for
   * room that is taken up again at once.
   */
  exchange(before: Original | undefined, after: Original | undefined, own: OwnBytes): void;
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
  const exchange = (before: Original | undefined, after: Original | undefined, own: OwnBytes): void => {
    const change = taken(after, own) - given(before, own);
    own.held += change;
    if (change > 0) inFlight.add('originals', change);
    else if (change < 0) inFlight.free('originals', -change);
  };

  return {
    admit: (bytes, own, bounds, signal) =>
      line.enter({
        bounds,
        signal,
        room: () => roomFor(bytes, own, bounds),
        take: () => exchange(undefined, bytes, own),
      }),
    exchange,
    stats: line.stats,
  };
}

/** Bytes that one more holder adds. */
function taken(original: Original = 0, { holders }: OwnBytes): number {
  if (typeof original === 'number') return original;
  const before = holders.get(original) ?? 0;
  holders.set(original, before + 1);
  return before === 0 ? original.length : 0;
}

/** Bytes that are free without a holder. */
function given(original: Original = 0, { holders }: OwnBytes): number {
  if (typeof original === 'number') return original;
  const left = (holders.get(original) ?? 0) - 1;
  if (left > 0) holders.set(original, left);
  else holders.delete(original);
  return left > 0 ? 0 : original.length;
}

import type { Hand } from '../load/hand.ts';
import { decodeFrame, encodeFrame } from '../store/frame.ts';
import type { Derivative } from './derivative.ts';
import { createFlights } from './flights.ts';
import type { Permission, Tiers } from './keeper.ts';
import { createTurns } from './turns.ts';

/** A derivative and the layer that had it; `render` where it was made now. */
export interface FoundDerivative {
  readonly derivative: Derivative;
  readonly layer: string;
  readonly collapsed: boolean;
}

/** Where a derivative may be kept. */
export interface Keeping {
  /** Whether it may be written still, asked before and after. */
  readonly may: Permission;
  /** Whether the store is spared. */
  readonly inMemoryAlone: boolean;
}

/** Derivatives in memory and in the store, each made at most once at a time. */
export interface Derivatives {
  /** From memory, at once. */
  peek(key: string): FoundDerivative | undefined;
  /**
   * From memory, from the store, or from `make`.
   *
   * @param make given the hand to make it with.
   * @param hand of the request that would make it.
   * @param kept undefined where it may be kept nowhere at all.
   * @throws what `make` throws.
   */
  get(
    key: string,
    make: (hand: Hand) => Promise<Derivative>,
    hand: Hand,
    kept: Keeping | undefined,
  ): Promise<FoundDerivative>;
}

type Found = Omit<FoundDerivative, 'collapsed'>;

interface Wanted {
  readonly key: string;
  readonly make: () => Promise<Derivative>;
  readonly hand: Hand;
  readonly kept: Keeping | undefined;
}

/** Creates the derivatives of one endpoint. */
export function createDerivatives(tiers: Tiers): Derivatives {
  const { store, memory, keeper } = tiers;
  const flights = createFlights<Found>();
  const takeTurns = createTurns(tiers);

  const peek = (key: string): FoundDerivative | undefined => {
    const entry = memory.entry(key);
    if (entry === undefined) return undefined;
    entry.decoded ??= decodeDerivative(key, entry.bytes);
    const derivative = entry.decoded as Derivative | undefined;
    if (derivative !== undefined) return { derivative, layer: 'memory', collapsed: false };
    void memory.delete(key);
    return undefined;
  };

  const load = async (key: string, may: Permission): Promise<Derivative | undefined> => {
    const bytes = await store?.get(key);
    if (bytes === undefined) return undefined;
    const derivative = decodeDerivative(key, bytes);
    if (derivative === undefined) void store?.delete(key);
    else keeper.remember(key, bytes, may);
    return derivative;
  };

  const keep = (key: string, { body, ...head }: Derivative, { may, inMemoryAlone }: Keeping): void => {
    const frame = encodeFrame(key, head, body);
    keeper.remember(key, frame, may);
    if (!inMemoryAlone) keeper.store(key, frame, may);
  };

  const find = async ({ key, make, hand, kept }: Wanted): Promise<Found> => {
    const makeAndKeep = async (): Promise<Found> => {
      const derivative = await make();
      if (kept !== undefined) keep(key, derivative, kept);
      return { derivative, layer: 'render' };
    };
    if (kept === undefined || kept.inMemoryAlone) return makeAndKeep();
    const look = async (): Promise<Found | undefined> => {
      const derivative = await load(key, kept.may);
      return derivative && { derivative, layer: store?.kind ?? 'store' };
    };
    return (await look()) ?? takeTurns({ lock: key, key, hand, find: look, make: makeAndKeep });
  };

  return {
    peek,
    async get(key, make, hand, kept) {
      const near = kept === undefined ? undefined : peek(key);
      if (near !== undefined) return near;
      const passage = flights.run(key, (own) => find({ key, make: () => make(own), hand: own, kept }), {
        hand,
      });
      return { ...(await passage.result), collapsed: passage.joined };
    },
  };
}

function decodeDerivative(key: string, bytes: Uint8Array): Derivative | undefined {
  const frame = decodeFrame(key, bytes);
  return frame === undefined ? undefined : { ...(frame.header as Omit<Derivative, 'body'>), body: frame.body };
}

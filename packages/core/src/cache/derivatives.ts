import { decodeFrame, encodeFrame } from '../store/frame.ts';
import type { Derivative } from './derivative.ts';
import { createFlights, type Hand } from './flights.ts';
import type { Permission, Tiers } from './keeper.ts';

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
   * @param hand of the request that would make it.
   * @param kept undefined where it may be kept nowhere at all.
   * @throws what `make` throws.
   */
  get(key: string, make: () => Promise<Derivative>, hand: Hand, kept: Keeping | undefined): Promise<FoundDerivative>;
}

/** Creates the derivatives of one endpoint. */
export function createDerivatives({ store, memory, keeper }: Tiers): Derivatives {
  const flights = createFlights<Omit<FoundDerivative, 'collapsed'>>();

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

  const find = async (key: string, make: () => Promise<Derivative>, kept: Keeping | undefined) => {
    const stored = kept === undefined || kept.inMemoryAlone ? undefined : await load(key, kept.may);
    if (stored !== undefined) return { derivative: stored, layer: store?.kind ?? 'store' };
    const derivative = await make();
    if (kept !== undefined) {
      const { body, ...head } = derivative;
      const frame = encodeFrame(key, head, body);
      keeper.remember(key, frame, kept.may);
      if (!kept.inMemoryAlone) keeper.store(key, frame, kept.may);
    }
    return { derivative, layer: 'render' };
  };

  return {
    peek,
    async get(key, make, hand, kept) {
      const near = kept === undefined ? undefined : peek(key);
      if (near !== undefined) return near;
      const { result, joined } = flights.run(key, () => find(key, make, kept), { hand });
      return { ...(await result), collapsed: joined };
    },
  };
}

function decodeDerivative(key: string, bytes: Uint8Array): Derivative | undefined {
  const frame = decodeFrame(key, bytes);
  return frame === undefined ? undefined : { ...(frame.header as Omit<Derivative, 'body'>), body: frame.body };
}

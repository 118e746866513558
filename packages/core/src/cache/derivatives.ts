import { decodeFrame, encodeFrame } from '../store/frame.ts';
import type { GuardedStore } from '../store/guarded.ts';
import type { MemoryStore } from '../store/memory.ts';
import type { Derivative } from './derivative.ts';
import { createFlights } from './flights.ts';

/** A derivative and the layer that had it; `render` where it was made now. */
export interface FoundDerivative {
  readonly derivative: Derivative;
  readonly layer: string;
  readonly collapsed: boolean;
}

/** Derivatives in memory and in the store, each made at most once at a time. */
export interface Derivatives {
  /** From memory, at once. */
  peek(key: string): FoundDerivative | undefined;
  /**
   * From memory, from the store, or from `make`.
   *
   * @param isKept whether what is made may be stored.
   * @throws what `make` throws.
   */
  get(key: string, make: () => Promise<Derivative>, isKept: boolean): Promise<FoundDerivative>;
}

/** Creates the derivatives of one endpoint. */
export function createDerivatives(store: GuardedStore | undefined, memory: MemoryStore): Derivatives {
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

  const load = async (key: string): Promise<Derivative | undefined> => {
    const bytes = await store?.get(key);
    if (bytes === undefined) return undefined;
    const derivative = decodeDerivative(key, bytes);
    if (derivative === undefined) void store?.delete(key);
    else void memory.set(key, bytes);
    return derivative;
  };

  const find = async (key: string, make: () => Promise<Derivative>, isKept: boolean) => {
    const stored = isKept ? await load(key) : undefined;
    if (stored !== undefined) return { derivative: stored, layer: store?.kind ?? 'store' };
    const derivative = await make();
    if (isKept) {
      const { body, ...head } = derivative;
      const frame = encodeFrame(key, head, body);
      void memory.set(key, frame);
      void store?.set(key, frame);
    }
    return { derivative, layer: 'render' };
  };

  return {
    peek,
    async get(key, make, isKept) {
      const near = isKept ? peek(key) : undefined;
      if (near !== undefined) return near;
      const { result, joined } = flights.run(key, () => find(key, make, isKept));
      return { ...(await result), collapsed: joined };
    },
  };
}

function decodeDerivative(key: string, bytes: Uint8Array): Derivative | undefined {
  const frame = decodeFrame(key, bytes);
  return frame === undefined ? undefined : { ...(frame.header as Omit<Derivative, 'body'>), body: frame.body };
}

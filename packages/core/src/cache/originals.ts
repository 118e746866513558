import type { Reachable } from '../journal/journal.ts';
import type { OriginalId } from '../origin/identity.ts';
import { decodeFrame, encodeFrame } from '../store/frame.ts';
import type { Permission, Tiers } from './keeper.ts';

/** Copies of originals, so that a further derivative need not ask a far origin for the same bytes again. */
export interface Originals {
  /** Whether there are any. */
  readonly areKept: boolean;
  get(id: OriginalId, contentHash: string): Promise<Uint8Array | undefined>;
  /** @param may whether anything of it may be written still; asked before and after. */
  keep(original: Reachable, contentHash: string, bytes: Uint8Array, may: Permission): void;
}

/** Keeps copies in the store, or in memory where there is no other; nowhere where the origin is near enough. */
export function createOriginals({ store, memory, keeper }: Tiers, isKept: boolean): Originals {
  return {
    areKept: isKept,
    async get(id, contentHash) {
      if (!isKept) return undefined;
      const key = `o:${id.hash}:${contentHash}`;
      const bytes = store === undefined ? memory.entry(key)?.bytes : await store.get(key);
      if (bytes === undefined) return undefined;
      const frame = decodeFrame(key, bytes);
      if (frame === undefined) void store?.delete(key);
      return frame?.body;
    },
    keep({ origin, path, hash, tags }, contentHash, bytes, may) {
      if (!isKept) return;
      const key = `o:${hash}:${contentHash}`;
      const frame = encodeFrame(key, { origin, path, tags }, bytes);
      if (store === undefined) keeper.remember(key, frame, may);
      else keeper.store(key, frame, may);
    },
  };
}

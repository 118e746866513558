import type { OriginalId } from '../origin/identity.ts';
import { decodeFrame, encodeFrame } from '../store/frame.ts';
import type { GuardedStore } from '../store/guarded.ts';
import type { MemoryStore } from '../store/memory.ts';

/** Copies of originals, so that a further derivative need not ask a far origin for the same bytes again. */
export interface Originals {
  get(id: OriginalId, contentHash: string): Promise<Uint8Array | undefined>;
  keep(id: OriginalId, contentHash: string, bytes: Uint8Array): void;
}

/** Keeps copies in the store, or in memory where there is no other; nowhere where the origin is near enough. */
export function createOriginals(store: GuardedStore | undefined, memory: MemoryStore, isKept: boolean): Originals {
  const keyOf = (id: OriginalId, contentHash: string): string => `o:${id.hash}:${contentHash}`;
  return {
    async get(id, contentHash) {
      if (!isKept) return undefined;
      const key = keyOf(id, contentHash);
      const bytes = store === undefined ? memory.entry(key)?.bytes : await store.get(key);
      if (bytes === undefined) return undefined;
      const frame = decodeFrame(key, bytes);
      if (frame === undefined) void store?.delete(key);
      return frame?.body;
    },
    keep(id, contentHash, bytes) {
      if (!isKept) return;
      const key = keyOf(id, contentHash);
      const frame = encodeFrame(key, {}, bytes);
      if (store === undefined) void memory.set(key, frame);
      else void store.set(key, frame);
    },
  };
}

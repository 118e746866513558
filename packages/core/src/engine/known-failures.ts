import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.ts';
import { type ErrorCode, TintypeError } from '../errors.ts';

/** What could not be made, so that it need not cost a decode each time it is asked for. */
export interface KnownFailures {
  /** @throws the failure that making `key` ended in, where that is remembered. */
  check(key: string): void;
  /** Remembers a failure that will come again, and throws it. */
  rethrow(key: string, error: unknown): never;
}

const forEver = 0;

/** Milliseconds for which each is remembered. The key names bytes and plan, so what is damaged once stays so. */
const memoryOf: Readonly<Partial<Record<ErrorCode, number>>> = {
  BROKEN_IMAGE: forEver,
  // May be different on a machine that is less busy, or with more memory: tried again, but not by each request.
  RENDER_TIMEOUT: 10 * 60_000,
  ORIGINAL_TOO_LARGE: 10 * 60_000,
};

/** Creates the memory of one endpoint, bounded in number. */
export function createKnownFailures(clock: Clock): KnownFailures {
  const known = new LRUCache<string, TintypeError>({ max: 1000, perf: clock, ttlResolution: 0 });
  return {
    check(key) {
      const error = known.get(key);
      if (error !== undefined) throw error;
    },
    rethrow(key, error) {
      const ttl = error instanceof TintypeError ? memoryOf[error.code] : undefined;
      if (ttl !== undefined) known.set(key, error as TintypeError, { ttl });
      throw error;
    },
  };
}

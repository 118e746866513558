import { LRUCache } from 'lru-cache';
import type { Input } from '../cache/derivative.ts';
import type { Clock } from '../clock.ts';
import { type ErrorCode, TintypeError } from '../errors.ts';
import { hashOf } from '../hash.ts';
import type { RenderPlan } from '../transform/plan.ts';

/** What could not be made, so that it need not cost a decode each time it is asked for. */
export interface KnownFailures {
  /** @throws the failure that any of `keys` ended in, where that is remembered. */
  check(...keys: readonly (string | undefined)[]): void;
  /**
   * Remembers a failure that will come again, and throws it.
   *
   * @param original names the one original that was decoded: what is wrong with it is remembered of that instead, so that
   * its widths and types do not cost a decode each.
   */
  rethrow(key: string, error: unknown, original?: string): never;
  /** Remembers a failure of one original that was decoded by itself, where it says that nothing can be made of it. */
  remember(original: string, error: unknown): void;
}

/** Whether a failure is one of an original, whatever is made of it. */
export function isOfOriginal(error: unknown): boolean {
  return error instanceof TintypeError && ofOriginals.has(error.code);
}

const forEver = 0;

/** Milliseconds for which each is remembered. The key names bytes and plan, so what is damaged once stays so. */
const memoryOf: Readonly<Partial<Record<ErrorCode, number>>> = {
  BROKEN_IMAGE: forEver,
  UNSUPPORTED_IMAGE: forEver,
  // May be different on a machine that is less busy, or with more memory: tried again, but not by each request.
  RENDER_TIMEOUT: 10 * 60_000,
  ORIGINAL_TOO_LARGE: 10 * 60_000,
};

/** What says of an original that no derivative can be made. Time and memory depend on what is asked for, too. */
const ofOriginals: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['BROKEN_IMAGE', 'UNSUPPORTED_IMAGE']);

/** Names an original as far as a plan has it decoded: frames may be whole before one that is damaged. */
export function originalKey(content: Input, { animated, frame = 0 }: Pick<RenderPlan, 'animated' | 'frame'>): string {
  return hashOf(content, animated ? 'all' : frame);
}

/** Creates the memory of one endpoint, bounded in number. */
export function createKnownFailures(clock: Clock): KnownFailures {
  const known = new LRUCache<string, TintypeError>({ max: 1000, perf: clock, ttlResolution: 0 });
  return {
    check(...keys) {
      for (const key of keys) {
        const error = key === undefined ? undefined : known.get(key);
        if (error !== undefined) throw error;
      }
    },
    rethrow(key, error, original) {
      if (error instanceof TintypeError) {
        const ttl = memoryOf[error.code];
        const failed = original !== undefined && isOfOriginal(error) ? original : key;
        if (ttl !== undefined) known.set(failed, error, { ttl });
      }
      throw error;
    },
    remember(original, error) {
      if (error instanceof TintypeError && isOfOriginal(error)) known.set(original, error, { ttl: forEver });
    },
  };
}

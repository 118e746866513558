import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.ts';
import { warnOnce } from '../events.ts';

/** Questions to the origin that go on behind those who are served what is stale. */
export interface Refreshes {
  /** Begins one, unless one is under way for this key or has just failed. */
  begin(key: string, run: () => Promise<unknown>): void;
  /** Notes that the origin failed a question for this key. */
  failed(key: string): void;
  /** Whether it did so a moment ago: then what is stale is served without waiting for the next failure. */
  hasJustFailed(key: string): boolean;
  /** Resolves when none is under way. */
  settled(): Promise<void>;
}

const unrefreshed =
  'An image could not be refreshed while a stale one was served: that one is served for as long as it may be. The ' +
  'origin is asked again once a second, when somebody asks.';

/** Milliseconds after a failure before the next question. */
const rest = 1000;

/** Creates them: one at a time for each key, and none for a moment after one that failed. */
export function createRefreshes(clock: Clock): Refreshes {
  const underWay = new Map<string, Promise<void>>();
  const failedAt = new LRUCache<string, number>({ max: 10_000 });

  const failed = (key: string): void => void failedAt.set(key, clock.now());

  const hasJustFailed = (key: string): boolean => {
    const since = clock.now() - (failedAt.get(key) ?? Number.NEGATIVE_INFINITY);
    return since >= 0 && since < rest;
  };

  const refresh = async (key: string, run: () => Promise<unknown>): Promise<void> => {
    try {
      await run();
      failedAt.delete(key);
    } catch (error) {
      // The stale answer stands.
      warnOnce('TINTYPE_REFRESH_FAILS', unrefreshed, String(error instanceof Error ? (error.cause ?? error) : error));
      failed(key);
    } finally {
      underWay.delete(key);
    }
  };

  return {
    begin(key, run) {
      if (underWay.has(key) || hasJustFailed(key)) return;
      underWay.set(key, refresh(key, run));
    },
    failed,
    hasJustFailed,
    async settled() {
      await Promise.all(underWay.values());
    },
  };
}

import { TintypeError } from '../errors.ts';
import { publish } from '../events.ts';
import type { Journal } from '../journal/journal.ts';
import { type PurgeRequest, understandPurge } from './target.ts';

/** What a purge did. */
export interface PurgeResult {
  /** Names this purge. */
  readonly id: string;
  /** From now on nothing is served that was made from what the targets held before. */
  readonly state: 'completed';
  /** Milliseconds it took. */
  readonly ms: number;
  /** What was purged, as percent-encoded origin paths; `*` for everything of this origin. */
  readonly targets: readonly string[];
}

/**
 * Purges. Resolves at the barrier: a request that begins later is answered from what the origin holds now.
 *
 * @throws TintypeError `INVALID_PURGE`, or `PURGE_FAILED` where nothing can be promised and the call may be repeated.
 */
export type Purger = (request: PurgeRequest) => Promise<PurgeResult>;

/** Creates the purger of one endpoint. Purging is one entry in the journal, however many derivatives there are. */
export function createPurger(journal: Journal, origin: string): Purger {
  return async (request) => {
    const started = performance.now();
    const { targets, names } = understandPurge(request, origin);
    try {
      const position = await journal.append(targets);
      const result = { id: String(position), targets: names, ms: performance.now() - started };
      publish('tintype:purge', result);
      return { ...result, state: 'completed' };
    } catch (cause) {
      throw new TintypeError('PURGE_FAILED', { cause });
    }
  };
}

import type { OriginalId } from '../origin/identity.ts';
import type { JournalView, PurgeTarget } from './journal.ts';

/** A journal's content in the form that answers "which purge covers this?" at once. */
export interface CoveringIndex {
  add(target: PurgeTarget, position: number): void;
  covering(id: OriginalId): number;
  /** Purges at or below this position are forgotten. */
  floor(): JournalView['floor'];
}

/** Creates an index that remembers at most `maxRecords` exact purges; forgetting one raises the floor. */
export function createCoveringIndex(maxRecords: number): CoveringIndex {
  // Oldest first, because a repeated purge is taken out before it is put back.
  const exact = new Map<string, number>();
  const all = new Map<string, number>();
  let floor = 0;

  const trim = (): void => {
    const oldest = exact.entries().next().value;
    if (exact.size <= maxRecords || oldest === undefined) return;
    exact.delete(oldest[0]);
    floor = oldest[1];
  };

  return {
    add(target, position) {
      if (target.kind === 'all') {
        all.set(target.origin, position);
        return;
      }
      exact.delete(target.id.hash);
      exact.set(target.id.hash, position);
      trim();
    },
    covering: (id) => Math.max(exact.get(id.hash) ?? 0, all.get(id.origin) ?? 0),
    floor: () => floor,
  };
}

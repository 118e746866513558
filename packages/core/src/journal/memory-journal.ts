import { randomUUID } from 'node:crypto';
import { createCoveringIndex } from './covering-index.ts';
import type { Journal, JournalView } from './journal.ts';

/** Options of {@link memoryJournal}. */
export interface MemoryJournalOptions {
  /**
   * Exact purges remembered; older ones cost their originals one conditional request.
   * @default 100000
   */
  readonly maxRecords?: number;
}

/** Creates the journal of one process: linearizable, and gone with the process. */
export function memoryJournal({ maxRecords = 100_000 }: MemoryJournalOptions = {}): Journal {
  const index = createCoveringIndex(maxRecords);
  const epoch = randomUUID();
  let position = 0;
  const view: JournalView = {
    epoch,
    get position() {
      return position;
    },
    get floor() {
      return index.floor();
    },
    covering: index.covering,
  };
  return {
    view: () => view,
    append: async (targets) => {
      position++;
      for (const target of targets) index.add(target, position);
      return position;
    },
    close: async () => undefined,
  };
}

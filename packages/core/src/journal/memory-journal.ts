import { randomUUID } from 'node:crypto';
import { systemClock } from '../clock.ts';
import { checkOptions } from '../options.ts';
import { createCoveringIndex } from './covering-index.ts';
import type { Journal, JournalView } from './journal.ts';
import { defaultMaxRecords, type JournalOptions, journalExpectations, noteLife } from './options.ts';

/** Options of {@link memoryJournal}. */
export type MemoryJournalOptions = JournalOptions;

const maxNotes = 10_000;

/**
 * Creates the journal of one process: linearizable, and gone with the process.
 *
 * @throws TypeError on an option that is not valid.
 */
export function memoryJournal(options: MemoryJournalOptions = {}): Journal {
  checkOptions('memoryJournal', options, journalExpectations);
  const { maxRecords = defaultMaxRecords, clock = systemClock } = options;
  const index = createCoveringIndex(maxRecords);
  /** Oldest first. As JSON, so that nobody changes what was noted. */
  const notes = new Map<string, { readonly text: string; readonly until: number }>();
  const epoch = randomUUID();
  let position = 0;
  const view: JournalView = {
    trust: 'good',
    epoch,
    get position() {
      return position;
    },
    get floor() {
      return index.floor;
    },
    get renewalFloor() {
      return index.renewalFloor;
    },
    get newestTakedown() {
      return index.newestTakedown;
    },
    covering: index.covering,
    newestTagPurge: index.newestTagPurge,
    takedownsSince: index.takedownsSince,
  };

  const forgetNotes = (): void => {
    for (const [id, { until }] of notes) {
      if (until > clock.now() && notes.size <= maxNotes) return;
      notes.delete(id);
    }
  };

  return {
    view: () => view,
    append: async (purge) => {
      // Above those of a journal before this one: what is stored outlives journals, and carries their positions.
      position = Math.max(position + 1, Math.floor(clock.now() * 1000));
      index.add(purge, position);
      return position;
    },
    note: async (id, status) => {
      notes.delete(id);
      notes.set(id, { text: JSON.stringify(status), until: clock.now() + noteLife });
      forgetNotes();
    },
    noted: async (id) => {
      const note = notes.get(id);
      return note === undefined || note.until <= clock.now() ? undefined : (JSON.parse(note.text) as unknown);
    },
    close: async () => undefined,
  };
}

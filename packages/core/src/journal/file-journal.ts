import { resolve } from 'node:path';
import { inspect } from 'node:util';
import { systemClock } from '../clock.ts';
import { checkOptions, expectations } from '../options.ts';
import { createAppender } from './file/appender.ts';
import { journalLayout } from './file/layout.ts';
import { createNotes } from './file/notes.ts';
import { createVolumes } from './file/volumes.ts';
import type { Journal, JournalView } from './journal.ts';
import { defaultMaxRecords, type JournalOptions, journalExpectations } from './options.ts';

/** Options of {@link fileJournal}. */
export interface FileJournalOptions extends JournalOptions {
  /**
   * Bytes to which the file grows before it is written anew, or twice what it then begins with, where that is more.
   * @default 1048576 (1 MiB)
   */
  readonly rotateBytes?: number;
}

/**
 * Creates a journal in a directory of a local disk, which any number of processes on the machine may share. What one of
 * them purges, all others see at their next look.
 *
 * `view` answers at once, but for the first time in a new directory. It throws while the journal cannot be read, and
 * where it was lost until a new one, with a new epoch, is in its place. The directory is created when first used.
 *
 * @throws TypeError on an option that is not valid.
 */
export function fileJournal(directory: string, options: FileJournalOptions = {}): Journal {
  if (!expectations.text[1](directory)) {
    throw new TypeError(`Expected a directory for fileJournal(directory) but received ${inspect(directory)}`);
  }
  checkOptions('fileJournal', options, { ...journalExpectations, rotateBytes: expectations.bytes });
  const { maxRecords = defaultMaxRecords, rotateBytes = 1024 * 1024, clock = systemClock } = options;
  const layout = journalLayout(resolve(directory));
  const positions = new Map<string, number>();
  const onPurge = (nonce: string, position: number): void => {
    if (positions.has(nonce)) positions.set(nonce, position);
  };
  const volumes = createVolumes(layout, { maxRecords, clock, onPurge });
  const appender = createAppender({ layout, volumes, rotateBytes, positions });
  let renewing: Promise<void> | undefined;
  let wasOpen = false;
  let isClosed = false;

  const look = (): JournalView | undefined => {
    if (isClosed) throw new Error('The journal has been closed');
    const view = volumes.current()?.view;
    wasOpen ||= view !== undefined;
    return view;
  };

  const renew = (): Promise<void> => {
    renewing = volumes.renew();
    return renewing;
  };

  const open = async (): Promise<JournalView> => {
    await renew();
    const view = look();
    if (view === undefined) throw new Error('The journal was lost as soon as it was made');
    return view;
  };

  return {
    view() {
      const view = look();
      if (view !== undefined) return view;
      if (!wasOpen) return open();
      // Whoever looks next finds it, or why it cannot be made.
      renew().catch(() => undefined);
      throw new Error('The journal was lost, and is being made anew');
    },
    append: async (purge) => {
      if (isClosed) throw new Error('The journal has been closed');
      const position = await appender.append(purge);
      wasOpen = true;
      return position;
    },
    ...createNotes(layout, clock),
    async close() {
      isClosed = true;
      await renewing?.catch(() => undefined);
      await appender.close();
      volumes.close();
    },
  };
}

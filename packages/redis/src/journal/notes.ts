import type { Clock, Journal } from '@tintype/core';
import { isNoteId, noteLife, within } from '@tintype/core/internal';
import type { Connection } from '../connection.ts';
import { answerTime } from './caller.ts';
import type { JournalKeys } from './keys.ts';
import { noteScript } from './scripts/note.ts';

interface Note {
  /** Milliseconds since the Unix epoch, by the clock of who wrote it: that of Redis only clears away. */
  readonly until: number;
  readonly status: unknown;
}

/** Creates the notes of a journal: one key each. */
export function createNotes(connection: Connection, keys: JournalKeys, clock: Clock): Pick<Journal, 'note' | 'noted'> {
  return {
    async note(id, status) {
      if (!isNoteId(id)) throw new TypeError('Expected letters and digits for the id of a note');
      const args = [JSON.stringify({ until: clock.now() + noteLife, status }), String(noteLife)];
      await within(answerTime, () => connection.script(noteScript, [keys.note(id)], args));
    },
    async noted(id) {
      if (!isNoteId(id)) return undefined;
      const text = await within(answerTime, () => connection.run((commands) => commands.get(keys.note(id))));
      if (text === null) return undefined;
      const { until, status } = JSON.parse(text) as Note;
      return clock.now() < until ? status : undefined;
    },
  };
}

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createJournalWatch, type JournalWatch } from '../../src/cache/journal-watch.ts';
import type { Journal, JournalView, PurgeMode, PurgeTarget } from '../../src/journal/journal.ts';
import { memoryJournal } from '../../src/journal/memory-journal.ts';

const all: PurgeTarget = { kind: 'all', origin: 'o' };
const exact = (hash: string): PurgeTarget => ({ kind: 'exact', origin: 'o', hash });
const purge = (target: PurgeTarget, mode: PurgeMode = 'takedown') => ({ targets: [target], mode });

let forgotten: (readonly PurgeTarget[] | 'everything')[];
let watch: JournalWatch | undefined;

function watchOver(journal: Journal): JournalWatch {
  watch = createJournalWatch(journal, (targets) => forgotten.push(targets));
  return watch;
}

beforeEach(() => {
  forgotten = [];
  vi.useFakeTimers();
});
afterEach(() => {
  watch?.close();
  vi.useRealTimers();
});

/** A journal of one view, which a test changes. */
function journalOf(view: Partial<JournalView>): Journal & { view: Journal['view'] } {
  const base = memoryJournal();
  return { ...base, view: () => ({ ...(base.view() as JournalView), ...view }) };
}

describe('a look at the journal', () => {
  it('has memory forget each takedown once, and nothing of milder purges', async () => {
    const journal = memoryJournal();
    const { view } = watchOver(journal);
    await view();
    await journal.append(purge(exact('a')));
    await journal.append(purge(exact('b'), 'force'));
    await journal.append(purge(all, 'revalidate'));
    await journal.append(purge(exact('c')));
    await view();
    await view();
    expect(forgotten).toEqual([[exact('a'), exact('c')]]);
  });

  it('has nothing forgotten that came before anything could be in memory', async () => {
    const journal = memoryJournal();
    await journal.append(purge(all));
    await watchOver(journal).view();
    expect(forgotten).toEqual([]);
  });

  it('is taken each second though nobody asks', async () => {
    const journal = memoryJournal();
    watchOver(journal);
    await vi.advanceTimersByTimeAsync(1000);
    await journal.append(purge(exact('a')));
    expect(forgotten).toEqual([]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(forgotten).toEqual([[exact('a')]]);
  });

  it('has everything forgotten where takedowns may have been trimmed', async () => {
    const journal = memoryJournal({ maxRecords: 2 });
    const { view } = watchOver(journal);
    await view();
    for (const hash of ['a', 'b', 'c']) await journal.append(purge(exact(hash)));
    await view();
    expect(forgotten).toEqual(['everything']);
  });

  it('has everything forgotten once the journal is another', async () => {
    const journal = journalOf({ epoch: 'first' });
    const { view } = watchOver(journal);
    await view();
    journal.view = journalOf({ epoch: 'second' }).view;
    await view();
    await view();
    expect(forgotten).toEqual(['everything']);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('unreadable');
      },
    ],
    ['rejects', () => Promise.reject(new Error('unreadable'))],
  ])(
    'of a journal that %s knows no record, and what was taken down meanwhile is forgotten later',
    async (_what, fail) => {
      const journal = { ...memoryJournal() };
      const real = journal.view;
      const { view, latest } = watchOver(journal);
      const { epoch } = await view();
      journal.view = fail;
      const blind = await view();
      expect(blind.epoch).not.toBe(epoch);
      expect(latest().epoch).toBe(epoch);
      // What was stamped in the blind is not known either.
      expect(blind.position).toBeLessThan(blind.floor);
      await journal.append(purge(exact('a')));
      journal.view = real;
      await view();
      expect(forgotten).toEqual([[exact('a')]]);
    },
  );
});

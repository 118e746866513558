import { describe, expect, it } from 'vitest';
import type { Journal, JournalView } from '../../src/journal/journal.ts';
import { memoryJournal } from '../../src/journal/memory-journal.ts';
import { originalId } from '../../src/origin/identity.ts';

const cat = originalId('photos', '/cat.jpg');
const dog = originalId('photos', '/dog.jpg');

/** A view that came at once, as this journal's must. */
function viewOf(journal: Journal): JournalView {
  const view = journal.view();
  if (view instanceof Promise) throw new Error('Expected a view at once');
  return view;
}

describe('memoryJournal', () => {
  it('begins at position 0 with nothing covered', () => {
    const view = viewOf(memoryJournal());
    expect([view.position, view.floor, view.covering(cat)]).toEqual([0, 0, 0]);
  });

  it('counts purges, and shows each to a view taken before it', async () => {
    const journal = memoryJournal();
    const view = viewOf(journal);
    expect(await journal.append([{ kind: 'exact', id: cat }])).toBe(1);
    expect([view.position, view.covering(cat), view.covering(dog)]).toEqual([1, 1, 0]);
    expect(await journal.append([{ kind: 'all', origin: 'photos' }])).toBe(2);
    expect([view.position, view.covering(cat), view.covering(dog)]).toEqual([2, 2, 2]);
  });

  it('gives the targets of one purge one position', async () => {
    const journal = memoryJournal();
    await journal.append([
      { kind: 'exact', id: cat },
      { kind: 'exact', id: dog },
    ]);
    const view = viewOf(journal);
    expect([view.position, view.covering(cat), view.covering(dog)]).toEqual([1, 1, 1]);
  });

  it('covers before append resolves, so that no read in between counts as newer', () => {
    const journal = memoryJournal();
    const appended = journal.append([{ kind: 'exact', id: cat }]);
    expect(viewOf(journal).covering(cat)).toBe(1);
    return expect(appended).resolves.toBe(1);
  });

  it('raises the floor once it remembers too many exact purges', async () => {
    const journal = memoryJournal({ maxRecords: 1 });
    await journal.append([{ kind: 'exact', id: cat }]);
    await journal.append([{ kind: 'exact', id: dog }]);
    const view = viewOf(journal);
    expect([view.position, view.floor, view.covering(cat), view.covering(dog)]).toEqual([2, 1, 0, 2]);
  });

  it('has an epoch of its own, which stays', async () => {
    const [journal, other] = [memoryJournal(), memoryJournal()];
    const { epoch } = viewOf(journal);
    await journal.append([{ kind: 'all', origin: 'photos' }]);
    expect(viewOf(journal).epoch).toBe(epoch);
    expect(viewOf(other).epoch).not.toBe(epoch);
    await expect(journal.close()).resolves.toBeUndefined();
  });
});

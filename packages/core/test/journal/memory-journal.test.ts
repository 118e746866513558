import { expect, it } from 'vitest';
import type { Clock } from '../../src/clock.ts';
import type { Journal, JournalView, Purge, PurgeTarget } from '../../src/journal/journal.ts';
import { memoryJournal } from '../../src/journal/memory-journal.ts';
import { originalId } from '../../src/origin/identity.ts';

const cat = originalId('photos', '/cat.jpg');
const dog = originalId('photos', '/dog.jpg');
const exact = ({ origin, hash }: typeof cat): PurgeTarget => ({ kind: 'exact', origin, hash });
const purge = (target: PurgeTarget): Purge => ({ targets: [target], mode: 'revalidate' });

/** A view that came at once, as this journal's must. */
function viewOf(journal: Journal): JournalView {
  const view = journal.view();
  if (view instanceof Promise) throw new Error('Expected a view at once');
  return view;
}

it('begins at position 0', () => {
  const { position, floor } = viewOf(memoryJournal());
  expect([position, floor]).toEqual([0, 0]);
});

it('counts purges, and shows each to a view taken before it', async () => {
  const journal = memoryJournal();
  const view = viewOf(journal);
  const first = await journal.append(purge(exact(cat)));
  expect([view.position, view.covering(cat, []).hard, view.covering(dog, []).hard]).toEqual([first, first, 0]);
  const second = await journal.append(purge({ kind: 'all', origin: 'photos' }));
  expect([view.position, view.covering(cat, []).hard, view.covering(dog, []).hard]).toEqual([second, second, second]);
});

it('covers before append resolves, so that no read in between counts as newer', async () => {
  const journal = memoryJournal();
  const appended = journal.append(purge(exact(cat)));
  const { hard } = viewOf(journal).covering(cat, []);
  expect(hard).toBeGreaterThan(0);
  expect(await appended).toBe(hard);
});

it('goes on above the positions of a journal that was before it, even on a clock that stands', async () => {
  let now = 1000;
  const clock = { now: () => now };
  const before = memoryJournal({ clock });
  const positions = [await before.append(purge(exact(cat))), await before.append(purge(exact(cat)))];
  now = 1001;
  positions.push(await memoryJournal({ clock }).append(purge(exact(cat))));
  expect(positions).toEqual([1_000_000, 1_000_001, 1_001_000]);
});

it('has an epoch of its own', () => {
  expect(viewOf(memoryJournal()).epoch).not.toBe(viewOf(memoryJournal()).epoch);
});

it('keeps ten thousand notes, the last ones', async () => {
  const journal = memoryJournal();
  for (let index = 0; index <= 10_000; index++) await journal.note(`n${index}`, { index });
  expect([await journal.noted('n0'), await journal.noted('n1'), await journal.noted('n10000')]).toEqual([
    undefined,
    { index: 1 },
    { index: 10_000 },
  ]);
});

it.each<readonly [object, string]>([
  [{ maxRecords: 0 }, 'Expected a positive whole number for memoryJournal.maxRecords but received 0'],
  [{ clock: {} as Clock }, 'Expected a clock: an object with a now method for memoryJournal.clock but received {}'],
  [{ records: 1 }, 'Unknown option memoryJournal.records. Known options: maxRecords, clock'],
])('refuses the options %j', (options, message) => {
  expect(() => memoryJournal(options)).toThrow(new TypeError(message));
});

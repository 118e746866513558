import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type Coverage,
  type Journal,
  type JournalView,
  type Purge,
  type PurgeMode,
  type PurgeTarget,
  purgeModes,
  reaches,
} from '../../packages/core/src/journal/journal.ts';
import { type OriginalId, originalId } from '../../packages/core/src/origin/identity.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';

/** What a journal under test is made with. */
export interface JournalSetup {
  readonly maxRecords: number;
  readonly clock: ManualClock;
}

/** Opens the journal under test once more, as another process would where processes can share it. */
export type OpenJournal = () => Journal;

const cat = originalId('photos', '/cats/1.jpg');
const dog = originalId('photos', '/dogs/1.jpg');
/** The same path of another origin. */
const logo = originalId('assets', '/cats/1.jpg');

const exact = ({ origin, hash }: OriginalId): PurgeTarget => ({ kind: 'exact', origin, hash });
const prefix = (text: string): PurgeTarget => ({ kind: 'prefix', origin: 'photos', prefix: text });
const tag = (text: string): PurgeTarget => ({ kind: 'tag', origin: 'photos', tag: text });
const all: PurgeTarget = { kind: 'all', origin: 'photos' };
const purge = (target: PurgeTarget, mode: PurgeMode = 'revalidate'): Purge => ({ targets: [target], mode });

/** What must hold for every journal. `setup` gives an empty one. */
export function describeJournal(name: string, setup: (options: JournalSetup) => OpenJournal): void {
  describe(`${name} as a journal`, () => {
    let clock: ManualClock;
    let opened: Journal[];
    let open: OpenJournal;
    const start = (maxRecords: number): void => {
      const openOne = setup({ maxRecords, clock });
      open = () => {
        const journal = openOne();
        opened.push(journal);
        return journal;
      };
    };
    beforeEach(() => {
      opened = [];
      clock = manualClock();
      start(1000);
    });
    afterEach(async () => {
      for (const journal of opened) await journal.close();
    });

    /** Whether each mode covers, as a text: `h`ard, `s`oft, `r`enewal, `t`akedown. */
    const covered = (view: JournalView, id: OriginalId, tags: readonly string[] = []): string => {
      const { hard, soft, renewal, takedown } = view.covering(id, tags);
      return `${hard > 0 ? 'h' : ''}${soft > 0 ? 's' : ''}${renewal > 0 ? 'r' : ''}${takedown > 0 ? 't' : ''}`;
    };

    it('begins with nothing covered, and a record of that moment is not forgotten', async () => {
      const view = await open().view();
      expect(covered(view, cat, ['red'])).toBe('');
      expect(view.position).toBeGreaterThanOrEqual(view.floor);
      expect([view.renewalFloor, view.newestTakedown, view.newestTagPurge('photos')]).toEqual([0, 0, 0]);
      expect(view.takedownsSince(0)).toEqual([]);
      expect(view.epoch).not.toBe('');
    });

    it('gives growing positions, and stays in its epoch', async () => {
      const journal = open();
      const { epoch, position } = await journal.view();
      const positions = [position];
      for (const target of [exact(cat), all, exact(cat), tag('red')]) {
        positions.push(await journal.append(purge(target)));
        expect((await journal.view()).position).toBe(positions.at(-1));
      }
      expect(positions).toEqual([...new Set(positions)].sort((one, other) => one - other));
      expect((await journal.view()).epoch).toBe(epoch);
    });

    it('shows a purge to everybody as soon as it is recorded', async () => {
      const journals = [open(), open(), open()];
      await Promise.all(journals.map(async (journal) => journal.view()));
      for (const [index, journal] of journals.entries()) {
        const position = await journal.append(purge(exact(originalId('photos', `/${index}.jpg`))));
        const late = open();
        await late.view();
        for (const other of [...journals, late]) {
          // At once: nobody had the time to be told.
          const view = other.view() as JournalView;
          expect(view.trust).toBe('good');
          expect(view.position).toBe(position);
          expect(view.covering(originalId('photos', `/${index}.jpg`), []).hard).toBe(position);
        }
      }
      const epochs = await Promise.all(journals.map(async (journal) => (await journal.view()).epoch));
      expect(new Set(epochs).size).toBe(1);
    });

    it.each<readonly [PurgeMode, string]>([
      ['soft', 's'],
      ['revalidate', 'h'],
      ['force', 'hr'],
      ['takedown', 'hrt'],
    ])('knows what a purge of mode %s demands', async (mode, expected) => {
      const journal = open();
      await journal.append(purge(exact(cat), mode));
      for (const view of [await journal.view(), await open().view()]) {
        expect([cat, dog, logo].map((id) => covered(view, id))).toEqual([expected, '', '']);
      }
    });

    it('names the newest purge of each kind', async () => {
      const journal = open();
      const positions: number[] = [];
      for (const mode of ['takedown', 'force', 'revalidate', 'soft'] as const) {
        positions.push(await journal.append(purge(exact(cat), mode)));
      }
      const [takedown, renewal, hard, soft] = positions;
      expect((await journal.view()).covering(cat, [])).toEqual({ hard, soft, renewal, takedown });
      const newest = await journal.append(purge(all));
      expect((await journal.view()).covering(cat, [])).toEqual({ hard: newest, soft, renewal, takedown });
    });

    it.each<readonly [string, string]>([
      ['/foo/', '/foo/bar.jpg'],
      ['/foo', '/foo/bar.jpg /foo.jpg /foo-bar.jpg'],
      ['/foo-', '/foo-bar.jpg'],
      ['/', '/foo/bar.jpg /foo.jpg /foo-bar.jpg /fo.jpg'],
      ['', '/foo/bar.jpg /foo.jpg /foo-bar.jpg /fo.jpg'],
      ['/foo.jpg', '/foo.jpg'],
      ['/foo.jpg/', ''],
      ['/FOO', ''],
    ])('covers with the prefix %j what begins with it as a string', async (text, expected) => {
      const journal = open();
      await journal.append(purge(prefix(text)));
      const view = await journal.view();
      const paths = ['/foo/bar.jpg', '/foo.jpg', '/foo-bar.jpg', '/fo.jpg'];
      expect(paths.filter((path) => covered(view, originalId('photos', path)) === 'h').join(' ')).toBe(expected);
      expect(covered(view, originalId('assets', '/foo/bar.jpg'))).toBe('');
    });

    it('covers by tag, whatever the case of the tag is', async () => {
      const journal = open();
      const position = await journal.append(purge(tag('red')));
      const view = await journal.view();
      expect([['red'], ['blue', 'red'], ['Red'], ['redder'], []].map((tags) => covered(view, cat, tags))).toEqual([
        'h',
        'h',
        '',
        '',
        '',
      ]);
      expect(covered(view, logo, ['red'])).toBe('');
      expect([view.newestTagPurge('photos'), view.newestTagPurge('assets')]).toEqual([position, 0]);
    });

    it('gives all targets of one purge one position', async () => {
      const journal = open();
      const position = await journal.append({ targets: [exact(cat), prefix('/dogs/'), tag('red')], mode: 'soft' });
      const view = await journal.view();
      expect([view.covering(cat, []).soft, view.covering(dog, []).soft, view.covering(logo, ['red']).soft]).toEqual([
        position,
        position,
        0,
      ]);
    });

    it('takes any text for what it is', async () => {
      const journal = open();
      const texts = [
        '\n',
        '"}\n{"',
        '\\',
        '\0',
        '\u2028',
        '\ud83d',
        '\ude00',
        '🐈',
        'é',
        '__proto__',
        'constructor',
        ' ',
      ];
      for (const text of texts) {
        await journal.append({
          targets: [
            { kind: 'tag', origin: text, tag: text },
            { kind: 'prefix', origin: text, prefix: `/${text}` },
          ],
          mode: 'revalidate',
        });
      }
      const view = await open().view();
      expect(view.epoch).toBe((await journal.view()).epoch);
      for (const text of texts) {
        expect(covered(view, originalId(text, '/x'), [text]), JSON.stringify(text)).toBe('h');
        expect(covered(view, originalId(text, `/${text}x`)), JSON.stringify(text)).toBe('h');
        expect(covered(view, originalId(text, '/x'), ['another']), JSON.stringify(text)).toBe('');
      }
    });

    it('forgets the targets that were purged longest ago, and says up to where', async () => {
      start(2);
      const journal = open();
      const first = await journal.append(purge(exact(cat), 'force'));
      const second = await journal.append(purge(exact(dog)));
      // The same again is no more to remember.
      const third = await journal.append(purge(exact(dog)));
      expect((await journal.view()).covering(cat, []).hard).toBe(first);
      const { floor } = await journal.view();
      expect(floor).toBeLessThan(first);
      const fourth = await journal.append(purge(exact(logo), 'takedown'));
      for (const view of [await journal.view(), await open().view()]) {
        expect([view.floor, view.renewalFloor]).toEqual([first, first]);
        expect([cat, dog, logo].map((id) => view.covering(id, []).hard)).toEqual([0, third, fourth]);
      }
      await journal.append(purge(tag('red')));
      const last = await journal.append(purge(all, 'soft'));
      const view = await journal.view();
      expect([view.floor, view.renewalFloor, view.newestTakedown]).toEqual([fourth, fourth, fourth]);
      expect(view.takedownsSince(0)).toEqual([]);
      expect(view.newestTagPurge('photos')).toBeGreaterThan(fourth);
      expect([view.covering(cat, []), second < last]).toEqual([{ hard: 0, soft: last, renewal: 0, takedown: 0 }, true]);
    });

    it('lists takedowns from the oldest', async () => {
      const journal = open();
      const first = await journal.append(purge(exact(cat), 'takedown'));
      await journal.append(purge(exact(dog), 'force'));
      const second = await journal.append({ targets: [prefix('/dogs/'), tag('red')], mode: 'takedown' });
      for (const view of [await journal.view(), await open().view()]) {
        expect(view.newestTakedown).toBe(second);
        expect(view.takedownsSince(0)).toEqual([exact(cat), prefix('/dogs/'), tag('red')]);
        expect(view.takedownsSince(first - 1)).toHaveLength(3);
        expect(view.takedownsSince(first)).toEqual([prefix('/dogs/'), tag('red')]);
        expect(view.takedownsSince(second)).toEqual([]);
      }
      await journal.append(purge(exact(cat), 'takedown'));
      await journal.append(purge(prefix('/dogs/')));
      const view = await journal.view();
      expect(view.takedownsSince(0)).toEqual([prefix('/dogs/'), tag('red'), exact(cat)]);
    });

    it('answers as a plain list of purges would', async () => {
      const id = fc.constantFrom(cat, dog, logo);
      const target = fc.oneof(
        id.map(exact),
        fc.constantFrom('', '/', '/cats/', '/cats/1', '/dogs/', '/dogs/1.jpg', '/dogs/1.jpg/').map(prefix),
        fc.constantFrom('red', 'blue').map(tag),
        fc.constantFrom('photos', 'assets').map((origin): PurgeTarget => ({ kind: 'all', origin })),
      );
      const purges = fc.array(
        fc.record({ targets: fc.array(target, { minLength: 1, maxLength: 3 }), mode: fc.constantFrom(...purgeModes) }),
        { minLength: 1, maxLength: 30 },
      );
      await fc.assert(
        fc.asyncProperty(
          purges,
          fc.integer({ min: 1, max: 8 }),
          fc.subarray(['red', 'blue']),
          async (list, max, tags) => {
            start(max);
            const journal = open();
            const known: { readonly position: number; readonly purge: Purge }[] = [];
            for (const each of list) known.push({ purge: each, position: await journal.append(each) });
            for (const view of [await journal.view(), await open().view()]) {
              for (const one of [cat, dog, logo]) compare(view, known, one, tags);
            }
            for (const each of opened.splice(0)) await each.close();
          },
        ),
        { numRuns: 60 },
      );
    });

    it('records ten thousand purges that come at once, each by itself', async () => {
      start(20_000);
      const [journal, other] = [open(), open()];
      await other.view();
      const ids = Array.from({ length: 10_000 }, (_, index) => originalId('photos', `/${index}.jpg`));
      const positions = await Promise.all(ids.map(async (id) => journal.append(purge(exact(id)))));
      expect(new Set(positions).size).toBe(ids.length);
      const view = other.view() as JournalView;
      expect(ids.every((id, index) => view.covering(id, []).hard === positions[index])).toBe(true);
      expect(view.position).toBe(Math.max(...positions));
      expect(view.floor).toBeLessThan(Math.min(...positions));
    });

    it('keeps what is noted for 24 hours, the last under an id', async () => {
      const [journal, other] = [open(), open()];
      expect(await journal.noted('abc')).toBeUndefined();
      await journal.note('abc', { state: 'pending' });
      await other.note('ABC', { state: 'another' });
      await other.note('abc', { state: 'completed', deleted: [1, 2] });
      clock.advance(13 * 3600);
      await journal.note('later', {});
      clock.advance(11 * 3600 - 1);
      for (const each of [journal, other, open()]) {
        expect(await each.noted('abc')).toEqual({ state: 'completed', deleted: [1, 2] });
        expect(await each.noted('ABC')).toEqual({ state: 'another' });
      }
      clock.advance(1);
      expect(await journal.noted('abc')).toBeUndefined();
      expect(await journal.noted('later')).toEqual({});
      clock.advance(48 * 3600);
      await journal.note('much', {});
      expect([await journal.noted('later'), await journal.noted('abc')]).toEqual([undefined, undefined]);
    });

    it('hands out notes that nobody can change', async () => {
      const journal = open();
      const status = { targets: ['/a'] };
      await journal.note('a', status);
      status.targets.push('/b');
      const noted = (await journal.noted('a')) as typeof status;
      noted.targets.push('/c');
      expect(await journal.noted('a')).toEqual({ targets: ['/a'] });
    });

    it('has no note under an id that is none', async () => {
      for (const id of ['', '../x', 'a.b', 'a b', 'x'.repeat(65)]) expect(await open().noted(id)).toBeUndefined();
    });

    it('may be closed more than once', async () => {
      const journal = open();
      await journal.append(purge(all));
      await journal.close();
      await journal.close();
    });
  });
}

/** Checks what a view says of an original against the list of all purges. */
function compare(
  view: JournalView,
  known: readonly { readonly position: number; readonly purge: Purge }[],
  id: OriginalId,
  tags: readonly string[],
): void {
  const newest = (...modes: readonly PurgeMode[]): number =>
    known
      .filter(
        ({ purge: { mode, targets } }) =>
          modes.includes(mode) && targets.some((each) => reaches(each, { ...id, tags })),
      )
      .reduce((largest, { position }) => Math.max(largest, position), 0);
  const truth: Coverage = {
    hard: newest('revalidate', 'force', 'takedown'),
    soft: newest('soft'),
    renewal: newest('force', 'takedown'),
    takedown: newest('takedown'),
  };
  const coverage = view.covering(id, tags);
  for (const field of ['hard', 'soft', 'renewal', 'takedown'] as const) {
    // What is below the floor may be forgotten, and is never made up.
    if (truth[field] > view.floor) expect(coverage[field]).toBe(truth[field]);
    else expect(coverage[field]).toBeLessThanOrEqual(truth[field]);
  }
  if (truth.renewal > coverage.renewal) expect(view.renewalFloor).toBeGreaterThanOrEqual(truth.renewal);
  const positionsOf = (matches: (purge: Purge) => boolean): readonly number[] =>
    known.filter(({ purge: each }) => matches(each)).map(({ position }) => position);
  expect(view.newestTakedown).toBe(Math.max(0, ...positionsOf(({ mode }) => mode === 'takedown')));
  expect(view.newestTagPurge(id.origin)).toBe(
    Math.max(
      0,
      ...positionsOf(({ targets }) => targets.some(({ kind, origin }) => kind === 'tag' && origin === id.origin)),
    ),
  );
  expect(view.position).toBe(known.at(-1)?.position);
}

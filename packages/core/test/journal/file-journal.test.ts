import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import {
  appendFile,
  copyFile,
  cp,
  link,
  mkdir,
  mkdtemp,
  open as openFile,
  readdir,
  readFile,
  rename,
  rm,
  rmdir,
  stat,
  symlink,
  truncate,
  unlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { decodeLine, encodeLine } from '../../src/journal/file/line.ts';
import { type FileJournalOptions, fileJournal } from '../../src/journal/file-journal.ts';
import type { Journal, JournalView, Purge, PurgeMode } from '../../src/journal/journal.ts';
import { originalId } from '../../src/origin/identity.ts';

let root: string;
let directory: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tintype-journal-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  directory = join(root, 'journal');
});

/** Each handle knows the others only by the disk, as a process would. */
function open(options: FileJournalOptions = {}, at: string = directory): Journal {
  const journal = fileJournal(at, options);
  onTestFinished(() => journal.close());
  return journal;
}

const pathOf = (number: number): string => `/${number}.jpg`;
const purge = (number: number, mode: PurgeMode = 'revalidate'): Purge => ({
  targets: [{ kind: 'exact', origin: 'photos', hash: originalId('photos', pathOf(number)).hash }],
  mode,
});

function viewOf(journal: Journal): JournalView {
  const view = journal.view();
  if (view instanceof Promise) throw new Error('Expected a view at once');
  return view;
}

const coveringOf = (view: JournalView, number: number) => view.covering(originalId('photos', pathOf(number)), []);

/** Waits for a view where one is being made. */
const eventualView = (journal: Journal): Promise<JournalView> =>
  vi.waitFor(async () => await journal.view(), { timeout: 5000, interval: 2 });

async function volumes(at: string = directory): Promise<readonly string[]> {
  return (await readdir(at)).filter((name) => name.startsWith('journal.') && !name.endsWith('.ends')).sort();
}

/** The files that say how large volumes were. */
async function endsFiles(): Promise<readonly string[]> {
  return (await readdir(directory)).filter((name) => name.endsWith('.ends')).sort();
}

async function volumePath(): Promise<string> {
  const names = await volumes();
  expect(names).toHaveLength(1);
  return join(directory, names[0] ?? '');
}

/** The kinds of all lines of a file; undefined for one that cannot be read. */
async function kinds(path: string): Promise<readonly (string | undefined)[]> {
  const lines = (await readFile(path, 'latin1')).split('\n').filter((line) => line !== '');
  return lines.map((line) => decodeLine(Buffer.from(line, 'latin1'))?.kind);
}

/** What a record that was made now would hold. */
const stampOf = ({ epoch, position }: JournalView) => ({ epoch, position });

const isGood = (
  view: JournalView,
  stamp: { readonly epoch: string; readonly position: number },
  number: number,
): boolean =>
  view.epoch === stamp.epoch && stamp.position >= view.floor && coveringOf(view, number).hard <= stamp.position;

describe('a file journal in its directory', () => {
  it('touches no disk before it is used', async () => {
    const journal = open();
    await journal.close();
    expect(existsSync(directory)).toBe(false);
    expect(() => journal.view()).toThrow('The journal has been closed');
    await expect(journal.append(purge(1))).rejects.toThrow('The journal has been closed');
  });

  it('is for nobody else to read', async () => {
    const journal = open();
    await journal.append(purge(1));
    await journal.note('id', {});
    for (const name of ['', 'tmp', 'notes']) expect((await stat(join(directory, name))).mode & 0o777).toBe(0o700);
    for (const name of await volumes()) expect((await stat(join(directory, name))).mode & 0o777).toBe(0o600);
    const [day = ''] = await readdir(join(directory, 'notes'));
    const [note = ''] = await readdir(join(directory, 'notes', day));
    expect((await stat(join(directory, 'notes', day, note))).mode & 0o777).toBe(0o600);
  });

  it('gives its first view when it is made, and all others at once', async () => {
    const journal = open();
    expect(journal.view()).toBeInstanceOf(Promise);
    const { epoch } = await journal.view();
    expect(viewOf(journal).epoch).toBe(epoch);
    // There is one already.
    expect(viewOf(open()).epoch).toBe(epoch);
  });

  it('has forgotten nothing where there was none before it, and whatever there was where there was one', async () => {
    const first = open({ rotateBytes: 300 });
    const { position, floor } = await first.view();
    expect([floor, position > 0]).toEqual([0, true]);
    for (let number = 0; number < 10; number++) await first.append(purge(number));
    expect([viewOf(first).floor, viewOf(open()).floor]).toEqual([0, 0]);
    await unlink(await volumePath());
    // The last one's known sizes are still there.
    const view = await open().view();
    expect(view.floor).toBe(view.position);
    await rm(directory, { recursive: true });
    const known = await eventualView(first);
    expect(known.floor).toBe(known.position);
  });

  it('of many that begin at once, ends with one epoch', async () => {
    const journals = Array.from({ length: 8 }, () => open());
    await Promise.all(journals.map(async (journal) => journal.view()));
    for (const [index, journal] of journals.entries()) await journal.append(purge(index));
    const views = await Promise.all(journals.map(eventualView));
    expect(new Set(views.map(({ epoch }) => epoch)).size).toBe(1);
    for (const view of views) {
      expect(journals.every((_, index) => coveringOf(view, index).hard > 0)).toBe(true);
      expect(view.floor).toBe(0);
    }
    expect(await volumes()).toHaveLength(1);
  });

  it('keeps epoch, purges and positions when all processes have ended', async () => {
    const first = open();
    const position = await first.append(purge(1, 'takedown'));
    const { epoch } = viewOf(first);
    await first.close();
    const view = viewOf(open());
    expect([view.epoch, view.position, view.newestTakedown]).toEqual([epoch, position, position]);
    expect(coveringOf(view, 1).takedown).toBe(position);
  });

  it('settles what is being added before it closes', async () => {
    const journal = open();
    const appended = Promise.all([journal.append(purge(1)), journal.append(purge(2))]);
    await journal.close();
    expect(await appended).toHaveLength(2);
    expect(coveringOf(viewOf(open()), 2).hard).toBeGreaterThan(0);
  });

  it('adds what comes while it finishes the last', async () => {
    const journal = open();
    for (let round = 0; round < 20; round++) {
      await journal.append(purge(round));
      // At every step at which the work on the first may end.
      const later: Promise<number>[] = [];
      for (let step = 0; step < round; step++) {
        await Promise.resolve();
        later.push(journal.append(purge(100 + step)));
      }
      await Promise.all(later);
    }
  });

  it('flushes many that come at once together', async () => {
    const journal = open();
    await journal.append(purge(0));
    const path = await volumePath();
    const before = (await readFile(path, 'latin1')).split('\n\n').length;
    await Promise.all(Array.from({ length: 1000 }, (_, number) => journal.append(purge(number))));
    // Each write begins with an empty line.
    expect((await readFile(path, 'latin1')).split('\n\n').length - before).toBe(1);
  });

  it('refuses a purge that it could not read again', async () => {
    const journal = open();
    await journal.append(purge(1));
    const { epoch } = viewOf(journal);
    await expect(journal.append({ targets: [], mode: 'hard' as PurgeMode })).rejects.toThrow(TypeError);
    const long = { kind: 'tag', origin: 'photos', tag: 'x'.repeat(1024 * 1024) } as const;
    await expect(journal.append({ targets: [long], mode: 'soft' })).rejects.toThrow(RangeError);
    await journal.append({ targets: [{ ...long, tag: 'x'.repeat(1024 * 1024 - 300) }], mode: 'soft' });
    expect([viewOf(open()).epoch, viewOf(open()).newestTagPurge('photos') > 0]).toEqual([epoch, true]);
  });

  it('refuses a note without a proper id', async () => {
    for (const id of ['', '..', 'a/b', 'x'.repeat(65)]) await expect(open().note(id, {})).rejects.toThrow(TypeError);
    expect(existsSync(join(root, 'notes'))).toBe(false);
  });

  it('removes the notes of past days, and a folder once it is empty', async () => {
    let now = Date.UTC(2024, 4, 6, 12);
    const journal = open({ clock: { now: () => now } });
    for (let number = 0; number < 25; number++) await journal.note(`n${number}`, {});
    now += 3 * 24 * 3_600_000;
    await writeFile(join(directory, 'notes', 'foreign'), '');
    await journal.note('a', {});
    const days = async () => (await readdir(join(directory, 'notes'))).filter((name) => name !== 'foreign');
    expect(await days()).toHaveLength(2);
    await journal.note('b', {});
    expect(await days()).toHaveLength(1);
    expect([await journal.noted('a'), await journal.noted('n1')]).toEqual([{}, undefined]);
    expect(existsSync(join(directory, 'notes', 'foreign'))).toBe(true);
  });

  it('has no note where half of one stands', async () => {
    const journal = open();
    await journal.note('a', { state: 'completed' });
    const [day = ''] = await readdir(join(directory, 'notes'));
    const [name = ''] = await readdir(join(directory, 'notes', day));
    for (const text of ['', '{"at":1', 'null', '7', '{}']) {
      await writeFile(join(directory, 'notes', day, name), text);
      expect(await journal.noted('a')).toBeUndefined();
    }
  });

  it('clears what crashed writers left, and nothing else', async () => {
    const first = open();
    await first.append(purge(1));
    const old = new Date(Date.now() - 25 * 3_600_000);
    for (const name of ['123-0123456789abcdef', '124-0123456789abcdef', 'foreign']) {
      await writeFile(join(directory, 'tmp', name), '');
      if (!name.startsWith('124')) await utimes(join(directory, 'tmp', name), old, old);
    }
    await unlink(await volumePath());
    await first.append(purge(2));
    expect((await readdir(join(directory, 'tmp'))).sort()).toEqual(['124-0123456789abcdef', 'foreign']);
  });

  it.each<readonly [unknown, object, string]>([
    ['', {}, "Expected a directory for fileJournal(directory) but received ''"],
    [7, {}, 'Expected a directory for fileJournal(directory) but received 7'],
    ['x', { maxRecords: 0.5 }, 'Expected a positive whole number for fileJournal.maxRecords but received 0.5'],
    ['x', { rotateBytes: -1 }, 'Expected a byte size for fileJournal.rotateBytes but received -1'],
    ['x', { size: 1 }, 'Unknown option fileJournal.size. Known options: maxRecords, clock, rotateBytes'],
  ])('refuses %j with the options %j', (at, options, message) => {
    expect(() => fileJournal(at as string, options)).toThrow(new TypeError(message));
  });
});

describe('a file journal written anew', () => {
  it('grows no larger than it must, and keeps its epoch, its purges and the order of takedowns', async () => {
    const [journal, other] = [open({ rotateBytes: 3000 }), open({ rotateBytes: 3000 })];
    const { epoch } = await journal.view();
    const positions = new Map<number, number>();
    let written = 0;
    for (let round = 0; round < 300; round++) {
      const number = round % 10;
      positions.set(number, await journal.append(purge(number, number === 3 ? 'takedown' : 'force')));
      const path = await volumePath();
      const { size } = await stat(path);
      expect(size).toBeLessThan(6000);
      if (size < 3000) written++;
      const view = viewOf(other);
      expect([view.epoch, view.position]).toEqual([epoch, positions.get(number)]);
    }
    expect(written).toBeGreaterThan(10);
    // A fresh process and one that has followed all the way know the same.
    for (const view of [viewOf(journal), viewOf(other), viewOf(open())]) {
      for (const [number, position] of positions) expect(coveringOf(view, number).renewal).toBe(position);
      expect([view.newestTakedown, view.floor < (positions.get(0) ?? 0)]).toEqual([positions.get(3), true]);
      expect(view.takedownsSince(0)).toHaveLength(1);
    }
  });

  it('shows what it took over to one that had looked away meanwhile', async () => {
    const [journal, idle] = [open({ rotateBytes: 500 }), open()];
    await journal.append(purge(0));
    const stamp = stampOf(viewOf(idle));
    for (let number = 1; number < 30; number++) await journal.append(purge(number));
    const view = viewOf(idle);
    expect(view.epoch).toBe(stamp.epoch);
    for (let number = 1; number < 30; number++) expect(isGood(view, stamp, number)).toBe(false);
    expect(isGood(view, stamp, 99)).toBe(true);
  });

  it('takes over the newer half of what it may remember, and says what it forgot', async () => {
    const journal = open({ maxRecords: 10, rotateBytes: 100 });
    const positions: number[] = [];
    for (let number = 0; number < 40; number++) {
      positions.push(await journal.append(purge(number, number === 20 ? 'force' : 'soft')));
      const fresh = viewOf(open({ maxRecords: 10 }));
      const forgotten = positions.filter(
        (_, index) => coveringOf(fresh, index).soft + coveringOf(fresh, index).hard === 0,
      );
      expect(forgotten.at(-1) ?? 0).toBeLessThanOrEqual(fresh.floor);
      expect(positions.length - forgotten.length).toBeGreaterThanOrEqual(Math.min(5, positions.length));
    }
    expect(viewOf(open()).renewalFloor).toBe(positions[20]);
  });

  it('is still good for a view while nobody has put the next file in its place', async () => {
    const journal = open();
    const position = await journal.append(purge(1));
    await appendFile(await volumePath(), encodeLine({ kind: 'closed', nonce: 'x' }));
    for (const each of [journal, open()]) {
      const view = viewOf(each);
      expect([view.position, coveringOf(view, 1).hard]).toEqual([position, position]);
    }
  });

  it('is completed by the next purge where whoever closed it died', async () => {
    const [journal, other] = [open(), open()];
    const first = await journal.append(purge(1));
    const { epoch } = viewOf(other);
    const path = await volumePath();
    await appendFile(path, encodeLine({ kind: 'closed', nonce: 'x' }));
    // Too late: nobody may count it.
    await appendFile(path, encodeLine({ kind: 'purge', purge: purge(7), nonce: 'y' }));
    const second = await other.append(purge(2));
    expect(second).toBeGreaterThan(first);
    expect(await volumePath()).not.toBe(path);
    for (const each of [journal, other, open()]) {
      const view = viewOf(each);
      expect([view.epoch, coveringOf(view, 1).hard, coveringOf(view, 2).hard]).toEqual([epoch, first, second]);
      expect(coveringOf(view, 7).hard).toBe(0);
    }
  });

  it('removes the last file before a purge counts, where whoever placed the next died before it did', async () => {
    const [journal, stopped] = [open(), open()];
    await journal.append(purge(1));
    viewOf(stopped);
    const path = await volumePath();
    await link(path, join(root, 'kept'));
    await appendFile(path, encodeLine({ kind: 'closed', nonce: 'x' }));
    await journal.append(purge(2));
    // As it was before the last step.
    await link(join(root, 'kept'), path);
    expect(await volumes()).toHaveLength(2);
    const stamp = stampOf(viewOf(stopped));
    await journal.append(purge(1));
    expect(isGood(viewOf(stopped), stamp, 1)).toBe(false);
    expect(existsSync(path)).toBe(false);
  });

  it('adds to the newest file where the last has not been removed yet', async () => {
    const [journal, stopped] = [open(), open()];
    await journal.append(purge(1));
    viewOf(stopped);
    const path = await volumePath();
    await link(path, join(root, 'kept'));
    await unlink(path);
    await journal.append(purge(2));
    await rename(join(root, 'kept'), path);
    await stopped.append(purge(3));
    expect(existsSync(path)).toBe(false);
    for (const each of [journal, stopped, open()]) expect(coveringOf(viewOf(each), 3).hard).toBeGreaterThan(0);
    expect(coveringOf(viewOf(stopped), 2).hard).toBeGreaterThan(0);
  });
});

describe('a file journal that is damaged', () => {
  it('leaves a line that is not finished until it is', async () => {
    const [journal, other] = [open(), open()];
    await journal.append(purge(1));
    const { epoch, position } = viewOf(other);
    const line = encodeLine({ kind: 'purge', purge: purge(2), nonce: 'x' });
    const path = await volumePath();
    for (const part of [line.subarray(0, 5), line.subarray(5, 40), line.subarray(40, -1)]) {
      await appendFile(path, part);
      for (const each of [journal, open()]) {
        expect([viewOf(each).epoch, viewOf(each).position, coveringOf(viewOf(each), 2).hard]).toEqual([
          epoch,
          position,
          0,
        ]);
      }
    }
    await appendFile(path, '\n');
    for (const each of [journal, other, open()]) {
      expect([viewOf(each).epoch, coveringOf(viewOf(each), 2).hard > position]).toEqual([epoch, true]);
    }
  });

  it.each<readonly [string, (line: Buffer) => Buffer]>([
    ['torn in the middle', (line) => line.subarray(0, 40)],
    ['torn at its beginning', (line) => line.subarray(0, 1)],
    ['changed by a bit', (line) => Buffer.concat([line.subarray(0, 50), Buffer.from('~'), line.subarray(51, -1)])],
    ['of zeros', () => Buffer.alloc(100)],
    ['of nonsense', () => Buffer.from('nonsense')],
  ])('purges everything for a line %s, once the next makes it one, for all the same', async (_name, damage) => {
    const [journal, other] = [open(), open()];
    await journal.append(purge(1, 'force'));
    const before = stampOf(viewOf(other));
    await appendFile(await volumePath(), damage(encodeLine({ kind: 'purge', purge: purge(2), nonce: 'x' })));
    const position = await journal.append(purge(3));
    const epochs = new Set<string>();
    for (const each of [journal, other, open()]) {
      const view = viewOf(each);
      epochs.add(view.epoch);
      expect(isGood(view, before, 99)).toBe(false);
      expect([view.position, coveringOf(view, 3).hard]).toEqual([position, position]);
      // What was read whole is still known.
      expect(coveringOf(view, 1).renewal).toBe(before.position);
    }
    expect(epochs.size).toBe(1);
    const after = stampOf(viewOf(journal));
    await journal.append(purge(4));
    expect(isGood(viewOf(open()), after, 99)).toBe(true);
  });

  it('keeps the epoch that a torn line gave it when it is written anew', async () => {
    const journal = open({ rotateBytes: 2000 });
    await journal.append(purge(1));
    await appendFile(await volumePath(), '\ntorn\n');
    const { epoch } = viewOf(journal);
    const path = await volumePath();
    for (let number = 0; number < 30; number++) await journal.append(purge(number));
    expect(await volumePath()).not.toBe(path);
    expect([viewOf(journal).epoch, viewOf(open()).epoch]).toEqual([epoch, epoch]);
  });

  /** Each way to lose a journal. Afterwards nobody may believe what he knew before. */
  const losses: Readonly<Record<string, (path: string) => Promise<unknown>>> = {
    'cut to half': async (path) => truncate(path, Math.floor((await stat(path)).size / 2)),
    'cut by its last line': async (path) => truncate(path, (await readFile(path)).lastIndexOf('\n', -2) + 1),
    'cut by a byte': async (path) => truncate(path, (await stat(path)).size - 1),
    emptied: (path) => truncate(path, 0),
    removed: (path) => unlink(path),
    'removed with its directory': () => rm(directory, { recursive: true }),
    'moved away': (path) => rename(path, join(root, 'away')),
    'moved away with its directory': () => rename(directory, join(root, 'away')),
    'replaced by a copy': async (path) => {
      await copyFile(path, join(root, 'copy'));
      await rename(join(root, 'copy'), path);
    },
    'replaced by an older copy': async (path) => {
      const bytes = await readFile(path);
      await writeFile(join(root, 'copy'), bytes.subarray(0, bytes.lastIndexOf('\n', -2) + 1));
      await rename(join(root, 'copy'), path);
    },
    'replaced with its directory by a copy': async () => {
      await cp(directory, join(root, 'copy'), { recursive: true });
      await rm(directory, { recursive: true });
      await rename(join(root, 'copy'), directory);
    },
    'overwritten in the middle': async (path) => {
      const handle = await openFile(path, 'r+');
      await handle.write('x', Math.floor((await handle.stat()).size / 2));
      await handle.close();
    },
    'overwritten with nonsense': (path) => writeFile(path, 'nonsense\n'.repeat(500)),
    'overwritten with zeros': (path) => writeFile(path, Buffer.alloc(50_000)),
    'overwritten with one long line': (path) => writeFile(path, Buffer.alloc(3_000_000, 'x')),
  };

  it.each(Object.entries(losses))('begins a new epoch where it was %s', async (_name, lose) => {
    const [journal, other] = [open(), open()];
    await journal.append(purge(0, 'force'));
    const forced = await journal.append(purge(1, 'takedown'));
    const last = await journal.append(purge(2));
    const before = stampOf(viewOf(other));
    await lose(await volumePath());
    for (const each of [journal, other])
      expect(() => each.view()).toThrow('The journal was lost, and is being made anew');
    const views = [await eventualView(journal), await eventualView(other), await eventualView(open())];
    expect(new Set(views.map(({ epoch }) => epoch)).size).toBe(1);
    for (const view of views) {
      expect(view.epoch).not.toBe(before.epoch);
      expect(view.position).toBeGreaterThanOrEqual(last);
      expect(view.floor).toBeLessThanOrEqual(view.position);
      // What those knew who noticed is handed on.
      expect([coveringOf(view, 1).takedown, view.newestTakedown]).toEqual([forced, forced]);
    }
    expect(await journal.append(purge(3))).toBeGreaterThan(last);
    expect(coveringOf(viewOf(other), 3).hard).toBeGreaterThan(last);
    expect(await volumes()).toHaveLength(1);
  });

  it.each(Object.entries(losses))('records a purge at once where it was %s', async (_name, lose) => {
    const [journal, other] = [open(), open()];
    const first = await journal.append(purge(1));
    const before = stampOf(viewOf(other));
    await lose(await volumePath());
    const position = await journal.append(purge(2));
    expect(position).toBeGreaterThan(first);
    for (const each of [journal, other, open()]) {
      const view = viewOf(each);
      expect([coveringOf(view, 2).hard, isGood(view, before, 2), isGood(view, before, 9)]).toEqual([
        position,
        false,
        false,
      ]);
    }
  });

  /** Each way to lose the last purge that is no more than a shorter file. */
  const cuts: Readonly<Record<string, (path: string) => Promise<unknown>>> = {
    'in the middle of its last line': async (path) => truncate(path, (await stat(path)).size - 40),
    'by a byte': async (path) => truncate(path, (await stat(path)).size - 1),
    'at the end of a line': async (path) => truncate(path, (await readFile(path)).lastIndexOf('\n', -2)),
    'to what stands before its purges': async (path) => truncate(path, (await readFile(path)).indexOf('\n') + 1),
    'by writing all but its last line again': async (path) => {
      const bytes = await readFile(path);
      await writeFile(path, bytes.subarray(0, bytes.lastIndexOf('\n', -2) + 1));
    },
  };

  it.each(Object.entries(cuts))('begins a new epoch where it was cut %s while nobody ran', async (_name, cut) => {
    const first = open();
    const takedown = await first.append(purge(0, 'takedown'));
    const before = stampOf(viewOf(first));
    const last = await first.append(purge(1));
    await first.close();
    const path = await volumePath();
    await cut(path);
    const isTakedownThere = (await kinds(path)).includes('purge');
    const [fresh, other] = [open(), open()];
    const views = [await fresh.view(), await other.view()];
    for (const view of views) {
      expect([view.epoch === before.epoch, isGood(view, before, 1), isGood(view, before, 9)]).toEqual([
        false,
        false,
        false,
      ]);
      expect(view.position).toBeGreaterThan(last);
      // Nobody knows what was purged.
      expect(view.floor).toBe(view.position);
      expect(view.newestTakedown).toBe(isTakedownThere ? takedown : 0);
    }
    expect(views[0]?.epoch).toBe(views[1]?.epoch);
    expect(await volumePath()).not.toBe(path);
  });

  it.each(Object.entries(cuts))(
    'begins a new epoch where it was cut %s before one of them had looked',
    async (_name, cut) => {
      const [journal, lagging] = [open(), open()];
      await journal.append(purge(0));
      await journal.append(purge(1));
      const before = stampOf(viewOf(lagging));
      for (let number = 2; number < 5; number++) await journal.append(purge(number));
      await journal.close();
      await cut(await volumePath());
      const view = await eventualView(lagging);
      expect([isGood(view, before, 4), isGood(view, before, 9)]).toEqual([false, false]);
    },
  );

  it('begins a new epoch where what it took over when it was written anew is cut', async () => {
    const journal = open({ rotateBytes: 1 });
    const before = stampOf(await journal.view());
    await Promise.all([journal.append(purge(1)), journal.append(purge(2))]);
    await journal.close();
    const path = await volumePath();
    expect(await kinds(path)).toEqual(['header', 'entry', 'entry']);
    await truncate(path, (await readFile(path)).lastIndexOf('\n', -2) + 1);
    expect((await open().view()).epoch).not.toBe(before.epoch);
  });

  /** Each way to lose what would show a cut. */
  const evidenceLosses: Readonly<Record<string, (path: string) => Promise<unknown>>> = {
    removed: (path) => unlink(path),
    emptied: (path) => truncate(path, 0),
    'cut in the middle of a line': async (path) => truncate(path, (await stat(path)).size - 7),
    'of nonsense': (path) => writeFile(path, 'nonsense'.repeat(4)),
    'of zeros': async (path) => writeFile(path, Buffer.alloc((await stat(path)).size)),
    'of another file': async (path) =>
      writeFile(path, (await readFile(path, 'latin1')).replace(/^.{16}/gm, '0'.repeat(16))),
  };

  it.each(Object.entries(evidenceLosses))('begins a new epoch where its known sizes are %s', async (_name, lose) => {
    const first = open();
    await first.append(purge(1));
    const before = stampOf(viewOf(first));
    const [ends = ''] = await endsFiles();
    await first.close();
    await lose(join(directory, ends));
    const fresh = open();
    const view = await fresh.view();
    expect([isGood(view, before, 9), coveringOf(view, 1).hard]).toEqual([false, before.position]);
    const { epoch } = view;
    await fresh.append(purge(3));
    expect(viewOf(open()).epoch).toBe(epoch);
  });

  it('shows a purge to others before its size is known, and believes a file that is larger than known', async () => {
    const first = open();
    await first.append(purge(1));
    const { epoch } = viewOf(first);
    const [ends = ''] = await endsFiles();
    const path = join(directory, ends);
    const known = await readFile(path);
    await first.append(purge(2));
    await first.close();
    // As whoever was killed in between leaves it.
    await writeFile(path, known);
    const view = viewOf(open());
    expect([view.epoch, coveringOf(view, 2).hard > 0]).toEqual([epoch, true]);
  });

  it('keeps one file of known sizes, of the volume that is in its place', async () => {
    const journal = open({ rotateBytes: 300 });
    for (let number = 0; number < 20; number++) {
      await journal.append(purge(number));
      expect(await endsFiles()).toEqual((await volumes()).map((name) => `${name}.ends`));
    }
    const abandoned = join(directory, 'journal.1.ends');
    await writeFile(abandoned, '');
    await journal.append(purge(1));
    expect(existsSync(abandoned)).toBe(false);
  });

  it.each(['cut', 'older'])('notices that it was %s even where it has grown again since', async (kind) => {
    const [journal, idle] = [open(), open()];
    for (let number = 0; number < 3; number++) await journal.append(purge(number));
    const before = stampOf(viewOf(idle));
    const path = await volumePath();
    const { size } = await stat(path);
    await journal.close();
    await truncate(path, kind === 'cut' ? size - 100 : (await readFile(path)).lastIndexOf('\n', -2) + 1);
    // By one that had looked before.
    const lines = [10, 11, 12, 13].map((number) => encodeLine({ kind: 'purge', purge: purge(number), nonce: 'x' }));
    await appendFile(path, Buffer.concat([Buffer.from('\n'), ...lines]));
    expect((await stat(path)).size).toBeGreaterThan(size);
    const view = await eventualView(idle);
    for (let number = 10; number < 14; number++) expect(isGood(view, before, number)).toBe(false);
  });

  it('does not go back to a journal that was put back after purges elsewhere', async () => {
    const journal = open();
    await journal.append(purge(1));
    const before = stampOf(viewOf(journal));
    await rename(directory, join(root, 'away'));
    await journal.append(purge(2));
    await rm(directory, { recursive: true });
    await rename(join(root, 'away'), directory);
    const view = await eventualView(journal);
    expect(isGood(view, before, 2)).toBe(false);
    expect(isGood(viewOf(open()), before, 2)).toBe(false);
  });

  it('follows a link that is pointed elsewhere', async () => {
    await symlink(join(root, 'one'), directory);
    await mkdir(join(root, 'one'));
    await mkdir(join(root, 'two'));
    const journal = open();
    await journal.append(purge(1));
    const before = stampOf(viewOf(journal));
    await unlink(directory);
    await symlink(join(root, 'two'), directory);
    await journal.append(purge(2));
    expect([viewOf(journal).epoch !== before.epoch, await volumes(join(root, 'two'))]).toEqual([
      true,
      [expect.any(String)],
    ]);
  });

  it('is not alarmed by a touch', async () => {
    const journal = open();
    await journal.append(purge(1));
    const { epoch } = viewOf(journal);
    await utimes(await volumePath(), 1, 1);
    expect(viewOf(journal).epoch).toBe(epoch);
  });

  it('replaces a file that is no journal', async () => {
    await mkdir(directory);
    await writeFile(join(directory, 'journal.99999'), 'nonsense');
    await writeFile(join(directory, 'journal.x'), 'foreign');
    const journal = open();
    await journal.append(purge(1));
    expect(await volumes()).toEqual(['journal.100000', 'journal.x']);
    expect(await kinds(join(directory, 'journal.100000'))).toEqual(['header', 'purge']);
  });

  it('leaves a journal of another version alone, and says so', async () => {
    const first = open();
    await first.append(purge(1));
    const path = await volumePath();
    const text = (await readFile(path, 'utf8')).split('\n')[0]?.slice(9).replace('"version":1', '"version":2') ?? '';
    const { crc32 } = await import('node:zlib');
    await writeFile(path, `${crc32(text).toString(16).padStart(8, '0')} ${text}\n`);
    const journal = open();
    expect(() => journal.view()).toThrow('The journal has format 2, and format 1 is expected');
    await expect(journal.append(purge(2))).rejects.toThrow('format 2');
    expect(await volumePath()).toBe(path);
  });
});

describe('a file journal that cannot be written', () => {
  it('says so where a file is in the place of its directory', async () => {
    await writeFile(directory, '');
    const journal = open();
    await expect((async () => journal.view())()).rejects.toThrow(/ENOTDIR|EEXIST/);
    await expect(journal.append(purge(1))).rejects.toThrow(/ENOTDIR|EEXIST/);
    await expect(journal.note('a', {})).rejects.toThrow(/ENOTDIR|EEXIST/);
    await rm(directory);
    await journal.append(purge(1));
    expect(coveringOf(viewOf(journal), 1).hard).toBeGreaterThan(0);
  });

  it('says so where a directory is in the place of its file', async () => {
    await mkdir(join(directory, 'journal.7'), { recursive: true });
    const journal = open();
    await expect((async () => journal.view())()).rejects.toThrow('EISDIR');
    await expect(journal.append(purge(1))).rejects.toThrow('EISDIR');
  });

  it('says so where the size it has reached cannot be written down', async () => {
    const journal = open();
    await journal.view();
    const [ends = ''] = await endsFiles();
    await unlink(join(directory, ends));
    await mkdir(join(directory, ends));
    await expect(journal.append(purge(1))).rejects.toThrow('EISDIR');
    await rmdir(join(directory, ends));
    await journal.append(purge(2));
    expect(coveringOf(viewOf(open()), 2).hard).toBeGreaterThan(0);
  });

  const isMounted = (at: string, options: string): boolean =>
    spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', at]).status === 0;

  /** A disk of its own below the directory; false where this machine gives us none. */
  const mount = async (options: string): Promise<boolean> => {
    await mkdir(directory);
    if (!isMounted(directory, options)) return false;
    onTestFinished(() => {
      spawnSync('umount', ['-l', directory]);
    });
    return true;
  };

  it('refuses purges while the disk is full, keeps those it has, and goes on once there is room', async (context) => {
    if (!(await mount('size=64k'))) context.skip('this machine lets us mount no disk');
    const [journal, other] = [open(), open()];
    await journal.append(purge(0));
    const { epoch } = viewOf(other);
    const recorded: number[] = [0];
    let failure: unknown;
    for (let number = 1; failure === undefined && number < 2000; number++) {
      await journal.append(purge(number)).then(
        () => recorded.push(number),
        (error: unknown) => {
          failure = error;
        },
      );
    }
    expect(failure).toMatchObject({ code: 'ENOSPC' });
    expect(recorded.length).toBeGreaterThan(100);
    // Failing again and again changes nothing for those who look.
    for (let number = 0; number < 20; number++) {
      await expect(other.append(purge(5000 + number))).rejects.toMatchObject({ code: 'ENOSPC' });
      for (const each of [journal, other, open()]) {
        const view = viewOf(each);
        expect(recorded.every((one) => coveringOf(view, one).hard > 0)).toBe(true);
      }
    }
    expect(viewOf(other).epoch).toBe(epoch);
    spawnSync('mount', ['-o', 'remount,size=1m', directory]);
    const position = await journal.append(purge(9999));
    const view = viewOf(open());
    expect(recorded.every((one) => coveringOf(view, one).hard > 0)).toBe(true);
    expect([view.position, coveringOf(view, 9999).hard]).toEqual([position, position]);
  });

  it('is read and not written on a disk that may only be read', async (context) => {
    if (!(await mount('size=1m'))) context.skip('this machine lets us mount no disk');
    const writer = open();
    const position = await writer.append(purge(1));
    await writer.close();
    expect(spawnSync('mount', ['-o', 'remount,ro', directory]).status).toBe(0);
    const journal = open();
    expect(coveringOf(viewOf(journal), 1).hard).toBe(position);
    await expect(journal.append(purge(2))).rejects.toMatchObject({ code: 'EROFS' });
    expect(viewOf(journal).position).toBe(position);
  });

  it('gives no view where it was lost on a disk that may only be read', async (context) => {
    if (!(await mount('size=1m'))) context.skip('this machine lets us mount no disk');
    const [writer, journal] = [open(), open()];
    await writer.append(purge(1));
    await writer.close();
    viewOf(journal);
    await truncate(await volumePath(), 10);
    expect(spawnSync('mount', ['-o', 'remount,ro', directory]).status).toBe(0);
    expect(() => journal.view()).toThrow('The journal was lost');
    await expect(journal.append(purge(2))).rejects.toMatchObject({ code: 'EROFS' });
    await expect((async () => open().view())()).rejects.toMatchObject({ code: 'EROFS' });
    expect(spawnSync('mount', ['-o', 'remount,rw', directory]).status).toBe(0);
    await journal.append(purge(3));
    expect(coveringOf(viewOf(journal), 3).hard).toBeGreaterThan(0);
  });
});

describe('a journal put back from a backup while no process runs', () => {
  const ways: readonly (readonly [string, string])[] = [
    ['removed and copied', 'rm -rf "$1" && cp -a "$2" "$1"'],
    ['its files removed and copied', 'rm "$1"/journal.* && cp -a "$2"/journal.* "$1"'],
    ['moved in from aside', 'cp -a "$2" "$1.new" && rm -rf "$1" && mv "$1.new" "$1"'],
    ['taken out of an archive', 'tar -C "$2" -cf "$1.tar" . && rm -rf "$1" && mkdir "$1" && tar -C "$1" -xf "$1.tar"'],
  ];

  /** Whether the disk keeps the time at which a file was made: without it a reused inode tells nothing. */
  async function keepsBirths(): Promise<boolean> {
    const path = join(root, 'probe');
    await writeFile(path, '');
    await utimes(path, 1e9, 1e9);
    const { birthtimeMs } = await stat(path);
    return birthtimeMs > 0 && birthtimeMs !== 1e12;
  }

  it.for(ways)('and %s begins another epoch', async ([, command], context) => {
    if (!(await keepsBirths())) context.skip('the disk of this machine keeps no time at which a file was made');
    const before = open();
    await before.append(purge(1));
    const { epoch } = viewOf(before);
    await before.close();
    const backup = join(root, 'backup');
    expect(spawnSync('cp', ['-a', directory, backup]).status).toBe(0);
    const later = open();
    await later.append(purge(2));
    await later.close();
    expect(spawnSync('sh', ['-c', command, 'sh', directory, backup]).status).toBe(0);
    expect((await open().view()).epoch).not.toBe(epoch);
  });
});

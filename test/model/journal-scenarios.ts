import { appendFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Journal, Tintype } from '@tintype/core';
import { get } from '../support/client.ts';
import { type HeldStore, heldStore } from '../support/held-store.ts';
import { type LateOrigin, lateOrigin, turns } from '../support/late-origin.ts';
import { journalFiles } from './faults.ts';
import type { Core } from './mutants.ts';
import { oldVersion, type Scenario } from './scenarios.ts';

interface Neighbours {
  readonly directory: string;
  readonly origin: LateOrigin;
  readonly store: HeldStore;
  /** Opens an engine like one in another process: the store and the files of the journal are the same. */
  open(): Tintype;
}

/** Runs a scenario in a directory of its own. */
async function among(
  { createTintype, fileJournal }: Core,
  act: (neighbours: Neighbours) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const directory = await mkdtemp(join(tmpdir(), 'tintype-scenario-'));
  const [store, origin] = [heldStore(), lateOrigin()];
  const opened: Tintype[] = [];
  const open = (): Tintype => {
    const journal = fileJournal(join(directory, 'journal'), { rotateBytes: 1000 });
    const images = createTintype({ origin, store, journal });
    opened.push(images);
    return images;
  };
  try {
    return await act({ directory, origin, store, open });
  } finally {
    await Promise.all(opened.map((images) => images.close()));
    await rm(directory, { recursive: true, force: true });
  }
}

/** A line that nobody can read may have been any purge. */
export const tornLine: Scenario = (core) =>
  among(core, async ({ directory, origin, open }) => {
    const images = open();
    await get(images, '/a.png');
    await images.purge('/b.png');
    await get(images, '/a.png');
    origin.hold({ version: 2 });
    for (const file of journalFiles(directory)) appendFileSync(file, '\n0badc0de {"kind":"purge"}\n');
    return oldVersion(images);
  });

/** A journal that is gone has taken any purge with it. */
export const lostJournal: Scenario = (core) =>
  among(core, async ({ directory, origin, open }) => {
    const [images, other] = [open(), open()];
    await get(images, '/a.png');
    origin.hold({ version: 2 });
    await other.purge('/a.png');
    await rm(join(directory, 'journal'), { recursive: true });
    return oldVersion(images);
  });

/** What a journal that is written anew takes over is known to all: to who followed it, lagged behind, or comes now. */
export const rotatedAway: Scenario = (core) =>
  among(core, async ({ origin, open }) => {
    const [purging, lagging] = [open(), open()];
    await get(lagging, '/a.png');
    await turns();
    origin.hold({ version: 2 });
    await purging.purge('/a.png');
    for (let other = 0; other < 20; other++) await purging.purge(`/${other}.png`);
    return [...(await oldVersion(open())), ...(await oldVersion(lagging))];
  });

/** A process that slept over a takedown looks at the journal before it trusts that what it has just written may stay. */
export const frozenWrite: Scenario = (core) =>
  among(core, async ({ store, open }) => {
    const [frozen, other] = [open(), open()];
    const writing = store.holdNext('set', 'd:');
    await get(frozen, '/a.png');
    await writing.begun;
    await other.purge('/a.png', { mode: 'takedown', wait: 'all' });
    writing.release();
    await turns();
    return store.keys();
  });

/** A purge written behind the end of a journal that is being written anew is not in it, and is written again. */
export const writtenTooLate: Scenario = (core) =>
  among(core, async ({ directory }) => {
    const wrong: string[] = [];
    const options = { rotateBytes: 1, maxRecords: 8 };
    const open = (): Journal => core.fileJournal(join(directory, 'contended'), options);
    const [observer, ...writers] = [open(), open(), open(), open()];
    const check = async (hash: string, position: number): Promise<void> => {
      const { covering, floor } = await observer.view();
      const isKnown = covering({ origin: 'late', path: '/', hash }, []).hard > 0 || floor >= position;
      if (!isKnown) wrong.push(`${hash}, at ${position}, is not known`);
    };
    const write = async (journal: Journal, index: number): Promise<void> => {
      let before: readonly [string, number] | undefined;
      for (let round = 0; round < 100; round++) {
        const hash = `${index}-${round}`;
        const targets = [{ kind: 'exact', origin: 'late', hash }] as const;
        const position = await journal.append({ mode: 'revalidate', targets });
        await check(hash, position);
        // Once more, because a journal written anew may have taken its place by now.
        if (before !== undefined) await check(...before);
        before = [hash, position];
      }
    };
    await Promise.all(writers.map(write));
    await Promise.all([observer, ...writers].map((journal) => journal.close()));
    return wrong;
  });

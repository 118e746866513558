import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTintype, files, type Store } from '@tintype/core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { memoryJournal } from '../packages/core/src/journal/memory-journal.ts';
import { changingFolder } from './model/changing-folder.ts';
import { changingUpstream } from './model/changing-upstream.ts';
import { type CreateTintype, type ModelReport, type ModelRun, runModel } from './model/model.ts';
import { loadMutant, type Mutant, removeMutants } from './model/mutants.ts';
import { createRandom, type Random } from './model/random.ts';
import { lateRead, lying304, movedContent, olderFlight, overtakenAnswer, type Scenario } from './model/scenarios.ts';
import { slowStore } from './model/slow-store.ts';
import type { Source } from './model/source.ts';

const seed = Number(process.env.MODEL_SEED ?? Date.now() % 2 ** 32);
const seconds = Number(process.env.MODEL_SECONDS ?? 1);

type Setting = Partial<Pick<ModelRun, 'memory' | 'originals' | 'speed' | 'rate' | 'seconds' | 'untilViolation'>> & {
  readonly source: (random: Random) => Promise<Source>;
  readonly store?: (random: Random) => Store | Promise<Store>;
  /** Purges that the journal remembers. */
  readonly maxRecords?: number;
};

async function temporaryFiles(): Promise<Store> {
  const directory = await mkdtemp(join(tmpdir(), 'tintype-model-store-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const store = files(directory);
  // A busy machine must not have the store given up: then the run would be one without it.
  return {
    kind: store.kind,
    deadline: 20_000,
    get: (key) => store.get(key),
    set: (key, bytes) => store.set(key, bytes),
    delete: (key) => store.delete(key),
    close: () => store.close?.() ?? Promise.resolve(),
  };
}

async function run(create: CreateTintype, setting: Setting): Promise<ModelReport> {
  const { source, store: openStore, maxRecords, ...given } = setting;
  const random = createRandom(seed);
  await using changing = await source(random);
  const store = await openStore?.(random);
  const journal = maxRecords === undefined ? undefined : memoryJournal({ maxRecords });
  return await runModel({ seconds, ...given, createTintype: create, random, source: changing, store, journal });
}

/** Tells what was seen, where somebody wants to know (MODEL_REPORT=1). */
function tell(name: string, { violations, ...seen }: ModelReport): void {
  if (process.env.MODEL_REPORT === undefined) return;
  console.log(name, JSON.stringify({ ...seen, violations: violations.length, first: violations[0] }));
}

const upstream: Setting = { source: (random) => changingUpstream(random), speed: 20 };
/** Every record is written to the disk: at a rate that it can bear. */
const onDisk = { store: temporaryFiles, rate: 0.3 };
const slowly = { store: (random: Random): Store => slowStore(random) };
const photos: Setting = { source: (random) => changingFolder(random), speed: 4 };

/** All that the runs below have seen, by what it was. */
const seen: Record<string, number> = {};

describe('after purge() resolves nothing older is served', () => {
  it.each<[string, Setting]>([
    ['a web origin, memory alone', upstream],
    ['a web origin, memory alone, a journal of three records', { ...upstream, maxRecords: 3 }],
    ['a web origin, files', { ...upstream, ...onDisk }],
    ['a web origin, a slow store, hardly any memory', { ...upstream, ...slowly, memory: 1 }],
    ['a web origin, a slow store, no copies of originals', { ...upstream, ...slowly, originals: false }],
    ['a folder, memory alone', photos],
    ['a folder, files', { ...photos, ...onDisk }],
    ['a folder, a slow store, hardly any memory, copies', { ...photos, ...slowly, memory: 1, originals: true }],
  ])('with %s', { timeout: seconds * 1000 + 30_000 }, async (name, setting) => {
    const report = await run(createTintype, setting);
    tell(name, report);
    const { statuses, violations, ...counts } = report;
    for (const [what, count] of Object.entries({ ...statuses, ...counts })) seen[what] = (seen[what] ?? 0) + count;
    expect(violations, `MODEL_SEED=${seed}`).toEqual([]);
  });

  it('and the model has seen all that it must see', () => {
    // A model that saw nothing proves nothing.
    const { requests = 0, 200: found = 0, 304: notModified = 0, 404: absent = 0 } = seen;
    expect(found + notModified + absent).toBeGreaterThan(requests * 0.9);
    const { purges = 0, immediate = 0, overtaken = 0, stored: fromStore = 0 } = seen;
    expect(
      Math.min(found, notModified, absent, purges, immediate, overtaken, fromStore),
      JSON.stringify(seen),
    ).toBeGreaterThan(5);
  });
});

const mutants: readonly (Mutant & { readonly scenario: Scenario; readonly setting: Setting })[] = [
  {
    name: 'stamp the record when the read ends',
    file: 'cache/records.ts',
    snippet: 'const { record, body } = await read(request);',
    replacement: `const { record: early, body } = await read(request);
      const late = await journal.view();
      const record = { ...early, position: late.position, epoch: late.epoch };`,
    scenario: lateRead,
    setting: upstream,
  },
  {
    name: 'join an older flight',
    file: 'cache/flights.ts',
    snippet: ' && flight.position >= needed',
    replacement: '',
    scenario: olderFlight,
    setting: upstream,
  },
  {
    name: 'believe a lying 304',
    file: 'cache/records.ts',
    snippet: 'conditional, suspicious, position, epoch }',
    replacement: 'conditional, suspicious: false, position, epoch }',
    scenario: lying304,
    setting: upstream,
  },
  {
    name: 'render other bytes under the old name',
    file: 'engine/maker.ts',
    snippet: 'again.record.hash === record.hash && ',
    replacement: '',
    scenario: movedContent,
    setting: { ...upstream, memory: 1, originals: false },
  },
  {
    name: 'let an overtaken answer be used again',
    file: 'http/respond.ts',
    snippet: 'if (isOutdated) return',
    replacement: 'if (isOutdated && false) return',
    scenario: overtakenAnswer,
    setting: upstream,
  },
];

describe.each(mutants)('the mutant "$name"', ({ scenario, setting, ...mutant }) => {
  let create: CreateTintype;
  beforeAll(async () => {
    create = await loadMutant(mutant);
  });

  it('fails the model', { timeout: 60_000 }, async () => {
    const counting = process.env.MODEL_REPORT !== undefined;
    const report = await run(create, { ...setting, seconds: counting ? seconds : 20, untilViolation: !counting });
    tell(mutant.name, report);
    expect(report.violations, `MODEL_SEED=${seed}`).not.toEqual([]);
  });

  it('fails its own interleaving, which the real code passes', async () => {
    expect(await scenario(create)).not.toEqual([]);
    expect(await scenario(createTintype)).toEqual([]);
  });
});

afterAll(removeMutants);

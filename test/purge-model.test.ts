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
import type { Source } from './model/source.ts';

const seed = Number(process.env.MODEL_SEED ?? Date.now() % 2 ** 32);
const seconds = Number(process.env.MODEL_SECONDS ?? 1.2);

type Setting = Partial<Pick<ModelRun, 'memory' | 'originals' | 'speed' | 'seconds' | 'untilViolation'>> & {
  readonly source: (random: Random) => Promise<Source>;
  readonly stored?: boolean;
  /** Purges that the journal remembers. */
  readonly maxRecords?: number;
};

async function temporaryStore(): Promise<Store> {
  const directory = await mkdtemp(join(tmpdir(), 'tintype-model-store-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return files(directory);
}

async function run(create: CreateTintype, { source, stored, maxRecords, ...setting }: Setting): Promise<ModelReport> {
  const random = createRandom(seed);
  await using changing = await source(random);
  const store = stored ? await temporaryStore() : undefined;
  const journal = maxRecords === undefined ? undefined : memoryJournal({ maxRecords });
  return await runModel({ seconds, ...setting, createTintype: create, random, source: changing, store, journal });
}

/** Tells what was seen, where somebody wants to know (MODEL_REPORT=1). */
function tell(name: string, { violations, ...seen }: ModelReport): void {
  if (process.env.MODEL_REPORT === undefined) return;
  console.log(name, JSON.stringify({ ...seen, violations: violations.length, first: violations[0] }));
}

const upstream: Setting = { source: (random) => changingUpstream(random), speed: 20 };
const photos: Setting = { source: (random) => changingFolder(random), speed: 4 };

describe('after purge() resolves nothing older is served', () => {
  it.each<[string, Setting]>([
    ['a web origin, memory alone', upstream],
    ['a web origin, memory alone, a journal of three records', { ...upstream, maxRecords: 3 }],
    ['a web origin, a store', { ...upstream, stored: true }],
    ['a web origin, a store, hardly any memory', { ...upstream, stored: true, memory: 1 }],
    ['a web origin, a store, no copies of originals', { ...upstream, stored: true, originals: false }],
    ['a folder, memory alone', photos],
    ['a folder, a store', { ...photos, stored: true }],
    ['a folder, a store, hardly any memory, copies', { ...photos, stored: true, memory: 1, originals: true }],
  ])('with %s', { timeout: seconds * 1000 + 30_000 }, async (name, setting) => {
    const report = await run(createTintype, setting);
    tell(name, report);
    expect(report.violations, `MODEL_SEED=${seed}`).toEqual([]);
    // A model that saw nothing proves nothing.
    const { 200: found = 0, 304: notModified = 0, 404: absent = 0 } = report.statuses;
    expect(found + notModified + absent).toBeGreaterThan(report.requests * 0.9);
    expect(Math.min(found, notModified, absent, report.immediate, report.purges, report.overtaken)).toBeGreaterThan(0);
  });
});

const mutants: readonly (Mutant & { readonly scenario: Scenario; readonly setting: Setting })[] = [
  {
    name: 'stamp the record when the read ends',
    file: 'cache/records.ts',
    snippet: 'await read({ id, version, previous, conditional, suspicious, position, epoch });',
    replacement: `await read({ id, version, previous, conditional, suspicious, position, epoch }).then((late) => ({
      ...late, record: { ...late.record, position: view.position, epoch: view.epoch },
    }));`,
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
    snippet: 'again.record.hash !== record.hash || ',
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

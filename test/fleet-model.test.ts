import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { changingUpstream } from './model/changing-upstream.ts';
import { type Fault, filesWith, journalFiles, strike } from './model/faults.ts';
import { type Fleet, startFleet } from './model/fleet.ts';
import { fleetSubject } from './model/fleet-subject.ts';
import { type ModelReport, type ModelRun, runModel } from './model/model.ts';
import { createRandom } from './model/random.ts';
import { type ResidueSubject, takeDownUnderLoad } from './model/residue.ts';
import type { Edit } from './support/bundle.ts';
import type { FleetSettings } from './support/fleet-child.ts';

const seed = Number(process.env.MODEL_SEED ?? Date.now() % 2 ** 32);
const seconds = Number(process.env.MODEL_SECONDS ?? 2);
const patience = { timeout: seconds * 1000 + 60_000 };
/** All takedowns of a run are repeated when it ends. */
const longPatience = { timeout: seconds * 4000 + 120_000 };

async function open(url: string, settings: Partial<FleetSettings> = {}, edit?: Edit): Promise<[Fleet, string]> {
  const directory = await mkdtemp(join(tmpdir(), 'tintype-fleet-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const common = {
    url,
    directory,
    rotateBytes: 3000,
    maxRecords: 100_000,
    memory: 8e6,
    started: Date.now(),
    speed: 20,
  };
  return [await startFleet(() => ({ ...common, ...settings }), 3, edit), directory];
}

async function openWithFiles(url: string): Promise<ResidueSubject> {
  const [fleet, directory] = await open(url);
  return { fleet, stored: async (hashes) => filesWith(directory, hashes) };
}

/** Tells what was seen. */
function tell(name: string, { violations, ...seen }: ModelReport, more: object): void {
  console.log(`${name}, MODEL_SEED=${seed}: ${JSON.stringify({ ...seen, ...more, violations: violations.length })}`);
}

const toProcesses: readonly Fault[] = ['freeze', 'files removed', 'freeze', 'kill'];
const toAll: readonly Fault[] = [...toProcesses, 'torn line', 'journal removed', 'journal truncated'];

describe('three processes on the same files serve nothing older after purge() resolved', () => {
  it.each<[string, readonly Fault[], Partial<FleetSettings>]>([
    ['while each of them and their journal suffer', toAll, {}],
    ['with a journal of three purges, hardly any memory', toProcesses, { maxRecords: 3, memory: 1, rotateBytes: 500 }],
  ])('%s', patience, async (name, suffered, settings) => {
    const random = createRandom(seed);
    await using source = await changingUpstream(random, 60);
    const [opened, directory] = await open(source.url, settings);
    await using fleet = opened;
    const journals = new Set<string>();
    const subject = fleetSubject(fleet, random, {
      faults: suffered,
      look: () => {
        for (const file of journalFiles(directory)) journals.add(file);
      },
      strike: (fault) => strike(fault, fleet, directory, random),
    });
    const { struck, epochs } = subject;
    const isEnough: ModelRun['isEnough'] = ({ purges, composites, overtaken }) =>
      suffered.every((fault) => (struck[fault] ?? 0) > 0) &&
      Math.min(purges, composites) > 10 &&
      Math.min(overtaken, journals.size) > 1 &&
      epochs.size > (suffered.includes('journal removed') ? 1 : 0);
    const report = await runModel({ subject, random, source, seconds, rate: 0.25, purgeMs: 50, isEnough });
    tell(name, report, { ...struck, epochs: epochs.size, journals: journals.size });
    expect(report.violations, `MODEL_SEED=${seed}`).toEqual([]);
    expect(isEnough(report), 'a model that saw nothing proves nothing').toBe(true);
    expect((report.statuses[200] ?? 0) * 2).toBeGreaterThan(report.requests - report.lost);
  });
});

describe('after takedowns under load', () => {
  it(
    'nothing is left of the images in the files and in the memories, frozen and idle processes included',
    longPatience,
    async () => {
      const random = createRandom(seed);
      const { residue, seen } = await takeDownUnderLoad(random, seconds, openWithFiles);
      console.log(`takedowns, MODEL_SEED=${seed}: ${JSON.stringify(seen)}`);
      expect(residue, `MODEL_SEED=${seed}`).toEqual([]);
      const { freezes, kills, ...others } = seen;
      expect(Math.min(...Object.values(others))).toBeGreaterThan(5);
      expect(Math.min(freezes, kills)).toBeGreaterThan(0);
    },
  );
});

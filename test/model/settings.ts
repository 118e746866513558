import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileJournal, files, type Journal, type Store } from '@tintype/core';
import { onTestFinished } from 'vitest';
import { memoryJournal } from '../../packages/core/src/journal/memory-journal.ts';
import { patient } from '../support/patient-store.ts';
import { changingFolder } from './changing-folder.ts';
import { changingUpstream } from './changing-upstream.ts';
import { type ModelReport, type ModelRun, runModel } from './model.ts';
import { createRandom, type Random } from './random.ts';
import { type CreateTintype, openSingle, type SingleOptions } from './single.ts';
import { slowStore } from './slow-store.ts';
import type { Source } from './source.ts';

/** Repeats a run (MODEL_SEED), as far as time lets itself be repeated. */
export const seed: number = Number(process.env.MODEL_SEED ?? Date.now() % 2 ** 32);

/** One engine, what it is made of, and how it is used. */
export type Setting = Partial<Pick<SingleOptions, 'memory' | 'originals' | 'speed'>> &
  Partial<Pick<ModelRun, 'rate' | 'purgeMs' | 'seconds' | 'untilViolation'>> & {
    readonly source: (random: Random) => Promise<Source>;
    readonly store?: (random: Random) => Store | Promise<Store>;
    readonly journal?: () => Journal | Promise<Journal>;
  };

/** Runs the model over one engine. */
export async function runSetting(createTintype: CreateTintype, setting: Setting): Promise<SettingReport> {
  const { seconds = 1, ...made } = setting;
  const random = createRandom(seed);
  await using source = await setting.source(random);
  const [store, journal] = [await setting.store?.(random), await setting.journal?.()];
  const subject = openSingle({ ...made, createTintype, source, store, journal });
  const report = await runModel({ ...made, subject, random, source, seconds });
  return { ...report, stored: await subject.close() };
}

/** What came of a run over one engine. */
export interface SettingReport extends ModelReport {
  /** Answers made from bytes in the store. */
  readonly stored: number;
}

/** Tells what was seen, where somebody wants to know (MODEL_REPORT=1). */
export function tell(name: string, { violations, ...seen }: ModelReport): void {
  if (process.env.MODEL_REPORT === undefined) return;
  console.log(name, JSON.stringify({ ...seen, violations: violations.length, first: violations[0] }));
}

async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'tintype-model-store-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** A web origin, behind memory alone. */
export const upstream: Setting = { source: (random) => changingUpstream(random), speed: 20 };
/** A folder, behind memory alone. */
export const photos: Setting = { source: (random) => changingFolder(random), speed: 4 };
/** Files. Every record is written to the disk: at a rate that it can bear. */
export const onDisk = { store: async (): Promise<Store> => patient(files(await temporaryDirectory())), rate: 0.3 };
/** A store whose operations overtake each other. */
export const slowly = { store: (random: Random): Store => slowStore(random) };
/** A journal that remembers next to nothing. */
export const forgetful = { journal: (): Journal => memoryJournal({ maxRecords: 3 }) };
/** A journal in files, which is written anew after every few purges. */
export const journalFile = {
  journal: async (): Promise<Journal> => fileJournal(await temporaryDirectory(), { rotateBytes: 3000 }),
};

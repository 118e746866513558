import * as core from '@tintype/core';
import { describe, expect, it } from 'vitest';
import { changingFolder } from './model/changing-folder.ts';
import { frozenWrite, rotatedAway } from './model/journal-scenarios.ts';
import { runModel, type Subject } from './model/model.ts';
import { loadMutant, type Mutant } from './model/mutants.ts';
import { createRandom } from './model/random.ts';
import { movedContent, olderFlightByTag, type Scenario } from './model/scenarios.ts';
import { lateLoadKept, lateReadKept, lateWrite } from './model/takedown-scenarios.ts';

/** What once went wrong on paper or in a trial, and the mistake by which it would again. */
const mistakes: readonly (Mutant & { readonly scenario: Scenario })[] = [
  {
    name: 'a read whose tags nobody knew yet was joined after a purge by tag',
    file: 'cache/records.ts',
    snippet: 'Math.max(newestPurge(view, name.id), view.newestTagPurge(name.id.origin))',
    replacement: 'newestPurge(view, name.id)',
    scenario: olderFlightByTag,
  },
  {
    name: 'a process that had slept over a takedown asked its own old view whether it might write',
    file: 'cache/keeper.ts',
    snippet: 'if (await may.surely()) return;',
    replacement: 'if (may.now()) return;',
    scenario: frozenWrite,
  },
  {
    name: 'a record, an original or a derivative was left that was being written during a takedown',
    file: 'cache/keeper.ts',
    snippet: 'if (await may.surely()) return;',
    replacement: 'if (await may.surely(), true) return;',
    scenario: lateWrite,
  },
  {
    name: 'what an origin read brought that began before a takedown was kept',
    file: 'cache/record-shelf.ts',
    snippet: ' || !may.now()) return;',
    replacement: ') return;',
    scenario: lateReadKept,
  },
  {
    name: 'what was being read from the store during a takedown was put into memory',
    file: 'cache/keeper.ts',
    snippet: 'if (!may.now()) return;',
    replacement: '',
    scenario: lateLoadKept,
  },
  {
    name: 'an original fetched again was newer, and its derivative was kept under the name of the old one',
    file: 'engine/maker.ts',
    snippet: 'again.record.hash === record.hash && ',
    replacement: '',
    scenario: movedContent,
  },
  {
    name: 'a fresh or lagging process knew nothing of what a rotated journal had taken over',
    file: 'journal/file/volume-content.ts',
    snippet: "if (line?.kind === 'entry') index.restore(line.entry);",
    replacement: "if (line?.kind === 'entry') return true;",
    scenario: rotatedAway,
  },
];

describe.each(mistakes)('$name: no more', ({ scenario, ...mistake }) => {
  it('with the code as it is', async () => {
    expect(await scenario(core)).toEqual([]);
  });

  it('but again with the mistake', async () => {
    expect(await scenario(await loadMutant(mistake))).not.toEqual([]);
  });
});

describe('clients of the model', () => {
  it('do not wait for a process that stands still, which once hid that another served old versions', async () => {
    const random = createRandom(1);
    await using source = await changingFolder(random);
    let awake = 0;
    let wake = (): void => undefined;
    const frozen = new Promise<undefined>((resolve) => {
      wake = () => resolve(undefined);
    });
    const subject: Subject = {
      ...{
        disturbMs: 1000,
        isHeardAtOnce: true,
        disturb: async () => undefined,
        purge: () => Promise.reject(new Error('not of interest')),
      },
      async ask() {
        if (random.chance(0.5)) return frozen;
        // With clients that wait for their answers, none would be left by then.
        if (++awake === 200) wake();
        return undefined;
      },
    };
    const { requests, lost } = await runModel({ subject, random, source, seconds: 1, rate: 2 });
    expect(awake).toBeGreaterThanOrEqual(200);
    expect(lost).toBe(requests);
  });
});

import * as core from '@tintype/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { lostJournal, rotatedAway, tornLine, writtenTooLate } from './model/journal-scenarios.ts';
import { type Core, loadMutant, type Mutant } from './model/mutants.ts';
import {
  forgottenPurge,
  lateRead,
  lying304,
  movedContent,
  olderFlight,
  oldOverlay,
  overtakenAnswer,
  overtakenComposite,
  type Scenario,
  sameAfterForce,
  unmarkedStale,
} from './model/scenarios.ts';
import { forgetful, runSetting, type Setting, seed, tell, upstream } from './model/settings.ts';
import { compositeKept, lateWrite, leftByTheDead, rememberedByOthers } from './model/takedown-scenarios.ts';

const mutants: readonly (Mutant & {
  readonly scenario: Scenario;
  readonly setting?: Setting;
  readonly attempts?: number;
})[] = [
  {
    name: 'stamp the record when the read ends',
    file: 'cache/origin-asker.ts',
    snippet: 'const record = settle(answered, body, request, await journal.view());',
    replacement: `const { position: late, epoch: current } = await journal.view();
      const stamped = { ...answered, position: late, epoch: current };
      const record = settle(stamped, body, request, await journal.view());`,
    scenario: lateRead,
    setting: upstream,
  },
  {
    name: 'join an older flight',
    file: 'cache/flights.ts',
    snippet: ' && position >= (passenger.needed ?? 0)',
    replacement: '',
    scenario: olderFlight,
    setting: { ...upstream, rate: 0.7, purgeMs: 16 },
  },
  {
    name: 'believe a lying 304',
    file: 'cache/record-asker.ts',
    snippet: "conditional: when !== 'always', suspicious, position, epoch }",
    replacement: "conditional: when !== 'always', suspicious: false, position, epoch }",
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
    file: 'http/emitted-control.ts',
    snippet: 'if (lifetime.isOutdated) return',
    replacement: 'if (lifetime.isOutdated && false) return',
    scenario: overtakenAnswer,
    setting: upstream,
  },
  {
    name: 'believe a record that is older than all the journal knows',
    file: 'cache/record.ts',
    snippet: ' || position < view.floor',
    replacement: '',
    scenario: forgottenPurge,
    setting: { ...upstream, ...forgetful },
  },
  {
    name: 'believe a record of another epoch',
    file: 'cache/record.ts',
    snippet: 'epoch !== view.epoch || ',
    replacement: '',
    scenario: tornLine,
  },
  {
    name: 'serve stale as if it were fresh',
    file: 'engine/sources.ts',
    snippet: "return sources.some(({ lookup }) => lookup.outcome === 'stale');",
    replacement: 'return false;',
    scenario: unmarkedStale,
    setting: upstream,
  },
  {
    name: 'forget that a purge was by force',
    file: 'cache/origin-asker.ts',
    snippet: 'view.covering(name.id, tags).renewal, ',
    replacement: '',
    scenario: sameAfterForce,
    setting: upstream,
  },
  {
    name: 'forget that a forgotten purge may have been by force',
    file: 'cache/origin-asker.ts',
    snippet: 'view.covering(name.id, tags).renewal, forgotten)',
    replacement: 'view.covering(name.id, tags).renewal)',
    scenario: sameAfterForce,
  },
  {
    name: 'take a composite for the old one while its own original is the same',
    file: 'engine/variants.ts',
    snippet: 'index < contents.length',
    replacement: 'index < 1',
    scenario: oldOverlay,
    setting: upstream,
  },
  {
    name: 'judge an answer by its own record alone',
    file: 'engine/answer.ts',
    snippet: 'of all) if (!(await records.isGood',
    replacement: 'of all.slice(0, 1)) if (!(await records.isGood',
    scenario: overtakenComposite,
    setting: upstream,
  },
  {
    name: 'leave the memory of other processes as it is',
    file: 'cache/journal-watch.ts',
    snippet: "forget(isKnown ? view.takedownsSince(before.takedown) : 'everything')",
    replacement: 'view.takedownsSince(before.takedown)',
    scenario: rememberedByOthers,
  },
  {
    name: 'let be what was written during a takedown',
    file: 'cache/keeper.ts',
    snippet: 'if (await may.surely()) return;',
    replacement: 'if (await may.surely(), true) return;',
    scenario: lateWrite,
  },
  {
    name: 'delete only once',
    file: 'purge/course.ts',
    snippet: "...(mode === 'takedown' ? [deletion('second deletion')] : []),",
    replacement: '',
    scenario: leftByTheDead,
  },
  {
    name: 'link a composite to its own original alone',
    file: 'cache/keeper.ts',
    snippet: 'await to.set(key, frame, inputsOfKey(key), ()',
    replacement: 'await to.set(key, frame, inputsOfKey(key).slice(0, 1), ()',
    scenario: compositeKept,
  },
  {
    name: 'pass over a line that nobody can read',
    file: 'journal/file/volume-content.ts',
    snippet: 'epoch = hashOf(epoch, position);',
    replacement: 'hashOf(epoch, position);',
    scenario: tornLine,
  },
  {
    name: 'take no notice of a journal that is gone',
    file: 'journal/file/volume.ts',
    snippet: "if (stats === undefined || stats.ino !== ino || stats.dev !== dev) return 'gone';",
    replacement: "if (stats === undefined || stats.ino !== ino || stats.dev !== dev) return 'good';",
    scenario: lostJournal,
  },
  {
    name: 'leave behind what was purged before a rotation',
    file: 'journal/file/place-volume.ts',
    snippet: 'for (const entry of known?.entries ?? [])',
    replacement: 'for (const entry of [] as NonNullable<typeof known>["entries"])',
    scenario: rotatedAway,
  },
  {
    name: 'write a journal anew without closing it before',
    file: 'journal/file/rotation.ts',
    snippet: `await pen.write(volume, encodeLine({ kind: 'closed', nonce: randomBytes(9).toString('base64url') }));
      if (volumes.current() === volume && volume.isClosed)`,
    replacement: 'if (volumes.current() === volume)',
    scenario: writtenTooLate,
    // Of all of them the only one that depends on chance: whether somebody writes at the wrong moment.
    attempts: 20,
  },
];

describe.each(mutants)('the mutant $name', ({ name, scenario, setting, attempts = 1, ...edit }) => {
  let mutant: Core;
  beforeAll(async () => {
    mutant = await loadMutant({ name, ...edit });
  });

  // The others need faults or a moment that a short run seldom meets.
  if (setting !== undefined) {
    it('fails the model', { timeout: 60_000 }, async () => {
      const run = { ...upstream, ...setting, seconds: 20, untilViolation: true };
      const report = await runSetting(mutant.createTintype, run);
      tell(name, report);
      expect(report.violations, `MODEL_SEED=${seed}`).not.toEqual([]);
    });
  }

  it('fails its own interleaving, which the real code passes', async () => {
    let wrong: readonly string[] = [];
    for (let attempt = 0; attempt < attempts && wrong.length === 0; attempt++) wrong = await scenario(mutant);
    expect(wrong).not.toEqual([]);
    expect(await scenario(core)).toEqual([]);
  });
});

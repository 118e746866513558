import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { covers, exemptionsOf } from './applicability.ts';
import { overtakenIn } from './overtaken.ts';
import { toTable } from './report.ts';
import { runSite } from './run-site.ts';
import type { Setting } from './site.ts';
import type { SiteReport } from './site-child.ts';
import { type Kind, layoutOf } from './suite.ts';
import { applicable, failures, ofKind, scoreOf, toVerdicts, type Verdict } from './verdicts.ts';

const require = createRequire(import.meta.url);
const directory = process.env.CONFORMANCE_SUITE ?? dirname(require.resolve('http-cache-tests/package.json'));
const layout = layoutOf(directory);
const overtaken = overtakenIn(layout);

const settings = {
  'Express 5, passthrough': { framework: 'express', bodies: 'text' },
  'Express 5, derivatives': { framework: 'express', bodies: 'picture' },
  'Koa, passthrough': { framework: 'koa', bodies: 'text' },
  'Koa, derivatives': { framework: 'koa', bodies: 'picture' },
} as const satisfies Readonly<Record<string, Setting>>;

const controls = {
  plain: { framework: 'none', bodies: 'text' },
  shims: { framework: 'none', bodies: 'picture' },
} as const satisfies Readonly<Record<string, Setting>>;

const reports = new Map<Setting, SiteReport>();

beforeAll(async () => {
  const all = [...Object.values(settings), ...Object.values(controls)];
  await Promise.all(all.map(async (setting) => reports.set(setting, await runSite(directory, setting))));
  for (const _ of ['again', 'and again']) await Promise.all(Object.values(settings).map(askAgain));
  if (process.env.CONFORMANCE_REPORT !== undefined) {
    console.log(toTable(new Map(Object.entries(settings).map(([name, setting]) => [name, applying(setting)]))));
  }
}, 600_000);

/** What is required, once more and alone: on a machine with much else to do the three seconds of a test may be five. */
async function askAgain(setting: Setting): Promise<void> {
  const first = reportOf(setting);
  const required = ofKind(applying(setting), 'required').map(({ id }) => id);
  const failed = required.filter((id) => first.results[id] !== true);
  if (failed.length === 0) return;
  const second = await runSite(directory, setting, failed);
  for (const id of failed) if (second.results[id] === true) console.log(`${id} was passed when asked again`);
  const results = { ...first.results, ...second.results };
  reports.set(setting, { ...first, results, answers: { ...first.answers, ...second.answers } });
}

function reportOf(setting: Setting): SiteReport {
  const report = reports.get(setting);
  if (report === undefined) throw new Error('The suite has not been run');
  return report;
}

/**
 * What came of each test that judges, without the words: there are times in them. Two of the others ask whether a Date is
 * that of an answer before, which without a cache is chance.
 */
function outcomes(setting: Setting): Readonly<Record<string, string>> {
  const { tests, results } = reportOf(setting);
  const judging = tests.filter(({ kind, isForBrowsers }) => kind !== 'check' && !isForBrowsers);
  return Object.fromEntries(
    judging.map(({ id }) => {
      const { [id]: result = ['missing'] } = results;
      return [id, result === true ? 'passed' : result[0]];
    }),
  );
}

/** What came of the tests that apply to a setting. */
function applying(setting: Setting): readonly Verdict[] {
  return applicable(toVerdicts(reportOf(setting)), [...exemptionsOf(setting, layout), ...overtaken]);
}

function scored(setting: Setting, kind: Kind): readonly Verdict[] {
  const verdicts = ofKind(applying(setting), kind);
  expect(verdicts.length, 'a run that asks little proves little').toBeGreaterThan(60);
  return verdicts;
}

describe.each(Object.entries(settings))('%s', (_name, setting) => {
  it('passes every required test that applies', () => {
    expect(failures(scored(setting, 'required'))).toEqual([]);
  });

  it('passes 92 % of the optimal tests that apply', () => {
    const verdicts = scored(setting, 'optimal');
    const { passed, total } = scoreOf(verdicts);
    expect(passed / total, failures(verdicts).join('\n')).toBeGreaterThanOrEqual(0.92);
  });

  it.runIf(overtaken.length > 0)('fails the tests that RFC 9111 overtook, by doing what it says', () => {
    const { results, answers } = reportOf(setting);
    const verdicts = toVerdicts(reportOf(setting));
    for (const each of overtaken) {
      const found = verdicts.filter(({ id }) => covers(each, id));
      expect(found, String(each.ids)).not.toEqual([]);
      for (const { id, kind } of found) {
        const expected = [
          id,
          'required',
          each.result,
          { status: expect.toSatisfy(each.isStatus), number: each.number },
        ];
        expect([id, kind, results[id], answers[id]?.at(-1)]).toEqual(expected);
      }
    }
  });

  it('has no test that is said not to apply and does not exist', () => {
    const ids = reportOf(setting).tests.map(({ id }) => id);
    const unmatched = exemptionsOf(setting, layout).filter((each) => !ids.some((id) => covers(each, id)));
    expect(unmatched).toEqual([]);
  });

  it('leaves out no more than is said of the tests for browsers alone', () => {
    const exemptions = exemptionsOf(setting, layout);
    const silent = reportOf(setting).tests.filter(({ isForBrowsers }) => isForBrowsers);
    expect(silent.filter(({ id }) => !exemptions.some((each) => covers(each, id)))).toEqual([]);
  });
});

describe('without a cache', () => {
  it('is told that nothing comes from one', () => {
    const verdicts = toVerdicts(reportOf(controls.plain));
    expect(scoreOf(ofKind(verdicts, 'optimal')).passed).toBeLessThan(2);
    expect(failures(verdicts)).toContainEqual(expect.stringMatching(/^freshness-max-age: Response 2 does not come/));
  });

  it('gets the same results through the shims as past them', () => {
    expect(outcomes(controls.shims)).toEqual(outcomes(controls.plain));
  });
});

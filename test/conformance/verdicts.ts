import { covers, type Exemption } from './applicability.ts';
import type { SiteReport } from './site-child.ts';
import type { Kind } from './suite.ts';

/** What came of one test. */
export interface Verdict {
  readonly id: string;
  readonly kind: Kind;
  readonly isPassed: boolean;
  /** Why it is not passed, in the words of the suite where they are its own. */
  readonly words: string;
}

/** How many of some tests are passed. */
export interface Score {
  readonly passed: number;
  readonly total: number;
}

/** What came of every test that a proxy is asked. As the suite counts, none is passed that depends on one that is not. */
export function toVerdicts({ tests, results }: SiteReport): readonly Verdict[] {
  const byId = new Map(tests.map((test) => [test.id, test]));
  const missing = (id: string): string | undefined =>
    byId.get(id)?.dependsOn.find((each) => results[each] !== true || missing(each) !== undefined);
  return tests
    .filter(({ isForBrowsers }) => !isForBrowsers)
    .map(({ id, kind }) => {
      const { [id]: result = ['Setup', 'was not run'] } = results;
      const dependency = missing(id);
      const words = [
        ...(result === true ? [] : [result[0] === 'Assertion' ? result[1] : `${result[0]}: ${result[1]}`]),
        ...(dependency === undefined ? [] : [`depends on ${dependency}, which is not passed`]),
      ];
      return { id, kind, isPassed: words.length === 0, words: words.join('; ') };
    });
}

/** The verdicts that no exemption is about. */
export function applicable(verdicts: readonly Verdict[], exemptions: readonly Exemption[]): readonly Verdict[] {
  return verdicts.filter(({ id }) => !exemptions.some((each) => covers(each, id)));
}

/** The verdicts on tests of one kind. */
export function ofKind(verdicts: readonly Verdict[], kind: Kind): readonly Verdict[] {
  return verdicts.filter((verdict) => verdict.kind === kind);
}

/** Counts what is passed. */
export function scoreOf(verdicts: readonly Verdict[]): Score {
  return { passed: verdicts.filter(({ isPassed }) => isPassed).length, total: verdicts.length };
}

/** What is not passed, one line each, to be read. */
export function failures(verdicts: readonly Verdict[]): readonly string[] {
  return verdicts.filter(({ isPassed }) => !isPassed).map(({ id, words }) => `${id}: ${words}`);
}

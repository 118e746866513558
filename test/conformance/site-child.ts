import { openSite, type Setting } from './site.ts';
import { loadSuite, type Outcome, type SuiteTest } from './suite.ts';

/**
 * A process of its own that runs a copy of the suite once, in one setting, and sends what came of it: the suite keeps
 * its results in its modules, so that two runs of it do not fit into one process.
 */

/** What a process is to do. */
export interface SiteTask extends Setting {
  /** The folder of the copy. */
  readonly suite: string;
  /** Ids of the tests to run. @default all */
  readonly only?: readonly string[] | undefined;
}

/** What came of it. */
export interface SiteReport extends Outcome {
  readonly tests: readonly SuiteTest[];
}

const { suite: directory, only, ...setting } = JSON.parse(process.argv[2] ?? '{}') as SiteTask;
const suite = await loadSuite(directory);
const site = await openSite(setting, suite.listener);
const outcome = await suite.run(site.baseUrl, only);
await site[Symbol.asyncDispose]();
process.send?.({ tests: suite.tests, ...outcome } satisfies SiteReport, () => process.exit());
process.on('disconnect', () => process.exit());

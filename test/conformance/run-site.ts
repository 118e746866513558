import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { bundle } from '../support/bundle.ts';
import type { Setting } from './site.ts';
import type { SiteReport, SiteTask } from './site-child.ts';

/**
 * Runs a copy of the suite in one setting, in a process of its own.
 *
 * @param suite the folder of the copy.
 * @param only ids of the tests to run; without it all are.
 * @throws where the process ends before the suite does.
 */
export async function runSite(suite: string, setting: Setting, only?: readonly string[]): Promise<SiteReport> {
  const task: SiteTask = { ...setting, suite, only };
  // What the suite prints is about its own requests.
  const child = fork(await bundle(join(import.meta.dirname, 'site-child.ts')), [JSON.stringify(task)], {
    serialization: 'advanced',
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit').then(([code]): never => {
    throw new Error(`The suite ended with ${code} on ${JSON.stringify(setting)}`);
  });
  const [report] = await Promise.race([once(child, 'message'), ended]);
  return report as SiteReport;
}

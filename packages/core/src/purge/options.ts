import { TintypeError } from '../errors.ts';
import { type PurgeMode, purgeModes } from '../journal/journal.ts';
import { checkOptions, type Expectation, expectations, oneOf } from '../options.ts';
import type { UnderstoodTarget } from './target.ts';
import { isPattern, type WildcardRules } from './wildcard-rules.ts';

/** Options of a purge. */
export interface PurgeOptions extends Partial<WildcardRules> {
  /**
   * `revalidate`: the next use asks the origin, and what has not changed keeps its derivatives. `soft`: the same, but
   * the old answer is served until then. `force`: everything is rendered anew. `takedown`: every stored byte is deleted
   * too.
   * @default 'revalidate'
   */
  readonly mode?: PurgeMode | undefined;
  /**
   * Asks the origin inside the call, and says whether the content is unchanged. For exact paths.
   * @default false
   */
  readonly verify?: boolean | undefined;
  /**
   * What the call waits for. `true`: nothing old can be served any more. `'all'`: bytes are deleted and hooks have run,
   * too. `false`: the purge is accepted; `purgeStatus` tells the rest.
   * @default true
   */
  readonly wait?: boolean | 'all' | undefined;
  /**
   * Counts what would be reached, where the stores have an index, and purges nothing.
   * @default false
   */
  readonly dryRun?: boolean | undefined;
}

/** Options of a purge, complete and in keeping with its targets. */
export interface UnderstoodOptions extends WildcardRules {
  readonly mode: PurgeMode;
  readonly verify: boolean;
  readonly wait: boolean | 'all';
  readonly dryRun: boolean;
}

/** What each option of a purge accepts. */
export const purgeOptionTable: Readonly<Record<keyof PurgeOptions, Expectation>> = {
  mode: oneOf(...purgeModes),
  verify: expectations.boolean,
  wait: oneOf(true, false, 'all'),
  dryRun: expectations.boolean,
  wildcards: oneOf('any', 'imagekit'),
  refuse: ['a list of paths such as "/media/*"', (value) => Array.isArray(value) && value.every(isPattern)],
};

/**
 * Understands the options of a purge. What is unknown or goes against the targets is refused: a purge must never do
 * less than it was told.
 *
 * @throws TintypeError `INVALID_PURGE`.
 */
export function understandOptions(given: unknown, targets: readonly UnderstoodTarget[]): UnderstoodOptions {
  try {
    if (Array.isArray(given)) throw new TypeError('Expected an options object for purge but received a list');
    checkOptions('purge', given, purgeOptionTable);
  } catch (cause) {
    throw refuse((cause as TypeError).message, cause);
  }
  const options = given as PurgeOptions;
  const { mode = 'revalidate', verify = false, wait = true, dryRun = false } = options;
  if (verify) {
    if (mode === 'takedown') throw refuse('purge.verify does not go with a takedown, which keeps nothing');
    if (dryRun) throw refuse('purge.verify does not go with a dry run, which asks nobody');
    if (targets.some(({ id }) => id === undefined)) throw refuse('purge.verify goes with exact paths only');
  }
  return { mode, verify, wait, dryRun, wildcards: options.wildcards ?? 'any', refuse: options.refuse ?? [] };
}

function refuse(reason: string, cause?: unknown): TintypeError {
  return new TintypeError('INVALID_PURGE', { message: `${reason}.`, cause });
}

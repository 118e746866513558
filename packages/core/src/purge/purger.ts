import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { Copies, CopyCount } from '../cache/copies.ts';
import type { Clock } from '../clock.ts';
import type { Dialect } from '../dialect/dialect.ts';
import { TintypeError } from '../errors.ts';
import type { CourseParts, OrderedPurge } from './course.ts';
import { type PurgeOptions, understandOptions } from './options.ts';
import { createRun } from './run.ts';
import { createSecondDeletions } from './second-deletions.ts';
import type { PurgeStatus } from './status.ts';
import { createStatusBook } from './status-book.ts';
import { type PurgeRequest, understandPurge } from './target.ts';
import { enforceRules } from './wildcard-rules.ts';

/** What a purge did. */
export interface PurgeResult {
  /** Names this purge: `purgeStatus` tells more of it for 24 hours. */
  readonly id: string;
  /**
   * From now on nothing is served that was made from what the targets held before, unless the call did not `wait`.
   * `pending`: something is still being done, which `purgeStatus` tells.
   */
  readonly state: 'pending' | 'completed';
  /** Milliseconds the call took. */
  readonly ms: number;
  /**
   * What was purged: percent-encoded origin paths, with a `*` at the end of a prefix; `tag:` and a tag; `*` for
   * everything of this origin. Paths and prefixes can be given again.
   */
  readonly targets: readonly string[];
  /** Whether the origin still had what was known: after `verify`; undefined where nothing was known. */
  readonly unchanged?: boolean | undefined;
  /** How many stored entries a takedown has deleted, where the call waited for that. */
  readonly deleted?: number | undefined;
  /** Nothing was purged: it was a dry run. */
  readonly dryRun?: true | undefined;
  /** What a purge would have reached of what is stored, by a dry run; undefined where a store has no index. */
  readonly counted?: CopyCount | undefined;
}

/** What a purger is made of. */
export interface PurgerOptions extends CourseParts {
  readonly dialect: Dialect;
  /** Milliseconds after which nothing can be under way any more that began before a purge. */
  readonly secondDeletionAfter: number;
  readonly clock: Clock;
}

/** Purges what one endpoint serves. */
export interface Purger {
  /**
   * Resolves at the barrier: a request that begins later is answered from what the origin holds now.
   *
   * @throws TintypeError `INVALID_PURGE`; `PURGE_UNSUPPORTED` before anything is done; `PURGE_FAILED` where nothing can
   * be promised and the call may be repeated; `PURGE_INCOMPLETE` where the purge holds and something failed that the
   * call was to wait for: `cause.errors` are the errors, `cause.purge` is the status.
   */
  purge(request: PurgeRequest, options?: PurgeOptions): Promise<PurgeResult>;
  /**
   * How far a purge of the last 24 hours has come, in whichever process that shares the journal.
   *
   * @throws TintypeError `PURGE_STATUS_FAILED` where the journal cannot tell.
   */
  status(id: string): Promise<PurgeStatus | undefined>;
  /** Does second deletions now, and waits for all that is under way: for half a minute, then it is cut short. */
  close(): Promise<void>;
}

const closingLimit = 30_000;

/** Creates the purger of one endpoint. Purging is one entry in the journal, however many derivatives there are. */
export function createPurger(options: PurgerOptions): Purger {
  const { clock, copies, journal } = options;
  const book = createStatusBook(journal, clock);
  const secondDeletions = createSecondDeletions(options.secondDeletionAfter);
  const closing = new AbortController();
  // Each step under way listens: many are no leak.
  setMaxListeners(0, closing.signal);
  const parts = { ...options, book, secondDeletions, closing: closing.signal };
  const underWay = new Set<Promise<unknown>>();

  const track = <T>(work: Promise<T>): Promise<T> => {
    const tracked = work.finally(() => underWay.delete(tracked));
    underWay.add(tracked);
    return tracked;
  };

  /** What goes wrong stands in the status. */
  const inBackground = (work: Promise<unknown>): void => {
    track(work).catch(() => undefined);
  };

  const order = async (request: PurgeRequest, given: PurgeOptions, started: number): Promise<PurgeResult> => {
    const targets = understandPurge(request, options);
    const { mode, verify, wait, dryRun, ...rules } = understandOptions(given, targets);
    enforceRules(targets, rules);
    if (mode === 'takedown' && !copies.isComplete) throw new TintypeError('PURGE_UNSUPPORTED');
    const purge = { id: randomBytes(12).toString('hex'), targets, mode, verify };
    if (dryRun) return count(purge, copies, started);

    const run = createRun(purge, parts);
    if (wait === false) {
      await run.accept();
      inBackground(run.record().then(() => run.perform(1, run.length)));
      return toResult(run.status(), started);
    }
    await run.record();
    const awaited = wait === 'all' ? run.length : run.verified;
    const errors = await run.perform(1, awaited);
    inBackground(run.perform(awaited, run.length));
    const status = run.status();
    await book.settled(status.id);
    if (errors.length > 0) throw incomplete(status, errors);
    return toResult(status, started);
  };

  return {
    purge: (request, given = {}) => track(order(request, given, performance.now())),
    async status(id) {
      try {
        return await book.find(id);
      } catch (cause) {
        throw new TintypeError('PURGE_STATUS_FAILED', { cause });
      }
    },
    async close() {
      const timer = setTimeout(() => {
        closing.abort(new Error('The endpoint was closed before this was done'));
      }, closingLimit);
      await secondDeletions.hurry();
      while (underWay.size > 0) await Promise.allSettled(underWay);
      // One of those may have been a takedown.
      await secondDeletions.hurry();
      clearTimeout(timer);
      await book.close();
    },
  };
}

async function count({ id, targets }: OrderedPurge, copies: Copies, started: number): Promise<PurgeResult> {
  const names = targets.map(({ name }) => name);
  try {
    const counted = await copies.count(targets.map(({ target }) => target));
    return { id, state: 'completed', ms: performance.now() - started, targets: names, dryRun: true, counted };
  } catch (cause) {
    throw new TintypeError('PURGE_FAILED', { cause });
  }
}

function toResult({ id, state, targets, unchanged, deleted }: PurgeStatus, started: number): PurgeResult {
  const ms = performance.now() - started;
  return { id, state: state === 'completed' ? state : 'pending', ms, targets, unchanged, deleted };
}

function incomplete(status: PurgeStatus, errors: readonly unknown[]): TintypeError {
  const failed = status.steps.filter(({ state }) => state === 'failed');
  const words = failed.map(({ step, name, reason }) => [step, name, reason].filter(Boolean).join(': ')).join('; ');
  const cause = new AggregateError(errors, `Purge ${status.id} holds, but failed in part: ${words}`);
  return new TintypeError('PURGE_INCOMPLETE', { cause: Object.assign(cause, { purge: status }) });
}

import type { Copies } from '../cache/copies.ts';
import type { Journal, PurgeTarget } from '../journal/journal.ts';
import type { OriginalId } from '../origin/identity.ts';
import { type PurgedHook, sortTargets } from './hooks.ts';
import type { UnderstoodOptions } from './options.ts';
import type { Finding } from './progress.ts';
import type { PurgeStatus, PurgeStep } from './status.ts';
import { keyOfAll, keysOfTargets } from './surrogate-keys.ts';
import type { UnderstoodTarget } from './target.ts';

/** Asks the origin and says whether what was known of an original before is still so; undefined where nothing was. */
export type Verification = () => Promise<boolean | undefined>;

/** What the steps of a purge work with. */
export interface CourseParts {
  readonly origin: string;
  readonly journal: Journal;
  readonly copies: Copies;
  /** Notes what is known of an original now, to be held against the origin later. */
  reread(id: OriginalId): Promise<Verification>;
  readonly hooks: readonly PurgedHook[];
  mounts(): readonly string[];
  /** Whether what a target reaches lies on every picture of the endpoint, as its watermark does; no target by default. */
  isEverywhere?(target: PurgeTarget, id: OriginalId | undefined): boolean;
}

/** A purge about to begin. */
export interface OrderedPurge extends Pick<UnderstoodOptions, 'mode' | 'verify'> {
  readonly id: string;
  readonly targets: readonly UnderstoodTarget[];
}

/** A step of a purge to be done. */
export interface CourseStep extends Pick<PurgeStep, 'step' | 'name'> {
  /** Milliseconds it may take. */
  readonly limit?: number | undefined;
  act(status: () => PurgeStatus, signal: AbortSignal): Promise<Finding>;
}

const hookLimit = 30_000;

/** The order of a purge: farthest from the user first, so that nothing is made again of what is gone. */
export function courseOf(purge: OrderedPurge, parts: CourseParts): readonly CourseStep[] {
  const { mode, verify } = purge;
  const targets = purge.targets.map(({ target }) => target);
  let verifications: readonly Verification[] = [];

  const record: CourseStep = {
    step: 'journal',
    async act() {
      // Noted before: afterwards another request may have asked the origin already.
      if (verify) verifications = await noteAll(purge, parts);
      await parts.journal.append({ targets, mode });
      return {};
    },
  };
  const deletion = (step: PurgeStep['step']): CourseStep => ({
    step,
    act: async () => ({ deleted: await parts.copies.delete(targets) }),
  });
  const verification: CourseStep = {
    step: 'verification',
    act: async () => ({ unchanged: agree(await Promise.all(verifications.map((each) => each()))) }),
  };

  return [
    record,
    ...(mode === 'takedown' ? [deletion('deletion')] : []),
    ...(verify ? [verification] : []),
    ...parts.hooks.map((hook, index) => hookStep(hook, index, purge, parts)),
    ...(mode === 'takedown' ? [deletion('second deletion')] : []),
  ];
}

function hookStep(hook: PurgedHook, index: number, purge: OrderedPurge, parts: CourseParts): CourseStep {
  const { id, mode, targets } = purge;
  return {
    step: 'hook',
    name: hook.name || `hook ${index + 1}`,
    limit: hookLimit,
    async act(status, signal) {
      const { unchanged } = status();
      const { origin } = parts;
      const sorted = sortTargets(targets);
      const reached = targets.map(({ target }) => target);
      const all = sorted.all || targets.some(({ target, id: original }) => parts.isEverywhere?.(target, original));
      const keys = all ? [keyOfAll(origin)] : keysOfTargets(reached, origin);
      await hook({ id, origin, mode, ...sorted, all, keys, mounts: parts.mounts(), unchanged, signal });
      return {};
    },
  };
}

function noteAll({ targets }: OrderedPurge, { reread }: CourseParts): Promise<readonly Verification[]> {
  const ids = targets.flatMap(({ id }) => (id === undefined ? [] : [id]));
  return Promise.all(ids.map((id) => reread(id).catch(failing)));
}

/** One that cannot be noted fails when its turn comes: the purge itself does not depend on it. */
const failing =
  (error: unknown): Verification =>
  () =>
    Promise.reject(error);

/** One that has changed is a change; those of which nothing was known say nothing. */
function agree(answers: readonly (boolean | undefined)[]): boolean | undefined {
  const known = answers.filter((answer) => answer !== undefined);
  return known.length === 0 ? undefined : known.every(Boolean);
}

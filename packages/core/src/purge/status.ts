import type { PurgeMode } from '../journal/journal.ts';

/** One thing that a purge does, and what became of it. */
export interface PurgeStep {
  /**
   * `journal`: from then on nothing old is served. `deletion`: of every stored byte, after a takedown. `verification`:
   * the question to the origin. `hook`: one of `onPurged`. `second deletion`: of what was under way during the first.
   */
  readonly step: 'journal' | 'deletion' | 'verification' | 'hook' | 'second deletion';
  /** Name of a hook's function. */
  readonly name?: string | undefined;
  readonly state: 'pending' | 'done' | 'failed';
  /** Milliseconds it took. */
  readonly ms?: number | undefined;
  /** Why it failed, for operators. */
  readonly reason?: string | undefined;
}

/** How far a purge has come. */
export interface PurgeStatus {
  readonly id: string;
  /**
   * `pending`: something is still to be done. `completed`: all is done, but for the second deletion of a takedown,
   * which comes later. `failed`: a step failed; where that was not `journal`, nothing old is served all the same.
   */
  readonly state: 'pending' | 'completed' | 'failed';
  readonly mode: PurgeMode;
  /** What was purged, as in the result. */
  readonly targets: readonly string[];
  /** Milliseconds since the epoch. */
  readonly requestTime: number;
  /** When this was written, in milliseconds since the epoch. */
  readonly updateTime: number;
  /** Whether the origin still had what was known: after `verify`; undefined where nothing was known. */
  readonly unchanged?: boolean | undefined;
  /** How many stored entries a takedown has deleted. */
  readonly deleted?: number | undefined;
  /** All steps, in order. */
  readonly steps: readonly PurgeStep[];
}

/** The state that the steps add up to. */
export function stateOf(steps: readonly PurgeStep[]): PurgeStatus['state'] {
  if (steps.some(isAwaited)) return 'pending';
  return steps.some(({ state }) => state === 'failed') ? 'failed' : 'completed';
}

/** What a status says whose process has not been heard of. */
export function abandoned(status: PurgeStatus): PurgeStatus {
  const reason = 'The process that ran it is gone.';
  const steps = status.steps.map((each) => (isAwaited(each) ? { ...each, state: 'failed' as const, reason } : each));
  return { ...status, state: 'failed', steps };
}

/** Whether what a journal gave back is a status. */
export function isStatus(value: unknown, id: string): value is PurgeStatus {
  const status = value as Partial<PurgeStatus> | undefined | null;
  return status?.id === id && Array.isArray(status.steps) && Number.isFinite(status.updateTime);
}

/** What went wrong in words, without a stack: the error's own, then its causes'. Never throws, whatever was thrown. */
export function wordsOf(error: unknown): string {
  try {
    return tellingWords(error);
  } catch {
    return 'an error that cannot be put into words';
  }
}

function tellingWords(error: unknown): string {
  const words: string[] = [];
  for (let each = error, depth = 0; each !== undefined && depth < 3; depth++) {
    words.push((each instanceof Error ? each.message : String(each)).split('\n', 1)[0] ?? '');
    const [first] = each instanceof AggregateError ? (each.errors as readonly unknown[]) : [];
    each = first ?? (each instanceof Error ? each.cause : undefined);
  }
  return words.join(': ').slice(0, 300);
}

function isAwaited({ step, state }: PurgeStep): boolean {
  return state === 'pending' && step !== 'second deletion';
}

import { publish } from '../../events.ts';
import type { FilesContext } from './entry.ts';
import type { Generation } from './ledger.ts';
import { highWater, sweep } from './sweep.ts';
import { statOf } from './system.ts';

/** Sweeps in the background, one sweep of this process at a time, when there is reason to. */
export interface Sweeper {
  /** Starts a sweep, unless one is running or has just ended. */
  start(): void;
  /** Starts one where the store is nearly full, or its ledger is long or may have lost something. */
  check(generation: Generation): void;
  /** Looks at the ledger that a former process left; costs the reading of one small file. */
  inspect(): Promise<void>;
  /** Resolves when no sweep is running. */
  settled(): Promise<void>;
}

/** The ledger is a log, so it grows with every change; a sweep writes it anew. */
const maxLedgerBytes = 1024 * 1024;
/** Milliseconds between two sweeps at least; a long one rests as long as it took. */
const minRest = 250;

/** Creates the sweeper of one store. */
export function createSweeper(context: FilesContext): Sweeper {
  const { clock, layout, ledger, maxBytes, signal } = context;
  let sweeping: Promise<void> | undefined;
  let restUntil = 0;

  const start = (): void => {
    const startedAt = clock.now();
    if (sweeping !== undefined || signal.aborted || startedAt < restUntil) return;
    sweeping = sweep(context)
      .catch(report)
      .finally(() => {
        const endedAt = clock.now();
        restUntil = endedAt + Math.max(minRest, endedAt - startedAt);
        sweeping = undefined;
      });
  };

  const check = ({ tail, isFromFormerBoot }: Generation): void => {
    const isFull = tail.total > maxBytes * highWater;
    // Less than nothing: somebody outside has changed files or ledger.
    if (isFull || tail.total < 0 || tail.offset > maxLedgerBytes || tail.isTorn || isFromFormerBoot) start();
  };

  return {
    start,
    check,
    async inspect() {
      try {
        if ((await statOf(layout.objects)) === undefined) return;
        const generation = await ledger.current();
        if (signal.aborted) return;
        if (generation === undefined) start();
        else check(generation);
      } catch (error) {
        report(error);
      }
    },
    settled: async () => sweeping,
  };
}

function report(error: unknown): void {
  publish('tintype:store', { store: 'files', operation: 'other', error });
}

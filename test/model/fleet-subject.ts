import { type Fault, journalFiles, strike } from './faults.ts';
import type { Fleet } from './fleet.ts';
import type { Subject } from './model.ts';
import type { Random } from './random.ts';

/** A fleet as a model asks and purges it: each time another process, whatever has happened to it. */
export interface FleetSubject extends Subject {
  /** How often each fault has happened. */
  readonly struck: Readonly<Record<string, number>>;
  /** Epochs of the journal that were seen. */
  readonly epochs: ReadonlySet<string>;
  /** Files of the journal that were seen. */
  readonly journals: ReadonlySet<string>;
}

/** Creates the subject. Faults come in turn, so that a short run sees them all. */
export function fleetSubject(
  fleet: Fleet,
  directory: string,
  random: Random,
  faults: readonly Fault[],
  disturbMs = 400,
): FleetSubject {
  const struck: Record<string, number> = {};
  const epochs = new Set<string>();
  const journals = new Set<string>();
  let turn = 0;

  const look = async (): Promise<void> => {
    for (const file of journalFiles(directory)) journals.add(file);
    const epoch = await random.pick(fleet.members).epoch();
    if (epoch !== undefined) epochs.add(epoch);
  };

  return {
    disturbMs,
    isHeardAtOnce: false,
    struck,
    epochs,
    journals,
    ask: (target, headers) => random.pick(fleet.members).ask(target, headers),
    purge: (request, options) => random.pick(fleet.members).purge(request, options),
    async disturb() {
      // What there is to see must be seen before it is gone.
      const looking = look().catch(() => undefined);
      const fault = faults[turn++ % faults.length];
      if (fault === undefined) return;
      struck[fault] = (struck[fault] ?? 0) + 1;
      await strike(fault, fleet, directory, random);
      await looking;
    },
  };
}

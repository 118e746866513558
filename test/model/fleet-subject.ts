import type { Fleet } from './fleet.ts';
import type { Subject } from './model.ts';
import type { Random } from './random.ts';

/** A fleet as a model asks and purges it: each time another process, whatever has happened to it. */
export interface FleetSubject extends Subject {
  /** How often each fault has happened. */
  readonly struck: Readonly<Record<string, number>>;
  /** Epochs of the journal that were seen. */
  readonly epochs: ReadonlySet<string>;
}

/** What happens to a fleet. */
export interface FleetTrouble<Fault extends string> {
  /** They come in turn, so that a short run sees them all. */
  readonly faults: readonly Fault[];
  strike(fault: Fault): void | Promise<void>;
  /** Looks at what the next fault may take away. */
  look?(): void;
  readonly disturbMs?: number;
}

/** Creates the subject. */
export function fleetSubject<Fault extends string>(
  fleet: Fleet,
  random: Random,
  { faults, strike, look, disturbMs = 400 }: FleetTrouble<Fault>,
): FleetSubject {
  const struck: Record<string, number> = {};
  const epochs = new Set<string>();
  let turn = 0;

  const lookAround = async (): Promise<void> => {
    look?.();
    const epoch = await random.pick(fleet.members).epoch();
    if (epoch !== undefined) epochs.add(epoch);
  };

  return {
    disturbMs,
    isHeardAtOnce: false,
    struck,
    epochs,
    ask: (target, headers) => random.pick(fleet.members).ask(target, headers),
    purge: (request, options) => random.pick(fleet.members).purge(request, options),
    async disturb() {
      // What there is to see must be seen before it is gone.
      const looking = lookAround().catch(() => undefined);
      const fault = faults[turn++ % faults.length];
      if (fault === undefined) return;
      struck[fault] = (struck[fault] ?? 0) + 1;
      await strike(fault);
      await looking;
    },
  };
}

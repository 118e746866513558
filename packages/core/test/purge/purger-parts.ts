import { onTestFinished } from 'vitest';
import type { Copies } from '../../src/cache/copies.ts';
import { native } from '../../src/dialect/native.ts';
import type { Journal, PurgeTarget } from '../../src/journal/journal.ts';
import { memoryJournal } from '../../src/journal/memory-journal.ts';
import { createPurger, type Purger, type PurgerOptions } from '../../src/purge/purger.ts';

/** The wall clock of these tests. */
export interface TestClock {
  time: number;
  now(): number;
}

/** A purger on a real journal, and what it has done so far, in order. */
export interface TestPurger {
  readonly purger: Purger;
  readonly journal: Journal;
  readonly clock: TestClock;
  /** `append`, `delete`, `read` and what hooks add. */
  readonly done: string[];
  /** The targets that copies were deleted of. */
  readonly deleted: PurgeTarget[][];
}

/** Something to wait for, given once. */
export interface Gate {
  readonly opened: Promise<void>;
  open(): void;
}

export function gate(): Gate {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

type Given = Partial<Omit<PurgerOptions, 'copies'>> & { readonly copies?: Partial<Copies> };

/** Creates a purger of which only what a test gives is not plain. */
export function openPurger({ copies, ...given }: Given = {}): TestPurger {
  const done: string[] = [];
  const deleted: PurgeTarget[][] = [];
  const clock: TestClock = { time: Date.UTC(2024, 4, 6, 12), now: () => clock.time };
  const journal = given.journal ?? memoryJournal({ clock });
  const plain: Copies = {
    isComplete: true,
    count: async () => ({ records: 1, originals: 2, derivatives: 3 }),
    async delete(targets) {
      done.push('delete');
      deleted.push([...targets]);
      return 5;
    },
    forget: () => undefined,
  };
  const purger = createPurger({
    origin: 'photos',
    dialect: native(),
    mounts: () => ['/images'],
    async reread() {
      done.push('note');
      return async () => {
        done.push('read');
        return true;
      };
    },
    hooks: [],
    secondDeletionAfter: 60_000,
    clock,
    ...given,
    copies: { ...plain, ...copies },
    journal: {
      ...journal,
      append(purge) {
        done.push('append');
        return journal.append(purge);
      },
    },
  });
  onTestFinished(() => purger.close());
  return { purger, journal, clock, done, deleted };
}

import type { Clock } from '../clock.ts';
import { type Expectation, expectations } from '../options.ts';

/** The options that all journals share. */
export interface JournalOptions {
  /**
   * Targets whose purges are remembered; what was purged before them costs its originals one conditional request.
   * @default 100000
   */
  readonly maxRecords?: number;
  /** The time. @default the machine's clock */
  readonly clock?: Clock;
}

/** What the options that all journals share may be. */
export const journalExpectations: Readonly<Record<keyof JournalOptions, Expectation>> = {
  maxRecords: expectations.count,
  clock: [
    'a clock: an object with a now method',
    (value) => typeof (value as Partial<Clock> | undefined)?.now === 'function',
  ],
};

/** Targets whose purges a journal remembers unless told otherwise. */
export const defaultMaxRecords = 100_000;
/** Milliseconds for which a note is kept. */
export const noteLife: number = 24 * 60 * 60_000;

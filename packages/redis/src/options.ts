import type { Clock } from '@tintype/core';
import {
  checkOptions,
  defaultMaxRecords,
  type Expectation,
  expectations,
  journalExpectations,
  oneOf,
  systemClock,
} from '@tintype/core/internal';

/**
 * Where Redis is: `redis://` and `rediss://` URLs (with user, password and number of the database), a Keyv over
 * `@keyv/redis`, its KeyvRedis, or a client or cluster of node-redis 5. What is yours is only looked at: connections are
 * opened with the same settings, and yours is neither used nor closed.
 */
export type RedisConnection =
  | string
  | ({ readonly url: string } & RedisOptions)
  /** A Keyv. */
  | { readonly store: unknown }
  /** A KeyvRedis. */
  | { readonly client: unknown }
  /** A client or cluster. */
  | { duplicate(overrides?: object): unknown; withTypeMapping(mapping: object): unknown };

/** Options of {@link redis}. */
export interface RedisOptions {
  /**
   * What all keys begin with, before a colon. Processes with the same prefix are one fleet.
   * @default 'tintype', after the namespace of a Keyv that has one: 'pictures:tintype'
   */
  readonly prefix?: string;
  /**
   * Seconds for which a process may trust what it last heard from the journal, 0.1 to 3600: so long at most a purge
   * waits for a process that does not answer.
   * @default 1
   */
  readonly lease?: number;
  /** Seconds after which a read counts as a miss, and a question to the journal as unanswered. @default 0.25 */
  readonly deadline?: number;
  /**
   * Seconds for which an entry is kept after it was written. As entries expire and the journal does not, Redis can tell
   * them apart: with a `volatile-*` policy a full one evicts entries alone.
   * @default 2592000 (30 days)
   */
  readonly keepFor?: number;
  /** The largest entry in bytes; larger ones are not kept. @default 16777216 (16 MiB) */
  readonly maxEntryBytes?: number;
  /**
   * Targets whose purges are remembered; what was purged before them costs its originals one conditional request.
   * @default 100000
   */
  readonly maxRecords?: number;
  /**
   * What a process does that is cut off from the journal: `validate` asks the origin before each use of what it has,
   * `stale` serves what it has, marked, and asks behind it: something old may be served then.
   * @default 'validate'
   */
  readonly onPartition?: 'validate' | 'stale';
  /** Whether purges are announced by pub/sub. Without it each waits for the processes to look. @default true */
  readonly hints?: boolean;
  /** The time. @default the machine's clock */
  readonly clock?: Clock;
}

/** The options with their defaults; times are in milliseconds. */
export type RedisSettings = Required<RedisOptions>;

const isWithin = (value: unknown, least: number, most: number): boolean =>
  typeof value === 'number' && value >= least && value <= most;

const expected: Readonly<Record<keyof RedisOptions, Expectation>> = {
  ...journalExpectations,
  prefix: expectations.text,
  lease: [
    'a number of seconds from 0.1 to 3600',
    (value) => typeof value === 'number' && value >= 0.1 && value <= 3600,
  ],
  deadline: ['a number of seconds above zero, at most 3600', (value) => isWithin(value, Number.MIN_VALUE, 3600)],
  keepFor: ['a number of seconds from 1 to 315360000 (ten years)', (value) => isWithin(value, 1, 315_360_000)],
  maxEntryBytes: expectations.bytes,
  onPartition: oneOf('validate', 'stale'),
  hints: expectations.boolean,
};

/**
 * Checks the options and completes them.
 *
 * @throws TypeError on an option that is not valid.
 */
export function readOptions(options: RedisOptions, namespace: string | undefined): RedisSettings {
  checkOptions('redis', options, expected);
  return {
    prefix: options.prefix ?? (namespace === undefined ? 'tintype' : `${namespace}:tintype`),
    lease: inMilliseconds(options.lease ?? 1),
    deadline: inMilliseconds(options.deadline ?? 0.25),
    keepFor: inMilliseconds(options.keepFor ?? 30 * 24 * 60 * 60),
    maxEntryBytes: options.maxEntryBytes ?? 16 * 1024 * 1024,
    maxRecords: options.maxRecords ?? defaultMaxRecords,
    onPartition: options.onPartition ?? 'validate',
    hints: options.hints ?? true,
    clock: options.clock ?? systemClock,
  };
}

function inMilliseconds(seconds: number): number {
  return Math.round(seconds * 1000);
}

import { randomUUID } from 'node:crypto';
import type { Journal } from '@tintype/core';
import { systemClock } from '../../packages/core/src/clock.ts';
import { type Connect, createConnection } from '../../packages/redis/src/connection.ts';
import { createRedisJournal, type RedisJournalSettings } from '../../packages/redis/src/journal/redis-journal.ts';
import { linksTo } from '../../packages/redis/src/link.ts';
import { readSource } from '../../packages/redis/src/source.ts';

/** Gives a connection to what can be given to `redis()`. */
export function connectTo(source: unknown): Connect {
  return () => createConnection(linksTo(readSource(source).source));
}

const defaults: RedisJournalSettings = {
  prefix: 'test',
  lease: 1000,
  deadline: 250,
  maxRecords: 1000,
  onPartition: 'validate',
  hints: true,
  clock: systemClock,
};

/** Opens a journal over connections of one's own; times are in milliseconds. */
export function openOver(connect: Connect, settings: Partial<RedisJournalSettings> = {}): Journal {
  return createRedisJournal(connect, { ...defaults, ...settings });
}

/** Opens a journal. */
export function openRedisJournal(source: unknown, settings: Partial<RedisJournalSettings> = {}): Journal {
  return openOver(connectTo(source), settings);
}

/** A prefix that no other test has. */
export function newPrefix(): string {
  return `test-${randomUUID()}`;
}

/** Begins a journal long ago: in a young one every purge waits for a whole lease. */
export async function beginJournal(source: unknown, prefix: string): Promise<void> {
  const journal = openRedisJournal(source, { prefix, deadline: 10_000, hints: false });
  await journal.view();
  await journal.close();
  await ageJournal(source, prefix);
}

/** Makes the epoch of a journal an old one. */
export async function ageJournal(source: unknown, prefix: string): Promise<void> {
  const connection = connectTo(source)();
  const age = "return redis.call('HSET', KEYS[1], 'born', '0')";
  await connection.run((commands) => commands.eval(age, { keys: [`${prefix}:{journal}:state`], arguments: [] }));
  await connection.close();
}

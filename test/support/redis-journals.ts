import { randomUUID } from 'node:crypto';
import { createClient } from '@keyv/redis';
import type { Journal, JournalView, Purge, PurgeMode } from '@tintype/core';
import { onTestFinished } from 'vitest';
import { systemClock } from '../../packages/core/src/clock.ts';
import { originalId } from '../../packages/core/src/origin/identity.ts';
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
  const journal = openRedisJournal(source, { prefix, deadline: 10_000, lease: 100, hints: false });
  await journal.view();
  await journal.close();
  const connection = connectTo(source)();
  const age = "return redis.call('HSET', KEYS[1], 'born', '0')";
  const keys = [`${prefix}:{journal}:state`];
  await connection.run((commands) => commands.eval(age, { keys, arguments: [] }));
  await connection.close();
}

/** A purge of one original. */
export function purgeOf(path: string, mode: PurgeMode = 'revalidate'): Purge {
  const { origin, hash } = originalId('photos', path);
  return { targets: [{ kind: 'exact', origin, hash }], mode };
}

/** The newest purge that forbids the use of one original, as a view knows it. */
export function newestPurge(view: JournalView, path: string): number {
  return view.covering(originalId('photos', path), []).hard;
}

/** Sends commands to a server, beside the journals under test. */
export interface Admin {
  command(...words: readonly string[]): Promise<unknown>;
  /** What the hash of the members of a journal says. */
  members(prefix: string): Promise<Readonly<Record<string, string>>>;
}

/** Connects to a server until the test ends. */
export async function adminOf(url: string): Promise<Admin> {
  const client = createClient({ url, socket: { reconnectStrategy: false } });
  client.on('error', () => undefined);
  await client.connect();
  onTestFinished(() => {
    if (client.isOpen) client.destroy();
  });
  return {
    command: (...words) => client.sendCommand([...words]),
    members: async (prefix) => ({ ...(await client.hGetAll(`${prefix}:{journal}:members`)) }),
  };
}

import type { Journal, JournaledStore } from '@tintype/core';
import { type Connect, createConnection } from './connection.ts';
import { createRedisJournal } from './journal/redis-journal.ts';
import { linksTo } from './link.ts';
import { type RedisConnection, type RedisOptions, readOptions } from './options.ts';
import { readSource } from './source.ts';
import { createRedisStore } from './store.ts';

/** A store in Redis, and the journal beside it. Each connects when it is used first, and is closed by itself. */
export interface RedisStore extends JournaledStore {
  readonly kind: 'redis';
}

/**
 * Creates a store and a journal in one Redis, which any number of processes on any number of machines may share.
 *
 * Entries are kept as bytes, each for a time; Redis may evict them. The journal is small and never expires. Where Redis is
 * away images are served without it, each validated at its origin before use, and it is taken up again as soon as it is
 * back. The journal alone serves beside another store: `redis({ url }).journal`.
 *
 * @throws TypeError where it is given something that leads to no Redis, or an option that is not valid.
 */
export function redis(connection: RedisConnection, options: RedisOptions = {}): RedisStore {
  const { source, namespace, rest } = readSource(connection);
  const settings = readOptions({ ...rest, ...options }, namespace);
  const createLink = linksTo(source);
  const connect: Connect = () => createConnection(createLink);
  const journal = reopening(() => createRedisJournal(connect, settings));
  return { ...createRedisStore(connect, settings), journal };
}

/** A journal that can be opened again after it was closed. */
function reopening(create: () => Journal): Journal {
  let current = create();
  let isClosed = false;
  return {
    view: () => current.view(),
    append: (purge) => current.append(purge),
    note: (id, status) => current.note(id, status),
    noted: (id) => current.noted(id),
    open() {
      if (isClosed) current = create();
      isClosed = false;
    },
    close() {
      isClosed = true;
      return current.close();
    },
  };
}

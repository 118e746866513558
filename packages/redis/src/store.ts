import KeyvRedis from '@keyv/redis';
import type { Store } from '@tintype/core';
import { inputsOfKey } from '@tintype/core/internal';
import type { Connect, Connection } from './connection.ts';
import { entryKeys, lockName } from './entries.ts';
import { warnOfEviction } from './eviction.ts';
import { takeLock } from './lock.ts';
import type { RedisCommands } from './node-redis.ts';
import type { RedisSettings } from './options.ts';

/** Creates the store. Entries are strings of Redis that hold the bytes as they are. */
export function createRedisStore(
  connect: Connect,
  { prefix, deadline, keepFor, maxEntryBytes }: RedisSettings,
): Store & { readonly kind: 'redis' } {
  const adapterOf = adapters(prefix);
  let connection = connectWarning(connect);
  let isClosed = false;
  return {
    kind: 'redis',
    deadline,
    get: (key) => connection.run((commands) => adapterOf(commands).get<Buffer>(key)),
    async set(key, bytes) {
      if (bytes.byteLength > maxEntryBytes) return;
      const value = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      await connection.run((commands) => adapterOf(commands).set(key, asText(value), keepFor));
    },
    async delete(key) {
      await connection.run((commands) => adapterOf(commands).delete(key));
    },
    async linked(input) {
      const keys = new Set<string>();
      for await (const key of entryKeys(connection, prefix, `:${input}`)) {
        if (inputsOfKey(key).includes(input)) keys.add(key);
      }
      return [...keys];
    },
    keys: () => entryKeys(connection, prefix),
    lock: (key) => takeLock(connection, lockName(prefix, key)),
    open() {
      if (isClosed) connection = connectWarning(connect);
      isClosed = false;
    },
    close() {
      isClosed = true;
      return connection.close();
    },
  };
}

function connectWarning(connect: Connect): Connection {
  const connection = connect();
  connection.onConnect(() => {
    const asking = connection.nodes().then(warnOfEviction);
    asking.catch(() => undefined);
  });
  return connection;
}

/** RESP's type of strings that may hold any bytes. */
const blob = 36;

/** The adapter of each client that a connection has one after the other. */
function adapters(prefix: string): (commands: RedisCommands) => KeyvRedis<Buffer> {
  const known = new WeakMap<RedisCommands, KeyvRedis<Buffer>>();
  return (commands) => {
    const adapter = known.get(commands) ?? createAdapter(commands, prefix);
    known.set(commands, adapter);
    return adapter;
  };
}

function createAdapter(commands: RedisCommands, prefix: string): KeyvRedis<Buffer> {
  const client = commands.withTypeMapping({ [blob]: Buffer }) as ConstructorParameters<typeof KeyvRedis>[0];
  const adapter = new KeyvRedis<Buffer>(client, { namespace: prefix, keyPrefixSeparator: ':', throwOnErrors: true });
  // It emits besides what it throws.
  adapter.on('error', () => undefined);
  return adapter;
}

/** Typed as text by the adapter, which passes it on as it is. */
function asText(value: Buffer): string {
  return value as unknown as string;
}

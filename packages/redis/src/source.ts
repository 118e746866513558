import { inspect } from 'node:util';
import { createClient } from '@keyv/redis';
import type { RedisClient, RedisCluster } from './node-redis.ts';

/** What connections are made from, by duplicating it; it is never used itself. */
export type Source =
  | { readonly kind: 'client'; readonly client: RedisClient }
  | { readonly kind: 'cluster'; readonly cluster: RedisCluster };

const expected =
  'a URL such as redis://localhost:6379, { url }, a Keyv over @keyv/redis, a KeyvRedis, or a client or cluster of node-redis 5';

/** A source, and what came with it. */
export interface ReadSource {
  readonly source: Source;
  /** What stood beside the URL. */
  readonly rest: object;
  /** That of the Keyv; undefined where there is none, or it is Keyv's own default. */
  readonly namespace: string | undefined;
}

/**
 * Finds out what was given.
 *
 * @throws TypeError where it is nothing that leads to a Redis.
 */
export function readSource(given: unknown): ReadSource {
  if (typeof given === 'string') return readSource({ url: given });
  if (!isObject(given)) throw unexpected(given);
  if ('url' in given && !('duplicate' in given)) {
    const { url, ...rest } = given;
    return { source: fromUrl(url), rest, namespace: undefined };
  }
  const adapter = 'store' in given && isObject(given.store) ? given.store : given;
  const client = isDuplicable(given) ? given : adapter.client;
  const source = fromClient(client);
  if (source === undefined) throw unexpected(given);
  return { source, rest: {}, namespace: namespaceOf(given) ?? namespaceOf(adapter) };
}

function fromUrl(url: unknown): Source {
  if (typeof url !== 'string' || !/^rediss?:\/\//.test(url) || !URL.canParse(url)) throw unexpected(url);
  return { kind: 'client', client: createClient({ url }) as unknown as RedisClient };
}

/** A sentinel's client, a pool, and clients of other packages lack what is asked for here. */
function fromClient(client: unknown): Source | undefined {
  if (!isDuplicable(client)) return undefined;
  if ('slots' in client && isObject(client._options))
    return { kind: 'cluster', cluster: client as unknown as RedisCluster };
  return 'isReady' in client ? { kind: 'client', client: client as unknown as RedisClient } : undefined;
}

function isDuplicable(value: unknown): value is Record<string, unknown> {
  return isObject(value) && typeof value.duplicate === 'function' && typeof value.withTypeMapping === 'function';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Keyv calls itself so where nobody else does. */
const anonymous = 'keyv';

function namespaceOf({ namespace }: Record<string, unknown>): string | undefined {
  return typeof namespace === 'string' && namespace !== '' && namespace !== anonymous ? namespace : undefined;
}

/** Without what is in it: a URL may hold a password. */
function unexpected(given: unknown): TypeError {
  const received = typeof given === 'string' ? 'another text' : inspect(given, { depth: -1 });
  return new TypeError(`Expected ${expected} for redis(source) but received ${received}`);
}

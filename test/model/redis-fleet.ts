import { createClient } from '@keyv/redis';
import type { Edit } from '../support/bundle.ts';
import type { FleetSettings, RedisSettings } from '../support/fleet-child.ts';
import { type RedisServer, startRedisServer } from '../support/redis-server.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';
import { type Fleet, startFleet } from './fleet.ts';

/** A fleet on a Redis of its own, each process with its own way to the journal. */
export interface RedisFleet extends Fleet {
  readonly server: RedisServer;
  /** The ways of the processes to the journal, in their order. */
  readonly ways: readonly [TcpProxy, ...TcpProxy[]];
  readonly admin: Admin;
}

/** What a test does to Redis behind everybody's back. */
export type Admin = ReturnType<typeof createAdmin>;

function createAdmin(url: string) {
  return createClient({ url });
}

/** What can be chosen of it. */
export interface RedisFleetOptions {
  readonly redis?: Partial<RedisSettings>;
  readonly memory?: number;
  readonly edit?: Edit | undefined;
  readonly size?: number;
}

/** Starts the processes and their Redis. */
export async function startRedisFleet(url: string, options: RedisFleetOptions = {}): Promise<RedisFleet> {
  const { size = 3, memory = 8e6, edit } = options;
  const server = await startRedisServer();
  const ways: TcpProxy[] = [];
  for (let index = 0; index < size; index++) ways.push(await startTcpProxy(server.port));
  const admin = createAdmin(server.url);
  admin.on('error', () => undefined);
  await admin.connect();
  const settingsOf = (index: number): FleetSettings => ({
    url,
    directory: '',
    rotateBytes: 0,
    maxRecords: 0,
    memory,
    started: Date.now(),
    speed: 20,
    redis: {
      url: server.url,
      journalUrl: `redis://127.0.0.1:${ways[index]?.port}`,
      // Much, because a busy machine must not have the store given up.
      deadline: 2,
      ...options.redis,
    },
  });
  const fleet = await startFleet(settingsOf, size, edit);
  return {
    members: fleet.members,
    server,
    ways: ways as [TcpProxy, ...TcpProxy[]],
    admin,
    async [Symbol.asyncDispose]() {
      await fleet[Symbol.asyncDispose]();
      admin.destroy();
      await Promise.all(ways.map((way) => way[Symbol.asyncDispose]()));
      await server.stop();
    },
  };
}

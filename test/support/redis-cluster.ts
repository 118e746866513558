import { spawnSync } from 'node:child_process';
import { expect, vi } from 'vitest';
import { type RedisServer, startRedisServer } from './redis-server.ts';

/** Three masters that have all slots among them, and a replica of each where they were asked for. */
export interface RedisClusterServers {
  readonly nodes: readonly RedisServer[];
  /** All of them, for `createCluster`. */
  readonly rootNodes: { url: string }[];
  stop(): Promise<void>;
}

/** Starts a cluster. One that has lost a master goes on with the slots of the others. */
export async function startRedisCluster(options: { readonly replicas?: boolean } = {}): Promise<RedisClusterServers> {
  const args = ['--cluster-enabled', 'yes', '--cluster-require-full-coverage', 'no', '--cluster-node-timeout', '2000'];
  const count = options.replicas === true ? 6 : 3;
  const nodes = await Promise.all(Array.from({ length: count }, () => startRedisServer({ args })));
  const stop = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.stop()));
  };
  const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`);
  const create = ['--cluster', 'create', ...addresses, '--cluster-replicas', count === 6 ? '1' : '0', '--cluster-yes'];
  const created = spawnSync('redis-cli', create, { timeout: 30_000 });
  if (created.status !== 0) {
    await stop();
    throw new Error(`redis-cli could not create a cluster: ${created.stdout} ${created.stderr}`);
  }
  await Promise.all(nodes.map((node) => settled(node, count - 3)));
  return { nodes, rootNodes: nodes.map(({ url }) => ({ url })), stop };
}

/** Resolves when a node knows of the whole cluster, and, a replica, has what its master has. */
async function settled({ port }: RedisServer, replicas: number): Promise<void> {
  const ask = (...command: string[]): string => String(spawnSync('redis-cli', ['-p', String(port), ...command]).stdout);
  await vi.waitFor(
    () => {
      expect(ask('cluster', 'info')).toContain('cluster_state:ok');
      expect(ask('info', 'replication')).toMatch(/role:master|master_link_status:up/);
      expect(ask('cluster', 'nodes').match(/ (myself,)?slave /g) ?? []).toHaveLength(replicas);
    },
    { timeout: 20_000, interval: 100 },
  );
}

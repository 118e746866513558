import { spawnSync } from 'node:child_process';
import { type RedisServer, startRedisServer } from './redis-server.ts';

/** Three masters that have all slots among them. */
export interface RedisClusterServers {
  readonly nodes: readonly RedisServer[];
  readonly rootNodes: { url: string }[];
  stop(): Promise<void>;
}

/** Starts a cluster of three masters without replicas. One that has lost a master goes on with the slots of the others. */
export async function startRedisCluster(): Promise<RedisClusterServers> {
  const args = ['--cluster-enabled', 'yes', '--cluster-require-full-coverage', 'no', '--cluster-node-timeout', '2000'];
  const nodes = await Promise.all([0, 1, 2].map(() => startRedisServer({ args })));
  const stop = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.stop()));
  };
  const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`);
  const created = spawnSync('redis-cli', ['--cluster', 'create', ...addresses, '--cluster-yes'], { timeout: 30_000 });
  if (created.status !== 0) {
    await stop();
    throw new Error(`redis-cli could not create a cluster: ${created.stdout} ${created.stderr}`);
  }
  return { nodes, rootNodes: nodes.map(({ url }) => ({ url })), stop };
}

import { spawnSync } from 'node:child_process';
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
  return { nodes, rootNodes: nodes.map(({ url }) => ({ url })), stop };
}

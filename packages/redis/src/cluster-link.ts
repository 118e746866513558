import { clientSettings } from './client-settings.ts';
import { listenForHeartbeats } from './heartbeat.ts';
import type { Link } from './link.ts';
import type { PingableClient, RedisCluster } from './node-redis.ts';
import { createTroubles } from './troubles.ts';

/**
 * Gives a function that makes links to a cluster. Each learns from those before it which nodes there are: the ones
 * that were named at first may be gone.
 */
export function linksToCluster(source: RedisCluster): () => Link {
  const { rootNodes, defaults } = source._options;
  let known: readonly object[] = [];
  const learn = (cluster: RedisCluster): void => {
    known = cluster.masters.map(({ host, port }) => ({ socket: { host, port } }));
  };
  return () => {
    const ending = new AbortController();
    // A node that is told to retry holds its commands back until it is there.
    const nodes = clientSettings(defaults?.socket, ending.signal, () => false);
    const cluster = source.duplicate({
      RESP: 2,
      clientSideCache: undefined,
      commandOptions: {},
      defaults: { ...defaults, ...nodes },
      rootNodes: [...rootNodes, ...known],
      useReplicas: false,
      // Else one node that is away would keep all of them from being used.
      minimizeConnections: true,
    });
    return linkToCluster(cluster, ending, learn);
  };
}

function linkToCluster(cluster: RedisCluster, ending: AbortController, learn: (cluster: RedisCluster) => void): Link {
  const troubles = createTroubles();
  const fail = (error: unknown): void => {
    troubles.note(error);
    troubles.report();
  };
  const stopListening = listenForHeartbeats(() => clientsOf(cluster), fail);
  cluster.on('error', troubles.note);
  cluster.on('node-error', (error) => {
    if (clientsOf(cluster).every(({ isReady }) => isReady)) troubles.note(error);
    else fail(error);
  });
  return {
    commands: cluster,
    trouble: troubles.promise,
    get error() {
      return troubles.error;
    },
    isUsable: () => cluster.isOpen,
    async connect() {
      await cluster.connect();
      learn(cluster);
    },
    nodes: () => Promise.all(cluster.masters.map((master) => cluster.nodeClient(master))),
    async subscribe(channels, listener) {
      await cluster.subscribe([...channels], listener);
    },
    giveUp: troubles.report,
    destroy() {
      stopListening();
      troubles.report();
      ending.abort();
      try {
        cluster.destroy();
      } catch {
        // It refuses where one of its nodes is gone already; the signal has ended the others.
      }
    },
  };
}

function clientsOf({ masters, pubSubNode }: RedisCluster): readonly PingableClient[] {
  return [...masters, pubSubNode].flatMap((node) => node?.client ?? []);
}

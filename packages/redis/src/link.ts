import type { RedisClient, RedisCluster, RedisCommands, RedisNode } from './node-redis.ts';
import type { Source } from './source.ts';

/** A client of ours, or the clients of a cluster, from its connecting to its first trouble: it never reconnects. */
export interface Link {
  readonly commands: RedisCommands;
  /** Resolves when it can no longer be used, or not for all keys, and ought to be replaced. */
  readonly trouble: Promise<void>;
  /** The last error that it met by itself. */
  readonly error: unknown;
  isUsable(): boolean;
  /** @throws where Redis cannot be reached or does not let us in. */
  connect(): Promise<void>;
  /** All nodes that take writes. */
  nodes(): Promise<readonly RedisNode[]>;
  subscribe(channels: readonly string[], listener: (message: string, channel: string) => void): Promise<void>;
  /** Says that it ought to be replaced, though it can be used. */
  giveUp(): void;
  /** Ends it at once, whatever state it is in. What is under way rejects. */
  destroy(): void;
}

/** Milliseconds for the way to a server. */
const connectTimeout = 2000;
/** Milliseconds of silence, answers to pings included, after which a server is given up: longer than event loops stall. */
const silence = 5000;
/** Milliseconds between pings. */
const pingInterval = 1000;
/** Commands under way at once; what comes beyond them is refused. */
const maxCommands = 10_000;

/** Gives a function that makes links, none of them connected yet. */
export function linksTo(source: Source): () => Link {
  return source.kind === 'client' ? () => linkToServer(source.client) : linksToCluster(source.cluster);
}

/** How our duplicates differ from the client they are made from. */
function settings(socket: object | undefined, signal: AbortSignal, reconnectStrategy: () => number | false): object {
  return {
    // One protocol, whatever the source speaks: its replies look the same everywhere.
    RESP: 2,
    maintNotifications: 'disabled',
    clientSideCache: undefined,
    emitInvalidate: undefined,
    commandOptions: {},
    disableOfflineQueue: true,
    commandsQueueMaxLength: maxCommands,
    pingInterval,
    // The signal ends sockets in every state; destroying a client that is just connecting does not.
    socket: { ...socket, connectTimeout, socketTimeout: silence, reconnectStrategy, signal },
  };
}

interface Troubles {
  readonly promise: Promise<void>;
  error: unknown;
  report(): void;
}

function createTroubles(): Troubles {
  let report = (): void => undefined;
  const promise = new Promise<void>((resolve) => {
    report = resolve;
  });
  return { promise, report, error: undefined };
}

function linkToServer(source: RedisClient): Link {
  const ending = new AbortController();
  const troubles = createTroubles();
  // Told to retry it stays open when it is lost, so that it can be destroyed: which happens before it does retry.
  const client = source.duplicate(settings(source.options?.socket, ending.signal, () => 1));
  const destroy = (): void => {
    ending.abort();
    if (client.isOpen) client.destroy();
    troubles.report();
  };
  client.on('error', (error) => {
    troubles.error = error;
    // A ping that was refused is an error too.
    if (!client.isReady) destroy();
  });
  return {
    commands: client,
    trouble: troubles.promise,
    get error() {
      return troubles.error;
    },
    isUsable: () => client.isReady,
    async connect() {
      await client.connect();
      if (!client.isReady) throw troubles.error;
    },
    nodes: async () => [client],
    async subscribe(channels, listener) {
      await client.subscribe([...channels], listener);
    },
    giveUp: troubles.report,
    destroy,
  };
}

/** Each link learns from those before it which nodes there are: the ones that were named at first may be gone. */
function linksToCluster(source: RedisCluster): () => Link {
  const { rootNodes, defaults } = source._options;
  let known: readonly object[] = [];
  const learn = (cluster: RedisCluster): void => {
    known = cluster.masters.map(({ host, port }) => ({ socket: { host, port } }));
  };
  return () => {
    const ending = new AbortController();
    // A node that is told to retry holds its commands back until it is there.
    const nodes = settings(defaults?.socket, ending.signal, () => false);
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
  const note = (error: unknown): void => {
    troubles.error = error;
  };
  cluster.on('error', note);
  cluster.on('node-error', (error) => {
    note(error);
    // A ping that was refused is an error too.
    const nodes = [...cluster.masters, cluster.pubSubNode];
    if (nodes.some((node) => node?.client?.isReady === false)) troubles.report();
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
      ending.abort();
      try {
        cluster.destroy();
      } catch (error) {
        // It refuses where one of its nodes is gone already; the signal has ended the others.
        note(error);
      }
      troubles.report();
    },
  };
}

/** What of node-redis is used here. Written down, because the types of its clients differ with their modules. */

/** The commands of a client, or of a cluster, which sends each to the node that has its key. */
export interface RedisCommands {
  get(key: string): Promise<string | null>;
  /** 'OK', or null where the condition does not hold. */
  set(
    key: string,
    value: string,
    options?: { readonly expiration?: { readonly type: 'PX'; readonly value: number }; readonly condition?: 'NX' },
  ): Promise<string | null>;
  unlink(key: string): Promise<number>;
  eval(source: string, options: ScriptArguments): Promise<unknown>;
  evalSha(sha: string, options: ScriptArguments): Promise<unknown>;
  /** The same commands, with replies of other types. */
  withTypeMapping(mapping: object): unknown;
}

interface ScriptArguments {
  readonly keys: string[];
  readonly arguments: string[];
}

/** The commands of one node that are about no single key. */
export interface RedisNode {
  scan(
    cursor: string,
    options: { readonly MATCH: string; readonly COUNT: number },
  ): Promise<{ readonly cursor: string; readonly keys: readonly string[] }>;
  configGet(name: string): Promise<Readonly<Record<string, string>>>;
}

/** A client of one server, which can be asked whether it is there. */
export interface PingableClient {
  readonly isReady: boolean;
  sendCommand(command: string[], options: { readonly asap: boolean }): Promise<unknown>;
}

/** What clients and clusters have in common. */
interface Duplicable<Self> {
  readonly isOpen: boolean;
  duplicate(overrides?: object): Self;
  connect(): Promise<unknown>;
  subscribe(channels: string[], listener: (message: string, channel: string) => void): Promise<unknown>;
  destroy(): void;
  on(event: string, listener: (error: unknown) => void): unknown;
}

/** A client of one server: `createClient`. */
export interface RedisClient extends Duplicable<RedisClient>, RedisCommands, RedisNode, PingableClient {
  readonly options?: { readonly socket?: object };
}

/** The clients of a cluster's nodes: `createCluster`. */
export interface RedisCluster extends Duplicable<RedisCluster>, RedisCommands {
  readonly _options: {
    readonly rootNodes: readonly object[];
    readonly defaults?: { readonly socket?: object };
  };
  readonly masters: readonly ClusterMaster[];
  /** The node that has the subscriptions. */
  readonly pubSubNode?: ClusterNode | undefined;
  nodeClient(master: ClusterMaster): Promise<RedisNode>;
}

interface ClusterNode {
  readonly client?: PingableClient | undefined;
}

interface ClusterMaster extends ClusterNode {
  readonly host: string;
  readonly port: number;
}

import { linksToCluster } from './cluster-link.ts';
import type { RedisCommands, RedisNode } from './node-redis.ts';
import { linkToServer } from './server-link.ts';
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

/** Gives a function that makes links, none of them connected yet. */
export function linksTo(source: Source): () => Link {
  return source.kind === 'client' ? () => linkToServer(source.client) : linksToCluster(source.cluster);
}

import { clientSettings } from './client-settings.ts';
import { listenForHeartbeats } from './heartbeat.ts';
import type { Link } from './link.ts';
import type { RedisClient } from './node-redis.ts';
import { createTroubles } from './troubles.ts';

/** Creates a link to one server. */
export function linkToServer(source: RedisClient): Link {
  const ending = new AbortController();
  const troubles = createTroubles();
  // Told to retry it stays open when it is lost, so that it can be destroyed: which happens before it does retry.
  const client = source.duplicate(clientSettings(source.options?.socket, ending.signal, () => 1));
  const destroy = (): void => {
    stopListening();
    troubles.report();
    ending.abort();
    if (client.isOpen) client.destroy();
  };
  const fail = (error: unknown): void => {
    troubles.note(error);
    destroy();
  };
  const stopListening = listenForHeartbeats(() => [client], fail);
  client.on('error', (error) => {
    if (client.isReady) troubles.note(error);
    else fail(error);
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

import type { PingableClient } from './node-redis.ts';

/** Milliseconds between pings. */
const interval = 1000;
/** Milliseconds without an answer after which a server is given up: longer than event loops stall. */
export const silence = 5000;

/**
 * Pings the servers of some clients and reports the first that does not answer. A timeout of the sockets does not find it
 * out: what is written to a dead server counts as life.
 *
 * @returns a function that stops it.
 */
export function listenForHeartbeats(
  clients: () => Iterable<PingableClient>,
  onSilence: (error: Error) => void,
): () => void {
  const askedAt = new Map<PingableClient, number>();

  const ping = async (client: PingableClient): Promise<void> => {
    askedAt.set(client, performance.now());
    try {
      // Ahead of the writes that wait, which may take long.
      await client.sendCommand(['PING'], { asap: true });
    } catch {
      // Refused: an answer too. Lost: reported by the client itself.
    } finally {
      askedAt.delete(client);
    }
  };

  const judge = (client: PingableClient): void => {
    if (askedAt.has(client)) onSilence(new Error(`Redis has been silent for ${silence} ms`));
  };

  const timer = setInterval(() => {
    for (const client of clients()) {
      const since = askedAt.get(client);
      if (since === undefined) {
        if (client.isReady) void ping(client);
      } else if (performance.now() - since > silence) {
        // Not before what has come is read: it may be this process that stood still.
        setImmediate(judge, client);
      }
    }
  }, interval);
  timer.unref();
  return () => clearInterval(timer);
}

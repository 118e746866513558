import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { pictureOf } from '../support/versioned-picture.ts';
import type { Random } from './random.ts';

/** A web server with a picture under every path, until it is removed. */
export interface RemovableUpstream extends AsyncDisposable {
  readonly url: string;
  remove(path: string): void;
}

/** Creates a server that looks first and answers up to `latency` milliseconds later. */
export async function removableUpstream(random: Random, latency = 60): Promise<RemovableUpstream> {
  const removed = new Set<string>();
  const answer = async (path: string, response: ServerResponse): Promise<void> => {
    const isRemoved = removed.has(path);
    await delay(random.below(latency));
    const tag = { 'cache-tag': `tag-${path}` };
    if (isRemoved) response.writeHead(404, tag).end();
    else response.writeHead(200, { etag: '"1"', ...tag }).end(await pictureOf(1));
  };
  const server = createServer(({ url = '' }, response) => void answer(url, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    remove: (path) => void removed.add(path),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

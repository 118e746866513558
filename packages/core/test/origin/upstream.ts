import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createSocketServer, type Server, type Socket } from 'node:net';

/** A server of the test's own on a loopback port. */
export interface Upstream extends AsyncDisposable {
  readonly url: string;
  /** Every request, in order. */
  readonly requests: readonly IncomingMessage[];
  /** Every connection ever made. */
  readonly sockets: readonly Socket[];
}

/** An HTTP server that answers by `listener`. */
export async function serve(listener: RequestListener): Promise<Upstream> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    listener(request, response);
  });
  return { ...(await listen(server)), requests };
}

/** A server that knows no HTTP: `answer` writes what it likes once a request's head has come. */
export async function serveRaw(answer: (socket: Socket, head: string) => void): Promise<Upstream> {
  const server = createSocketServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (head) => {
      if (head.includes('\r\n\r\n')) answer(socket, head.toString());
    });
  });
  return { ...(await listen(server)), requests: [] };
}

async function listen(server: Server): Promise<Omit<Upstream, 'requests'>> {
  const sockets: Socket[] = [];
  server.on('connection', (socket: Socket) => sockets.push(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sockets,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

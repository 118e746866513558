import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a server that a test can interrupt. */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /** Ends all connections and lets nobody in until it is mended. */
  cut(): void;
  /** Lets nothing through, and everybody in, until it is mended: what was sent meanwhile arrives then. */
  stall(): void;
  mend(): void;
}

/** Starts one on a free port of the loopback address. */
export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  let state: 'open' | 'cut' | 'stalled' = 'open';
  const sockets = new Set<Socket>();

  const keep = (socket: Socket, other: Socket): void => {
    sockets.add(socket);
    socket.on('data', (chunk) => void other.write(chunk));
    if (state === 'stalled') socket.pause();
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      other.destroy();
    });
  };

  const server = createServer((near) => {
    if (state === 'cut') {
      near.destroy();
      return;
    }
    const far = connect(targetPort, '127.0.0.1');
    keep(near, far);
    keep(far, near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const change = (next: typeof state, act: (socket: Socket) => void): void => {
    state = next;
    for (const socket of sockets) act(socket);
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut: () => change('cut', (socket) => socket.destroy()),
    stall: () => change('stalled', (socket) => socket.pause()),
    mend: () => change('open', (socket) => socket.resume()),
    async [Symbol.asyncDispose]() {
      change('cut', (socket) => socket.destroy());
      server.close();
      await once(server, 'close');
    },
  };
}

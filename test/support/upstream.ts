import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { type AddressInfo, createServer as createSocketServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** What a web server says. It adds the length of its body where that is not said, and no date. */
export interface Said {
  /** @default 200 */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string | Uint8Array;
}

/** Says the same to everybody, or something to each request; undefined where it has done with the socket what it likes. */
export type Saying = Said | ((request: IncomingMessage) => Said | undefined);

/** An answer that waits. */
interface DelayedAnswer {
  /** Resolves when the request has come. */
  readonly begun: Promise<void>;
  /** Lets it go: with what was said when the request came. */
  answer(): void;
}

/** A web server on this machine, in the hands of a test. */
export interface Upstream {
  readonly url: string;
  /** Every request so far. */
  readonly asked: readonly { readonly url: string; readonly headers: IncomingHttpHeaders }[];
  /** Changes what it says from now on. */
  say(saying: Saying): void;
  /** Makes the next request wait for its answer. */
  delayNext(): DelayedAnswer;
  /** Closes it: connections are refused from now on. */
  close(): Promise<void>;
}

/** Opens a web server until the end of the test. */
export async function openUpstream(first: Saying): Promise<Upstream> {
  const asked: { url: string; headers: IncomingHttpHeaders }[] = [];
  const delays: (DelayedAnswer & { begin(): void; readonly over: Promise<void> })[] = [];
  let saying = first;
  const server = createServer(async (request, response) => {
    asked.push({ url: request.url ?? '', headers: request.headers });
    const current = saying;
    const delay = delays.shift();
    delay?.begin();
    await delay?.over;
    const said = typeof current === 'function' ? current(request) : current;
    if (said === undefined) return;
    const { status = 200, headers = {}, body } = said;
    response.sendDate = false;
    const isBodiless = status === 204 || status === 304;
    const length = isBodiless || 'content-length' in headers ? {} : { 'content-length': Buffer.byteLength(body ?? '') };
    response.writeHead(status, { ...length, ...headers }).end(isBodiless ? undefined : body);
  });
  const url = await listen(server);
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  onTestFinished(close);
  return {
    url,
    asked,
    say(next) {
      saying = next;
    },
    delayNext() {
      const [begun, over] = [signal(), signal()];
      const delay = { begun: begun.given, begin: begun.give, over: over.given, answer: over.give };
      delays.push(delay);
      return delay;
    },
    close,
  };
}

/** A server that knows no HTTP. */
export interface RawUpstream {
  readonly url: string;
  /** Heads of the requests so far. */
  readonly asked: readonly string[];
  /** How many connections are open. */
  readonly openSockets: () => number;
  /** Changes what becomes of requests from now on. */
  act(acting: Acting): void;
}

/** Does to a connection what it likes once the head of a request has come. */
export type Acting = (socket: Socket, head: string) => void;

/** Opens a server that knows no HTTP until the end of the test. */
export async function openRawUpstream(first: Acting): Promise<RawUpstream> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  let acting = first;
  const server = createSocketServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    let received = '';
    socket.on('data', (bytes) => {
      received += bytes.toString('latin1');
      if (!received.endsWith('\r\n\r\n')) return;
      const head = received;
      received = '';
      asked.push(head);
      acting(socket, head);
    });
  });
  const url = await listen(server);
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return {
    url,
    asked,
    openSockets: () => sockets.size,
    act(next) {
      acting = next;
    },
  };
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Something to wait for, given once. */
function signal(): { readonly given: Promise<void>; readonly give: () => void } {
  let give: () => void = () => undefined;
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { given, give: () => give() };
}

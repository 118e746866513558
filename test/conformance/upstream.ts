import { type IncomingMessage, type RequestListener, request, type ServerResponse } from 'node:http';

/** Fields of a message as they stand in it: a name, its value, the next name. */
export type RawFields = readonly (readonly [name: string, value: string])[];

/** An answer, whole. */
export interface RawMessage {
  readonly status: number;
  readonly reason: string;
  readonly fields: RawFields;
  readonly body: Buffer;
}

/** A request without its body. */
export interface RawQuestion {
  readonly method: string;
  readonly path: string;
  readonly fields: RawFields;
}

/** Where on this machine requests go. */
export interface Upstream {
  readonly port: number;
}

/** The fields of a message, as they stand in it. */
function fieldsOf({ rawHeaders }: IncomingMessage): RawFields {
  return rawHeaders.flatMap((name, at) => (at % 2 === 0 ? [[name, rawHeaders[at + 1] ?? ''] as const] : []));
}

/** Between the two ends of one connection (RFC 9112 §6 and §9.3): a message that is sent on has its own. */
const ofTheConnection = new Set(['connection', 'keep-alive', 'transfer-encoding', 'host']);

/** Sends a request on, with the body that is still to come from the client, and reads the whole answer. */
function askUpstream(
  { port }: Upstream,
  { method, path, fields }: RawQuestion,
  client: IncomingMessage,
): Promise<RawMessage> {
  return new Promise((resolve, reject) => {
    const headers = fields.filter(([name]) => !ofTheConnection.has(name.toLowerCase())).flat();
    const host = `127.0.0.1:${port}`;
    // No connection is used twice: one of the suite's answers is longer than it says.
    const asked = request({
      host: '127.0.0.1',
      port,
      path,
      method,
      agent: false,
      headers: ['Host', host, 'Connection', 'close', ...headers],
    });
    let response: IncomingMessage | undefined;
    asked.on('error', (error) => {
      // What follows the end of an answer is no part of it.
      if (response?.complete !== true) reject(error);
    });
    asked.on('response', (given) => {
      response = given;
      const chunks: Buffer[] = [];
      given.on('data', (chunk: Buffer) => chunks.push(chunk));
      given.on('error', reject);
      given.on('end', () =>
        resolve({
          status: given.statusCode ?? 0,
          reason: given.statusMessage ?? '',
          fields: fieldsOf(given),
          body: Buffer.concat(chunks),
        }),
      );
    });
    client.pipe(asked);
  });
}

/** A proxy on one upstream that may change what goes through it, and without a cache. */
export function proxy(
  upstream: Upstream,
  exchange: (question: RawQuestion, ask: (question: RawQuestion) => Promise<RawMessage>) => Promise<RawMessage> = (
    question,
    ask,
  ) => ask(question),
): RequestListener {
  return (client, response) => {
    const question = { method: client.method ?? 'GET', path: client.url ?? '/', fields: fieldsOf(client) };
    exchange(question, (each) => askUpstream(upstream, each, client)).then(
      (answer) => send(answer, question.method, response),
      // Whoever cuts a connection has cut it for all.
      () => client.socket.destroy(),
    );
  };
}

function send({ status, reason, fields, body }: RawMessage, method: string, response: ServerResponse): void {
  // A Date of ours would hide that there was none.
  response.sendDate = false;
  const isFramed = (name: string): boolean => name === 'keep-alive' || name === 'transfer-encoding';
  response.writeHead(status, reason, fields.filter(([name]) => !isFramed(name.toLowerCase())).flat());
  response.end(method === 'HEAD' ? undefined : body);
}

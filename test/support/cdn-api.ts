import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Edge } from '@tintype/cdn';
import type { Purged } from '@tintype/core';
import { onTestFinished } from 'vitest';

/** A request as the API of a CDN got it. */
export interface ApiRequest {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly message: IncomingMessage;
}

/** What such an API answers. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A server in the place of a CDN's API, until the end of the test. */
export async function openApi(answer: (request: ApiRequest, count: number) => ApiAnswer) {
  const requests: ApiRequest[] = [];
  const server = createServer(async (message, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of message) chunks.push(chunk as Buffer);
    const { method, url, headers } = message;
    const request = { method, url, headers, body: Buffer.concat(chunks).toString(), message };
    requests.push(request);
    const { status, headers: fields = {}, body = '' } = answer(request, requests.length);
    response.writeHead(status, fields).end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

/** Has a cache in front purge something. */
export async function purge(edge: Edge, purged: Partial<Purged>): Promise<void> {
  await edge.onPurged({
    id: '5f2b',
    origin: 'shelf',
    mode: 'revalidate',
    targets: [],
    paths: [],
    prefixes: [],
    tags: [],
    all: false,
    keys: [],
    mounts: ['/images'],
    unchanged: undefined,
    signal: new AbortController().signal,
    ...purged,
  });
}

/** So many keys. */
export function someKeys(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `o${index.toString(16).padStart(16, '0')}`);
}

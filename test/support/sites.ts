import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { MountOptions, PurgeRoutesOptions, Tintype } from '@tintype/core';
import { onTestFinished } from 'vitest';
import { ask, type RawAnswer, type RawRequest } from './raw-http.ts';

/** Middleware that an application may have above us. */
export type Above =
  | 'session for everybody'
  | 'rolling session'
  | 'cookie session'
  | 'cookie set before'
  | 'helmet'
  | 'compression'
  | 'vary: origin'
  | 'response time'
  | 'access log'
  | 'untouchable query'
  | 'json parser'
  | 'form parser'
  | 'text parser'
  | 'greedy reader'
  | 'impatient'
  | 'half an answer'
  | 'throws afterwards';

/** One mount of images. */
export interface ImageMount {
  readonly images: Tintype;
  /** @default '/img' */
  readonly at?: string;
  /** A router or a mounted application around it. */
  readonly within?: string;
  readonly options?: MountOptions;
}

/** An application: what stands above us, our mounts, and its own routes and error handler below. */
export interface Site {
  readonly above?: readonly Above[];
  readonly mounts?: readonly ImageMount[];
  readonly purge?: { readonly images: Tintype; readonly options: PurgeRoutesOptions };
}

/**
 * One adapter on one version of its framework. The application answers `/boom` by throwing and all else with 200,
 * `x-answered-by: application` and `x-url`, the URL it sees. Errors are answered with `x-answered-by: error handler`.
 */
export interface Adapter {
  serve(site: Site): RequestListener;
}

/** What the purge routes of every site are mounted on. */
export const purgeMount = '/img-api';

/** What impatient middleware answers: as long as the client says. */
export const tooSlow = (headers: IncomingHttpHeaders): string =>
  'too slow'.padEnd(Number(headers['x-length'] ?? 0), '.');

/** A site that answers on a port of this machine. */
export interface OpenSite {
  readonly port: number;
  readonly server: Server;
  readonly get: (path: string, headers?: RawRequest['headers']) => Promise<RawAnswer>;
  readonly send: (method: string, path: string, request?: Omit<RawRequest, 'method'>) => Promise<RawAnswer>;
}

/** Opens a site until the end of the test. */
export async function open(adapter: Adapter, site: Site): Promise<OpenSite> {
  const server = createServer(adapter.serve(site)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    server,
    get: (path, headers = {}) => ask(port, path, { headers }),
    send: (method, path, request = {}) => ask(port, path, { ...request, method }),
  };
}

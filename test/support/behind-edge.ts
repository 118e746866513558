import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Edge } from '@tintype/cdn';
import type { Tintype, TintypeOptions } from '@tintype/core';
import { serveImages } from '@tintype/express';
import express from 'express';
import type { EdgeServer } from './edge-servers.ts';
import { openEngine } from './engines.ts';
import { type ShelfOrigin, shelfOrigin } from './shelf-origin.ts';
import { versionsOf } from './versioned-picture.ts';

/** What a client sees through a cache in front. */
export interface Seen {
  readonly status: number;
  readonly type: string | null;
  /** Of the first and of the last pixel; undefined where it is no picture. */
  readonly versions: readonly number[] | undefined;
  readonly headers: Headers;
  /** Whether the cache in front answered by itself. */
  readonly isHit: boolean;
}

/** An endpoint behind a cache in front of it, with pictures below `/images`. */
export interface BehindEdge {
  readonly shelf: ShelfOrigin;
  readonly images: Tintype;
  readonly server: EdgeServer;
  /** Asks the cache in front. */
  get(target: string, accept?: string): Promise<Seen>;
  /** Asks for several targets and gives the version of each. */
  versionsOf(targets: readonly string[]): Promise<readonly (number | undefined)[]>;
  /** Request targets that have come to us. */
  readonly reached: readonly string[];
}

/** A cache in front of a server whose application can be changed. */
export interface Front {
  readonly server: EdgeServer;
  /** Request targets that have come to the application. */
  readonly reached: string[];
  serve(application: RequestListener): void;
  close(): Promise<void>;
}

/** Opens a server without an application, and a cache in front of it. */
export async function openFront(start: (port: number) => Promise<EdgeServer>): Promise<Front> {
  const reached: string[] = [];
  let application: RequestListener = (_request, response) => {
    response.writeHead(404, { 'cache-control': 'no-store' }).end();
  };
  const origin = createServer((request, response) => {
    reached.push(request.url ?? '');
    application(request, response);
  }).listen(0, '127.0.0.1');
  await once(origin, 'listening');
  const server = await start((origin.address() as AddressInfo).port);
  return {
    server,
    reached,
    serve(listener) {
      application = listener;
    },
    async close() {
      await server.stop();
      origin.closeAllConnections();
      origin.close();
      await once(origin, 'close');
    },
  };
}

/** Opens an endpoint behind a cache that is in front of it, which is emptied by its keys. */
export async function behind(
  { server, reached, serve }: Front,
  edge: Edge,
  options: Partial<TintypeOptions> = {},
): Promise<BehindEdge> {
  const shelf = shelfOrigin();
  const images = openEngine({ origin: shelf, originals: true, ...options, ...edge });
  serve(express().use('/images', serveImages(images)));
  // One of several servers may be none.
  if (edge.surrogateKeys.length > 0) await images.purge({ all: true }, { wait: 'all' }).catch(() => undefined);

  const get = async (target: string, accept = '*/*'): Promise<Seen> => {
    const before = reached.length;
    const response = await fetch(`${server.url}/images${target}`, { headers: { accept } });
    const type = response.headers.get('content-type');
    const body = new Uint8Array(await response.arrayBuffer());
    const shown = response.status === 200 ? await versionsOf(body) : undefined;
    const versions = shown && [shown.first, shown.last];
    return { status: response.status, type, versions, headers: response.headers, isHit: reached.length === before };
  };
  return {
    shelf,
    images,
    server,
    reached,
    get,
    versionsOf: async (targets) => {
      const seen = [];
      for (const target of targets) seen.push((await get(target)).versions?.[0]);
      return seen;
    },
  };
}

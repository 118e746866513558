import { once } from 'node:events';
import { createServer, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { web } from '@tintype/core';
import { pictureOf } from '../support/versioned-picture.ts';
import type { Random } from './random.ts';
import { createHistory, type Source, taggedBy } from './source.ts';

/** How an upstream knows its pictures again. The first two lie: their validators never change. */
const validators = ['date', 'weak', 'strong', 'none'] as const;
type Validators = (typeof validators)[number];

const cacheControls: readonly [string | undefined, ...(string | undefined)[]] = [
  undefined,
  'max-age=0',
  'max-age=1',
  'max-age=3',
  'max-age=100',
  'max-age=31536000',
  's-maxage=2, max-age=0',
  'max-age=1, stale-while-revalidate=100',
  'max-age=1, stale-if-error=100',
  'no-cache',
];

/** How often it fails, so that what is stale stands in where it may. */
const failing = 0.01;

interface Picture {
  readonly version: number;
  readonly isAbsent: boolean;
}

/** A source that other processes can reach too. */
export interface Upstream extends Source {
  readonly url: string;
}

const kindOf = (path: string): Validators => path.split('/')[1] as Validators;
const tagsOf = (path: string): readonly [string, string] => [`kind-${kindOf(path)}`, path.slice(-5, -4)];

/**
 * A real web server that reads its version first and answers up to `latency` milliseconds later. To a conditional
 * question it says 304 whatever it holds, unless told `no-cache`; strong tags alone are honest.
 */
export async function changingUpstream(random: Random, latency = 30): Promise<Upstream> {
  const paths: [string, ...string[]] = ['/strong/b.png', ...validators.map((kind) => `/${kind}/a.png`)];
  const history = createHistory(paths);
  const current = new Map<string, Picture>(paths.map((path) => [path, { version: 1, isAbsent: false }]));

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url ?? '';
    // First the reading ...
    const { version, isAbsent } = current.get(path) ?? { version: 0, isAbsent: true };
    const kind = kindOf(path);
    const headers = { ...validatorHeaders(kind, version), ...cacheControlHeaders(random) };
    // An absence says its tags too, or no purge by tag could reach it.
    const tags = random.chance(0.5)
      ? { 'cache-tag': tagsOf(path).join(', ') }
      : { 'surrogate-key': tagsOf(path).join(' ') };
    const status = isAbsent ? 404 : isNotModified(request, kind, version) ? 304 : 200;
    const body = status === 200 ? await pictureOf(version) : undefined;
    // ... and late the answer.
    const ms = random.below(latency);
    if (ms > 0) await delay(ms);
    response.sendDate = false;
    if (random.chance(failing)) {
      response.writeHead(503).end();
      return;
    }
    response.writeHead(status, { ...tags, ...(status === 404 ? {} : headers) }).end(body);
  };

  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    origin: web(url, { connections: 256 }),
    paths,
    tagged: taggedBy(paths, tagsOf),
    changeMs: 30,
    held: history.held,
    newestAbsence: history.newestAbsence,
    async change(path) {
      const isAbsent = random.chance(0.1);
      const version = history.begin(path, isAbsent);
      current.set(path, { version, isAbsent });
      history.settle(path, version);
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function validatorHeaders(kind: Validators, version: number): OutgoingHttpHeaders {
  if (kind === 'date') return { 'last-modified': 'Wed, 01 Jan 2020 00:00:00 GMT' };
  if (kind === 'weak') return { etag: 'W/"same"' };
  return kind === 'strong' ? { etag: `"${version}"` } : {};
}

function cacheControlHeaders(random: Random): OutgoingHttpHeaders {
  if (random.chance(0.05)) return { 'cache-control': random.pick(['no-store', 'private']) };
  const value = random.pick(cacheControls);
  return value === undefined ? {} : { 'cache-control': value };
}

function isNotModified({ headers }: IncomingMessage, kind: Validators, version: number): boolean {
  if (kind === 'strong') return headers['if-none-match'] === `"${version}"`;
  if (headers['cache-control'] === 'no-cache') return false;
  return headers['if-none-match'] !== undefined || headers['if-modified-since'] !== undefined;
}

import { once } from 'node:events';
import { mkdir, mkdtemp, rm, unlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { TintypeError } from '../packages/core/src/errors.ts';
import { firstOf } from '../packages/core/src/origin/first-of.ts';
import { type FolderOptions, folder } from '../packages/core/src/origin/folder/folder.ts';
import type { Origin } from '../packages/core/src/origin/origin.ts';
import { canonicalPath, encodePath, isCanonicalPath } from '../packages/core/src/origin/path.ts';
import { s3 } from '../packages/core/src/origin/s3/s3.ts';
import { web } from '../packages/core/src/origin/web/web.ts';
import { webProxy } from '../packages/core/src/origin/web-proxy/web-proxy.ts';
import { describeOrigin, type OriginFixture } from './contracts/origin.ts';
import { credentials, startS3 } from './support/s3-server.ts';

async function folderFixture(options: FolderOptions = {}): Promise<OriginFixture> {
  const parent = await mkdtemp(join(tmpdir(), 'tintype-contract-'));
  const root = join(parent, 'photos');
  await mkdir(root);
  return {
    origin: folder(root, options),
    async put(path, bytes) {
      await mkdir(dirname(root + path), { recursive: true });
      await writeFile(root + path, bytes);
    },
    remove: (path) => unlink(root + path),
    fail: () => rm(root, { recursive: true }),
    [Symbol.asyncDispose]: () => rm(parent, { recursive: true, force: true }),
  };
}

/** The origin on a server's base URL. */
type OnServer = (baseUrl: string) => Origin;

/** A server with entity tags, strong or weak, that answers conditional requests. */
async function webFixture(
  tagged: (version: number) => Record<string, string>,
  onServer: OnServer = web,
): Promise<OriginFixture> {
  const pictures = new Map<string, { readonly bytes: Uint8Array; readonly headers: Record<string, string> }>();
  let version = 0;
  let failing = false;
  const server = createServer((request, response) => {
    const picture = pictures.get(canonicalPath(request.url?.replace('/base', '') ?? ''));
    if (failing) response.writeHead(503).end('out of order');
    else if (picture === undefined) response.writeHead(404).end('nothing here');
    else if (picture.headers.etag !== undefined && request.headers['if-none-match'] === picture.headers.etag) {
      response.writeHead(304, picture.headers).end();
    } else response.writeHead(200, picture.headers).end(picture.bytes);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: onServer(`http://127.0.0.1:${(server.address() as AddressInfo).port}/base`),
    async put(path, bytes) {
      version++;
      pictures.set(path, { bytes, headers: tagged(version) });
    },
    async remove(path) {
      pictures.delete(path);
    },
    async fail() {
      failing = true;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** A web proxy whose plain paths are those below one URL. */
function proxyOf(baseUrl: string): Origin {
  const { origin, host } = new URL(baseUrl);
  const proxy = webProxy({ allow: [origin], allowPrivate: [host] });
  return {
    ...proxy,
    paths: 'plain',
    read: (path, request) =>
      proxy.read(isCanonicalPath(path) ? canonicalPath(`/${baseUrl}${encodePath(path)}`) : path, request),
  };
}

/** A bucket of a real S3 server. */
async function s3Fixture(prefix = ''): Promise<OriginFixture> {
  const server = await startS3();
  const below = prefix === '' ? {} : { prefix };
  return {
    origin: s3({ bucket: 'photos', endpoint: server.endpoint, credentials, ...below }),
    put: (path, bytes) => server.put(prefix === '' ? path.slice(1) : prefix + path, bytes),
    remove: (path) => server.remove(prefix === '' ? path.slice(1) : prefix + path),
    async fail() {
      server.fail();
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** `second` behind an origin that never has anything. */
function behind(first: OriginFixture, second: OriginFixture): OriginFixture {
  return {
    ...second,
    origin: firstOf(first.origin, second.origin),
    async [Symbol.asyncDispose]() {
      await first[Symbol.asyncDispose]();
      await second[Symbol.asyncDispose]();
    },
  };
}

/** The least an own origin can be: bytes or undefined. */
async function ownFixture(): Promise<OriginFixture> {
  const pictures = new Map<string, Uint8Array>();
  let failing = false;
  return {
    origin: {
      async read(path, { maxBytes }) {
        if (failing) throw new TintypeError('ORIGIN_FAILED', { cause: new Error(`no ${path} today`) });
        const bytes = isCanonicalPath(path) ? pictures.get(path) : undefined;
        if (bytes !== undefined && bytes.length > maxBytes) throw new TintypeError('ORIGINAL_TOO_LARGE');
        return bytes;
      },
    },
    async put(path, bytes) {
      pictures.set(path, bytes);
    },
    async remove(path) {
      pictures.delete(path);
    },
    async fail() {
      failing = true;
    },
    async [Symbol.asyncDispose]() {},
  };
}

const trusting: FolderOptions = { clock: { now: () => Date.now() + 10_000 } };
const strong = (version: number): Record<string, string> => ({ etag: `"${version}"` });

describeOrigin('folder', () => folderFixture());
describeOrigin('folder whose files have come to rest', () => folderFixture(trusting));
describeOrigin('web with strong tags', () => webFixture(strong));
describeOrigin('web with weak tags', () => webFixture((version) => ({ etag: `W/"${version}"` })));
describeOrigin('web without validators', () => webFixture(() => ({})));
describeOrigin('webProxy', () => webFixture(strong, proxyOf));
describeOrigin('s3', () => s3Fixture());
describeOrigin('s3 below a prefix', () => s3Fixture('a b/2024'));
describeOrigin('firstOf a folder and a web', async () =>
  behind(await folderFixture(trusting), await webFixture(strong)),
);
describeOrigin('firstOf a web and a folder', async () =>
  behind(await webFixture(strong), await folderFixture(trusting)),
);
describeOrigin('of bytes alone', ownFixture);

import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import S3rver from 's3rver';
import { isSigned } from './signature-v4.ts';

/** The only credentials that the server knows. */
export const credentials = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' } as const;

/** A real S3 server with one bucket, `photos`, on a loopback port and a directory of its own. */
export interface S3Server extends AsyncDisposable {
  readonly endpoint: string;
  /** Every request, in order. */
  readonly requests: readonly IncomingMessage[];
  put(key: string, bytes: Uint8Array, metadata?: Readonly<Record<string, string>>): Promise<void>;
  remove(key: string): Promise<void>;
  /** Answers whatever comes with 503 from now on. */
  fail(): void;
}

/** @param requiresSignature whether requests without one are refused, as in a bucket that is not public. */
export async function startS3({ requiresSignature = true } = {}): Promise<S3Server> {
  const directory = await mkdtemp(join(tmpdir(), 'tintype-s3-'));
  const server = new S3rver({
    ...{ address: '127.0.0.1', port: 0, silent: true, directory },
    // A name below which 127.0.0.1 is none, so that buckets stand in the path.
    serviceEndpoint: 'amazonaws.com',
    configureBuckets: [{ name: 'photos' }],
  });
  const requests: IncomingMessage[] = [];
  let failing = false;
  server.middleware.unshift(async (context, next) => {
    const { req } = context;
    requests.push(req);
    const isAnonymous = req.headers.authorization === undefined;
    const refused = isAnonymous ? requiresSignature : !isSigned(req, credentials.secretAccessKey);
    // RFC 9110 §13.1.3, which S3 obeys and this server does not: a tag is stronger than a date.
    if (req.headers['if-none-match'] !== undefined) delete req.headers['if-modified-since'];
    if (!failing && !refused) return next();
    context.status = failing ? 503 : 403;
    context.type = 'application/xml';
    const code = failing ? 'SlowDown' : isAnonymous ? 'AccessDenied' : 'SignatureDoesNotMatch';
    context.body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code></Error>`;
  });
  const { port } = await server.run();

  const fileOf = (key: string, kind: string): string => join(directory, 'photos', `${key}._S3rver_${kind}`);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    requests,
    async put(key, bytes, metadata = {}) {
      // Not by PUT: this server answers before the bytes are on the disk.
      await mkdir(dirname(fileOf(key, 'object')), { recursive: true });
      await writeFile(fileOf(key, 'object'), bytes);
      await writeFile(fileOf(key, 'object.md5'), createHash('md5').update(bytes).digest('hex'));
      await writeFile(fileOf(key, 'metadata.json'), JSON.stringify(metadata));
    },
    async remove(key) {
      for (const kind of ['object', 'object.md5', 'metadata.json']) await rm(fileOf(key, kind));
    },
    fail() {
      failing = true;
    },
    async [Symbol.asyncDispose]() {
      server.httpServer.closeAllConnections();
      await server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

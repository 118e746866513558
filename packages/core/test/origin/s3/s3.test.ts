import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import type { OriginRequest, OriginResponse } from '../../../src/origin/origin.ts';
import { type S3Options, s3 } from '../../../src/origin/s3/s3.ts';
import { ask, errorOf } from '../temp-folder.ts';
import { serve, serveRaw, type Upstream } from '../upstream.ts';

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each[Symbol.asyncDispose]();
});

const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'hunter2hunter2', sessionToken: 't0k3n' };

/** Reads one object of at most 1000 bytes from a server that says it speaks S3. */
async function readFrom(
  upstream: Upstream,
  options: Partial<S3Options> = {},
  fields: Partial<OriginRequest> = {},
): Promise<OriginResponse> {
  const origin = s3({ bucket: 'photos', endpoint: upstream.url, credentials, timeout: 5, ...options });
  open.push(upstream, { [Symbol.asyncDispose]: async () => origin.close?.() });
  return (await origin.read('/cats/1.jpg', ask({ maxBytes: 1000, ...fields }))) as OriginResponse;
}

const saying = (status: number, code?: string, headers: Record<string, string> = {}): Promise<Upstream> =>
  serve((_, response) => {
    const page = code === undefined ? '' : `<?xml version="1.0"?>\n<Error><Code>${code}</Code><Key>x</Key></Error>`;
    response.writeHead(status, headers).end(page);
  });

describe('a request to S3', () => {
  it('asks conditionally, without codings, and signs what S3 wants signed alone', async () => {
    const upstream = await saying(304);
    const answer = await readFrom(upstream, {}, { ifNoneMatch: '"a-2"', ifModifiedSince: 'then' });
    expect(answer).toMatchObject({ status: 304 });
    expect(upstream.requests[0]?.url).toBe('/photos/cats/1.jpg');
    expect(upstream.requests[0]?.headers).toMatchObject({
      ...{ host: upstream.url.slice(7), 'accept-encoding': 'identity', 'user-agent': 'tintype' },
      ...{ 'if-none-match': '"a-2"', 'if-modified-since': 'then', 'x-amz-security-token': 't0k3n' },
      authorization: expect.stringContaining(
        'SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token,',
      ),
    });
    expect(Object.keys(upstream.requests[0]?.headers ?? {})).not.toContain('range');
  });

  it('says no-cache after a purge, and believes a strong tag alone', async () => {
    const upstream = await serve((_, response) => void response.end('meow'));
    await readFrom(upstream, {}, { noCache: true, ifNoneMatch: 'W/"a"', ifModifiedSince: 'then' });
    expect(upstream.requests[0]?.headers).toMatchObject({ 'cache-control': 'no-cache' });
    expect(upstream.requests[0]?.headers).not.toHaveProperty('if-none-match');
    expect(upstream.requests[0]?.headers).not.toHaveProperty('if-modified-since');
  });

  it('gives encoded bytes where anything is passed on, and none else', async () => {
    const zipped = gzipSync('text');
    const zip: RequestListener = (_, response) =>
      void response.writeHead(200, { 'content-encoding': 'gzip' }).end(zipped);
    expect(await readFrom(await serve(zip), {}, { passthrough: true })).toMatchObject({
      headers: { 'content-encoding': 'gzip' },
      body: zipped,
    });
    expect((await errorOf(readFrom(await serve(zip)))).code).toBe('ORIGIN_FAILED');
  });
});

describe('S3 has nothing', () => {
  it.each([
    ['404 NoSuchKey', 404, 'NoSuchKey', {}],
    ['404 NoSuchVersion', 404, 'NoSuchVersion', {}],
    ['404 without a page', 404, undefined, {}],
    ['403 AccessDenied to nobody', 403, 'AccessDenied', { credentials: undefined }],
    ['403 without a page to nobody', 403, undefined, { credentials: undefined }],
    ['403 AccessDenied where that was wanted', 403, 'AccessDenied', { forbiddenIsMissing: true }],
  ])('where it answers %s', async (_, status, code, options) => {
    const headers = { etag: '"of the page"', 'cache-control': 'max-age=9' };
    expect(await readFrom(await saying(status, code, headers), options)).toStrictEqual({ status: 404, headers: {} });
    expect(await readFrom(await saying(status, code), options, { passthrough: true })).toStrictEqual({
      status: 404,
      headers: {},
    });
  });
});

describe('S3 fails, and the cause says why', () => {
  it.each([
    [403, 'AccessDenied', {}, 's3:ListBucket'],
    [403, undefined, {}, 'S3 answered 403'],
    [403, 'AccessDenied', { credentials: undefined, forbiddenIsMissing: false }, 's3:ListBucket'],
    [403, 'SignatureDoesNotMatch', { forbiddenIsMissing: true }, 'secretAccessKey is wrong'],
    [403, 'InvalidAccessKeyId', { forbiddenIsMissing: true }, 'S3 answered 403 InvalidAccessKeyId'],
    [403, 'RequestTimeTooSkewed', {}, 'clock is more than 15 minutes off'],
    [403, 'InvalidObjectState', {}, 'is archived'],
    [404, 'NoSuchBucket', {}, 'no such bucket'],
    [301, 'PermanentRedirect', {}, 'in another region, or at another endpoint: its region is eu-central-1'],
    [301, undefined, {}, 'in another region'],
    [307, 'TemporaryRedirect', {}, 'in another region'],
    [400, 'AuthorizationHeaderMalformed', {}, 'its region is eu-central-1'],
    [400, 'ExpiredToken', {}, 'S3 answered 400 ExpiredToken'],
    [500, 'InternalError', {}, 'S3 answered 500 InternalError'],
    [503, 'SlowDown', {}, 'S3 answered 503 SlowDown'],
    [206, undefined, {}, 'S3 answered 206'],
  ])('by %i %s', async (status, code, options, reason) => {
    const headers = { 'x-amz-bucket-region': 'eu-central-1', location: 'http://127.0.0.1:1/' };
    const upstream = await saying(status, code, headers);
    const error = await errorOf(readFrom(upstream, options, { passthrough: true }));
    expect(error.code).toBe('ORIGIN_FAILED');
    expect(error.cause).toMatchObject({ name: 'OriginStatusError', status });
    expect((error.cause as Error).message).toContain(reason);
    expect(upstream.requests).toHaveLength(1);
  });

  it('but never with what was sent, whatever its page repeats', async () => {
    const upstream = await serve((request, response) => {
      const said = JSON.stringify(request.rawHeaders);
      response.writeHead(403, { 'x-amz-bucket-region': 'AKIAIOSFODNN7EXAMPLE' });
      response.end(`<Error><Code>${said}</Code><Code>PermanentRedirect</Code><Message>${said}</Message></Error>`);
    });
    const shown = inspect(await errorOf(readFrom(upstream)), { depth: 10 });
    expect(shown).toContain('S3 answered 403 PermanentRedirect');
    for (const secret of ['AKIAIOSFODNN7EXAMPLE', 'hunter2', 't0k3n', 'Signature='])
      expect(shown).not.toContain(secret);
  });

  it('where its page never ends', async () => {
    const upstream = await serve((_, response) => {
      response.writeHead(503);
      const pour = (): void => {
        while (response.write('x'.repeat(10_000)));
      };
      response.on('drain', pour);
      pour();
    });
    expect((await errorOf(readFrom(upstream))).cause).toMatchObject({ status: 503 });
  });
});

describe('a server that only says it speaks S3', () => {
  const ok = 'HTTP/1.1 200 OK\r\n';

  it.each([
    ['a body shorter than its length', `${ok}Content-Length: 10\r\n\r\nmeow`, 'ORIGIN_FAILED'],
    ['chunks without the last', `${ok}Transfer-Encoding: chunked\r\n\r\n4\r\nmeow\r\n`, 'ORIGIN_FAILED'],
    ['a body that ends with the connection', `${ok}Connection: close\r\n\r\nmeow`, 'ORIGIN_FAILED'],
    ['two lengths', `${ok}Content-Length: 4\r\nContent-Length: 5\r\n\r\nmeow`, 'ORIGIN_FAILED'],
    ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n\r\n', 'ORIGIN_FAILED'],
    ['a 304 unasked', 'HTTP/1.1 304 Not Modified\r\n\r\n', 'ORIGIN_FAILED'],
    ['a declared 10 GB', `${ok}Content-Length: 10000000000\r\n\r\n`, 'ORIGINAL_TOO_LARGE'],
    ['more than the limit', `${ok}Content-Length: 1001\r\n\r\n${'x'.repeat(1001)}`, 'ORIGINAL_TOO_LARGE'],
  ])('fails by %s', async (_, bytes, code) => {
    const upstream = await serveRaw((socket) => void socket.write(bytes, () => socket.end()));
    expect((await errorOf(readFrom(upstream))).code).toBe(code);
  });

  it.each([
    ['no answer', () => {}],
    ['a body that never comes', (socket: Socket) => void socket.write(`${ok}Content-Length: 10\r\n\r\n`)],
  ])('fails at the deadline by %s', async (_, answer) => {
    const error = await errorOf(readFrom(await serveRaw(answer), { timeout: 0.2 }));
    expect(error.code).toBe('ORIGIN_TIMEOUT');
  });
});

describe('the credentials of S3', () => {
  it('count in the deadline', async () => {
    const upstream = await saying(200);
    const error = await errorOf(readFrom(upstream, { timeout: 0.1, credentials: () => new Promise(() => {}) }));
    expect(error.code).toBe('ORIGIN_TIMEOUT');
    expect(upstream.requests).toHaveLength(0);
  });

  it.each([
    ['throws', () => Promise.reject(new Error('no role')), 'no role'],
    ['gives nothing', () => undefined as never, 'gave no accessKeyId'],
    ['gives half', async () => ({ accessKeyId: 'hunter2' }) as never, 'gave no accessKeyId'],
    ['gives line breaks', async () => ({ ...credentials, sessionToken: 'hunter2\r\nx: y' }), 'gave no accessKeyId'],
  ])('fail where their function %s', async (_, provide, reason) => {
    const upstream = await saying(200);
    const error = await errorOf(readFrom(upstream, { credentials: provide }));
    expect(error).toMatchObject({ code: 'ORIGIN_FAILED', cause: { message: expect.stringContaining(reason) } });
    expect(inspect(error, { depth: 10 })).not.toContain('hunter2');
    expect(upstream.requests).toHaveLength(0);
  });
});

describe('s3 is built', () => {
  it.each([
    [{ bucket: 'photos' }, 's3:https://s3.us-east-1.amazonaws.com/photos'],
    [{ bucket: 'photos', prefix: '/a/b/' }, 's3:https://s3.us-east-1.amazonaws.com/photos/a/b'],
    [{ bucket: 'photos', endpoint: 'http://minio:9000/' }, 's3:http://minio:9000/photos'],
    [{ bucket: 'photos', name: 'pictures' }, 'pictures'],
  ])('from %j with the name %s', (options, name) => expect(s3(options)).toMatchObject({ name, keepOriginals: true }));

  it.each([
    [undefined, 'options object'],
    [{}, 's3.bucket'],
    [{ bucket: '' }, 's3.bucket'],
    [{ bucket: 'photos', region: 'EU west' }, 's3.region'],
    [{ bucket: 'photos', endpoint: 7 }, 's3.endpoint'],
    [{ bucket: 'photos', credentials: { accessKeyId: 'hunter2' } }, 's3.credentials'],
    [{ bucket: 'photos', credentials: { accessKeyId: 'hunter2', secretAccessKey: '' } }, 's3.credentials'],
    [{ bucket: 'photos', credentials: { accessKeyId: 'hunter2', secretAccessKey: 'a b' } }, 's3.credentials'],
    [{ bucket: 'photos', credentials: 'hunter2' }, 's3.credentials'],
    [{ bucket: 'photos', credentials: null }, 's3.credentials'],
    [{ bucket: 'photos', prefix: '' }, 's3.prefix'],
    [{ bucket: 'photos', pathStyle: 'yes' }, 's3.pathStyle'],
    [{ bucket: 'photos', forbiddenIsMissing: 1 }, 's3.forbiddenIsMissing'],
    [{ bucket: 'photos', timeout: 0 }, 's3.timeout'],
    [{ bucket: 'photos', acl: 'public' }, 'Unknown option s3.acl'],
  ])('never from %j', (options, message) => {
    const build = (): unknown => s3(options as never);
    expect(build).toThrow(TypeError);
    expect(build).toThrow(message);
    expect(build).not.toThrow('hunter2');
  });
});

import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import type { Origin, OriginRequest, OriginResponse } from '../../../src/origin/origin.ts';
import { type WebOptions, web } from '../../../src/origin/web/web.ts';
import { ask, codeOf, errorOf } from '../temp-folder.ts';
import { serve, serveRaw, type Upstream } from '../upstream.ts';

let upstream: Upstream | undefined;
let origin: Origin | undefined;
afterEach(async () => {
  await origin?.close?.();
  await upstream?.[Symbol.asyncDispose]();
});

/** Asks a server that writes bytes for anything, images or not. */
async function passFrom(
  answer: string | Buffer | ((socket: Socket) => void),
  fields: Partial<OriginRequest> = {},
  options: WebOptions = {},
): Promise<OriginResponse> {
  upstream = await serveRaw(typeof answer === 'function' ? answer : (socket) => void socket.end(answer));
  origin = web(upstream.url, { timeout: 5, ...options });
  return (await origin.read('/page', ask({ passthrough: true, maxBytes: 1000, ...fields }))) as OriginResponse;
}

const ok = 'HTTP/1.1 200 OK\r\n';

describe('what is passed on of a web origin', () => {
  it.each([
    ...[200, 201, 202, 203, 205, 226, 299, 300, 301, 302, 303, 305, 306, 307, 308, 399],
    ...[400, 401, 403, 404, 405, 410, 416, 418, 429, 451, 499, 500, 501, 502, 503, 504, 599, 600, 999],
  ])('is an answer of status %i with its body and fields', async (status) => {
    const answer = await passFrom(`HTTP/1.1 ${status} X\r\nX-A: 1\r\nLocation: /x\r\nContent-Length: 4\r\n\r\ntext`);
    expect(answer).toStrictEqual({
      status,
      headers: { 'x-a': '1', location: '/x', 'content-length': '4' },
      body: Buffer.from('text'),
    });
  });

  it('is a 204 without a body', async () => {
    expect(await passFrom('HTTP/1.1 204 No Content\r\nX-A: 1\r\n\r\n')).toStrictEqual({
      status: 204,
      headers: { 'x-a': '1' },
    });
  });

  it('is a 304 where it was asked for, without a body', async () => {
    const unchanged = 'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\n\r\n';
    expect(await passFrom(unchanged, { ifNoneMatch: '"a"' })).toStrictEqual({ status: 304, headers: { etag: '"a"' } });
    await upstream?.[Symbol.asyncDispose]();
    expect(await codeOf(passFrom(unchanged))).toBe('ORIGIN_FAILED');
  });

  it('is never a part', async () => {
    const part = 'HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-3/9\r\nContent-Length: 4\r\n\r\ntext';
    expect((await errorOf(passFrom(part))).cause).toMatchObject({ status: 206, message: 'origin answered 206' });
  });

  it('is never of a status that is none', async () => {
    for (const status of ['099', '000', '1000', 'xyz']) {
      expect(await codeOf(passFrom(`HTTP/1.1 ${status} X\r\nContent-Length: 4\r\n\r\ntext`))).toBe('ORIGIN_FAILED');
      await upstream?.[Symbol.asyncDispose]();
    }
    upstream = undefined;
  });

  it('is encoded as it came', async () => {
    const zipped = gzipSync('text');
    const head = `${ok}Content-Encoding: gzip\r\nContent-Length: ${zipped.length}\r\n\r\n`;
    const answer = await passFrom(Buffer.concat([Buffer.from(head), zipped]));
    expect(answer).toMatchObject({ headers: { 'content-encoding': 'gzip' }, body: zipped });
  });

  it('is all that stands before a well ended connection, where nothing else tells the end', async () => {
    for (const head of [ok, `${ok}Connection: close\r\n`, 'HTTP/1.0 200 OK\r\n', `${ok}Transfer-Encoding: foo\r\n`]) {
      expect(await passFrom(`${head}\r\ntext`)).toMatchObject({ status: 200, body: Buffer.from('text') });
      await upstream?.[Symbol.asyncDispose]();
    }
    upstream = undefined;
  });

  it.each([
    ['', `${ok}\r\ntext`],
    [' of HTTP/1.0', 'HTTP/1.0 200 OK\r\n\r\ntext'],
    [' in an unknown coding', `${ok}Transfer-Encoding: foo\r\n\r\ntext`],
  ])('is nothing where such a connection%s is reset', async (_, bytes) => {
    const reset = passFrom((socket) => {
      // Once the head has been read: a reset that overtakes it leaves no trace.
      const onHead = (): void => {
        unsubscribe('undici:request:headers', onHead);
        socket.resetAndDestroy();
      };
      subscribe('undici:request:headers', onHead);
      socket.write(bytes);
    });
    expect((await errorOf(reset)).code).toBe('ORIGIN_FAILED');
  });

  it.each([
    ['a body shorter than its length', `${ok}Content-Length: 10\r\n\r\nmeow`],
    ['chunks without the last', `${ok}Transfer-Encoding: chunked\r\n\r\n4\r\nmeow\r\n`],
    ['two lengths', `${ok}Content-Length: 4\r\nContent-Length: 5\r\n\r\nmeow`],
    ['a length and chunks', `${ok}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nmeow\r\n0\r\n\r\n`],
  ])('is nothing of %s', async (_, bytes) => {
    expect(await codeOf(passFrom(bytes))).toBe('ORIGIN_FAILED');
  });

  it('is no page over the limit, of whatever status', async () => {
    for (const status of [200, 404, 503]) {
      const page = `HTTP/1.1 ${status} X\r\nContent-Length: 1001\r\n\r\n${'x'.repeat(1001)}`;
      expect(await codeOf(passFrom(page))).toBe('ORIGINAL_TOO_LARGE');
      await upstream?.[Symbol.asyncDispose]();
    }
    upstream = undefined;
  });

  it('is what a redirect leads to, or the redirect where it is not followed', async () => {
    upstream = await serve((request, response) => {
      const location = request.url === '/page' ? '/real' : 'http://elsewhere.example/';
      response.writeHead(request.url === '/real' ? 200 : 302, { location }).end('text');
    });
    origin = web(upstream.url, { redirects: 1 });
    expect(await origin.read('/page', ask({ passthrough: true }))).toMatchObject({ status: 200 });
    expect(await origin.read('/away', ask({ passthrough: true }))).toMatchObject({
      status: 302,
      headers: { location: 'http://elsewhere.example/' },
    });
  });

  it('comes from a Node server in an unknown transfer coding, once that hangs up', async () => {
    // Node then neither chunks nor counts, and keeps the connection: only the end of that ends the body.
    upstream = await serve((_, response) => {
      response.setHeader('Transfer-Encoding', 'ARIZQ');
      response.setHeader('Connection', 'close');
      response.end('text');
    });
    origin = web(upstream.url);
    const answer = await origin.read('/page', ask({ passthrough: true }));
    expect(answer).toMatchObject({ status: 200, body: Buffer.from('text') });
    expect((answer as OriginResponse).headers).not.toHaveProperty('transfer-encoding');
  });
});

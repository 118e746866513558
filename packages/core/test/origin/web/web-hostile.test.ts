import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import type { TintypeError } from '../../../src/errors.ts';
import { type WebOptions, web } from '../../../src/origin/web/web.ts';
import { ask, errorOf } from '../temp-folder.ts';
import { serve, serveRaw, type Upstream } from '../upstream.ts';

let upstream: Upstream | undefined;
afterEach(() => upstream?.[Symbol.asyncDispose]());

/** Reads one picture of at most 1000 bytes from a server that writes as `answer` does. */
async function readFrom(answer: (socket: Socket) => void, options: WebOptions = {}): Promise<unknown> {
  upstream = await serveRaw(answer);
  const origin = web(upstream.url, { timeout: 5, ...options });
  try {
    return await origin.read('/private/cat.jpg', ask({ maxBytes: 1000 }));
  } finally {
    await origin.close?.();
  }
}

const ok = 'HTTP/1.1 200 OK\r\n';

/** 200 KB that unfold to 200 MB. */
const zipped = gzipSync(Buffer.alloc(200_000_000));
const bomb = Buffer.concat([
  Buffer.from(`${ok}Content-Encoding: gzip\r\nContent-Length: ${zipped.length}\r\n\r\n`),
  zipped,
]);

function assertDiscreet(error: TintypeError): void {
  expect(error.message).not.toMatch(/127\.0\.0\.1|cat\.jpg|\d{4,}/);
  expect(error.cause).toBeInstanceOf(Error);
}

describe('a web origin fails', () => {
  it.each([
    ['a body shorter than its length', `${ok}Content-Length: 10\r\n\r\nmeow`],
    ['chunks without the last', `${ok}Transfer-Encoding: chunked\r\n\r\n4\r\nmeow\r\n`],
    ['a chunk cut short', `${ok}Transfer-Encoding: chunked\r\n\r\n9\r\nmeow`],
    ['a body that ends with the connection', `${ok}Connection: close\r\n\r\nmeow`],
    ['HTTP/1.0 without a length', 'HTTP/1.0 200 OK\r\n\r\nmeow'],
    ['an unknown transfer coding', `${ok}Transfer-Encoding: gzip\r\n\r\nmeow`],
    ['a coding within the chunks', `${ok}Transfer-Encoding: gzip, chunked\r\n\r\n4\r\nmeow\r\n0\r\n\r\n`],
    ['a broken chunk', `${ok}Transfer-Encoding: chunked\r\n\r\nzz\r\nmeow\r\n0\r\n\r\n`],
    ['a negative length', `${ok}Content-Length: -4\r\n\r\nmeow`],
    ['a length twice in one line', `${ok}Content-Length: 4, 4\r\n\r\nmeow`],
    ['the same length twice', `${ok}Content-Length: 4\r\nContent-Length: 4\r\n\r\nmeow`],
    ['a length that is no number', `${ok}Content-Length: four\r\n\r\nmeow`],
    ['a length beyond all numbers', `${ok}Content-Length: 99999999999999999999999\r\n\r\nmeow`],
    ['two lengths', `${ok}Content-Length: 4\r\nContent-Length: 5\r\n\r\nmeow`],
    ['a length and chunks', `${ok}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nmeow\r\n0\r\n\r\n`],
    ['a gzipped body', `${ok}Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nmeow`],
    [
      'a body in two codings',
      `${ok}Content-Encoding: identity\r\nContent-Encoding: br\r\nContent-Length: 4\r\n\r\nmeow`,
    ],
    ['a bomb of gzip', bomb],
    ['a field of 20 KB', `${ok}X: ${'x'.repeat(20_000)}\r\nContent-Length: 4\r\n\r\nmeow`],
    ['fields of 20 KB together', `${ok}${'X: yyyy\r\n'.repeat(3400)}Content-Length: 4\r\n\r\nmeow`],
    ['a folded field', `${ok}X: a\r\n b\r\nContent-Length: 4\r\n\r\nmeow`],
    ['a field without a name', `${ok}: a\r\nContent-Length: 4\r\n\r\nmeow`],
    ['a status below 100', 'HTTP/1.1 099 X\r\nContent-Length: 4\r\n\r\nmeow'],
    ['another protocol after all', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nmeow'],
    ['a 204 with a body', 'HTTP/1.1 204 No Content\r\nContent-Length: 4\r\n\r\nmeow'],
    ['a part unasked', 'HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-3/9\r\nContent-Length: 4\r\n\r\nmeow'],
    ['a 304 unasked', 'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\n\r\n'],
    ['a head without end', `${ok}X: ${'x'.repeat(100_000)}`],
    ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n\r\n'],
    ['HTTP/0.9', 'meow'],
    ['no answer', ''],
  ])('on %s', async (_, bytes) => {
    const error = await errorOf(readFrom((socket) => void socket.end(bytes)));
    expect(error.code).toBe('ORIGIN_FAILED');
    assertDiscreet(error);
  });

  it.each([
    ['in a body with a length', `${ok}Content-Length: 10\r\n\r\nmeow`],
    ['in a chunk', `${ok}Transfer-Encoding: chunked\r\n\r\n9\r\nmeow`],
    ['between chunks', `${ok}Transfer-Encoding: chunked\r\n\r\n4\r\nmeow\r\n`],
    ['in a body without a length', `${ok}\r\nmeow`],
    ['before the head', ''],
  ])('on a reset %s', async (_, bytes) => {
    const error = await errorOf(
      readFrom((socket) => {
        socket.write(bytes);
        setTimeout(() => socket.resetAndDestroy(), 20);
      }),
    );
    expect(error.code).toBe('ORIGIN_FAILED');
    assertDiscreet(error);
  });

  it('where nobody listens', async () => {
    upstream = await serveRaw(() => {});
    const { url } = upstream;
    await upstream[Symbol.asyncDispose]();
    upstream = undefined;
    const error = await errorOf(web(url).read('/cat.jpg', ask()) as Promise<unknown>);
    expect(error).toMatchObject({ code: 'ORIGIN_FAILED', cause: { code: 'ECONNREFUSED' } });
    assertDiscreet(error);
  });
});

describe('a web origin answers the next question', () => {
  const answers: readonly (readonly [string, string])[] = [
    ['more bytes than declared', `${ok}Content-Length: 4\r\n\r\nmeow and more`],
    ['a second answer', `${ok}Content-Length: 4\r\n\r\nmeow${ok}Content-Length: 4\r\n\r\nevil`],
    ['a second answer to a 404', `HTTP/1.1 404 X\r\nContent-Length: 0\r\n\r\n${ok}Content-Length: 4\r\n\r\nevil`],
    ['a second answer to chunks', `${ok}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n${ok}Content-Length: 4\r\n\r\nevil`],
    ['a broken chunk', `${ok}Transfer-Encoding: chunked\r\n\r\nzz\r\nmeow\r\n0\r\n\r\n`],
    ['half a body', `${ok}Content-Length: 10\r\n\r\nmeow`],
    ['a body over the limit', `${ok}Content-Length: 1001\r\n\r\n${'x'.repeat(1001)}`],
    ['a declared 10 GB', `${ok}Content-Length: 10000000000\r\n\r\n`],
    ['a body in a coding', `${ok}Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nmeow`],
    ['a part', `HTTP/1.1 206 X\r\nContent-Length: 4\r\n\r\nmeow`],
    ['an unasked 304', 'HTTP/1.1 304 X\r\n\r\n'],
    ['a redirect round in a circle', 'HTTP/1.1 302 X\r\nLocation: /bad\r\nContent-Length: 0\r\n\r\n'],
    ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n\r\n'],
    ['a status below 100', 'HTTP/1.1 099 X\r\nContent-Length: 4\r\n\r\nmeow'],
    ['no answer', ''],
  ];

  // One socket, which the bad answer must let go; and what stood behind it must not be taken for the next.
  it.each(answers)('rightly, by the one socket it may have, after %s', async (_, bad) => {
    upstream = await serveRaw((socket, head) => {
      socket.write(head.startsWith('GET /bad') ? bad : `${ok}Content-Length: 4\r\n\r\ngood`);
    });
    const origin = web(upstream.url, { timeout: 0.5, connections: 1, redirects: 5 });
    for (let round = 0; round < 2; round++) {
      await Promise.resolve(origin.read('/bad', ask({ maxBytes: 1000 }))).catch(() => {});
      expect(await origin.read('/good', ask())).toMatchObject({ status: 200, body: Buffer.from('good') });
    }
    await origin.close?.();
  });
});

describe('a web origin gives up at its deadline', () => {
  const cases: readonly (readonly [string, (socket: Socket) => void])[] = [
    ['no answer', () => {}],
    ['half a head', (socket) => void socket.write(ok)],
    ['a body that never comes', (socket) => void socket.write(`${ok}Content-Length: 10\r\n\r\n`)],
    ['interim answers without end', (socket) => drip(socket, 'HTTP/1.1 103 Early Hints\r\n\r\n')],
    ['a head that dribbles', (socket) => drip(socket, 'x: y\r\n', ok)],
    ['a body that dribbles', (socket) => drip(socket, 'x', `${ok}Content-Length: 900\r\n\r\n`)],
    ['chunks that dribble', (socket) => drip(socket, '1\r\nx\r\n', `${ok}Transfer-Encoding: chunked\r\n\r\n`)],
    [
      'redirects that dribble',
      (socket) => setTimeout(() => socket.write('HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n'), 60),
    ],
  ];

  it.each(cases)('on %s', async (_, answer) => {
    const began = performance.now();
    const error = await errorOf(readFrom(answer, { timeout: 0.3, redirects: 1000 }));
    expect(error.code).toBe('ORIGIN_TIMEOUT');
    expect(performance.now() - began).toBeGreaterThan(250);
    expect(performance.now() - began).toBeLessThan(2000);
    assertDiscreet(error);
  });

  function drip(socket: Socket, drop: string, first = ''): void {
    socket.write(first);
    const timer = setInterval(() => socket.write(drop), 20);
    socket.on('close', () => clearInterval(timer));
  }
});

describe('a web origin refuses a body over the limit', () => {
  it('by its declared length, before a byte of it', async () => {
    const error = await errorOf(readFrom((socket) => void socket.write(`${ok}Content-Length: 10000000000\r\n\r\n`)));
    expect(error.code).toBe('ORIGINAL_TOO_LARGE');
    assertDiscreet(error);
  });

  it('by counting, and hangs up on one without end', async () => {
    let closed: Promise<unknown> | undefined;
    const error = await errorOf(
      readFrom((socket) => {
        closed = new Promise((resolve) => socket.on('close', resolve));
        socket.write(`${ok}Transfer-Encoding: chunked\r\n\r\n`);
        const pour = (): void => {
          while (socket.writable && socket.write(`3e8\r\n${'x'.repeat(1000)}\r\n`));
        };
        socket.on('drain', pour);
        pour();
      }),
    );
    expect(error.code).toBe('ORIGINAL_TOO_LARGE');
    assertDiscreet(error);
    await closed;
  });

  it('but takes one of just the limit', async () => {
    const body = 'x'.repeat(1000);
    for (const head of [
      `Content-Length: 1000\r\n\r\n${body}`,
      `Transfer-Encoding: chunked\r\n\r\n3e8\r\n${body}\r\n0\r\n\r\n`,
    ]) {
      expect(await readFrom((socket) => void socket.write(ok + head))).toMatchObject({ body: Buffer.from(body) });
      await upstream?.[Symbol.asyncDispose]();
    }
    upstream = undefined;
  });
});

describe('a web origin gives the bytes as they came', () => {
  it('where they are compressed by themselves', async () => {
    const bytes = gzipSync('meow');
    upstream = await serve((_, response) => void response.end(bytes));
    const origin = web(upstream.url);
    expect(await origin.read('/cat.svgz', ask())).toMatchObject({ body: bytes });
    await origin.close?.();
  });

  it.each([
    ['identity as coding', `${ok}Content-Encoding: identity\r\nContent-Length: 4\r\n\r\nmeow`],
    ['chunks in capitals', `${ok}Transfer-Encoding: Chunked\r\n\r\n4\r\nmeow\r\n0\r\n\r\n`],
    ['interim answers before', `HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n${ok}Content-Length: 4\r\n\r\nmeow`],
    ['more bytes than declared', `${ok}Content-Length: 4\r\n\r\nmeow and more`],
  ])('with %s', async (_, bytes) => {
    expect(await readFrom((socket) => void socket.write(bytes))).toMatchObject({ body: Buffer.from('meow') });
  });
});

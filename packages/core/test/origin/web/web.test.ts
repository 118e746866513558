import { EventEmitter, once } from 'node:events';
import type { RequestListener } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { TintypeError } from '../../../src/errors.ts';
import type { Origin } from '../../../src/origin/origin.ts';
import { type WebOptions, web } from '../../../src/origin/web/web.ts';
import { ask, codeOf, errorOf } from '../temp-folder.ts';
import { serve, type Upstream } from '../upstream.ts';

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each[Symbol.asyncDispose]();
});

/** An origin on a server that answers by `listener`. */
async function webOn(
  listener: RequestListener,
  options: WebOptions = {},
  path = '',
): Promise<{ readonly origin: Origin; readonly upstream: Upstream }> {
  const upstream = await serve(listener);
  const origin = web(upstream.url + path, options);
  open.push(upstream, { [Symbol.asyncDispose]: async () => origin.close?.() });
  return { origin, upstream };
}

const meow: RequestListener = (_, response) => void response.end('meow');

describe('web', () => {
  it('answers with the bytes and all end-to-end fields', async () => {
    const { origin } = await webOn((_, response) => {
      response.writeHead(200, [
        ...['Cache-Control', 'max-age=60', 'Cache-Control', 'public', 'Age', '5', 'ETag', '"a"'],
        ...['Date', 'Sun, 06 Nov 1994 08:49:37 GMT', 'Expires', '0', 'Last-Modified', 'Sun, 06 Nov 1994 08:49:37 GMT'],
        ...['Vary', 'Accept', 'Content-Type', 'image/png', 'Cache-Tag', 'cats', 'Surrogate-Key', 'cats 1'],
        ...['Set-Cookie', 'a=b', 'Connection', 'keep-alive', 'X-Powered-By', 'x', 'Content-Length', '4'],
      ]);
      response.end('meow');
    });
    expect(await origin.read('/cat.jpg', ask())).toStrictEqual({
      status: 200,
      headers: {
        age: '5',
        'cache-control': 'max-age=60, public',
        'cache-tag': 'cats',
        'content-length': '4',
        'content-type': 'image/png',
        date: 'Sun, 06 Nov 1994 08:49:37 GMT',
        etag: '"a"',
        expires: '0',
        'last-modified': 'Sun, 06 Nov 1994 08:49:37 GMT',
        'set-cookie': 'a=b',
        'surrogate-key': 'cats 1',
        vary: 'Accept',
        'x-powered-by': 'x',
      },
      body: Buffer.from('meow'),
    });
  });

  it('reads a body sent in chunks', async () => {
    const { origin } = await webOn((_, response) => {
      response.write('me');
      response.end('ow');
    });
    expect(await origin.read('/cat.jpg', ask())).toMatchObject({ body: Buffer.from('meow') });
  });

  it.each([404, 410])('answers %i with its fields, to say how long it holds', async (status) => {
    const { origin } = await webOn((_, response) => {
      response.writeHead(status, { 'cache-control': 'max-age=9' }).end('nothing here');
    });
    const answer = await origin.read('/cat.jpg', ask());
    expect(answer).toMatchObject({ status, headers: { 'cache-control': 'max-age=9' } });
    expect(answer).not.toHaveProperty('body');
  });

  it.each([201, 204, 206, 300, 301, 302, 304, 307, 308, 400, 401, 403, 405, 429, 500, 502, 503])(
    'fails where the origin answers %i',
    async (status) => {
      const { origin } = await webOn((_, response) => {
        response.writeHead(status, { location: '/elsewhere.jpg' }).end(status === 204 || status === 304 ? '' : 'meow');
      });
      const error = await errorOf(origin.read('/cat.jpg', ask()) as Promise<unknown>);
      expect(error.code).toBe('ORIGIN_FAILED');
      expect((error.cause as Error).message).toBe(`origin answered ${status}${status === 304 ? ' unasked' : ''}`);
      if (status !== 304) expect(error.cause).toMatchObject({ name: 'OriginStatusError', status });
    },
  );

  it.each([
    ['/a b/100%.jpg', '/base/a%20b/100%25.jpg'],
    ['/é?#[x].jpg', '/base/%C3%A9%3F%23%5Bx%5D.jpg'],
    ["/a-b_~!$&'()*+,;=@.jpg", "/base/a-b_~!$&'()*+,;=@.jpg"],
    ['/%2e%2e/x.jpg', '/base/%252e%252e/x.jpg'],
  ])('asks for %s below its base URL', async (path, target) => {
    const { origin, upstream } = await webOn(meow, {}, '/base/');
    await origin.read(path, ask());
    expect(upstream.requests.map(({ url }) => url)).toStrictEqual([target]);
  });

  it.each([
    ...['/../cat.jpg', '//evil.example/cat.jpg', '', '/', '/a\\b.jpg', '/.env', '/x\r\ny'],
    '/https://x.example/cat.jpg',
  ])('hides %j without asking', async (path) => {
    const { origin, upstream } = await webOn(meow);
    expect(await origin.read(path, ask())).toStrictEqual({ status: 404, headers: {} });
    expect(upstream.requests).toHaveLength(0);
  });
});

describe('the request of a web origin', () => {
  const plain = { accept: 'image/*,*/*;q=0.8', 'accept-encoding': 'identity', 'user-agent': 'tintype' };
  const noCache = { 'cache-control': 'no-cache', pragma: 'no-cache' };
  const date = 'Sun, 06 Nov 1994 08:49:37 GMT';

  it.each([
    ['a plain question', {}, {}],
    ['a tag', { ifNoneMatch: '"a"' }, { 'if-none-match': '"a"' }],
    ['a weak tag', { ifNoneMatch: 'W/"a"' }, { 'if-none-match': 'W/"a"' }],
    ['a tag without quotes, as it came', { ifNoneMatch: 'abc' }, { 'if-none-match': 'abc' }],
    ['a tag beyond ASCII, as it came', { ifNoneMatch: '"é"' }, { 'if-none-match': '"é"' }],
    ['a tag that no field can hold', { ifNoneMatch: '"\u20ac"' }, {}],
    ['a date', { ifModifiedSince: date }, { 'if-modified-since': date }],
    ['both', { ifNoneMatch: '"a"', ifModifiedSince: date }, { 'if-none-match': '"a"', 'if-modified-since': date }],
    ['a purge', { noCache: true }, noCache],
    ['a purge, a strong tag', { noCache: true, ifNoneMatch: '"a"' }, { ...noCache, 'if-none-match': '"a"' }],
    ['a purge, a weak tag', { noCache: true, ifNoneMatch: 'W/"a"' }, noCache],
    ['a purge, two tags', { noCache: true, ifNoneMatch: '"a", W/"b"' }, noCache],
    ['a purge, a date', { noCache: true, ifModifiedSince: date }, noCache],
    [
      'a purge, a strong tag and a date',
      { noCache: true, ifNoneMatch: '"a"', ifModifiedSince: date },
      { ...noCache, 'if-none-match': '"a"' },
    ],
  ])('says so and nothing else: %s', async (_, fields, expected) => {
    const { origin, upstream } = await webOn(meow);
    await origin.read('/cat.jpg', ask(fields));
    const { host, connection, ...sent } = upstream.requests[0]?.headers ?? {};
    expect(sent).toStrictEqual({ ...plain, ...expected });
    expect({ host, connection }).toStrictEqual({ host: upstream.url.slice(7), connection: 'keep-alive' });
  });

  it('carries the configured fields, once each', async () => {
    const headers = { Authorization: 'Bearer secret', 'User-Agent': 'cats/1', 'x-tenant': '7' };
    const { origin, upstream } = await webOn(meow, { headers });
    await origin.read('/cat.jpg', ask());
    expect(upstream.requests[0]?.headersDistinct).toMatchObject({
      authorization: ['Bearer secret'],
      'user-agent': ['cats/1'],
      'x-tenant': ['7'],
    });
  });
});

describe('a 304 to a web origin', () => {
  const unchanged: RequestListener = (_, response) => void response.writeHead(304, { etag: '"a"' }).end();

  it.each([[{ ifNoneMatch: 'W/"a"' }], [{ ifModifiedSince: 'x' }], [{ ifNoneMatch: '"a"', noCache: true }]])(
    'is believed where it was asked for: %j',
    async (fields) => {
      const { origin } = await webOn(unchanged);
      const answer = await origin.read('/cat.jpg', ask(fields));
      expect(answer).toMatchObject({ status: 304, headers: { etag: '"a"' } });
      expect(answer).not.toHaveProperty('body');
    },
  );

  it.each([[{}], [{ ifNoneMatch: '' }], [{ noCache: true }], [{ ifNoneMatch: 'W/"a"', noCache: true }]])(
    'is a failure where it was not: %j',
    async (fields) => {
      const { origin } = await webOn(unchanged);
      expect(await codeOf(origin.read('/cat.jpg', ask(fields)) as Promise<unknown>)).toBe('ORIGIN_FAILED');
    },
  );

  it('cannot lie after a purge by a date or a weak tag', async () => {
    const { origin } = await webOn((request, response) => {
      // Says "unchanged" to whoever asks conditionally, whatever has happened.
      const lies = 'if-none-match' in request.headers || 'if-modified-since' in request.headers;
      if (lies) response.writeHead(304).end();
      else response.end('new');
    });
    const validators = { ifNoneMatch: 'W/"old"', ifModifiedSince: 'Sun, 06 Nov 1994 08:49:37 GMT' };
    expect(await origin.read('/cat.jpg', ask(validators))).toMatchObject({ status: 304 });
    const answer = await origin.read('/cat.jpg', ask({ ...validators, noCache: true }));
    expect(answer).toMatchObject({ status: 200, body: Buffer.from('new') });
  });
});

describe('redirects of a web origin', () => {
  /** /1 leads to /2 leads to /3 …; /5 is the picture. */
  const stairs: RequestListener = (request, response) => {
    const step = Number(request.url?.slice(1).split('?')[0]);
    if (step === 5) response.end(request.url);
    else
      response.writeHead([301, 302, 303, 307, 308][step] ?? 302, { location: `${step + 1}?from=${step}` }).end('moved');
  };

  it.each([
    [4, '/1'],
    [3, '/2'],
    [1, '/4'],
  ])('are followed as far as allowed: %i from %s', async (redirects, path) => {
    const { origin, upstream } = await webOn(stairs, { redirects, connections: 1 });
    expect(await origin.read(path, ask())).toMatchObject({ status: 200, body: Buffer.from('/5?from=4') });
    expect(upstream.sockets).toHaveLength(1);
  });

  it('are followed no further', async () => {
    const { origin, upstream } = await webOn(stairs, { redirects: 3 });
    const error = await errorOf(origin.read('/1', ask()) as Promise<unknown>);
    expect(error).toMatchObject({ code: 'ORIGIN_FAILED', cause: { message: 'origin answered 308' } });
    expect(upstream.requests).toHaveLength(4);
  });

  it('never lead to another origin, nor do the configured fields', async () => {
    const other = await webOn(meow);
    const elsewhere = [
      other.upstream.url,
      other.upstream.url.replace('http:', ''),
      other.upstream.url.replace('http', 'https'),
      other.upstream.url.replace('127.0.0.1', 'localhost'),
      'file:///etc/passwd',
      'http://[',
    ];
    for (const location of elsewhere) {
      const { origin } = await webOn(
        (request, response) => {
          if (request.url === '/cat.jpg') response.writeHead(302, { location }).end();
          else response.end('the same path here');
        },
        { redirects: 5, headers: { authorization: 'secret' } },
      );
      expect(await codeOf(origin.read('/cat.jpg', ask()) as Promise<unknown>)).toBe('ORIGIN_FAILED');
    }
    expect(other.upstream.sockets).toHaveLength(0);
  });

  it('free their socket, however long their page', async () => {
    const { origin } = await webOn(
      (request, response) => {
        if (request.url === '/cat.jpg') response.writeHead(302, { location: '/real.jpg' }).end('x'.repeat(1_000_000));
        else response.end('meow');
      },
      { redirects: 1, connections: 1, timeout: 2 },
    );
    expect(await origin.read('/cat.jpg', ask())).toMatchObject({ status: 200 });
  });

  it('fail where they lead nowhere', async () => {
    const { origin } = await webOn((_, response) => void response.writeHead(302).end(), { redirects: 5 });
    expect(await codeOf(origin.read('/cat.jpg', ask()) as Promise<unknown>)).toBe('ORIGIN_FAILED');
  });

  it('carry the conditions along', async () => {
    const { origin } = await webOn(
      (request, response) => {
        if (request.url === '/cat.jpg') response.writeHead(302, { location: '/real.jpg' }).end();
        else response.writeHead(request.headers['if-none-match'] === '"a"' ? 304 : 200).end();
      },
      { redirects: 1 },
    );
    expect(await origin.read('/cat.jpg', ask({ ifNoneMatch: '"a"' }))).toMatchObject({ status: 304 });
  });
});

describe('the sockets of a web origin', () => {
  const refused: readonly (readonly [string, RequestListener])[] = [
    ['a 404 with a page', (_, response) => void response.writeHead(404).end('x'.repeat(10_000))],
    ['a 500 with a page', (_, response) => void response.writeHead(500).end('x'.repeat(10_000))],
    ['a 500 without end', (_, response) => void response.writeHead(500).write('x'.repeat(100_000))],
    ['a body over the limit', (_, response) => void response.end('x'.repeat(2_000_000))],
    [
      'a body that never comes',
      (_, response) => void response.writeHead(200, { 'content-length': '9999999' }).flushHeaders(),
    ],
    ['a body in a coding', (_, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end('xx')],
  ];

  it.each(refused)('are free again after %s', async (_, refusing) => {
    const { origin } = await webOn(
      (request, response) => (request.url === '/bad' ? refusing : meow)(request, response),
      {
        connections: 1,
        timeout: 2,
      },
    );
    for (let round = 0; round < 5; round++) {
      await origin.read('/bad', ask())?.catch((error: unknown) => expect(error).toBeInstanceOf(TintypeError));
      expect(await origin.read('/good', ask())).toMatchObject({ status: 200 });
    }
  });

  it('are used again', async () => {
    const { origin, upstream } = await webOn(
      (request, response) => void response.writeHead(request.url === '/none.jpg' ? 404 : 200).end('page'),
      { connections: 1 },
    );
    for (const path of ['/1.jpg', '/2.jpg', '/none.jpg', '/3.jpg']) await origin.read(path, ask());
    expect(upstream.sockets).toHaveLength(1);
  });

  it('are as many as allowed and no more', async () => {
    const { origin, upstream } = await webOn((_, response) => void setTimeout(() => response.end('meow'), 20), {
      connections: 2,
    });
    await Promise.all(Array.from({ length: 6 }, (_, index) => origin.read(`/${index}.jpg`, ask())));
    expect(upstream.sockets).toHaveLength(2);
  });

  it('close with the origin, which then answers no more', async () => {
    const { origin, upstream } = await webOn(meow);
    await origin.read('/cat.jpg', ask());
    await origin.close?.();
    await Promise.all(upstream.sockets.map((socket) => socket.closed || once(socket, 'close')));
    expect(await codeOf(origin.read('/cat.jpg', ask()) as Promise<unknown>)).toBe('CLOSED');
    await origin.close?.();
  });

  it('are not opened before the first question', async () => {
    const { origin, upstream } = await webOn(meow);
    await origin.close?.();
    expect(upstream.sockets).toHaveLength(0);
  });

  it('finish what is under way before they close', async () => {
    const arrival = new EventEmitter();
    const { origin } = await webOn((_, response) => {
      arrival.emit('request');
      setTimeout(() => response.end('meow'), 50);
    });
    const arrived = once(arrival, 'request');
    const answer = origin.read('/cat.jpg', ask());
    await arrived;
    await origin.close?.();
    expect(await answer).toMatchObject({ status: 200 });
  });
});

describe('web is built', () => {
  it.each([
    ['http://localhost:8080', 'web:http://localhost:8080'],
    ['https://EXAMPLE.com:443/a/b//', 'web:https://example.com/a/b'],
    [new URL('http://[::1]:80/x/'), 'web:http://[::1]/x'],
  ])('from %s with the name %s', (baseUrl, name) => {
    expect(web(baseUrl)).toMatchObject({ name, keepOriginals: true });
  });

  it.each([
    ['photos', {}, 'absolute URL'],
    ['//host/x', {}, 'absolute URL'],
    [undefined, {}, 'absolute URL'],
    ['ftp://host/', {}, 'http or https'],
    ['data:text/plain,x', {}, 'http or https'],
    ['file:///srv', {}, 'http or https'],
    ['http://user:hunter2@host/', {}, 'no credentials'],
    ['http://user@host/', {}, 'no credentials'],
    ['http://host/?', {}, 'no query'],
    ['http://host/?token=hunter2', {}, 'no query'],
    ['http://host/#x', {}, 'no fragment'],
    ['http://host', { timeout: 0 }, 'web.timeout'],
    ['http://host', { timeout: '5' }, 'web.timeout'],
    ['http://host', { timeout: 1e9 }, 'web.timeout'],
    ['http://host', { redirects: -1 }, 'web.redirects'],
    ['http://host', { connections: 0 }, 'web.connections'],
    ['http://host', { name: '' }, 'web.name'],
    ['http://host', { follow: 1 }, 'Unknown option web.follow'],
    ['http://host', { headers: { 'a b': 'x' } }, 'web.headers'],
    ['http://host', { headers: { a: 'x\r\ny: hunter2' } }, 'web.headers.a'],
    ['http://host', { headers: { a: 1 } }, 'web.headers.a'],
    ['http://host', { headers: { 'Accept-Encoding': 'gzip' } }, 'web.headers.Accept-Encoding'],
    ['http://host', { headers: { range: 'bytes=0-1' } }, 'web.headers.range'],
    ['http://host', { headers: { 'If-None-Match': '"x"' } }, 'web.headers.If-None-Match'],
  ])('never from %s and %j', (baseUrl, options, message) => {
    const build = (): unknown => web(baseUrl as string, options as object);
    expect(build).toThrow(TypeError);
    expect(build).toThrow(message);
    expect(build).not.toThrow('hunter2');
  });
});

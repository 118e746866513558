import type { RequestListener } from 'node:http';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Origin, OriginRequest } from '../../../src/origin/origin.ts';
import { canonicalPath } from '../../../src/origin/path.ts';
import type { Lookup } from '../../../src/origin/web-proxy/guard.ts';
import { type WebProxyOptions, webProxy, webProxyBy } from '../../../src/origin/web-proxy/web-proxy.ts';
import { ask, errorOf } from '../temp-folder.ts';
import { serve, serveRaw, type Upstream } from '../upstream.ts';

const open: AsyncDisposable[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const each of open.splice(0).reverse()) await each[Symbol.asyncDispose]();
});

const meow: RequestListener = (_, response) => void response.end('meow');

async function listen(listener: RequestListener = meow): Promise<Upstream & { readonly host: string }> {
  const upstream = await serve(listener);
  open.push(upstream);
  return { ...upstream, host: upstream.url.slice(7) };
}

function proxy(options: WebProxyOptions, lookup?: Lookup): Origin {
  const origin = webProxyBy(options, lookup);
  open.push({ [Symbol.asyncDispose]: async () => origin.close?.() });
  return origin;
}

/** A proxy that may read from these servers of the test. */
const proxyOf = (servers: readonly { readonly url: string; readonly host: string }[], options = {}): Origin =>
  proxy({ allow: servers.map(({ url }) => url), allowPrivate: servers.map(({ host }) => host), ...options });

const read = (origin: Origin, url: string, fields: Partial<OriginRequest> = {}): Promise<unknown> =>
  origin.read(canonicalPath(`/${encodeURIComponent(url)}`), ask(fields)) as Promise<unknown>;

/** Answers every question about a name in turn, the last answer for ever. */
function resolver(...answers: readonly (readonly string[] | Error)[]): Lookup & { readonly asked: string[] } {
  const asked: string[] = [];
  const lookup: Lookup = (hostname, _, callback) => {
    const answer = answers[Math.min(asked.push(hostname), answers.length) - 1] ?? [];
    if (answer instanceof Error) return callback(answer, []);
    return callback(
      null,
      answer.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
  return Object.assign(lookup, { asked });
}

const loopback = resolver(['127.0.0.1']);

/** Of the public kind, given back by whoever had it. */
const nowhere = '3ffe::1';

describe('a web proxy', () => {
  it('reads the URL that is its path, query and all', async () => {
    const server = await listen();
    const origin = proxyOf([server]);
    expect(await read(origin, `${server.url}/a%20b/cat.jpg?id=5&x=%2F`)).toMatchObject({
      status: 200,
      body: Buffer.from('meow'),
    });
    expect(server.requests.map(({ url }) => url)).toStrictEqual(['/a%20b/cat.jpg?id=5&x=%2F']);
    expect(server.requests[0]?.headers).toStrictEqual({
      ...{ host: server.host, connection: 'keep-alive' },
      ...{ accept: 'image/*,*/*;q=0.8', 'accept-encoding': 'identity', 'user-agent': 'tintype' },
    });
    expect(origin).toMatchObject({ name: `webProxy:${server.url}`, keepOriginals: true, paths: 'url' });
  });

  it('sees nothing of a client, and asks conditionally', async () => {
    const server = await listen((request, response) => {
      response.writeHead(request.headers['if-none-match'] === '"a"' ? 304 : 200, { etag: '"a"' }).end();
    });
    const origin = proxyOf([server], { headers: { 'x-key': '1' } });
    const fields = { cookie: 'session=1', authorization: 'x' };
    expect(await read(origin, server.url, { fields, query: 'id=5', ifNoneMatch: '"a"' })).toMatchObject({
      status: 304,
    });
    expect(server.requests[0]?.headers).toMatchObject({ 'x-key': '1' });
    expect(server.requests[0]?.headers).not.toHaveProperty('cookie');
    expect(server.requests[0]?.url).toBe('/');
    expect(origin).not.toHaveProperty('forwards');
  });

  it.each([
    '/cat.jpg',
    '/http:/127.0.0.1/',
    '',
    '/',
    '/http://user@127.0.0.1/',
    '/http://127.0.0.1/../x',
    '/HTTP://127.0.0.1/',
  ])('has nothing at %j', async (path) => {
    expect(await proxy({ allow: 'public' }).read(path, ask())).toStrictEqual({ status: 404, headers: {} });
  });

  it('closes, and then answers no more', async () => {
    const server = await listen();
    const origin = proxyOf([server]);
    await read(origin, server.url);
    await origin.close?.();
    await origin.close?.();
    expect((await errorOf(read(origin, server.url))).code).toBe('CLOSED');
  });

  it('fails where a name cannot be resolved, or the server does not answer', async () => {
    const server = await listen();
    const missing = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
    const origin = proxy({ allow: ['gone.example', server.url], allowPrivate: [server.host] }, resolver(missing));
    expect(await errorOf(read(origin, 'https://gone.example/cat.jpg'))).toMatchObject({
      code: 'ORIGIN_FAILED',
      cause: missing,
    });
    const mute = await serveRaw(() => {});
    open.push(mute);
    const waiting = proxyOf([{ url: mute.url, host: mute.url.slice(7) }], { timeout: 0.1 });
    expect(await errorOf(read(waiting, mute.url))).toMatchObject({ code: 'ORIGIN_TIMEOUT' });
  });

  it('honours no proxy of the environment', async () => {
    const server = await listen();
    const victim = await listen();
    for (const name of ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'ALL_PROXY']) vi.stubEnv(name, victim.url);
    expect(await read(proxyOf([server]), server.url)).toMatchObject({ status: 200 });
    expect(victim.sockets).toHaveLength(0);
  });

  it('opens sockets to the address it has looked at, asked for once', async () => {
    const server = await listen();
    const port = server.host.split(':')[1];
    const lookup = resolver(['127.0.0.1'], [nowhere]);
    const origin = proxy(
      { allow: [`http://pictures.intranet:${port}`], allowPrivate: [`pictures.intranet:${port}`] },
      lookup,
    );
    expect(await read(origin, `http://pictures.intranet:${port}/cat.jpg`)).toMatchObject({ status: 200 });
    expect(lookup.asked).toStrictEqual(['pictures.intranet']);
  });
});

describe('a web proxy refuses, without connecting,', () => {
  it.each([
    '127.0.0.1',
    '127.1',
    '127.0.1',
    '2130706433',
    '0x7f000001',
    '0x7f.0.0.1',
    '0177.0.0.1',
    '017700000001',
    '127.0.0.1.',
    '１２７.０.０.１',
    '127。0。0。1',
    '①②⑦.0.0.1',
    '0.0.0.0',
    '0',
    '[::1]',
    '[::]',
    '[0:0:0:0:0:0:0:1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::127.0.0.1]',
    '[64:ff9b::7f00:1]',
    '[2002:7f00:1::]',
    '[fe80::1]',
    '[fd00:ec2::254]',
    '169.254.169.254',
    '0xa9fea9fe',
    '100.64.0.1',
    '10.0.0.1',
    '192.168.0.1',
    '%6cocalhost',
    'localhost',
    'LOCALHOST',
    'localhost.',
    'a.localhost',
    'public.example',
  ])('what is at %s', async (host) => {
    const victim = await listen();
    const port = victim.host.split(':')[1];
    // Allowed by name and port, so that the address alone is in the way.
    const allow = [`http://${host}:${port}`];
    const error = await errorOf(read(proxy({ allow }, loopback), `http://${host}:${port}/latest/meta-data/`));
    expect(error).toMatchObject({ code: 'FORBIDDEN', status: 403, message: 'This source is not allowed.' });
    expect((error.cause as Error).message).toContain('is no public address');
    expect(victim.sockets).toHaveLength(0);
  });

  it("the machine's own name, as the system resolves it", async () => {
    const victim = await listen();
    const port = victim.host.split(':')[1];
    const origin = proxy({ allow: [`http://localhost:${port}`] });
    expect((await errorOf(read(origin, `http://localhost:${port}/`))).code).toBe('FORBIDDEN');
    expect(victim.sockets).toHaveLength(0);
  });

  it.each([[[nowhere, '127.0.0.1']], [['127.0.0.1', nowhere]], [[nowhere, nowhere, '::ffff:127.0.0.1']]])(
    'a name of which one address is private: %j',
    async (addresses) => {
      const victim = await listen();
      const port = victim.host.split(':')[1];
      const origin = proxy({ allow: [`http://mixed.example:${port}`] }, resolver(addresses));
      expect((await errorOf(read(origin, `http://mixed.example:${port}/`))).code).toBe('FORBIDDEN');
      expect(victim.sockets).toHaveLength(0);
    },
  );

  it('a name that is public when asked first and private when asked again', async () => {
    const victim = await listen();
    const port = victim.host.split(':')[1];
    const lookup = resolver([nowhere], ['127.0.0.1']);
    const origin = proxy({ allow: [`http://rebind.example:${port}`], timeout: 0.5 }, lookup);
    const first = await errorOf(read(origin, `http://rebind.example:${port}/`));
    expect(['ORIGIN_FAILED', 'ORIGIN_TIMEOUT']).toContain(first.code);
    expect(lookup.asked).toHaveLength(1);
    expect((await errorOf(read(origin, `http://rebind.example:${port}/`))).code).toBe('FORBIDDEN');
    expect(victim.sockets).toHaveLength(0);
  });

  it('what the list does not name', async () => {
    const victim = await listen();
    const origin = proxy({ allow: ['pictures.example'], allowPrivate: [victim.host] }, loopback);
    for (const url of [victim.url, 'https://pictures.example.evil.example/', 'https://pictures.example:8443/']) {
      expect(await errorOf(read(origin, url))).toMatchObject({ code: 'FORBIDDEN', status: 403 });
    }
    expect(victim.sockets).toHaveLength(0);
  });

  it('a port of a public host that nobody named', async () => {
    const victim = await listen();
    const origin = proxy({ allow: 'public', allowPrivate: [victim.host] });
    expect((await errorOf(read(origin, victim.url))).code).toBe('FORBIDDEN');
    expect(victim.sockets).toHaveLength(0);
  });

  it('a private server beside one that is permitted', async () => {
    const [server, victim] = [await listen(), await listen()];
    const origin = proxy({ allow: [server.url, victim.url], allowPrivate: [server.host] });
    expect(await read(origin, server.url)).toMatchObject({ status: 200 });
    expect((await errorOf(read(origin, victim.url))).code).toBe('FORBIDDEN');
    expect(victim.sockets).toHaveLength(0);
  });
});

describe('a redirect of a web proxy', () => {
  /** Redirects to whatever its query says. */
  const pointer: RequestListener = (request, response) => {
    const location = new URL(request.url ?? '', 'http://x').searchParams.get('to') ?? '';
    response.writeHead(302, { location }).end('x'.repeat(100_000));
  };

  it('is followed three times, and further where that is allowed', async () => {
    const stairs = await listen((request, response) => {
      const step = Number(request.url?.slice(1));
      if (step === 4) response.end('meow');
      else response.writeHead(302, { location: `${step + 1}` }).end();
    });
    expect(await read(proxyOf([stairs]), `${stairs.url}/1`)).toMatchObject({ status: 200 });
    expect((await errorOf(read(proxyOf([stairs]), `${stairs.url}/0`))).cause).toMatchObject({ status: 302 });
    expect(await read(proxyOf([stairs], { redirects: 4 }), `${stairs.url}/0`)).toMatchObject({ status: 200 });
    expect((await errorOf(read(proxyOf([stairs], { redirects: 0 }), `${stairs.url}/3`))).code).toBe('ORIGIN_FAILED');
  });

  it('that leads round in a circle ends', async () => {
    const server = await listen((_, response) => void response.writeHead(302, { location: '/' }).end());
    expect((await errorOf(read(proxyOf([server]), server.url))).code).toBe('ORIGIN_FAILED');
    expect(server.requests).toHaveLength(4);
  });

  it('leads to another origin that is allowed, but takes no configured field there, nor back', async () => {
    const first = await listen((request, response) => {
      if (request.url === '/back') response.end('meow');
      else pointer(request, response);
    });
    const second = await listen(pointer);
    const origin = proxyOf([first, second], { headers: { authorization: 'secret', 'user-agent': 'cats/1' } });
    const back = `${second.url}/?to=${encodeURIComponent(`${first.url}/back`)}`;
    const there = `${first.url}/?to=${encodeURIComponent(back)}`;
    const again = `${first.url}/?to=${encodeURIComponent(there)}`;
    expect(await read(origin, again)).toMatchObject({ status: 200 });
    const seen = [...first.requests, ...second.requests].map(({ headers }) => [
      headers.authorization,
      headers['user-agent'],
    ]);
    expect(seen).toStrictEqual([
      ['secret', 'cats/1'],
      ['secret', 'cats/1'],
      [undefined, 'tintype'],
      [undefined, 'tintype'],
    ]);
  });

  it.each([1, 2])('does not lead to a private address on hop %i', async (hops) => {
    const victim = await listen();
    const server = await listen(pointer);
    const allow = [server.url, victim.url, `http://named.example:${victim.host.split(':')[1]}`];
    const origin = proxy({ allow, allowPrivate: [server.host], connections: 1, timeout: 5 }, loopback);
    for (const target of [victim.url, victim.url.replace('127.0.0.1', '0x7f.1'), String(allow[2])]) {
      let url = target;
      for (let hop = 0; hop < hops; hop++) url = `${server.url}/?to=${encodeURIComponent(url)}`;
      expect((await errorOf(read(origin, url))).code).toBe('FORBIDDEN');
    }
    expect(victim.sockets).toHaveLength(0);
  });

  it.each([
    'file:///etc/passwd',
    'data:image/png;base64,AA',
    'https://evil.example/',
    '//evil.example/',
    'http://user@127.0.0.1/',
  ])('does not lead to %s, and lets go of its socket', async (location) => {
    const server = await listen((request, response) => (request.url === '/' ? meow : pointer)(request, response));
    const origin = proxyOf([server], { connections: 1, timeout: 5 });
    for (let round = 0; round < 3; round++) {
      const url = `${server.url}/x?to=${encodeURIComponent(location)}`;
      expect((await errorOf(read(origin, url))).code).toBe('FORBIDDEN');
      expect(await read(origin, server.url)).toMatchObject({ status: 200 });
    }
  });

  it('is an answer where it leads nowhere and anything is passed on', async () => {
    const server = await listen((_, response) => void response.writeHead(302, { location: 'http://[' }).end());
    expect(await read(proxyOf([server]), server.url, { passthrough: true })).toMatchObject({ status: 302 });
  });
});

describe('a web proxy is built', () => {
  it('with a name of what it allows', () => {
    expect(webProxy({ allow: 'public' }).name).toBe('webProxy:public');
    expect(webProxy({ allow: ['a.example', '*.b.example'] }).name).toBe('webProxy:a.example,*.b.example');
    expect(webProxy({ allow: 'public', name: 'pictures' }).name).toBe('pictures');
  });

  it.each([
    [undefined, 'options object'],
    [{}, 'webProxy.allow'],
    [{ allow: undefined }, 'webProxy.allow'],
    [{ allow: [] }, 'webProxy.allow'],
    [{ allow: 'example.com' }, 'webProxy.allow'],
    [{ allow: '*' }, 'webProxy.allow'],
    [{ allow: [/x/] }, 'webProxy.allow'],
    [{ allow: ['a b'] }, 'webProxy.allow'],
    [{ allow: 'public', allowPrivate: '127.0.0.1:80' }, 'webProxy.allowPrivate'],
    [{ allow: 'public', allowPrivate: ['127.0.0.1'] }, 'webProxy.allowPrivate'],
    [{ allow: 'public', redirects: -1 }, 'webProxy.redirects'],
    [{ allow: 'public', timeout: 0 }, 'webProxy.timeout'],
    [{ allow: 'public', connections: 0 }, 'webProxy.connections'],
    [{ allow: 'public', headers: { range: 'bytes=0-1' } }, 'webProxy.headers.range'],
    [{ allow: 'public', forward: ['cookie'] }, 'Unknown option webProxy.forward'],
  ])('never from %j', (options, message) => {
    const build = (): unknown => webProxy(options as never);
    expect(build).toThrow(TypeError);
    expect(build).toThrow(message);
  });
});

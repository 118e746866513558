import type { RequestListener } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { Origin, OriginRequest } from '../../../src/origin/origin.ts';
import { type WebOptions, web } from '../../../src/origin/web/web.ts';
import { ask, codeOf, errorOf } from '../temp-folder.ts';
import { serve, type Upstream } from '../upstream.ts';

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each[Symbol.asyncDispose]();
});

const meow: RequestListener = (_, response) => void response.end('meow');

async function webOn(
  options: WebOptions = {},
  listener: RequestListener = meow,
): Promise<{ readonly origin: Origin; readonly upstream: Upstream }> {
  const upstream = await serve(listener);
  const origin = web(upstream.url, options);
  open.push(upstream, { [Symbol.asyncDispose]: async () => origin.close?.() });
  return { origin, upstream };
}

const read = (origin: Origin, fields: Partial<OriginRequest>) =>
  origin.read('/cat.jpg', ask(fields)) as Promise<unknown>;

describe('the fields of a client', () => {
  const fields = {
    accept: 'image/avif',
    authorization: 'Basic Y2F0Om1lb3c=',
    cookie: 'session=1',
    'accept-language': 'de',
    'x-forwarded-for': '192.0.2.1',
  };

  it('reach an origin where they are named, and no others', async () => {
    const { origin, upstream } = await webOn({ forward: ['Authorization', 'cookie', 'Accept', 'x-absent', 'COOKIE'] });
    expect(origin.forwards).toStrictEqual(['authorization', 'cookie', 'accept', 'x-absent']);
    await read(origin, { fields });
    const { host, connection, ...sent } = upstream.requests[0]?.headers ?? {};
    expect(sent).toStrictEqual({
      ...{ accept: 'image/avif', 'accept-encoding': 'identity', 'user-agent': 'tintype' },
      ...{ authorization: 'Basic Y2F0Om1lb3c=', cookie: 'session=1' },
    });
  });

  it('reach no origin that names none', async () => {
    const { origin, upstream } = await webOn();
    expect(origin).not.toHaveProperty('forwards');
    await read(origin, { fields });
    expect(upstream.requests[0]?.headers).not.toHaveProperty('cookie');
    expect(upstream.requests[0]?.headers.accept).toBe('image/*,*/*;q=0.8');
  });

  it('go along with a redirect within the origin, and nowhere else', async () => {
    const other = await webOn();
    const { origin, upstream } = await webOn({ forward: ['cookie'], redirects: 2 }, (request, response) => {
      if (request.url === '/cat.jpg') response.writeHead(302, { location: '/real.jpg' }).end();
      else response.writeHead(302, { location: `${other.upstream.url}/real.jpg` }).end();
    });
    expect(await codeOf(read(origin, { fields }))).toBe('ORIGIN_FAILED');
    expect(upstream.requests.map(({ headers }) => headers.cookie)).toStrictEqual(['session=1', 'session=1']);
    expect(other.upstream.sockets).toHaveLength(0);
  });

  it.each(['a\r\nx: y', 'a\nb', '\0', '\u010d\u010ax: y'])('never hold %j', async (cookie) => {
    const { origin, upstream } = await webOn({ forward: ['cookie'] });
    expect(await errorOf(read(origin, { fields: { cookie } }))).toMatchObject({
      code: 'ORIGIN_FAILED',
      // Ours, before it comes to undici's own check.
      cause: { message: 'the field cookie of the client cannot be sent' },
    });
    expect(upstream.requests).toHaveLength(0);
  });

  it.each([
    ...['Connection', 'content-length', 'expect', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade'],
    ...['accept-encoding', 'cache-control', 'pragma', 'range', 'if-range'],
    ...['if-match', 'if-modified-since', 'If-None-Match', 'if-unmodified-since'],
    ...['Host', 'proxy-authorization', 'proxy-connection', 'http2-settings'],
  ])('are never %s', (name) => {
    expect(() => web('http://host', { forward: [name] })).toThrow(`Unexpected field ${name} in web.forward`);
  });

  it.each([
    [{ forward: ['a b'] }, 'Expected a field name in web.forward but received "a b"'],
    [{ forward: [''] }, 'Expected a field name in web.forward'],
    [{ forward: [7] }, 'Expected a field name in web.forward'],
    [{ forward: 'cookie' }, 'web.forward'],
    [{ forward: ['x-a'], headers: { 'X-A': '1' } }, 'Unexpected field x-a in web.forward: it is configured'],
    [{ query: 'yes' }, 'web.query'],
  ])('are not configured by %j', (options, message) => {
    const build = (): unknown => web('http://host', options as object);
    expect(build).toThrow(TypeError);
    expect(build).toThrow(message);
  });
});

describe('the query of a client', () => {
  it.each([
    ['id=5', '/cat.jpg?id=5'],
    ['a=%20&b=ü'.replace('ü', '%C3%BC'), '/cat.jpg?a=%20&b=%C3%BC'],
    ['x=/?[]{}|\\^`"<>\'', '/cat.jpg?x=/?[]{}|\\^`"<>\''],
    ['?', '/cat.jpg??'],
    ['', '/cat.jpg'],
    [undefined, '/cat.jpg'],
  ])('reaches an origin that takes it as it is: %j', async (query, target) => {
    const { origin, upstream } = await webOn({ query: true });
    expect(origin.takesQuery).toBe(true);
    await read(origin, { query });
    expect(upstream.requests.map(({ url }) => url)).toStrictEqual([target]);
  });

  it('reaches no origin that does not', async () => {
    const { origin, upstream } = await webOn();
    expect(origin).not.toHaveProperty('takesQuery');
    await read(origin, { query: 'id=5' });
    expect(upstream.requests[0]?.url).toBe('/cat.jpg');
  });

  it.each([' ', 'a b', 'a#b', 'a\r\nx: y', 'a\n', '\0', 'é', '\u010d\u010a', '\ud800', '\x7f'])(
    'is refused where it holds %j',
    async (query) => {
      const { origin, upstream } = await webOn({ query: true });
      expect(await codeOf(read(origin, { query }))).toBe('MALFORMED_REQUEST');
      expect(upstream.requests).toHaveLength(0);
    },
  );
});

import { Readable } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { TintypeError } from '../../src/errors.ts';
import type { PurgeRoutesRequest } from '../../src/purge/api.ts';
import type { PurgeCaller } from '../../src/purge/credentials.ts';
import type { PurgeResult } from '../../src/purge/purger.ts';
import { createPurgeRoutes, type PurgeRoutesOptions } from '../../src/purge/routes.ts';
import type { PurgeStatus } from '../../src/purge/status.ts';

const id = '0123456789abcdef01234567';
const result: PurgeResult = { id, state: 'completed', ms: 1.5, targets: ['/a.jpg'] };
const status: PurgeStatus = {
  id,
  state: 'failed',
  mode: 'force',
  targets: ['/a.jpg'],
  requestTime: 1,
  updateTime: 2,
  steps: [
    { step: 'journal', state: 'done', ms: 1 },
    { step: 'hook', name: 'purgeCdn', state: 'failed', ms: 2, reason: 'https://cdn.internal/?key=secret said 403' },
  ],
};
const authorization = 'Bearer t';

type Images = Parameters<typeof createPurgeRoutes>[0];

function open(options: PurgeRoutesOptions = { token: 't' }, images: Partial<Images> = {}) {
  const purge = vi.fn<Images['purge']>(images.purge ?? (async () => result));
  const purgeStatus = vi.fn<Images['purgeStatus']>(
    images.purgeStatus ?? (async (asked) => (asked === id ? status : undefined)),
  );
  const routes = createPurgeRoutes({ purge, purgeStatus }, options);
  const send = async (
    method: string,
    target: string,
    body: string | Uint8Array = '',
    more: Partial<PurgeRoutesRequest> = {},
  ) => {
    const stream = Readable.from([Buffer.from(body as Uint8Array)]);
    const headers = { authorization, ...more.headers };
    const answer = await routes({ method, target, mount: '/api', stream, parsedBody: undefined, ...more, headers });
    if (answer === undefined) return undefined;
    const text = answer.body === undefined ? undefined : Buffer.from(answer.body).toString();
    return { ...answer, text, json: text === undefined ? undefined : JSON.parse(text) };
  };
  const post = (body: unknown) => send('POST', '/api/purge', JSON.stringify(body));
  return { purge, purgeStatus, send, post };
}

const rules = { wildcards: 'imagekit', refuse: [] };

describe('POST /purge', () => {
  it.each([
    [{ path: '/a.jpg' }, {}],
    [{ prefix: '/a/b*' }, { mode: 'soft' }],
    [{ tag: 'cats' }, { mode: 'force', wait: 'all' }],
    [{ all: true }, { mode: 'takedown', wait: true }],
    [{ url: 'https://x.example/a.jpg' }, { verify: true, dryRun: false }],
  ])('hands on %j with %j', async (request, options) => {
    const { post, purge } = open();
    expect(await post({ ...request, ...options })).toMatchObject({ status: 200, json: result });
    expect(purge).toHaveBeenCalledExactlyOnceWith(request, { ...options, ...rules });
  });

  it('takes a path alone', async () => {
    const { post, purge } = open();
    await post('/a.jpg');
    expect(purge).toHaveBeenCalledExactlyOnceWith('/a.jpg', rules);
  });

  it('hands on the rules it was given', async () => {
    const { post, purge } = open({ token: 't', wildcards: 'any', refuse: ['/media/*'] });
    await post({ path: '/a*' });
    expect(purge).toHaveBeenCalledExactlyOnceWith({ path: '/a*' }, { wildcards: 'any', refuse: ['/media/*'] });
  });

  it.each([['wildcards'], ['refuse'], ['constructor'], ['__proto__'], ['paths'], ['Mode']])(
    'takes no rules and nothing unknown from a client: %s',
    async (name) => {
      const { send, purge } = open();
      const answer = await send('POST', '/api/purge', `{"path":"/a.jpg","${name}":"any"}`);
      expect(answer).toMatchObject({ status: 400, json: { code: 'INVALID_PURGE' } });
      expect(answer?.json.detail).toContain(`"${name}"`);
      expect(purge).not.toHaveBeenCalled();
    },
  );

  it.each([['null'], ['7'], ['[{"path":"/a.jpg"}]'], ['{"path":"/a.jpg"'], [''], ['{"path":"/\\ud800"']])(
    'refuses %s',
    async (body) => {
      const { send, purge } = open();
      expect(await send('POST', '/api/purge', body)).toMatchObject({ status: 400, json: { code: 'INVALID_PURGE' } });
      expect(purge).not.toHaveBeenCalled();
    },
  );

  it('refuses bytes that are no UTF-8: replaced, they would name another image', async () => {
    const { send, purge } = open();
    const body = Buffer.concat([Buffer.from('{"path":"/'), Buffer.from([0xff]), Buffer.from('.jpg"}')]);
    expect(await send('POST', '/api/purge', body)).toMatchObject({ status: 400 });
    expect(purge).not.toHaveBeenCalled();
  });

  describe.each([
    ['a name and password', { basic: { username: 'cms', password: 'word' } }, { authorization: 'Basic Y21zOndvcmQ=' }],
    ['a cookie', { authorize: ({ headers }) => headers.cookie === 'session=1' }, { cookie: 'session=1' }],
  ] satisfies readonly (readonly [string, PurgeRoutesOptions, Record<string, string>])[])(
    'let in by %s, which a browser sends for any site',
    (_what, options, credential) => {
      const sendAs = async (type: string | undefined) => {
        const { send, purge, purgeStatus } = open(options);
        const headers = { authorization: undefined, ...credential, 'content-type': type };
        const body = Readable.from([Buffer.from('{"all":true}')]);
        const answer = await send('POST', '/api/purge', '', { headers, stream: body });
        const asked = await send('GET', `/api/purge/${id}`, '', { headers });
        expect([asked?.status, purgeStatus.mock.calls.length]).toEqual([200, 1]);
        return { answer, purge, wasRead: body.readableDidRead };
      };

      it.each([
        'application/json',
        'application/json; charset=utf-8',
        'Application/JSON',
        'application/json;charset="utf-8"',
        ' application/json ; a=b',
      ])('takes %j', async (type) => {
        const { answer, purge } = await sendAs(type);
        expect(answer?.status).toBe(200);
        expect(purge).toHaveBeenCalledExactlyOnceWith({ all: true }, rules);
      });

      it.each([
        'text/plain',
        'application/x-www-form-urlencoded',
        'multipart/form-data; boundary=application/json',
        'text/plain; application/json',
        'text/plain, application/json',
        'application/jsonx',
        'application/json, text/plain',
        'application/problem+json',
        '',
        undefined,
      ])('refuses %j, which needs no preflight or is none of ours, and reads nothing', async (type) => {
        const { answer, purge, wasRead } = await sendAs(type);
        expect(answer).toMatchObject({ status: 400, json: { code: 'INVALID_PURGE' } });
        expect(answer?.json.detail).toContain('Content-Type: application/json');
        expect(purge).not.toHaveBeenCalled();
        expect(wasRead).toBe(false);
      });
    },
  );

  it('takes any type with a bearer token, which no browser sends for a foreign site', async () => {
    const authorize = ({ headers }: PurgeCaller): boolean => headers.authorization === authorization;
    for (const options of [{ token: 't' }, { authorize }]) {
      for (const type of ['text/plain', 'application/x-www-form-urlencoded', undefined]) {
        const { send } = open(options as PurgeRoutesOptions);
        const answer = await send('POST', '/api/purge', '{"all":true}', { headers: { 'content-type': type } });
        expect(answer?.status).toBe(200);
      }
    }
  });

  it('answers 202 with the place of the status where nobody waits', async () => {
    const { post } = open(undefined, { purge: async () => ({ ...result, state: 'pending' }) });
    const answer = await post({ path: '/a.jpg', wait: false });
    expect(answer).toMatchObject({ status: 202, json: { id, state: 'pending' }, headers: { location: `purge/${id}` } });
    expect(new URL(answer?.headers.location ?? '', 'http://x/api/purge').pathname).toBe(`/api/purge/${id}`);
    // At the barrier it is done, though something goes on.
    expect(await post({ path: '/a.jpg' })).toMatchObject({ status: 200, json: { state: 'pending' } });
  });

  it('says where more is told of a purge that failed in part', async () => {
    const cause = Object.assign(new AggregateError([], 'in /srv/cache'), { purge: status });
    const { post } = open(undefined, { purge: () => Promise.reject(new TintypeError('PURGE_INCOMPLETE', { cause })) });
    const answer = await post({ path: '/a.jpg', wait: 'all' });
    expect(answer).toMatchObject({
      status: 502,
      headers: { 'content-type': 'application/problem+json' },
      json: { code: 'PURGE_INCOMPLETE', instance: `purge/${id}` },
    });
    expect(answer?.text).not.toContain('/srv');
  });

  it('is limited, refused ones too, but not those that nobody let in', async () => {
    const { post, send, purge } = open({ token: 't', quota: { requests: 2, seconds: 600 } });
    for (let n = 0; n < 5; n++) {
      expect(await send('POST', '/api/purge', '{}', { headers: { authorization: 'Bearer guess' } })).toMatchObject({
        status: 401,
      });
    }
    expect(await post({ path: '/a.jpg' })).toMatchObject({ status: 200 });
    expect(await post({ path: 7, nonsense: true })).toMatchObject({ status: 400 });
    const answer = await post({ path: '/a.jpg' });
    expect(answer).toMatchObject({ status: 429, json: { code: 'QUOTA_EXCEEDED' } });
    expect(Number(answer?.headers['retry-after'])).toBeGreaterThan(500);
    expect(purge).toHaveBeenCalledOnce();
    expect(await send('GET', `/api/purge/${id}`)).toMatchObject({ status: 200 });
  });

  it('is limited to a thousand a minute, unless told otherwise', async () => {
    for (const [quota, last] of [
      [undefined, 429],
      [false, 200],
    ] as const) {
      const { post } = open({ token: 't', quota });
      for (let n = 0; n < 1000; n++) await post({ path: '/a.jpg' });
      expect(await post({ path: '/a.jpg' })).toMatchObject({ status: last });
    }
  });

  it('reads nothing of a request that is not let in', async () => {
    for (const [options, headers, code] of [
      [{ token: 't' }, { authorization: 'Bearer u' }, 401],
      [{ authorize: () => Promise.reject(new Error('in /srv/users')) }, {}, 500],
    ] as const) {
      const stream = new Readable({ read: () => expect.unreachable() });
      const { send } = open(options);
      const answer = await send('POST', '/api/purge', '', { stream, headers });
      expect(answer).toMatchObject({ status: code, headers: { 'content-type': 'application/problem+json' } });
      expect(answer?.text).not.toContain('/srv');
      expect(stream.readableDidRead).toBe(false);
    }
  });
});

describe('GET /purge/:id', () => {
  it('tells the status, but no reasons: they may hold hosts and secrets', async () => {
    const { send } = open();
    const answer = await send('GET', `/api/purge/${id}?x=1`);
    expect(answer).toMatchObject({
      status: 200,
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    });
    expect(answer?.json).toMatchObject({ ...status, steps: [{}, { name: 'purgeCdn', state: 'failed' }] });
    expect(answer?.text).not.toContain('secret');
  });

  it('by HEAD is the same without a body', async () => {
    const { send } = open();
    for (const target of [`/api/purge/${id}`, '/api/purge/unknown']) {
      const [{ body: _body, text: _text, json: _json, ...got }, head] = [
        (await send('GET', target)) as NonNullable<Awaited<ReturnType<typeof send>>>,
        await send('HEAD', target),
      ];
      expect(head).toEqual({ ...got, body: undefined, text: undefined, json: undefined });
    }
  });

  it('says of what it does not know that there is none', async () => {
    const { send } = open();
    for (const unknown of ['x', id.toUpperCase(), '..', '%2e%2e', 'a'.repeat(5000)]) {
      expect(await send('GET', `/api/purge/${unknown}`)).toMatchObject({
        status: 404,
        json: { code: 'UNKNOWN_PURGE' },
      });
    }
  });

  it('wants a credential too', async () => {
    const { send, purgeStatus } = open();
    expect(await send('GET', `/api/purge/${id}`, '', { headers: { authorization: 'Bearer u' } })).toMatchObject({
      status: 401,
    });
    expect(purgeStatus).not.toHaveBeenCalled();
  });

  it('says that it cannot tell', async () => {
    const { send } = open(undefined, { purgeStatus: () => Promise.reject(new Error('/srv/journal')) });
    const answer = await send('GET', `/api/purge/${id}`);
    expect(answer).toMatchObject({ status: 503, json: { code: 'PURGE_STATUS_FAILED' } });
    expect(answer?.text).not.toContain('/srv');
  });
});

describe('the routes', () => {
  it.each([
    ['GET', '/api/purge', 'POST'],
    ['HEAD', '/api/purge', 'POST'],
    ['OPTIONS', '/api/purge', 'POST'],
    ['PUT', '/api/purge', 'POST'],
    ['POST', `/api/purge/${id}`, 'GET, HEAD'],
    ['DELETE', `/api/purge/${id}`, 'GET, HEAD'],
    ['OPTIONS', `/api/purge/${id}`, 'GET, HEAD'],
  ])('answer %s %s with 405', async (method, target, allow) => {
    const { send, purge, purgeStatus } = open();
    expect(await send(method, target, '{"all":true}')).toMatchObject({ status: 405, headers: { allow } });
    expect(purge).not.toHaveBeenCalled();
    expect(purgeStatus).not.toHaveBeenCalled();
  });

  it.each([
    '/api',
    '/api/',
    '/api/purge/',
    `/api/purge/${id}/`,
    `/api/purge/${id}/x`,
    '/purge',
    '/api/Purge',
    '/apix/purge',
  ])('leave %s to others', async (target) => {
    expect(await open().send('POST', target, '{"all":true}')).toBeUndefined();
  });

  it('have no cross-origin fields', async () => {
    const { send } = open();
    for (const [method, target] of [
      ['POST', '/api/purge'],
      ['OPTIONS', '/api/purge'],
      ['GET', `/api/purge/${id}`],
    ] as const) {
      const answer = await send(method, target, '{"all":true}', { headers: { origin: 'https://evil.example' } });
      expect(Object.keys(answer?.headers ?? {}).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });

  it('do not exist without a credential', async () => {
    for (const options of [{}, { token: [] }, { basic: [] }, { quota: false }] as const) {
      const { send } = open(options);
      expect(await send('POST', '/api/purge', '{"all":true}')).toBeUndefined();
      expect(await send('GET', `/api/purge/${id}`)).toBeUndefined();
    }
  });

  it.each([
    [{ quota: 5 }, 'purgeRoutes.quota'],
    [{ wildcards: 'all' }, 'purgeRoutes.wildcards'],
    [{ refuse: '/media/*' }, 'purgeRoutes.refuse'],
    [{ refuse: ['media/*'] }, 'purgeRoutes.refuse'],
    [{ tokens: 't' }, 'purgeRoutes.tokens'],
  ])('refuse the options %j', (options, name) => {
    expect(() => open({ token: 't', ...(options as object) })).toThrow(name);
  });
});

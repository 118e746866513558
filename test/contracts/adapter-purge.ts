import type { PurgeRoutesOptions } from '@tintype/core';
import { describe, expect, it, vi } from 'vitest';
import { engineOn, faultyEngine } from '../support/engines.ts';
import type { RawAnswer } from '../support/raw-http.ts';
import { type Above, open } from '../support/sites.ts';
import type { AdapterContract } from './adapter.ts';

const token = 'a-token-of-some-length';
const bearer = { authorization: `Bearer ${token}` };
const json = { ...bearer, 'content-type': 'application/json' };
const basic = { authorization: `Basic ${Buffer.from('cms:a word').toString('base64')}` };
const all = JSON.stringify({ all: true });

function expectProblem({ status, headers, text }: RawAnswer, expected: number): void {
  expect(status).toBe(expected);
  expect(headers['content-type']).toBe('application/problem+json');
  expect(headers['cache-control']).toBe('no-store');
  expect(headers['x-content-type-options']).toBe('nosniff');
  expect(JSON.parse(text)).toMatchObject({ status: expected, code: expect.any(String), title: expect.any(String) });
  expect(text).not.toMatch(/\/tmp|node_modules|\n\s+at |a-token/);
}

/** The purge routes: who may, what they take, and what becomes of it. */
export function describePurgeRoutes({ adapter, root }: AdapterContract): void {
  const serve = async (above: readonly Above[] = [], options: PurgeRoutesOptions = { token }) => {
    const images = engineOn(root());
    const site = await open(adapter, { above, mounts: [{ images }], purge: { images, options } });
    const purge = (body: string | undefined, headers: Readonly<Record<string, string>> = json) =>
      site.send('POST', '/img-api/purge', { headers, body });
    return { ...site, images, purge };
  };

  describe('purge routes', () => {
    const parsers: readonly (readonly Above[])[] = [
      [],
      ['json parser'],
      ['form parser'],
      ['text parser'],
      ['json parser', 'form parser'],
      ['compression', 'session for everybody', 'helmet'],
    ];

    it.each(parsers.map((above) => [above]))('purge below %j', async (above) => {
      const { get, purge } = await serve(above);
      await get('/img/photo.jpg?w=40');
      for (const body of [{ path: '/photo.jpg' }, { all: true }]) {
        expect((await get('/img/photo.jpg?w=40')).headers['cache-status']).toMatch(/^tintype; hit/);
        const purged = await purge(JSON.stringify(body));
        expect(purged.status).toBe(200);
        expect(purged.headers['content-type']).toBe('application/json');
        expect(JSON.parse(purged.text)).toMatchObject({ state: 'completed', targets: expect.any(Array) });
        expect((await get('/img/photo.jpg?w=40')).headers['cache-status']).not.toMatch(/^tintype; hit/);
      }
    });

    it.each([
      ['application/json; charset=utf-8', []],
      ['application/json; charset=utf-8', ['json parser']],
      ['application/x-www-form-urlencoded', []],
      ['application/x-www-form-urlencoded', ['json parser']],
      ['text/plain', ['json parser', 'form parser']],
      ['text/plain', ['text parser']],
      ['application/octet-stream', ['json parser', 'form parser']],
      [undefined, ['json parser', 'form parser']],
      [undefined, []],
    ] as const)('take JSON labelled %s below %j', async (type, above) => {
      const { purge } = await serve(above);
      const answer = await purge(all, type === undefined ? bearer : { ...bearer, 'content-type': type });
      expect(answer.status).toBe(200);
      expect(JSON.parse(answer.text)).toMatchObject({ targets: ['*'] });
    });

    it.each([
      ['no credential', {}],
      ['another token', { authorization: 'Bearer another-token' }],
      ['the beginning of the token', { authorization: `Bearer ${token.slice(0, 5)}` }],
      ['an empty token', { authorization: 'Bearer ' }],
      ['another scheme', { authorization: `Basic ${token}` }],
      ['the token in another field', { 'x-api-key': token }],
    ])('refuse %s with 401, before they read the body', async (_what, headers) => {
      const { purge, images } = await serve();
      const before = images.stats();
      for (const body of [all, 'no JSON', undefined]) {
        const answer = await purge(body, headers);
        expectProblem(answer, 401);
        expect(answer.headers['www-authenticate']).toMatch(/^Bearer\b/);
      }
      expect(images.stats().originReads).toBe(before.originReads);
    });

    it.each([
      ['a token', { token }, bearer],
      ['a name and password', { basic: { username: 'cms', password: 'a word' } }, basic],
      ['one of several', { token: ['x', 'y'], basic: [{ username: 'cms', password: 'a word' }] }, basic],
      ['a function', { authorize: ({ headers }) => headers['x-internal'] === 'yes' }, { 'x-internal': 'yes' }],
    ] satisfies readonly (readonly [string, PurgeRoutesOptions, Record<string, string>])[])(
      'let in whoever has %s, and nobody else',
      async (_what, options, headers) => {
        const { purge, send } = await serve([], options);
        const type = { 'content-type': 'application/json' };
        const { id } = JSON.parse((await purge(all, { ...headers, ...type })).text);
        expect((await send('GET', `/img-api/purge/${id}`, { headers })).status).toBe(200);
        for (const answer of [await purge(all, type), await send('GET', `/img-api/purge/${id}`)]) {
          expectProblem(answer, 401);
          expect(answer.headers).toHaveProperty('www-authenticate');
        }
      },
    );

    it.each([
      ['text/plain', []],
      ['text/plain', ['text parser']],
      ['application/x-www-form-urlencoded', ['form parser']],
      ['multipart/form-data', ['json parser']],
      [undefined, ['json parser', 'form parser']],
    ] as const)('refuse what any site can have a browser post with its password: %s below %j', async (type, above) => {
      const { get, purge } = await serve(above, { basic: { username: 'cms', password: 'a word' } });
      await get('/img/photo.jpg?w=40');
      const answer = await purge(all, type === undefined ? basic : { ...basic, 'content-type': type });
      expectProblem(answer, 400);
      expect(JSON.parse(answer.text).detail).toContain('Content-Type: application/json');
      expect((await get('/img/photo.jpg?w=40')).headers['cache-status']).toMatch(/^tintype; hit/);
      const labelled = await purge(all, { ...basic, 'content-type': 'application/json; charset=utf-8' });
      expect(labelled.status).toBe(200);
    });

    it('let nobody in while their function fails, and do not show its words', async () => {
      const authorize = () => Promise.reject(new Error('no connection to /tmp/users'));
      const { purge } = await serve([], { authorize });
      expectProblem(await purge(all), 500);
    });

    it.each(['bearer', 'Bearer', 'BEARER'])('take the scheme %s', async (scheme) => {
      const { purge } = await serve([], { token: ['new-token', 'old-token'] });
      for (const each of ['new-token', 'old-token']) {
        expect((await purge(all, { authorization: `${scheme} ${each}` })).status).toBe(200);
      }
    });

    it.each([[[]], [['json parser']], [['form parser']]] as const)(
      'refuse a huge body with 413 below %j',
      async (above) => {
        const { purge, get } = await serve(above);
        const answer = await purge(JSON.stringify({ path: `/${'a'.repeat(2_000_000)}` }));
        expect(answer.status).toBe(413);
        expect((await get('/img/photo.jpg?w=40')).status).toBe(200);
      },
    );

    it('refuse a huge body of unknown length with 413', async () => {
      const { send } = await serve();
      const headers = { ...json, 'transfer-encoding': 'chunked' };
      const answer = await send('POST', '/img-api/purge', { headers, body: `"${'a'.repeat(300_000)}"` });
      expectProblem(answer, 413);
    });

    it('refuse a huge body and leave the request whole for logs above', async () => {
      const { purge } = await serve(['access log']);
      const answer = await purge(`"${'a'.repeat(300_000)}"`);
      expect(answer.status).toBe(413);
      expect(answer.headers['x-client']).toMatch(/127\.0\.0\.1$/);
    });

    it.each(['', '{', '{"all":true', 'all', "{'all':true}", '\xff', 'undefined'])(
      'refuse %j, which is no JSON, with 400',
      async (body) => {
        const { purge } = await serve();
        expectProblem(await purge(body), 400);
      },
    );

    it('refuse what is no JSON with 400 below parsers that take JSON, and those that do not', async () => {
      expect((await (await serve(['json parser'])).purge('{')).status).toBe(400);
      expectProblem(await (await serve(['form parser'])).purge('{'), 400);
      expectProblem(await (await serve(['text parser'])).purge('{', { ...bearer, 'content-type': 'text/plain' }), 400);
    });

    it.each([
      null,
      7,
      [],
      {},
      { path: 7 },
      { path: 'photo.jpg' },
      { path: '/../x' },
      { path: '/%' },
      { path: '/a%2Fphoto.jpg' },
      { path: '/**' },
      { path: '/*/photo.jpg' },
      { path: '/photo.jpg*?w=40' },
      { path: '/*' },
      { prefix: '/photos' },
      { tag: '' },
      { url: '/img/photo.jpg' },
      { url: 'https://cdn.example/photo.jpg' },
      { path: '/photo.jpg', mode: 'hard' },
      { path: '/photo.jpg', wait: 'long' },
      { path: '/photo.jpg', refuse: [] },
      { tag: 'cats', verify: true },
      { all: false },
      { all: 'yes' },
      { all: true, path: '/x' },
    ])('refuse %j, which is no purge, with 400', async (body) => {
      for (const above of [[], ['form parser']] as const) {
        const { purge } = await serve(above);
        expectProblem(await purge(JSON.stringify(body)), 400);
      }
    });

    it('refuse a request whose body somebody else has eaten, without hanging', async () => {
      const { purge } = await serve(['greedy reader']);
      expectProblem(await purge(all), 400);
    });

    it.each([
      ['GET', '/img-api/purge', 'POST'],
      ['HEAD', '/img-api/purge', 'POST'],
      ['PUT', '/img-api/purge', 'POST'],
      ['DELETE', '/img-api/purge', 'POST'],
      ['OPTIONS', '/img-api/purge', 'POST'],
      ['POST', '/img-api/purge/x', 'GET, HEAD'],
      ['OPTIONS', '/img-api/purge/x', 'GET, HEAD'],
    ])('answer %s %s with 405', async (method, path, allow) => {
      const { send } = await serve();
      const { status, headers } = await send(method, path, { headers: json });
      expect(status).toBe(405);
      expect(headers.allow).toBe(allow);
      expect(headers).not.toHaveProperty('access-control-allow-origin');
    });

    it.each(['/img-api', '/img-api/', '/img-api/purge/', '/img-api/purge/x/', '/img-api/other', '/purge'])(
      'leave %s to the application',
      async (path) => {
        const { send } = await serve();
        const answer = await send('POST', path, { headers: json, body: all });
        expect(answer.headers['x-answered-by']).toBe('application');
      },
    );

    it('tell the status of a purge, and of others that there is none', async () => {
      const { purge, send } = await serve();
      const purged = await purge(JSON.stringify({ path: '/photo.jpg', mode: 'force', wait: 'all' }));
      const { id } = JSON.parse(purged.text);
      const found = await send('GET', `/img-api/purge/${id}`, { headers: bearer });
      expect(found).toMatchObject({ status: 200, headers: { 'content-type': 'application/json' } });
      expect(JSON.parse(found.text)).toMatchObject({ id, state: 'completed', mode: 'force', targets: ['/photo.jpg'] });
      const head = await send('HEAD', `/img-api/purge/${id}`, { headers: bearer });
      expect([head.status, head.headers['content-length'], head.text]).toEqual([200, String(found.body.length), '']);
      expectProblem(await send('GET', '/img-api/purge/0123456789abcdef01234567', { headers: bearer }), 404);
    });

    it('answer 202 at once where nobody waits, and lead to the status', async () => {
      const { purge, send } = await serve();
      const accepted = await purge(JSON.stringify({ path: '/photo.jpg', wait: false }));
      expect(accepted.status).toBe(202);
      expect(JSON.parse(accepted.text)).toMatchObject({ state: 'pending', targets: ['/photo.jpg'] });
      const { pathname } = new URL(accepted.headers.location ?? '', 'http://127.0.0.1/img-api/purge');
      await vi.waitFor(async () => {
        const { text } = await send('GET', pathname, { headers: bearer });
        expect(JSON.parse(text)).toMatchObject({ state: 'completed' });
      });
    });

    it('purge what a URL is made from, whatever its host, without their mount', async () => {
      const { get, purge } = await serve();
      await get('/img/photo.jpg?w=40');
      const purged = await purge(JSON.stringify({ url: 'https://cdn.example/img/photo.jpg?w=40' }));
      expect(JSON.parse(purged.text)).toMatchObject({ targets: ['/photo.jpg'] });
      expect((await get('/img/photo.jpg?w=40')).headers['cache-status']).not.toMatch(/^tintype; hit/);
    });

    it('take so many purges in a window, and say when to come back', async () => {
      const { purge } = await serve([], { token, quota: { requests: 2, seconds: 1000 } });
      expect([(await purge(all)).status, (await purge(all)).status]).toEqual([200, 200]);
      const answer = await purge(all);
      expectProblem(answer, 429);
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(900);
    });

    it('take wildcards by rules, and say by which they refuse', async () => {
      const { purge } = await serve([], { token, refuse: ['/media/catalog/*'] });
      for (const path of ['/photo.jpg*', '/a/b*', '/fifteen-letters*']) {
        expect((await purge(JSON.stringify({ path }))).status).toBe(200);
      }
      const wide = await purge(JSON.stringify({ path: '/photos*' }));
      expectProblem(wide, 400);
      expect(JSON.parse(wide.text).detail).toContain('two levels of nesting');
      const refused = await purge(JSON.stringify({ path: '/media/cat*' }));
      expectProblem(refused, 400);
      expect(JSON.parse(refused.text).detail).toContain('/media/catalog/*');
    });

    it('do not exist without a token', async () => {
      const { purge } = await serve([], {});
      expect((await purge(all)).headers['x-answered-by']).toBe('application');
      const { purge: none } = await serve([], { token: [] });
      expect((await none(all)).headers['x-answered-by']).toBe('application');
    });

    it.each([
      { token: '' },
      { token: 7 },
      { token: [''] },
      { tokens: 'x' },
      { basic: 'cms:word' },
      { authorize: true },
      { token: 'x', quota: 7 },
      { token: 'x', refuse: ['media'] },
    ])('refuse the options %j', (options) => {
      const images = engineOn(root());
      const purge = { images, options: options as PurgeRoutesOptions };
      expect(() => adapter.serve({ purge })).toThrow(TypeError);
    });

    it('say that a purge failed: 503, nothing promised', async () => {
      const broken = {
        ...faultyEngine(() => undefined),
        purge: () => Promise.reject(new Error('/srv/journal is full')),
      };
      const { send } = await open(adapter, { purge: { images: broken, options: { token } } });
      const answer = await send('POST', '/img-api/purge', { headers: json, body: all });
      expectProblem(answer, 503);
      expect(answer.text).not.toContain('/srv');
    });

    it('answer 503 once the endpoint is closed', async () => {
      const { purge, images } = await serve();
      await images.close();
      const answer = await purge(all);
      expectProblem(answer, 503);
      expect(answer.headers['retry-after']).toMatch(/^\d+$/);
    });
  });
}

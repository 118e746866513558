import type { MountOptions } from '@tintype/core';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { engineOn } from '../support/engines.ts';
import { type Above, open } from '../support/sites.ts';
import type { AdapterContract } from './adapter.ts';
import { essential } from './adapter-answers.ts';

const origin = 'https://app.example';

/** What is absent lasts a second less with each second: not in these tests. */
const stopped = { now: () => Date.parse('2026-11-20T12:00:00Z') };

/** Living with what stands above us, and the options that are about others. */
export function describeCompany({ adapter, root }: AdapterContract): void {
  const serve = (above: readonly Above[], options: MountOptions = {}) =>
    open(adapter, { above, mounts: [{ images: engineOn(root(), { clock: stopped }), options }] });
  const setsCookie = expect.arrayContaining([expect.any(String)]);

  describe('cookies', () => {
    const sources: readonly Above[] = [
      'session for everybody',
      'rolling session',
      'cookie session',
      'cookie set before',
    ];

    it.each(sources)('of a %s are on no public answer', async (source) => {
      const { get, send } = await serve([source]);
      // What the application sends is no business of ours, and shows that the middleware works.
      const own = await get('/other');
      expect(own.headers['set-cookie']).toEqual(setsCookie);
      const cookie = (own.headers['set-cookie'] ?? []).map((line) => line.split(';')[0]).join('; ');
      for (const headers of [{}, {}, { cookie }, { 'if-none-match': '*' }]) {
        for (const path of ['/img/photo.jpg?w=40', '/img/none.jpg']) {
          const answer = await get(path, headers);
          expect(answer.headers['cache-control']).toMatch(/^public/);
          expect(answer.headers).not.toHaveProperty('set-cookie');
        }
      }
      const head = await send('HEAD', '/img/photo.jpg?w=40');
      expect(head.headers).not.toHaveProperty('set-cookie');
    });

    it.each(sources)('of a %s stay on private answers', async (source) => {
      const { get } = await serve([source], { visibility: 'private' });
      const answer = await get('/img/photo.jpg?w=40');
      expect(answer.status).toBe(200);
      expect(answer.headers['set-cookie']).toEqual(setsCookie);
    });

    it('leave pictures whole', async () => {
      const { get } = await serve(['session for everybody', 'compression']);
      const { body } = await get('/img/photo.jpg?w=40', { 'accept-encoding': 'gzip' });
      expect((await sharp(body).stats()).channels).toHaveLength(3);
    });
  });

  describe('middleware above us', () => {
    it.each([
      ['/img/photo.jpg?w=40', {}, 200],
      ['/img/photo.jpg?w=40', { 'if-none-match': '*' }, 304],
      ['/img/none.jpg', {}, 404],
      ['/img/photo.jpg?w=x', {}, 400],
    ])('helmet does not keep %s with %j from being shown', async (path, headers, status) => {
      const { get } = await serve(['helmet']);
      expect((await get('/other')).headers['cross-origin-resource-policy']).toBe('same-origin');
      const answer = await get(path, headers);
      expect(answer.status).toBe(status);
      expect(answer.headers['cross-origin-resource-policy']).toBe('cross-origin');
      expect(answer.headers['content-security-policy']).toBe("default-src 'none'; sandbox");
      // What helmet says of the connection is left alone.
      expect(answer.headers['strict-transport-security']).toMatch(/^max-age/);
    });

    it.each(['/img/photo.jpg?w=40', '/img/logo.png?w=40', '/img/spinner.gif?w=12'])(
      'compression leaves %s as it is',
      async (path) => {
        const headers = { 'accept-encoding': 'gzip, br' };
        const site = await serve(['compression']);
        expect((await site.get('/other', headers)).headers['content-encoding']).toBeDefined();
        const plain = await (await serve([])).get(path, headers);
        for (const round of ['miss', 'hit']) {
          const answer = await site.get(path, headers);
          expect(answer.headers, round).not.toHaveProperty('content-encoding');
          expect(answer.headers['content-length'], round).toBe(String(plain.body.length));
          expect(answer.body.equals(plain.body), round).toBe(true);
        }
      },
    );

    it('compression may shorten errors', async () => {
      const { get, send } = await serve(['compression']);
      const headers = { 'accept-encoding': 'gzip' };
      expect((await get('/img/none.jpg', headers)).status).toBe(404);
      expect((await send('HEAD', '/img/none.jpg', { headers })).status).toBe(404);
    });

    it.each([
      ['/img/photo.jpg?w=40', 'Origin'],
      ['/img/photo.jpg?w=40&format=auto', 'Origin, Accept'],
    ])('keeps its Vary beside ours for %s', async (path, vary) => {
      const { get } = await serve(['vary: origin']);
      for (const headers of [{}, {}, { 'if-none-match': '*' }])
        expect((await get(path, headers)).headers.vary).toBe(vary);
    });

    it('that waits for the answer sees it as it is', async () => {
      const { get, send } = await serve(['response time']);
      for (const round of ['miss', 'hit']) {
        const { headers, body } = await get('/img/photo.jpg?w=40');
        expect(headers['x-seen'], round).toBe(`200 image/jpeg ${body.length}`);
      }
      const missing = await get('/img/none.jpg');
      expect(missing.headers['x-seen']).toBe(`404 text/plain; charset=utf-8 ${missing.body.length}`);
      const known = await get('/img/photo.jpg?w=40', { 'if-none-match': '*' });
      expect(known.headers['x-seen']).toMatch(/^304/);
      const head = await send('HEAD', '/img/photo.jpg?w=40');
      expect(head.headers['x-seen']).toMatch(/^200 image\/jpeg \d+$/);
    });
  });

  describe('visibility: private', () => {
    it.each([
      ['/img/photo.jpg?w=40', {}, 'private, max-age=31536000, must-revalidate'],
      ['/img/photo.jpg?w=40', { 'if-none-match': '*' }, 'private, max-age=31536000, must-revalidate'],
      ['/img/none.jpg', {}, 'private, max-age=10'],
      ['/img/photo.jpg?w=x', {}, 'no-store'],
    ])('answers %s with %j with %s', async (path, headers, cacheControl) => {
      const { get } = await serve([], { visibility: 'private' });
      for (const round of ['miss', 'hit']) {
        expect((await get(path, headers)).headers['cache-control'], round).toBe(cacheControl);
      }
    });

    it('is a matter of the mount: the same endpoint may be public elsewhere', async () => {
      const images = engineOn(root());
      const mounts = [
        { at: '/members', images, options: { visibility: 'private' as const } },
        { at: '/img', images },
      ];
      const { get } = await open(adapter, { mounts });
      const closed = await get('/members/photo.jpg?w=40');
      const opened = await get('/img/photo.jpg?w=40');
      expect(closed.headers['cache-control']).toMatch(/^private/);
      expect(opened.headers['cache-control']).toMatch(/^public/);
      expect(opened.headers.etag).toBe(closed.headers.etag);
    });
  });

  describe('cors', () => {
    const list = ['https://other.example', origin];
    it.each([
      [undefined, origin, undefined, undefined],
      [false, origin, undefined, undefined],
      [true, origin, '*', undefined],
      [true, undefined, '*', undefined],
      [origin, origin, origin, 'Origin'],
      [origin, 'https://evil.example', undefined, 'Origin'],
      [origin, `${origin}.evil.example`, undefined, 'Origin'],
      [origin, 'null', undefined, 'Origin'],
      [origin, undefined, undefined, 'Origin'],
      [list, origin, origin, 'Origin'],
      [list, 'https://evil.example', undefined, 'Origin'],
    ])('%j lets %s read as %s', async (cors, from, allowed, vary) => {
      const { get, send } = await serve([], cors === undefined ? {} : { cors });
      const headers: Record<string, string> = from === undefined ? {} : { origin: from };
      const answers = [
        await get('/img/photo.jpg?w=40', headers),
        await get('/img/photo.jpg?w=40', headers),
        await get('/img/photo.jpg?w=40', { ...headers, 'if-none-match': '*' }),
        await get('/img/none.jpg', headers),
        await get('/img/photo.jpg?w=x', headers),
        await send('HEAD', '/img/photo.jpg?w=40', { headers }),
        await send('POST', '/img/photo.jpg', { headers }),
        await send('OPTIONS', '/img/photo.jpg', { headers }),
      ];
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 304, 404, 400, 200, 405, 204]);
      for (const answer of answers) {
        expect(answer.headers['access-control-allow-origin']).toBe(allowed);
        expect(answer.headers.vary).toBe(vary);
        expect(answer.headers).not.toHaveProperty('access-control-allow-credentials');
      }
    });

    it('adds Origin to the Vary of a negotiated answer', async () => {
      const { get } = await serve([], { cors: origin });
      expect((await get('/img/photo.jpg?w=40&format=auto')).headers.vary).toBe('Accept, Origin');
    });

    it.each([false, true])('answers a preflight, also with fallthrough %s', async (fallthrough) => {
      const { send } = await serve([], { cors: origin, fallthrough });
      const headers = { origin, 'access-control-request-method': 'GET', 'access-control-request-headers': 'x-a' };
      const { status, headers: answered } = await send('OPTIONS', '/img/photo.jpg?w=40', { headers });
      expect(status).toBe(204);
      expect(essential(answered)).toMatchObject({
        'access-control-allow-origin': origin,
        'access-control-allow-methods': 'GET, HEAD',
        'access-control-max-age': '86400',
      });
      expect(answered).not.toHaveProperty('content-length');
    });
  });

  describe('options', () => {
    it.each([
      [{ fallthrough: 'yes' }, /serveImages\.fallthrough/],
      [{ visibility: 'secret' }, /serveImages\.visibility/],
      [{ cors: 'app.example' }, /serveImages\.cors/],
      [{ cors: ['https://a.example', '*'] }, /serveImages\.cors/],
      [{ prefex: '/img' }, /serveImages\.prefex/],
    ])('%j is refused when the middleware is made', (options, message) => {
      const images = engineOn(root());
      expect(() => adapter.serve({ mounts: [{ images, options: options as MountOptions }] })).toThrow(message);
    });
  });
}

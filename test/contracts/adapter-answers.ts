import { Agent, type IncomingHttpHeaders } from 'node:http';
import { memory } from '@tintype/core';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { engineOn, openEngine } from '../support/engines.ts';
import { makePictures, meanColour } from '../support/pictures.ts';
import { ask } from '../support/raw-http.ts';
import { open } from '../support/sites.ts';
import type { AdapterContract } from './adapter.ts';

const accept = 'image/avif,image/webp,image/*,*/*;q=0.8';

/** Fields that tell of the moment and the connection, or how the answer came about. */
const incidental = ['date', 'connection', 'keep-alive', 'age', 'cache-status'];

/** The fields that every answer to one URL shares. */
export function essential(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !incidental.includes(name)));
}

/** Pictures and the methods, conditions and headers that go with them. */
export function describeAnswers({ adapter, root }: AdapterContract): void {
  const serve = () => open(adapter, { mounts: [{ images: engineOn(root()) }] });

  describe('pictures', () => {
    it.each([
      ['/img/photo.jpg?w=40', {}, 'image/jpeg', 'jpeg', 40],
      ['/img/photo.jpg?w=40&format=auto', { accept }, 'image/avif', 'heif', 40],
      ['/img/photo.jpg?w=40&format=auto', { accept: 'image/webp' }, 'image/webp', 'webp', 40],
      ['/img/photo.jpg?w=40&format=auto', { accept: '*/*' }, 'image/jpeg', 'jpeg', 40],
      ['/img/logo.png?w=30', {}, 'image/png', 'png', 30],
      ['/img/spinner.gif?w=12', {}, 'image/gif', 'gif', 12],
      ['/img/deep/caf%C3%A9%201.jpg?w=20', {}, 'image/jpeg', 'jpeg', 20],
      ['/img/photo.jpg?%77=4%30', {}, 'image/jpeg', 'jpeg', 40],
    ])('answers %s with %j as %s', async (path, headers, type, format, width) => {
      const { get } = await serve();
      const answer = await get(path, headers);
      expect(answer.status).toBe(200);
      expect(answer.headers['content-type']).toBe(type);
      expect(answer.headers['content-length']).toBe(String(answer.body.length));
      expect(await sharp(answer.body).metadata()).toMatchObject({ format, width });
    });

    it('keeps the frames of an animation and the holes of a picture', async () => {
      const { get } = await serve();
      expect((await sharp((await get('/img/spinner.gif?w=12')).body).metadata()).pages).toBe(3);
      const { isOpaque } = await sharp((await get('/img/logo.png?w=30')).body).stats();
      expect(isOpaque).toBe(false);
    });

    it('answers a hit as it answered the miss, but for Age and Cache-Status', async () => {
      const { get } = await serve();
      const miss = await get('/img/photo.jpg?w=40&format=auto', { accept });
      const hit = await get('/img/photo.jpg?w=40&format=auto', { accept });
      expect(miss.headers['cache-status']).toMatch(/^tintype; fwd=uri-miss/);
      expect(hit.headers['cache-status']).toMatch(/^tintype; hit/);
      expect(hit.headers.age).toMatch(/^\d+$/);
      expect(essential(hit.headers)).toEqual(essential(miss.headers));
      expect(hit.body.equals(miss.body)).toBe(true);
    });

    it('lets everybody keep a picture, and says by what to know it again', async () => {
      const { get } = await serve();
      const { headers } = await get('/img/photo.jpg?w=40');
      expect(headers['cache-control']).toBe('public, s-maxage=31536000, max-age=31536000, must-revalidate');
      expect(headers.etag).toMatch(/^"[^"]+"$/);
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['cross-origin-resource-policy']).toBe('cross-origin');
      expect(headers['content-security-policy']).toContain("default-src 'none'");
    });

    it.each([
      ['/img/photo.jpg?w=40', { accept }, undefined],
      ['/img/photo.jpg?w=40&format=auto', { accept }, 'Accept'],
      ['/img/photo.jpg?w=40&format=auto', { accept: 'text/html' }, 'Accept'],
      ['/img/photo.jpg?w=40&format=auto', {}, 'Accept'],
    ])('answers %s with %j with Vary: %s', async (path, headers, vary) => {
      const { get } = await serve();
      const answer = await get(path, headers);
      expect(answer.headers.vary).toBe(vary);
      const again = await get(path, { ...headers, 'if-none-match': '*' });
      expect(again.headers.vary).toBe(vary);
    });

    it('makes one derivative for one request of two spellings', async () => {
      const images = engineOn(root());
      const { get } = await open(adapter, { mounts: [{ images }] });
      const plain = await get('/img/photo.jpg?w=40');
      const odd = await get('/img/%70hoto.jpg?utm_source=letter&w=40');
      expect(odd.headers.etag).toBe(plain.headers.etag);
      expect(images.stats().renders).toBe(1);
    });

    it('answers many requests over one connection', async () => {
      const { port, server } = await serve();
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      let connections = 0;
      server.on('connection', () => connections++);
      const paths = ['/img/photo.jpg?w=40', '/img/none.jpg', '/img/photo.jpg?w=x', '/other', '/img/logo.png?w=20'];
      const methods = ['GET', 'HEAD', 'POST', 'OPTIONS'];
      const rounds = Array.from({ length: 60 }, (_, at) => [paths[at % 5] ?? '', methods[at % 4] ?? ''] as const);
      const statuses: number[] = [];
      for (const [path, method] of rounds) {
        const headers = method === 'GET' ? { 'if-none-match': '"another"' } : {};
        const body = method === 'POST' ? 'x'.repeat(20_000) : undefined;
        statuses.push((await ask(port, path, { method, headers, agent, body })).status);
      }
      agent.destroy();
      expect(connections).toBe(1);
      expect(new Set(statuses)).toEqual(new Set([200, 204, 400, 404, 405]));
    });
  });

  describe('two endpoints', () => {
    it('on one store never swap pictures', async () => {
      const blue = await makePictures([40, 60, 200]);
      const store = memory();
      const mounts = [
        { at: '/warm', images: engineOn(root(), { store }) },
        { at: '/cold', images: engineOn(blue.root, { store }) },
      ];
      const { get } = await open(adapter, { mounts });
      for (const round of ['miss', 'hit']) {
        const answers = await Promise.all(['/warm', '/cold', '/warm'].map((at) => get(`${at}/photo.jpg?w=40`)));
        const colours = await Promise.all(answers.map(({ body }) => meanColour(body)));
        const isWarm = colours.map(([red = 0, , blueness = 0]) => red > blueness);
        expect(isWarm, round).toEqual([true, false, true]);
        expect(answers[0]?.headers.etag, round).not.toBe(answers[1]?.headers.etag);
      }
      await blue.remove();
    });

    it('share their derivatives where they share their origin, whatever their mounts', async () => {
      const images = engineOn(root());
      const mounts = [
        { at: '/img', images },
        { at: '/other/img', images },
      ];
      const { get } = await open(adapter, { mounts });
      const answers = [await get('/img/photo.jpg?w=40'), await get('/other/img/photo.jpg?w=40')];
      expect(answers.map(({ status }) => status)).toEqual([200, 200]);
      expect(images.stats().renders).toBe(1);
    });
  });

  describe('methods', () => {
    it.each([
      '/img/photo.jpg?w=40',
      '/img/photo.jpg?w=40&format=auto',
      '/img/none.jpg',
      '/img/photo.jpg?w=x',
      '/img/%ff.jpg',
      '/img/notes.jpg',
    ])('answers HEAD of %s as GET, without the body', async (path) => {
      // What is absent lasts a second less with each second.
      const clock = { now: () => Date.parse('2026-11-20T12:00:00Z') };
      const { get, send } = await open(adapter, { mounts: [{ images: engineOn(root(), { clock }) }] });
      const first = await send('HEAD', path, { headers: { accept } });
      const got = await get(path, { accept });
      const second = await send('HEAD', path, { headers: { accept } });
      for (const head of [first, second]) {
        expect(head.body.length).toBe(0);
        expect(head.status).toBe(got.status);
        expect(essential(head.headers)).toEqual(essential(got.headers));
      }
      expect(got.headers['content-length']).toBe(String(got.body.length));
      expect(got.body.length).toBeGreaterThan(0);
    });

    it('answers OPTIONS with the methods there are', async () => {
      const { send } = await serve();
      const { status, headers, body } = await send('OPTIONS', '/img/photo.jpg');
      expect({ status, allow: headers.allow, length: body.length }).toEqual({
        status: 204,
        allow: 'GET, HEAD, OPTIONS',
        length: 0,
      });
      expect(headers).not.toHaveProperty('content-type');
      expect(headers).not.toHaveProperty('access-control-allow-origin');
    });

    it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND'])('refuses %s with 405 and Allow', async (method) => {
      const { send } = await serve();
      const { status, headers } = await send(method, '/img/photo.jpg?w=40', { body: 'x=1' });
      expect(status).toBe(405);
      expect(headers.allow).toBe('GET, HEAD, OPTIONS');
      expect(headers['cache-control']).toBe('no-store');
    });
  });

  describe('conditions', () => {
    const modified = 'Tue, 01 Sep 2026 10:00:00 GMT';
    const dated = async () => {
      const body = await sharp({ create: { width: 60, height: 40, channels: 3, background: '#a63' } })
        .jpeg()
        .toBuffer();
      const headers = { 'last-modified': modified, 'cache-control': 'max-age=3600' };
      const images = openEngine({ origin: { name: 'dated', read: async () => ({ status: 200, headers, body }) } });
      return { images, ...(await open(adapter, { mounts: [{ images }] })) };
    };

    it.each([
      ['the tag', (tag: string) => tag],
      ['the tag as a weak one', (tag: string) => `W/${tag}`],
      ['a list', (tag: string) => `"a", ${tag}, "b"`],
      ['a list with a comma inside a tag', (tag: string) => `"a,b",${tag}`],
      ['a list with tabs and empty members', (tag: string) => `"a"\t,, \t${tag}`],
      ['any', () => '*'],
    ])('answers 304 to If-None-Match with %s', async (_what, field) => {
      const { get, images } = await dated();
      const full = await get('/img/photo.jpg?w=30&format=auto');
      for (const method of ['GET', 'HEAD']) {
        const { send } = await open(adapter, { mounts: [{ images }] });
        const headers = { 'if-none-match': field(full.headers.etag ?? '') };
        const answer = await send(method, '/img/photo.jpg?w=30&format=auto', { headers });
        expect(answer.status).toBe(304);
        expect(answer.body.length).toBe(0);
        const { 'content-type': _type, 'content-length': _length, ...kept } = essential(full.headers);
        expect(essential(answer.headers)).toEqual(kept);
        expect(answer.headers).toMatchObject({ etag: full.headers.etag, vary: 'Accept', 'last-modified': modified });
        expect(answer.headers['cross-origin-resource-policy']).toBe('cross-origin');
      }
    });

    it.each([
      ['the same date', { 'if-modified-since': modified }, 304],
      ['a later date', { 'if-modified-since': 'Wed, 02 Sep 2026 10:00:00 GMT' }, 304],
      ['an earlier date', { 'if-modified-since': 'Mon, 31 Aug 2026 10:00:00 GMT' }, 200],
      ['no date', { 'if-modified-since': 'lately' }, 200],
      ['a date and another tag', { 'if-modified-since': modified, 'if-none-match': '"another"' }, 200],
      ['another tag', { 'if-none-match': '"another"' }, 200],
      ['a tag without quotes', { 'if-none-match': 'another' }, 200],
    ])('takes a request with %s as %j and answers %i', async (_what, headers, status) => {
      const { get } = await dated();
      expect((await get('/img/photo.jpg?w=30', headers)).status).toBe(status);
      expect((await get('/img/photo.jpg?w=30', headers)).status).toBe(status);
    });

    it('answers 304 without a render, even before the first', async () => {
      const { get, images } = await dated();
      expect((await get('/img/photo.jpg?w=30', { 'if-none-match': '*' })).status).toBe(304);
      expect(images.stats().renders).toBe(0);
    });
  });
}

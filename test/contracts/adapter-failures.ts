import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { Agent, type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import type { Origin, Tintype } from '@tintype/core';
import sharp from 'sharp';
import { describe, expect, it, vi } from 'vitest';
import { engineOn, faultyEngine, gatedOrigin, openEngine } from '../support/engines.ts';
import { ask } from '../support/raw-http.ts';
import { type OpenSite, open } from '../support/sites.ts';
import type { AdapterContract } from './adapter.ts';
import { expectQuietError } from './adapter-targets.ts';

const settled = (work: () => Promise<unknown>): Promise<string> => work().then(String, (error) => String(error.code));

/** Sends a request and goes away once the server has it. */
async function leave({ port, server }: OpenSite, path: string): Promise<void> {
  const arrived = once(server, 'request');
  const sent = request({ host: '127.0.0.1', port, path });
  sent.on('error', () => undefined).end();
  const [received] = (await arrived) as [IncomingMessage];
  sent.destroy();
  await closed(received.socket);
}

/** Waits for the end of a socket, however it comes. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

/** What becomes of a request when something goes wrong. */
export function describeFailures({ adapter, root }: AdapterContract): void {
  const serve = (images: Tintype) => open(adapter, { mounts: [{ images }] });
  const photo = () => readFile(`${root()}/photo.jpg`);

  describe('failures', () => {
    const refuse = (message: string) => () => Promise.reject(new Error(message));
    it.each<[string, Origin['read'], number]>([
      ['an origin that cannot be reached', refuse('connect ECONNREFUSED 127.0.0.1:9000 evil'), 502],
      ['an origin that breaks', refuse('ENOENT: no such file, open /srv/photos/secret.jpg'), 502],
      ['an origin that answers nonsense', async () => ({ status: 500 }) as never, 502],
      ['an origin that has nothing', async () => undefined, 404],
      ['an original that is no picture', async () => Buffer.from('<html>secret</html>'), 415],
      ['an original that is empty', async () => Buffer.alloc(0), 415],
    ])('answers briefly for %s', async (_what, read, expected) => {
      const { get, send } = await serve(openEngine({ origin: { name: 'failing', read } }));
      for (const round of ['first', 'second']) {
        const answer = await get('/img/photo.jpg?w=40');
        expect(answer.status, round).toBe(expected);
        expectQuietError(answer);
      }
      expect((await send('HEAD', '/img/photo.jpg?w=40')).status).toBe(expected);
    });

    it.each([
      ['/img/broken.jpg?w=40', 422],
      ['/img/notes.jpg?w=40', 415],
      ['/img/notes.jpg', 415],
    ])('answers %s briefly with %i', async (path, status) => {
      const { get } = await serve(engineOn(root()));
      const answer = await get(path);
      expect(answer.status).toBe(status);
      expectQuietError(answer);
    });

    it('answers 504 where the origin takes too long', async () => {
      const origin = gatedOrigin(await photo());
      const { get } = await serve(openEngine({ origin, originTimeout: 0.05 }));
      const answer = await get('/img/photo.jpg?w=40');
      expect(answer.status).toBe(504);
      expectQuietError(answer);
    });

    it('answers 503 with Retry-After once the endpoint is closed, hits too', async () => {
      const images = engineOn(root());
      const { get } = await serve(images);
      expect((await get('/img/photo.jpg?w=40')).status).toBe(200);
      await images.close();
      for (const path of ['/img/photo.jpg?w=40', '/img/photo.jpg?w=41', '/img/none.jpg']) {
        const answer = await get(path);
        expect(answer.status).toBe(503);
        expect(answer.headers['retry-after']).toMatch(/^\d+$/);
        expectQuietError(answer);
      }
      expect((await get('/other')).headers['x-answered-by']).toBe('application');
    });

    it('finishes what is under way when the endpoint is closed', async () => {
      const origin = gatedOrigin(await photo());
      const images = openEngine({ origin });
      const { get } = await serve(images);
      const early = get('/img/photo.jpg?w=40');
      await origin.asked;
      const closing = images.close();
      expect((await get('/img/photo.jpg?w=40')).status).toBe(503);
      origin.open();
      expect((await early).status).toBe(200);
      await closing;
    });

    it.each<[string, Parameters<typeof faultyEngine>[0]]>([
      [
        'throws',
        () => {
          throw new Error('at once in /srv/app');
        },
      ],
      ['rejects', () => Promise.reject(new Error('later in /srv/app'))],
      ['answers nonsense', () => ({ status: 'lots', headers: {}, body: undefined }) as never],
      ['answers nonsense later', async () => ({ status: 7, headers: {}, body: undefined })],
      ['answers a header that cannot be', async () => ({ status: 200, headers: { x: 'a\r\nb' }, body: undefined })],
    ])('takes an engine that %s to the error handler of the application', async (_what, handle) => {
      const { get } = await serve(faultyEngine(handle));
      const answer = await get('/img/photo.jpg');
      expect(answer.status).toBe(500);
      expect(answer.headers['x-answered-by']).toBe('error handler');
      expect(answer.text).toBe('handled');
    });

    it('takes what an engine throws to the error handler with its status', async () => {
      const teapot = Object.assign(new Error('no coffee'), { status: 418 });
      const { get } = await serve(faultyEngine(() => Promise.reject(teapot)));
      expect((await get('/img/photo.jpg')).status).toBe(418);
    });

    it.each<[string, Parameters<typeof faultyEngine>[0]]>([
      ['at once', () => undefined],
      ['later', async () => undefined],
    ])('goes on to the application where an engine declines %s', async (_when, handle) => {
      const { get } = await serve(faultyEngine(handle));
      expect((await get('/img/photo.jpg')).headers['x-answered-by']).toBe('application');
    });

    it('leaves an error of the application to its error handler', async () => {
      const { get } = await serve(engineOn(root()));
      const answer = await get('/boom');
      expect(answer.status).toBe(500);
      expect(answer.headers['x-answered-by']).toBe('error handler');
    });
  });

  describe('clients that leave', () => {
    it('cancel nothing that another waits for', async () => {
      const origin = gatedOrigin(await photo());
      const images = openEngine({ origin });
      const site = await serve(images);
      const left = leave(site, '/img/photo.jpg?w=40');
      await origin.asked;
      const patient = site.get('/img/photo.jpg?w=40');
      await left;
      origin.open();
      const answer = await patient;
      expect(answer.status).toBe(200);
      expect((await sharp(answer.body).metadata()).width).toBe(40);
      expect(origin.reads()).toBe(1);
      expect(images.stats().renders).toBe(1);
    });

    it('leave their picture to the next', async () => {
      const origin = gatedOrigin(await photo());
      const site = await serve(openEngine({ origin }));
      await leave(site, '/img/photo.jpg?w=40');
      origin.open();
      expect((await site.get('/img/photo.jpg?w=40')).status).toBe(200);
      expect(origin.reads()).toBe(1);
    });

    it('in the middle of a purge do no harm', async () => {
      const images = engineOn(root());
      const { port, server, get } = await open(adapter, {
        mounts: [{ images }],
        purge: { images, options: { token: 'x' } },
      });
      const arrived = once(server, 'request');
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write(
        'POST /img-api/purge HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer x\r\nContent-Length: 100\r\n\r\n{"all"',
      );
      const [received] = (await arrived) as [IncomingMessage];
      socket.destroy();
      await closed(received.socket);
      expect((await get('/img/photo.jpg?w=40')).status).toBe(200);
    });
  });

  describe('answers that somebody above has given', () => {
    it('stand whole, and the connection with them', async () => {
      const origin = gatedOrigin(await photo());
      const images = openEngine({ origin });
      const { port, server } = await open(adapter, { above: ['impatient'], mounts: [{ images }] });
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      let connections = 0;
      server.on('connection', () => connections++);
      const headers = { 'x-patience': '0' };
      const early = await ask(port, '/img/photo.jpg?w=40', { headers, agent });
      expect([early.status, early.text]).toEqual([503, 'too slow']);
      origin.open();
      // Collapsed with the first, so that ours has come too late by now.
      const late = await ask(port, '/img/photo.jpg?w=40', { agent });
      expect(late.status).toBe(200);
      expect((await ask(port, '/img/none.jpg', { agent })).status).toBe(200);
      agent.destroy();
      expect(connections).toBe(1);
    });

    it('stand whole where they are still on their way', async () => {
      const origin = gatedOrigin(await photo());
      const images = openEngine({ origin });
      const { port } = await open(adapter, { above: ['impatient'], mounts: [{ images }] });
      const socket = connect(port, '127.0.0.1').pause();
      // More than the sockets hold, to a client that does not read yet.
      const length = 30_000_000;
      const fields = `Host: x\r\nX-Patience: 0\r\nX-Length: ${length}\r\nConnection: close`;
      socket.write(`GET /img/photo.jpg?w=40 HTTP/1.1\r\n${fields}\r\n\r\n`);
      await origin.asked;
      origin.open();
      await vi.waitFor(() => expect(images.stats().requests).toBe(1), { interval: 5 });
      await setImmediate();
      let received = 0;
      for await (const chunk of socket) received += (chunk as Buffer).length;
      expect(received).toBeGreaterThan(length);
    });

    it('are cut off where they are only begun, not left hanging', async () => {
      const { get } = await open(adapter, { above: ['half an answer'], mounts: [{ images: engineOn(root()) }] });
      expect(await settled(() => get('/img/photo.jpg?w=40'))).toBe('ECONNRESET');
      expect(await settled(() => get('/img/none.jpg'))).toBe('ECONNRESET');
    });
  });
}

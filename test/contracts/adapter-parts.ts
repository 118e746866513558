import { connect } from 'node:net';
import { brotliDecompressSync } from 'node:zlib';
import { type TintypeOptions, web } from '@tintype/core';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { openEngine } from '../support/engines.ts';
import type { RawAnswer } from '../support/raw-http.ts';
import { type Above, open } from '../support/sites.ts';
import { openUpstream, type Said, type Saying } from '../support/upstream.ts';
import type { AdapterContract } from './adapter.ts';

const modified = 'Tue, 01 Sep 2026 10:00:00 GMT';
const made = 'Tue, 01 Sep 2026 12:00:00 GMT';
const sheet = Array.from({ length: 100 }, (_, line) => `.rule-${line} { order: ${line} }\n`).join('');

/** Sends a request byte by byte as it is written here, and gives head and body of what comes back. */
async function askRaw(port: number, ...lines: readonly string[]): Promise<{ head: string; body: Buffer }> {
  const socket = connect(port, '127.0.0.1');
  socket.write([...lines, 'Host: x', 'Connection: close', '', ''].join('\r\n'));
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  const end = bytes.indexOf('\r\n\r\n');
  return { head: bytes.subarray(0, end).toString('latin1'), body: bytes.subarray(end + 4) };
}

/** Answers in part, conditions that are not met, and what is passed on as it is. */
export function describeParts({ adapter }: AdapterContract): void {
  const serve = async (
    saying: Saying = {},
    { above = [], ...options }: Partial<TintypeOptions> & { above?: readonly Above[] } = {},
  ) => {
    const photo = await sharp({ create: { width: 60, height: 40, channels: 3, background: '#a63' } })
      .jpeg()
      .toBuffer();
    const dated = { 'last-modified': modified, date: made, 'cache-control': 'max-age=3600' };
    const upstream = await openUpstream((request) => {
      if (request.url === '/none.css') return { status: 404, body: 'none' };
      if (request.url === '/photo.jpg') return { headers: dated, body: photo };
      const { headers, ...said }: Said = (typeof saying === 'function' ? saying(request) : saying) ?? {};
      return { body: sheet, ...said, headers: { 'content-type': 'text/css', ...dated, ...headers } };
    });
    const clock = { now: () => Date.parse(made) };
    const images = openEngine({ origin: web(upstream.url), clock, passthrough: true, ...options });
    return { upstream, images, ...(await open(adapter, { above, mounts: [{ images }] })) };
  };

  describe.each([
    ['a picture', '/img/photo.jpg?w=30', 'image/jpeg'],
    ['a text', '/img/a.css', 'text/css'],
  ])('parts of %s', (_kind, path, type) => {
    it.each<[string, (whole: Buffer) => Buffer]>([
      ['bytes=0-0', (whole) => whole.subarray(0, 1)],
      ['bytes=10-19', (whole) => whole.subarray(10, 20)],
      ['bytes=100-', (whole) => whole.subarray(100)],
      ['bytes=-30', (whole) => whole.subarray(-30)],
      ['bytes=50-999999', (whole) => whole.subarray(50)],
    ])('%s is answered 206 with these bytes and their length', async (range, part) => {
      const { get, port } = await serve();
      const first = await get(path, { range });
      const whole = await get(path);
      const expected = part(whole.body);
      for (const answer of [first, await get(path, { range })]) {
        expect([answer.status, answer.body.equals(expected)]).toEqual([206, true]);
        expect(answer.headers).toMatchObject({
          'content-length': String(expected.length),
          'content-type': type,
          etag: whole.headers.etag,
          'accept-ranges': 'bytes',
        });
        expect(answer.headers['content-range']).toMatch(new RegExp(`^bytes \\d+-\\d+/${whole.body.length}$`));
      }
      const { head, body } = await askRaw(port, `GET ${path} HTTP/1.1`, `RANGE: ${range}`);
      expect(head).toMatch(/^HTTP\/1\.1 206 Partial Content\r\n/);
      expect(head.match(/^content-length:/gim)).toHaveLength(1);
      expect(head).not.toMatch(/transfer-encoding/i);
      expect(body.equals(expected)).toBe(true);
    });

    it.each(['bytes=9-5', 'bytes=0-1,3-4', 'lines=1-2', 'bytes=x'])('%s is the whole', async (range) => {
      const { get } = await serve();
      const answer = await get(path, { range });
      expect(answer.status).toBe(200);
      expect(answer.headers['content-length']).toBe(String(answer.body.length));
      expect(answer.headers).not.toHaveProperty('content-range');
    });

    it('two Range lines are the whole', async () => {
      const { get, port } = await serve();
      const whole = await get(path);
      const { head, body } = await askRaw(port, `GET ${path} HTTP/1.1`, 'Range: bytes=0-1', 'Range: bytes=3-4');
      expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
      expect(body.equals(whole.body)).toBe(true);
    });

    it('outside is 416 with the length, short and for nobody to keep', async () => {
      const { get, send } = await serve();
      const whole = await get(path);
      const answer = await get(path, { range: 'bytes=999999-' });
      expect([answer.status, answer.text]).toEqual([416, 'The range lies outside the image.\n']);
      expect(answer.headers).toMatchObject({
        'content-range': `bytes */${whole.body.length}`,
        'cache-control': 'no-store',
        'content-type': 'text/plain; charset=utf-8',
        'content-length': String(answer.body.length),
      });
      const head = await send('HEAD', path, { headers: { range: 'bytes=999999-' } });
      expect([head.status, head.headers['content-length']]).toEqual([200, String(whole.body.length)]);
    });

    it('are given by If-Range for the tag that is current alone', async () => {
      const { get } = await serve();
      const { etag = '' } = (await get(path)).headers;
      const statusFor = async (field: string) => (await get(path, { range: 'bytes=0-9', 'if-range': field })).status;
      expect(await statusFor(etag)).toBe(206);
      expect(await statusFor(`W/${etag}`)).toBe(200);
      expect(await statusFor('"old"')).toBe(200);
    });

    it('and the whole say when they were made, by the same Date', async () => {
      const { get } = await serve();
      const whole = await get(path);
      const { etag } = whole.headers;
      const answers = [whole, await get(path), await get(path, { range: 'bytes=0-1' })];
      answers.push(await get(path, { 'if-none-match': etag ?? '' }));
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 206, 304]);
      for (const { headers } of answers) {
        expect(headers).toMatchObject({ date: made, 'last-modified': modified, etag });
        expect(headers['cache-status']).toMatch(/^tintype; /);
      }
    });

    it('are no answer to HEAD', async () => {
      const { get, send } = await serve();
      const whole = await get(path);
      const head = await send('HEAD', path, { headers: { range: 'bytes=0-9' } });
      expect([head.status, head.body.length]).toEqual([200, 0]);
      expect(head.headers['content-length']).toBe(String(whole.body.length));
    });
  });

  describe('conditions that are not met', () => {
    it('are answered 412, shortly, before anything is rendered', async () => {
      const { get, send, images } = await serve();
      for (const headers of [{ 'if-match': '"another"' }, { 'if-unmodified-since': 'Mon, 31 Aug 2026 10:00:00 GMT' }]) {
        const answer = await get('/img/photo.jpg?w=30', headers);
        expect([answer.status, answer.headers['cache-control']]).toEqual([412, 'no-store']);
        expect(answer.headers['content-length']).toBe(String(answer.body.length));
        const head = await send('HEAD', '/img/photo.jpg?w=30', { headers });
        expect([head.status, head.body.length]).toEqual([412, 0]);
      }
      expect(images.stats().renders).toBe(0);
      const { etag = '' } = (await get('/img/photo.jpg?w=30')).headers;
      expect((await get('/img/photo.jpg?w=30', { 'if-match': etag })).status).toBe(200);
    });
  });

  describe('what is passed on', () => {
    it.each<[number, Said['headers']]>([
      [201, {}],
      [203, {}],
      [204, {}],
      [205, {}],
      [299, {}],
      [301, { location: '/b.css' }],
      [302, { location: '//other.example/b.css' }],
      [404, {}],
      [410, {}],
      [418, {}],
      [451, {}],
      [500, {}],
      [503, { 'retry-after': '120' }],
      [599, {}],
    ])('has the status %i of its origin, its fields and its body', async (status, headers) => {
      const { get, send, port } = await serve({ status, headers: { ...headers, 'x-own': 'yes' }, body: 'said' });
      const hasBody = status !== 204 && status !== 205;
      for (const round of ['fetched', 'kept']) {
        const answer = await get('/img/a.css');
        expect([answer.status, answer.text], round).toEqual([status, hasBody ? 'said' : '']);
        expect(answer.headers, round).toMatchObject({ ...headers, 'x-own': 'yes' });
        if (hasBody) expect(answer.headers, round).toMatchObject({ 'content-type': 'text/css', 'content-length': '4' });
        expect(answer.headers, round).not.toHaveProperty('transfer-encoding');
      }
      const head = await send('HEAD', '/img/a.css');
      expect([head.status, head.body.length]).toEqual([status, 0]);
      // Over one connection, so that a body too many or too few would be seen.
      const two = [`GET /img/a.css HTTP/1.1`, 'Host: x', '', 'GET /img/a.css HTTP/1.1'];
      const { head: firstHead, body } = await askRaw(port, ...two);
      const rest = `${firstHead}\r\n\r\n${body.toString('latin1')}`;
      const isLast = /^connection: close$/im.test(firstHead);
      expect(rest.match(new RegExp(`HTTP/1\\.1 ${status}`, 'g'))).toHaveLength(isLast ? 1 : 2);
      // Koa alone takes the length off an answer 205, so that nothing else can end it.
      expect(isLast).toBe(status === 205 && !firstHead.toLowerCase().includes('content-length'));
    });

    it('is coded as the client wants it, and says so in Vary', async () => {
      const { get } = await serve();
      const answer = await get('/img/a.css', { 'accept-encoding': 'br' });
      expect(answer.headers).toMatchObject({ 'content-encoding': 'br', vary: 'Accept-Encoding' });
      expect(answer.headers['content-length']).toBe(String(answer.body.length));
      expect(brotliDecompressSync(answer.body).toString()).toBe(sheet);
      const plain = await get('/img/a.css', { 'accept-encoding': 'identity' });
      expect([plain.headers.vary, plain.text]).toEqual(['Accept-Encoding', sheet]);
      expect(plain.headers.etag).not.toBe(answer.headers.etag);
    });

    it('is not coded twice by middleware above', async () => {
      const { get } = await serve({}, { above: ['compression'] });
      const answer = await get('/img/a.css', { 'accept-encoding': 'br' });
      expect(answer.headers['content-encoding']).toBe('br');
      expect(brotliDecompressSync(answer.body).toString()).toBe(sheet);
    });

    it('merges its Vary with what stands on the answer already', async () => {
      const { get } = await serve({ headers: { vary: 'Accept-Language' } }, { above: ['vary: origin'] });
      const members = (answer: RawAnswer) => (answer.headers.vary ?? '').split(/,\s*/).sort();
      const answer = await get('/img/a.css');
      expect(members(answer)).toEqual(['Accept-Encoding', 'Accept-Language', 'Origin']);
      expect(members(await get('/img/a.css', { 'if-none-match': answer.headers.etag ?? '' }))).toEqual(members(answer));
    });

    it('may be empty', async () => {
      const { get } = await serve({ body: '' });
      for (const round of ['fetched', 'kept']) {
        const answer = await get('/img/a.css');
        expect([answer.status, answer.headers['content-length']], round).toEqual([200, '0']);
      }
    });

    it('falls through where it is an absence', async () => {
      const { images } = await serve();
      const site = await open(adapter, { mounts: [{ images, options: { fallthrough: true } }] });
      expect((await site.get('/img/none.css')).headers['x-answered-by']).toBe('application');
      expect((await site.get('/img/a.css')).text).toBe(sheet);
    });

    it.each(['public, max-age=60', 'max-age=60', 'max-age=60, public', 's-maxage=60'])(
      'and may be kept by all ("%s") carries no cookie of middleware above',
      async (control) => {
        for (const above of ['cookie set before', 'rolling session', 'cookie session'] as const) {
          const { get } = await serve({ headers: { 'cache-control': control } }, { above: [above] });
          for (const round of ['fetched', 'kept']) {
            const answer = await get('/img/a.css');
            expect(answer.headers['cache-control'], `${above}, ${round}`).toBe(control);
            expect(answer.headers, `${above}, ${round}`).not.toHaveProperty('set-cookie');
          }
        }
      },
    );
  });

  describe('client hints', () => {
    it('are asked for on every answer, and heard', async () => {
      const { get } = await serve({}, { clientHints: true });
      const asked = 'Sec-CH-Width, Sec-CH-DPR, Save-Data';
      const small = await get('/img/photo.jpg', { 'sec-ch-width': '20' });
      const plain = await get('/img/photo.jpg?w=10', { 'sec-ch-dpr': '2' });
      expect((await sharp(plain.body).metadata()).width).toBe(20);
      expect(small.headers).toMatchObject({ 'accept-ch': asked, vary: 'Sec-CH-Width, Save-Data' });
      expect(plain.headers).toMatchObject({ 'accept-ch': asked, vary: 'Sec-CH-DPR, Save-Data' });
      for (const path of ['/img/none.css', '/img/photo.jpg?w=x']) {
        expect((await get(path)).headers['accept-ch']).toBe(asked);
      }
    });

    it('are not asked for where nobody wants them', async () => {
      const { get } = await serve();
      expect((await get('/img/photo.jpg?w=10', { 'sec-ch-dpr': '2' })).headers).not.toHaveProperty('accept-ch');
    });
  });
}

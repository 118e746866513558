import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { files, type Tintype, type TintypeOptions, type WebOptions, web } from '@tintype/core';
import { describe, expect, it } from 'vitest';
import { get } from './support/client.ts';
import { openEngine } from './support/engines.ts';
import { turns } from './support/late-origin.ts';
import { type ManualClock, manualClock } from './support/manual-clock.ts';
import { temporaryFolder } from './support/temporary-folder.ts';
import { type Acting, openRawUpstream, type RawUpstream } from './support/upstream.ts';
import { pictureOf, versionOf } from './support/versioned-picture.ts';

const picture = await pictureOf(1);
const half = picture.subarray(0, 400);

/** An answer with a good picture, or whatever else is given. */
const whole = (body: Uint8Array, ...fields: readonly string[]): Buffer =>
  Buffer.concat([
    Buffer.from(['HTTP/1.1 200 OK', `Content-Length: ${body.length}`, ...fields, '', ''].join('\r\n')),
    body,
  ]);

/** Writes these, then ends. */
const saying =
  (...parts: readonly (string | Uint8Array)[]): Acting =>
  (socket) => {
    for (const part of parts) socket.write(part);
    socket.end();
  };

/** Writes these, then resets the connection once they are on their way. */
const breaking =
  (...parts: readonly (string | Uint8Array)[]): Acting =>
  (socket) => {
    for (const part of parts.slice(0, -1)) socket.write(part);
    socket.write(parts.at(-1) ?? '', () => setImmediate(() => socket.resetAndDestroy()));
  };

/** Goes on writing for as long as anybody reads. */
const endless =
  (head: string, chunk: Uint8Array): Acting =>
  (socket) => {
    socket.write(head);
    const write = (): void => {
      while (!socket.destroyed && socket.write(chunk));
      socket.once('drain', write);
    };
    write();
  };

/** A byte at a time, and never the last. */
const dribbling: Acting = (socket) => {
  socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n`);
  const timer = setInterval(() => socket.write('x'), 20);
  socket.once('close', () => clearInterval(timer));
};

const silent: Acting = () => undefined;
const ok = 'HTTP/1.1 200 OK\r\n';
const chunk = (bytes: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
const zipped = gzipSync(Buffer.alloc(10_000_000));

interface Misbehaviour {
  readonly what: string;
  readonly act: Acting;
  /** Without passthrough. */
  readonly status: number;
  /** Whether it is an answer that is passed on to those who want any. */
  readonly isPassedOn?: true;
}

const misbehaviours: readonly Misbehaviour[] = [
  { what: 'does not answer', act: silent, status: 504 },
  { what: 'stops in the middle of the head', act: (socket) => socket.write(`${ok}Content-Le`), status: 504 },
  {
    what: 'stops in the middle of the body',
    act: (socket) => socket.write(whole(picture).subarray(0, -9)),
    status: 504,
  },
  { what: 'dribbles', act: dribbling, status: 504 },
  {
    what: 'never ends its body',
    act: endless(`${ok}Transfer-Encoding: chunked\r\n\r\n`, chunk(Buffer.alloc(65_536))),
    status: 413,
  },
  {
    what: 'says that it is larger than it may be',
    act: (socket) => socket.write(`${ok}Content-Length: 10000000000\r\n\r\n`),
    status: 413,
  },
  { what: 'never ends its head', act: endless(ok, Buffer.from(`X: ${'x'.repeat(1000)}\r\n`)), status: 502 },
  { what: 'ends before its length', act: saying(`${ok}Content-Length: 5000\r\n\r\n`, half), status: 502 },
  {
    what: 'ends before its last chunk',
    act: saying(`${ok}Transfer-Encoding: chunked\r\n\r\n`, chunk(half)),
    status: 502,
  },
  {
    what: 'ends without saying where the end is',
    act: saying(`${ok}Connection: close\r\n\r\n`, half),
    status: 502,
    isPassedOn: true,
  },
  { what: 'resets before its length', act: breaking(`${ok}Content-Length: 5000\r\n\r\n`, half), status: 502 },
  {
    what: 'resets before its last chunk',
    act: breaking(`${ok}Transfer-Encoding: chunked\r\n\r\n`, chunk(half)),
    status: 502,
  },
  { what: 'resets at once', act: (socket) => socket.resetAndDestroy(), status: 502 },
  { what: 'ends at once', act: (socket) => socket.end(), status: 502 },
  {
    what: 'says two lengths',
    act: saying(`${ok}Content-Length: 400\r\nContent-Length: 401\r\n\r\n`, half),
    status: 502,
  },
  { what: 'says a negative length', act: saying(`${ok}Content-Length: -1\r\n\r\n`, half), status: 502 },
  {
    what: 'says a length and chunks',
    act: saying(`${ok}Content-Length: 400\r\nTransfer-Encoding: chunked\r\n\r\n`, chunk(half), '0\r\n\r\n'),
    status: 502,
  },
  {
    what: 'codes its body unasked',
    act: saying(whole(gzipSync(picture), 'Content-Encoding: gzip')),
    status: 502,
    isPassedOn: true,
  },
  { what: 'sends a bomb', act: saying(whole(zipped, 'Content-Encoding: gzip')), status: 502, isPassedOn: true },
  {
    what: 'answers in part unasked',
    act: saying(`HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-399/873\r\nContent-Length: 400\r\n\r\n`, half),
    status: 502,
  },
  { what: 'says 304 unasked', act: saying('HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n'), status: 502 },
  {
    what: 'says 403 without an end',
    act: endless('HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n', chunk(Buffer.alloc(65_536))),
    status: 502,
    isPassedOn: true,
  },
  {
    what: 'codes its body unasked, without an end',
    act: endless(`${ok}Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n`, chunk(Buffer.alloc(65_536))),
    status: 502,
    isPassedOn: true,
  },
  {
    what: 'redirects',
    act: saying('HTTP/1.1 302 Found\r\nLocation: /b.png\r\nContent-Length: 0\r\n\r\n'),
    status: 502,
    isPassedOn: true,
  },
  {
    what: 'redirects to itself',
    act: saying('HTTP/1.1 301 Moved\r\nLocation: /a.png\r\nContent-Length: 0\r\n\r\n'),
    status: 502,
    isPassedOn: true,
  },
  { what: 'speaks another protocol', act: saying('SSH-2.0-OpenSSH_9.2\r\n'), status: 502 },
  { what: 'speaks HTTP/0.9', act: saying(picture), status: 502 },
  {
    what: 'switches protocols',
    act: saying('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'),
    status: 502,
  },
  { what: 'says a status that is none', act: saying('HTTP/1.1 099 What\r\nContent-Length: 0\r\n\r\n'), status: 502 },
];

const rows = misbehaviours.map(({ what, ...row }) => [what, row] as const);
/** Those that nobody is passed on. */
const failingRows = rows.filter(([, { isPassedOn }]) => isPassedOn !== true);
/** Short, because some of them use it up. */
const patience = 0.4;

interface Site {
  readonly upstream: RawUpstream;
  readonly images: Tintype;
  readonly clock: ManualClock;
}

async function openSite(acting: Acting, options: Partial<TintypeOptions> = {}, origin: WebOptions = {}): Promise<Site> {
  const upstream = await openRawUpstream(acting);
  const clock = manualClock();
  // One connection: whoever does not let go of it blocks all who come after.
  const images = openEngine({
    origin: web(upstream.url, { timeout: patience, connections: 1, ...origin }),
    clock,
    limits: { bytes: 1_000_000 },
    ...options,
  });
  return { upstream, images, clock };
}

const good: Acting = (socket: Socket) =>
  void socket.write(whole(picture, 'Cache-Control: max-age=60, stale-if-error=600'));

const second = await pictureOf(2);
/** What an origin means: nothing is to stand in for it. */
const refusals = ['says 403 without an end'];

describe.each(rows)('an origin that %s', (what, { act, status }) => {
  it(`is answered ${status} to all who wait, after one question, and nothing of it is kept`, async () => {
    const directory = await temporaryFolder();
    const { images, upstream } = await openSite(act, { store: files(directory) });
    const answers = await Promise.all(Array.from({ length: 50 }, (_, at) => get(images, `/a.png?w=${4 + (at % 2)}`)));
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([status]));
    expect(upstream.asked).toHaveLength(1);
    for (const { headers, body } of answers) {
      expect(headers['cache-control']).toBe('no-store');
      expect(headers).not.toHaveProperty('etag');
      expect(headers).not.toHaveProperty('last-modified');
      expect(Buffer.from(body ?? []).toString()).toMatch(/^[A-Z][\w ,.]+\n$/);
    }
    expect(images.stats()).toMatchObject({ originReads: 1, renders: 0, stores: { memory: { entries: 0 } } });
    await expect.poll(() => images.stats().stores.store?.entries ?? 0).toBe(0);
  });

  it('has its socket taken away, and its next good answer served', async () => {
    const { images, upstream } = await openSite(act);
    expect((await get(images, '/a.png')).status).toBe(status);
    await expect.poll(() => upstream.openSockets()).toBe(0);
    upstream.act(good);
    expect(await versionOf((await get(images, '/a.png')).body)).toBe(1);
    expect(upstream.asked.length).toBeGreaterThanOrEqual(2);
  });

  it('leaves what was good before, where that may be served', async () => {
    const { images, upstream, clock } = await openSite(good);
    await get(images, '/a.png');
    upstream.act(act);
    clock.advance(61);
    const isAnswer = refusals.includes(what);
    const answer = await get(images, '/a.png');
    expect(answer.status).toBe(isAnswer ? 502 : 200);
    if (!isAnswer) expect(await versionOf(answer.body)).toBe(1);
    await expect.poll(() => upstream.openSockets()).toBe(0);
    upstream.act((socket) => void socket.write(whole(second, 'Cache-Control: max-age=60')));
    clock.advance(1);
    expect(await versionOf((await get(images, '/a.png')).body)).toBe(2);
  });
});

describe.each(failingRows)('an endpoint that passes everything on and whose origin %s', (_what, { act, status }) => {
  it(`passes on nothing of it but ${status}`, async () => {
    const { images, upstream } = await openSite(act, { passthrough: true });
    const answers = await Promise.all(Array.from({ length: 10 }, () => get(images, '/a.css')));
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([status]));
    for (const { headers } of answers) expect(headers['cache-control']).toBe('no-store');
    expect(upstream.asked).toHaveLength(1);
    expect(images.stats().stores.memory.entries).toBe(0);
    await expect.poll(() => upstream.openSockets()).toBe(0);
    upstream.act(saying(whole(Buffer.from('a {}'), 'Content-Type: text/css')));
    expect((await get(images, '/a.css')).status).toBe(200);
  });
});

describe('an endpoint that passes everything on', () => {
  it('gets a body whose end is the end of the connection, if that ended well', async () => {
    const { images } = await openSite(saying(`${ok}Connection: close\r\n\r\n`, 'a {}'), { passthrough: true });
    const answer = await get(images, '/a.css');
    expect([answer.status, Buffer.from(answer.body ?? []).toString()]).toEqual([200, 'a {}']);
  });

  it('passes on coded bytes as they are, and never unfolds them', async () => {
    const { images } = await openSite(saying(whole(zipped, 'Content-Encoding: gzip')), { passthrough: true });
    const answer = await get(images, '/a.bin');
    expect([answer.status, answer.headers['content-encoding'], answer.body?.length]).toEqual([
      200,
      'gzip',
      zipped.length,
    ]);
  });

  it('answers with a redirect that it is told, without going there', async () => {
    const { images, upstream } = await openSite(
      saying('HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n'),
      { passthrough: true },
    );
    const answer = await get(images, '/a.css');
    expect([answer.status, answer.headers.location]).toEqual([302, 'http://169.254.169.254/']);
    expect(upstream.asked).toHaveLength(1);
  });
});

describe('an origin that redirects, where that is followed', () => {
  it.each([
    ['to itself for ever', (_head: string, port: string) => `http://127.0.0.1:${port}/a.png`],
    ['to another port', () => 'http://127.0.0.1:9/a.png'],
    ['to another scheme', () => 'file:///etc/passwd'],
  ])('%s has failed', async (_where, location) => {
    const { images, upstream } = await openSite(silent, {}, { redirects: 3 });
    upstream.act((socket, head) => {
      const to = location(head, new URL(upstream.url).port);
      socket.write(`HTTP/1.1 302 Found\r\nLocation: ${to}\r\nContent-Length: 0\r\n\r\n`);
    });
    expect((await get(images, '/a.png')).status).toBe(502);
    expect(upstream.asked.length).toBeLessThanOrEqual(4);
    upstream.act(good);
    expect((await get(images, '/a.png')).status).toBe(200);
  });
});

describe('a picture that is broken', () => {
  it.each([
    ['cut off in its pixels, though its length is right', picture.subarray(0, -60), 422],
    ['nothing', Buffer.of(), 415],
    ['a page that says sorry', Buffer.from('<html>sorry</html>'), 415],
    ['a signature and no more', picture.subarray(0, 8), 422],
  ])('%s is neither rendered nor kept as a derivative', async (_what, body, status) => {
    const { images, upstream } = await openSite(saying(whole(body)));
    const answers = await Promise.all(Array.from({ length: 20 }, () => get(images, '/a.png?w=8')));
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([status]));
    expect(upstream.asked).toHaveLength(1);
    expect(images.stats().renders).toBe(0);
    for (const { headers } of answers) expect(headers['cache-control']).toBe('no-store');
  });
});

describe('a body that nobody wants and that never ends', () => {
  it.each(
    misbehaviours.filter(({ what }) => what.endsWith('without an end')).map(({ what, act }) => [what, act] as const),
  )('is not read on for as long as the origin has time: it %s', async (_what, act) => {
    const { images, upstream } = await openSite(act, {}, { timeout: 25 });
    expect((await get(images, '/a.png')).status).toBe(502);
    await expect.poll(() => upstream.openSockets(), { timeout: 10_000 }).toBe(0);
    upstream.act(good);
    expect((await get(images, '/a.png')).status).toBe(200);
  });
});

describe('an origin of one’s own', () => {
  it.each([206, 304, 199, 1000, 200.5, Number.NaN])(
    'that answers %d unasked has failed, whatever is passed on',
    async (status) => {
      for (const passthrough of [false, true]) {
        const origin = { name: 'own', read: async () => ({ status, headers: {}, body: picture }) };
        const images = openEngine({ origin, clock: manualClock(), passthrough });
        expect((await get(images, '/a.png')).status).toBe(502);
        expect(images.stats().stores.memory.entries).toBe(0);
      }
    },
  );
});

describe('an origin that comes back', () => {
  it('while clients wait for it is asked once more, not once for each', async () => {
    const { images, upstream } = await openSite((socket) => socket.resetAndDestroy());
    await Promise.all(Array.from({ length: 20 }, () => get(images, '/a.png')));
    await turns();
    upstream.act(good);
    const answers = await Promise.all(Array.from({ length: 20 }, () => get(images, '/a.png')));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(upstream.asked).toHaveLength(2);
    expect(images.stats().renders).toBe(1);
  });

  it('on another connection after a reset is believed, also where closing it is what ends the body', async () => {
    const { images, upstream } = await openSite(good, { passthrough: true });
    expect((await get(images, '/a.png')).status).toBe(200);
    upstream.act((socket) => {
      upstream.act((next) => next.end('HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\ntext'));
      socket.resetAndDestroy();
    });
    const answer = await get(images, '/b.txt');
    expect([answer.status, Buffer.from(answer.body ?? []).toString()]).toEqual([200, 'text']);
    expect(upstream.asked).toHaveLength(3);
  });
});

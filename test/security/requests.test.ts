import { Agent } from 'node:http';
import express from 'express';
import Koa from 'koa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectQuietError } from '../contracts/adapter-targets.ts';
import { engineOn } from '../support/engines.ts';
import { escapedErrors } from '../support/escaped-errors.ts';
import { expressAdapter } from '../support/express-sites.ts';
import { koaAdapter } from '../support/koa-sites.ts';
import { makePictures, type Pictures } from '../support/pictures.ts';
import { ask, askInBytes, type RawAnswer, type RawRequest } from '../support/raw-http.ts';
import { type Adapter, type OpenSite, open } from '../support/sites.ts';

/** How dots, slashes and their like are written, from plain to twice encoded, overlong and wide. */
const dots = ['..', '%2e%2e', '.%2e', '%252e%252e', '%c0%ae%c0%ae', '%uff0e%uff0e', '...', '..;', '..%00', '.. ', '.'];
const slashes = ['/', '//', '%2f', '%2F', '%5c', '\\', '%252f', '%c0%af', '%ef%bc%8f', '/./', ';/'];
const goals = ['secret.jpg', 'photos-private/secret.jpg', 'etc/passwd', 'photos/.hidden.jpg'];

/** Ways out of the folder, each in each spelling. */
const ways = dots.flatMap((dot) =>
  slashes.flatMap((slash) =>
    goals.flatMap((goal) =>
      ['', 'deep/', 'photo.jpg/'].map(
        (start) => `${start}${start === 'deep/' ? dot + slash : ''}${dot}${slash}${goal}`,
      ),
    ),
  ),
);

/** Names that mean something to a file system, a library or a browser. */
const names = [
  ...[
    '.hidden.jpg',
    '.env',
    '.git/config',
    'photo.jpg/',
    'photo.jpg/.',
    'photo.jpg%00',
    'photo.jpg%00.png',
    'photo.jpg%20',
  ],
  ...['photo.jpg.', 'photo.jpg::$DATA', 'photo.jpg%3a%3a$DATA', 'CON', 'con.png', 'AUX.jpg', 'nul', 'COM1.png', 'LPT9'],
  ...['C:%5cwindows%5cwin.ini', 'c:/windows/win.ini', '%5c%5chost%5cshare', '//host/share', 'file:///etc/passwd'],
  ...['http://evil.com/a.jpg', 'https%3a%2f%2fevil.com%2fa.jpg', 'data:image/png;base64,AAAA', '//evil.com/a.jpg'],
  ...['photo.jpg[page=1]', 'logo.png%5bscale=10%5d', 'photo%2ejpg%2f', '~root/a.jpg', '%7e/a.jpg', '*', '%3f', '%23'],
  ...[
    '%',
    '%2',
    '%zz',
    '%ff',
    '%c3%28',
    '%ed%a0%80',
    '%f8%88%80%80%80',
    '%0d%0aX-Injected:%20yes',
    '%0a',
    '%09',
    '%7f',
  ],
  ...[
    '%e2%80%ae',
    '%00',
    'a'.repeat(5000),
    'a/'.repeat(2000),
    '%41'.repeat(2000),
    '('.repeat(5000),
    '%25'.repeat(1000),
  ],
  ...['__proto__', 'constructor', 'toString', 'photo.jpg?', '-rf', '|ls', '$(id)', '`id`', '%24%7bjndi:ldap:a%7d'],
];

const parameters = [
  ...[
    'w',
    'h',
    'width',
    'dpr',
    'fit',
    'position',
    'fp',
    'ratio',
    'crop',
    'trim',
    'rotate',
    'flip',
    'blur',
    'sharpen',
    'q',
  ],
  ...['format', 'frame', 'background', 'border', 'radius', 'pad', 'overlay', 'preset', 'download', 'v', 'expires', 's'],
  ...['hue', 'contrast', 'gamma', 'tint', 'opacity', 'stage', '__proto__', 'constructor', 'unknown'],
];
const values = [
  ...[
    '',
    '0',
    '-1',
    '1e9',
    '1e308',
    '0x10',
    '٣',
    'NaN',
    'Infinity',
    '99999999999999999999',
    '1.5.5',
    '+1',
    '%201',
    '1%00',
  ],
  ...[
    '%0d%0aX-Injected:%20yes',
    '%22%3e%3cscript%3e',
    '%27%20or%201=1--',
    '../../etc/passwd',
    '..%2f..%2fetc%2fpasswd',
  ],
  ...['%', '%ff', '%zz', 'true', 'null', 'undefined', '[object%20Object]', '%5b%5d', '1,'.repeat(300), '('.repeat(900)],
  ...['a'.repeat(1900), 'a'.repeat(5000), '%F0%9F%98%80', 'http://evil.com/a.jpg', 'file:///a', 'javascript:alert(1)'],
];
const queries = [
  ...parameters.flatMap((name) => values.map((value) => `${name}=${value}`)),
  ...parameters.flatMap((name) => [`${name}=1&${name}=2`, `${name}[]=1`, `${name}[a]=1`, `${name}[__proto__]=1`, name]),
  ...[
    '&'.repeat(2000),
    '='.repeat(2000),
    '&=&=&=',
    '?'.repeat(500),
    ';w=40',
    'w=40;h=40',
    'w=40|'.repeat(400),
    '|'.repeat(2000),
  ],
];

/** Header fields that applications and proxies have been led astray with. */
const fields: readonly Readonly<Record<string, string>>[] = [
  { 'x-forwarded-host': 'evil.com', 'x-forwarded-proto': 'javascript', 'x-forwarded-for': '1,'.repeat(3000) },
  { 'x-original-url': '/img/../secret.jpg', 'x-rewrite-url': '/img/../secret.jpg' },
  { 'x-http-method-override': 'DELETE', 'x-middleware-subrequest': 'middleware' },
  { host: 'evil.com' },
  { accept: `image/${'a'.repeat(5000)}` },
  { accept: ',;q=0,*/*;q='.repeat(500) },
  { range: `bytes=${'0-1,'.repeat(2000)}0-1` },
  { range: 'bytes=-99999999999999999999' },
  { 'if-none-match': '"a",'.repeat(2000) },
  { 'if-none-match': '('.repeat(5000) },
  { 'if-modified-since': '9'.repeat(5000) },
  { cookie: 'a=b;'.repeat(1500), authorization: `Basic ${'A'.repeat(5000)}` },
  { 'accept-encoding': 'gzip;q=1,'.repeat(800) },
  { 'cache-control': 'no-cache,'.repeat(800), pragma: 'no-cache' },
  { connection: 'close, x-foo, content-length', 'content-length': '0' },
];

const pictureTypes = /^(image\/(jpeg|png|webp|avif|gif)|application\/json)/;
/** What an answer must not show of us, whatever it repeats of a request. */
const innards = /\/tmp|\/srv|node_modules|node:|vips|libheif|ENO[A-Z]+|\n\s+at /;

const adapters: readonly (readonly [string, () => Adapter])[] = [
  ['Express 5', () => expressAdapter(express)],
  ['Koa 3', () => koaAdapter(Koa, 'koa-mount')],
];

describe.each(adapters)('attacks by request on %s', (_name, createAdapter) => {
  let pictures: Pictures;
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const escaped = escapedErrors();

  beforeAll(async () => {
    pictures = await makePictures();
  });
  afterAll(async () => {
    agent.destroy();
    await pictures.remove();
  });

  const serve = () => open(createAdapter(), { mounts: [{ images: engineOn(pictures.root) }] });

  /** Asks for all of them, some at once, and hands each answer on; then sees whether the server is as before. */
  async function askForAll(
    paths: readonly string[],
    judge: (answer: RawAnswer, path: string) => void,
    request: RawRequest = {},
  ): Promise<void> {
    const site = await serve();
    const left = [...paths];
    const work = async (): Promise<void> => {
      for (let path = left.pop(); path !== undefined; path = left.pop()) {
        judge(await ask(site.port, encodeURI(path).replaceAll('%25', '%'), { ...request, agent }), path);
      }
    };
    await Promise.all(Array.from({ length: 8 }, work));
    await expectAlive(site);
  }

  async function expectAlive({ get }: OpenSite): Promise<void> {
    const answer = await get('/img/photo.jpg?w=40');
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'image/jpeg']);
    expect(escaped).toEqual([]);
  }

  function expectRefused(answer: RawAnswer, path: string): void {
    expect([400, 403, 404], path).toContain(answer.status);
    expect(answer.headers, path).not.toHaveProperty('x-injected');
    expectQuietError(answer);
  }

  function expectRefusedOrPicture(answer: RawAnswer, path: string): void {
    const { status, headers, text } = answer;
    expect([200, 400, 403, 404], path).toContain(status);
    expect(headers['x-content-type-options'], path).toBe('nosniff');
    expect(headers, path).not.toHaveProperty('x-injected');
    if (status === 200) expect(headers['content-type'], path).toMatch(pictureTypes);
    else {
      // It may name the parameter and the value that came, as text that nobody takes for a page.
      expect(headers['content-type'], path).toBe('text/plain; charset=utf-8');
      expect(text.length, path).toBeLessThan(400);
      expect(text, path).not.toMatch(innards);
    }
  }

  it(`refuses ${ways.length} ways out of the folder`, async () => {
    await askForAll(
      ways.map((way) => `/img/${way}`),
      expectRefused,
    );
  }, 120_000);

  it(`refuses ${names.length} names, plain and behind others, with parameters and without`, async () => {
    const paths = names.flatMap((name) => [
      `/img/${name}`,
      `/img/deep/${name}`,
      `/img/${name}&w=40`,
      `/img/photo.jpg%2f${name}`,
    ]);
    await askForAll(paths, expectRefusedOrPicture);
  }, 120_000);

  it(`answers ${queries.length} queries with a picture or a short refusal`, async () => {
    await askForAll(
      queries.map((query) => `/img/photo.jpg?${query}`),
      expectRefusedOrPicture,
    );
  }, 240_000);

  it('answers the same to all of them under HEAD', async () => {
    const site = await serve();
    for (const query of queries.filter((_, index) => index % 29 === 0)) {
      const path = encodeURI(`/img/photo.jpg?${query}`).replaceAll('%25', '%');
      const [get, head] = [await site.get(path), await site.send('HEAD', path)];
      expect([head.status, head.body.length], query).toEqual([get.status, 0]);
    }
  });

  it.each(fields)('is not led astray by %o', async (headers) => {
    const site = await serve();
    const [plain, led] = [await site.get('/img/photo.jpg?w=41'), await site.get('/img/photo.jpg?w=41', headers)];
    expect([200, 206, 304, 416]).toContain(led.status);
    if (led.status === 200) expect(led.body.equals(plain.body)).toBe(true);
    expect((await site.get('/img/photo.jpg?w=41')).body.equals(plain.body)).toBe(true);
  });

  it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'PURGE', 'TRACE', 'PROPFIND', 'LINK'])('refuses %s', async (method) => {
    const site = await serve();
    const answer = await site.send(
      method,
      '/img/photo.jpg?w=40',
      method === 'TRACE' ? {} : { body: 'x'.repeat(10_000) },
    );
    expect([answer.status, answer.headers.allow]).toEqual([405, expect.stringContaining('GET')]);
    expectQuietError(answer);
    await expectAlive(site);
  });

  it.each([
    ['two lengths', 'POST /img/photo.jpg HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
    [
      'a length and chunks',
      'POST /img/photo.jpg HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['a blank before a colon', 'GET /img/photo.jpg HTTP/1.1\r\nHost : x\r\n\r\n'],
    ['bare line feeds', 'GET /img/photo.jpg HTTP/1.1\nHost: x\n\n'],
    ['a folded field', 'GET /img/photo.jpg HTTP/1.1\r\nHost: x\r\nX-A: b\r\n c\r\n\r\n'],
    ['no host', 'GET /img/photo.jpg HTTP/1.1\r\n\r\n'],
    ['a NUL in the target', 'GET /img/photo.jpg\0.png HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'],
    ['bytes beyond ASCII in the target', 'GET /img/\xff\xfe.jpg HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'],
    ['a target of 100 KB', `GET /img/${'a'.repeat(100_000)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`],
    ['no HTTP at all', '\x16\x03\x01\x02\0\x01\0'],
  ])('is alive after %s', async (_what, bytes) => {
    const site = await serve();
    const text = await askInBytes(site.port, bytes);
    expect(text.split('\r\n')[0]).toMatch(/^(HTTP\/1\.1 4\d\d .*)?$/);
    await expectAlive(site);
  });

  it('makes one picture of ten thousand queries that mean the same', async () => {
    const images = engineOn(pictures.root);
    const site = await open(createAdapter(), { mounts: [{ images }] });
    const left = Array.from({ length: 10_000 }, (_, index) => `/img/photo.jpg?w=40&cb${index % 7}=${index}`);
    const work = async (): Promise<void> => {
      for (let path = left.pop(); path !== undefined; path = left.pop()) {
        expect((await ask(site.port, path, { agent })).status).toBe(200);
      }
    };
    await Promise.all(Array.from({ length: 8 }, work));
    expect(images.stats().renders).toBe(1);
  }, 120_000);
});

import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { access, copyFile, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer as createHttpServer, request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildPackages, type Example, startExample as start, stopExamples } from './support/example.ts';

const root = resolve(import.meta.dirname, '..');
const examples = join(root, 'examples');
const originals = ['agate.jpg', 'bubbles.png', 'forest.jpg', 'moon.gif', 'mountains.jpg', 'sea.jpg'];
const browser = { accept: 'image/avif,image/webp,image/*,*/*;q=0.8' };

// Those of tests that failed.
afterAll(stopExamples);

async function get(url: string, headers: Readonly<Record<string, string>> = browser) {
  const response = await fetch(url, { headers });
  return { response, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
}

function expectedType(url: URL): string {
  const format = url.searchParams.get('format') ?? '';
  if (format !== 'auto') return `image/${format}`;
  return url.pathname.endsWith('.gif') ? 'image/webp' : 'image/avif';
}

/** The links to pictures on the page as it is served: what there is without JavaScript. */
async function linksOf({ base }: Example): Promise<readonly string[]> {
  const page = await fetch(base);
  expect(page.status).toBe(200);
  expect(page.headers.get('content-type')).toMatch(/^text\/html/);
  const listed = (await page.text()).matchAll(/href="(\/images\/[^"?]+\?[^"]+)"/g);
  return [...listed].map(([, href = '']) => href.replace(/&#38;|&amp;/g, '&'));
}

const nameIn = (link: string): string =>
  decodeURIComponent(new URL(link, 'http://a').pathname.slice('/images/'.length));

beforeAll(buildPackages);

describe('the Express example', () => {
  let example: Example;
  let links: readonly string[];

  // On a fresh machine this draws the pictures.
  beforeAll(async () => {
    example = await start('express/server.js');
    links = (await linksOf(example)).filter((link) => originals.includes(nameIn(link)));
  }, 180_000);

  const purge = async (path: string, site = 'same-origin') => {
    const response = await fetch(`${example.base}/purge`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'sec-fetch-site': site },
      body: JSON.stringify({ path }),
    });
    return response.status;
  };

  it('prints one line with its URL once it answers', () => {
    const printed = example.lines.filter((line) => line.includes('http://'));
    expect(printed).toEqual([`tintype is serving pictures on ${example.base}/`]);
  });

  it('lists pictures made from every original, and from what else somebody has put into the folder', async () => {
    const named = (await linksOf(example)).map((link) => nameIn(link)).sort();
    expect(named).toEqual((await readdir(join(examples, 'express/.pictures'))).sort());
    expect([...new Set(links.map(nameIn))].sort()).toEqual(originals);
  });

  it.each(['page.css', 'controls.css', 'page.js', 'parameters.js', 'icon.svg'])(
    'serves %s of the page',
    async (file) => {
      const { response } = await get(`${example.base}/${file}`);
      expect(response.status).toBe(200);
    },
  );

  it('answers every picture of the page with the type and the width that its URL asks for', async () => {
    for (const link of links) {
      const url = new URL(link, example.base);
      const { response, headers, bytes } = await get(url.href);
      expect(response.status, link).toBe(200);
      expect(headers.get('content-type'), link).toBe(expectedType(url));
      const { width } = await sharp(bytes).metadata();
      const asked = Number(url.searchParams.get('w')) * Number(url.searchParams.get('dpr') ?? 1);
      expect(asked, link).toBeGreaterThan(0);
      expect(width, link).toBe(asked);
    }
  }, 60_000);

  it('answers the second request for a picture from the cache', async () => {
    for (const link of links) {
      const first = await get(example.base + link);
      const second = await get(example.base + link);
      expect(second.headers.get('cache-status'), link).toMatch(/^tintype; hit\b/);
      expect(second.bytes.equals(first.bytes), link).toBe(true);
    }
  });

  it('asks browsers to come back each time', async () => {
    const { headers } = await get(`${example.base}/images/sea.jpg?w=200`);
    // Who reads it subtracts the Age from it.
    expect(headers.get('cache-control')).toMatch(new RegExp(`[ ,]max-age=${headers.get('age') ?? 0}\\b`));
  });

  it('answers the URL of the README as it stands there', async () => {
    const readme = await readFile(join(root, 'README.md'), 'utf8');
    const [, accept = '', target = '', sample = '', below = ''] =
      /^\$ curl .*'Accept: (.*?)' 'http:\/\/[^/]+(.*?)'\n(.*?)\n```\n\n(.*?)$/ms.exec(readme) ?? [];
    // Its lifetimes are those of what has just been fetched.
    await purge('/mountains.jpg');
    const { response, headers, bytes } = await get(example.base + target, { accept });
    const [status, ...fields] = sample.split('\n').map((line) => line.split(': '));
    expect(status).toEqual([`HTTP/1.1 ${response.status} ${response.statusText}`]);
    // The purge shows in it.
    const shown = fields.filter(([name]) => name !== 'cache-status');
    expect(shown.map(([name]) => name)).toEqual(['cache-control', 'vary', 'content-type', 'content-length']);
    const exact = shown.filter(([name]) => name !== 'content-length');
    expect(exact).toEqual(exact.map(([name = '']) => [name, headers.get(name)]));
    // Another processor, or the next encoder, may take some bytes more or less.
    const length = Number(Object.fromEntries(shown)['content-length']);
    expect(Math.abs(bytes.length - length) / length).toBeLessThan(0.05);
    const original = await readFile(join(examples, 'express/.pictures/mountains.jpg'));
    const { width, height } = await sharp(original).metadata();
    expect(below).toContain(`of ${width} × ${height} pixels and ${(original.length / 1e6).toFixed(1)} MB`);
    expect(below).toContain(`${(await sharp(bytes).metadata()).width} pixels wide`);
    expect(below).toContain(`in ${(length / 1e3).toFixed(1)} kB`);
  });

  it('serves upright the picture that is stored on its side', async () => {
    const stored = await sharp(join(examples, 'express/.pictures/forest.jpg')).metadata();
    const served = await sharp((await get(`${example.base}/images/forest.jpg?w=300&format=jpeg`)).bytes).metadata();
    expect({ landscape: stored.width > stored.height, orientation: stored.orientation }).toEqual({
      landscape: true,
      orientation: 6,
    });
    expect({ width: served.width, height: served.height, orientation: served.orientation ?? 1 }).toEqual({
      width: 300,
      height: 450,
      orientation: 1,
    });
  });

  it('keeps transparency', async () => {
    const { bytes } = await get(`${example.base}/images/bubbles.png?w=200&format=webp`);
    const { channels } = await sharp(bytes).stats();
    expect(channels).toHaveLength(4);
    expect(channels[3]?.min).toBe(0);
  });

  it('keeps an animation moving', async () => {
    const { bytes } = await get(`${example.base}/images/moon.gif?w=100&format=webp`);
    const { pages } = await sharp(bytes, { animated: true }).metadata();
    expect(pages).toBe(24);
  });

  it('purges for its own page only', async () => {
    const picture = `${example.base}/images/agate.jpg?w=120`;
    await get(picture);
    expect(await purge('/agate.jpg', 'cross-site')).toBe(403);
    expect((await get(picture)).headers.get('cache-status')).toMatch(/^tintype; hit\b/);
    expect(await purge('/agate.jpg')).toBe(204);
    expect((await get(picture)).headers.get('cache-status')).toMatch(/^tintype; fwd=/);
  });

  it('says in one line that a port is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await expect(start('express/server.js', { env: { PORT: String(port) } })).rejects.toThrow(
      new RegExp(`ended with 1:\\nPort ${port} is in use: .*\\n$`),
    );
    other.close();
  });

  it('ends with exit code 0 on SIGTERM', async () => {
    expect(await example.stop()).toBe(0);
  });
});

describe('the Koa example', () => {
  let example: Example;

  beforeAll(async () => {
    example = await start('koa/server.js', {
      cwd: join(examples, 'koa'),
      env: { PICTURES: join(examples, 'express/.pictures') },
    });
  });

  it('serves the same pictures', async () => {
    for (const name of originals) {
      const { response, headers, bytes } = await get(`${example.base}/images/${name}?w=240&format=webp`);
      expect(response.status, name).toBe(200);
      expect(headers.get('content-type'), name).toBe('image/webp');
      expect((await sharp(bytes).metadata()).width, name).toBe(240);
    }
  });

  it('answers the second request for a picture from the cache', async () => {
    const url = `${example.base}/images/sea.jpg?w=240&format=auto`;
    await get(url);
    expect((await get(url)).headers.get('cache-status')).toMatch(/^tintype; hit\b/);
  });

  it('ends with exit code 0 on SIGTERM', async () => {
    expect(await example.stop()).toBe(0);
  });
});

describe('the ten lines of the README', () => {
  let directory: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tintype-ten-lines-'));
    await mkdir(join(directory, 'photos'));
    await copyFile(join(examples, 'express/.pictures/sea.jpg'), join(directory, 'photos/cat.jpg'));
  });

  afterAll(() => rm(directory, { recursive: true, force: true }));

  it.each(['express/ten-lines.js', 'koa/server.js'])('serve pictures and take a purge: %s', async (file) => {
    const example = await start(file, {
      cwd: directory,
      env: { PURGE_TOKEN: 'a-token-for-this-test' },
    });
    const purge = async (token: string) => {
      const response = await fetch(`${example.base}/images-api/purge`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ path: '/cat.jpg' }),
      });
      return response.status;
    };
    const { response, headers } = await get(`${example.base}/images/cat.jpg?w=400&format=auto`);
    expect(response.status).toBe(200);
    expect(headers.get('content-type')).toBe('image/avif');
    expect(await purge('another-token')).toBe(401);
    expect(await purge('a-token-for-this-test')).toBe(200);
    await example.stop();
  });

  it.each([
    ['README.md', 3],
    ['docs/purging.md', 1],
  ])('take every purge that %s shows', async (page, atLeast) => {
    const text = await readFile(join(root, page), 'utf8');
    const bodies = [...text.matchAll(/(?:-d '|`)(\{".*?\})['`]/g)].map(([, body = '']) => body);
    expect(bodies.length).toBeGreaterThanOrEqual(atLeast);
    const example = await start('express/ten-lines.js', { cwd: directory, env: { PURGE_TOKEN: 'x' } });
    const headers = { 'content-type': 'application/json', authorization: 'Bearer x' };
    for (const body of bodies) {
      const answer = await fetch(`${example.base}/images-api/purge`, { method: 'POST', headers, body });
      expect([body, answer.status]).toEqual([body, 200]);
    }
    await example.stop();
  });

  it('are the files of the examples, word for word, and so are the recipes for purging', async () => {
    const readme = await readFile(join(root, 'README.md'), 'utf8');
    const blocks = [...readme.matchAll(/^```js\n(.*?)^```$/gms)].map(([, code]) => code);
    const files = ['express/ten-lines.js', 'koa/server.js'];
    expect(blocks).toEqual(await Promise.all(files.map((file) => readFile(join(examples, file), 'utf8'))));
    const purging = await readFile(join(root, 'docs/purging.md'), 'utf8');
    for (const file of ['express/upload.js', 'koa/upload.js', 'express/removal.js', 'express/cdn.js']) {
      expect(purging).toContain(`\`\`\`js\n${await readFile(join(examples, file), 'utf8')}\`\`\``);
    }
  });
});

describe('the recipes for purging', () => {
  let directory: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tintype-recipes-'));
    await mkdir(join(directory, 'photos'));
    await copyFile(join(examples, 'express/.pictures/sea.jpg'), join(directory, 'photos/cat.jpg'));
  });

  afterAll(() => rm(directory, { recursive: true, force: true }));

  const remove = async (...given: readonly string[]) => {
    const run = promisify(execFile)(process.execPath, [join(examples, 'express/removal.js'), ...given], {
      cwd: directory,
    });
    return run.then(
      ({ stdout, stderr }) => ({ stdout, stderr, code: 0 }),
      ({ stdout, stderr, code }: { stdout: string; stderr: string; code: number }) => ({ stdout, stderr, code }),
    );
  };

  it.each(['express/upload.js', 'koa/upload.js'])('show what was uploaded at once: %s', async (file) => {
    const example = await start(file, { cwd: directory });
    const url = `${example.base}/images/cat.jpg?w=100`;
    for (const name of ['agate.jpg', 'sea.jpg']) {
      const before = await get(url);
      const body = await readFile(join(examples, 'express/.pictures', name));
      const headers = { 'content-type': 'image/jpeg' };
      const answer = await fetch(`${example.base}/photos/cat.jpg`, { method: 'PUT', headers, body });
      expect(answer.status).toBe(204);
      const after = await get(url);
      expect(after.headers.get('etag')).not.toBe(before.headers.get('etag'));
      expect(after.headers.get('cache-control')).toMatch(/\bmax-age=0\b/);
    }
    const refused = await fetch(`${example.base}/photos/cat.exe`, { method: 'PUT', body: 'x' });
    expect(refused.status).toBeGreaterThanOrEqual(400);
    await example.stop();
  });

  it.each(['express/upload.js', 'koa/upload.js'])('keep uploads of one name apart: %s', async (file) => {
    const example = await start(file, { cwd: directory });
    const bodies = await Promise.all(
      ['agate.jpg', 'sea.jpg'].map((name) => readFile(join(examples, 'express/.pictures', name))),
    );
    const headers = { 'content-type': 'image/jpeg' };
    const uploads = Array.from({ length: 12 }, (_, n) =>
      fetch(`${example.base}/photos/twice.jpg`, { method: 'PUT', headers, body: bodies[n % 2] ?? '' }),
    );
    const statuses = (await Promise.all(uploads)).map(({ status }) => status);
    expect(statuses).toEqual(statuses.map(() => 204));
    const kept = await readFile(join(directory, 'photos/twice.jpg'));
    expect(bodies.some((body) => body.equals(kept))).toBe(true);
    await example.stop();
  });

  it('keep nothing of an upload that breaks off', async () => {
    const example = await start('koa/upload.js', { cwd: directory });
    const unfinished = async () => (await readdir(join(directory, 'photos'))).filter((name) => name.startsWith('.'));
    const upload = request(`${example.base}/photos/half.jpg`, {
      method: 'PUT',
      headers: { 'content-type': 'image/jpeg', 'content-length': 2 },
    }).on('error', () => undefined);
    upload.write('x');
    await vi.waitFor(async () => expect(await unfinished()).toHaveLength(1), 10_000);
    upload.destroy();
    await vi.waitFor(async () => expect(await unfinished()).toEqual([]), 10_000);
    await expect(access(join(directory, 'photos/half.jpg'))).rejects.toThrow('ENOENT');
    await example.stop();
  });

  it('remove a picture from another process, and from the one that serves it', async () => {
    const example = await start('express/ten-lines.js', { cwd: directory, env: { PURGE_TOKEN: 'x' } });
    const url = `${example.base}/images/cat.jpg?w=100`;
    expect((await get(url)).response.status).toBe(200);
    expect((await get(url)).headers.get('cache-status')).toMatch(/^tintype; hit/);
    const { stdout, code } = await remove('/cat.jpg');
    expect(stdout).toMatch(/^\/cat\.jpg is gone: [1-9]\d* stored files deleted \(purge [0-9a-f]{24}\)\n$/);
    expect(code).toBe(0);
    expect((await get(url)).response.status).toBe(404);
    await example.stop();
  });

  it('do not say that a picture is gone that was not there, and may be repeated', async () => {
    const { stdout, code } = await remove('/kat.jpg');
    expect(stdout).toMatch(/^ENOENT: .*'\.\/photos\/kat\.jpg': 0 stored files deleted \(purge [0-9a-f]{24}\)\n$/);
    expect(code).toBe(1);
  });

  it.each([
    [[]],
    [['']],
    [['/']],
    [['cat.jpg']],
    [['/../cat.jpg']],
    [['/a/../cat.jpg']],
    [['/..']],
    [['/cat*']],
    [['/*']],
    [['/cat%2Ejpg']],
    [['/cat.jpg?w=100']],
    [['//cat.jpg']],
    [['/cat.jpg', '/dog.jpg']],
    [['https://www.example.com/images/cat.jpg']],
  ])('remove nothing for what is no plain path: %j', async (given) => {
    await copyFile(join(examples, 'express/.pictures/sea.jpg'), join(directory, 'photos/cat.jpg'));
    const { stdout, stderr, code } = await remove(...given);
    expect([stdout, stderr.split('\n').length, code]).toEqual(['', 2, 1]);
    expect(stderr).toContain('/people/jane.jpg');
    await access(join(directory, 'photos/cat.jpg'));
  });

  it('tell a CDN, which is asked for what was purged, and say what it cannot be asked', async () => {
    const asked: unknown[] = [];
    const cdn = createHttpServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        asked.push(JSON.parse(body));
        response.end();
      });
    }).listen(0, '127.0.0.1');
    await once(cdn, 'listening');
    const { port } = cdn.address() as { port: number };
    const env = { PURGE_TOKEN: 'x', CDN_API: `http://127.0.0.1:${port}/`, CDN_TOKEN: 'y' };
    const example = await start('express/cdn.js', { cwd: directory, env });
    const purge = async (target: object) => {
      const headers = { 'content-type': 'application/json', authorization: 'Bearer x' };
      const body = JSON.stringify({ ...target, wait: 'all' });
      return (await fetch(`${example.base}/images-api/purge`, { method: 'POST', headers, body })).status;
    };
    const site = 'https://www.example.com/images';
    expect(await purge({ path: '/cat.jpg' })).toBe(200);
    expect(await purge({ prefix: '/cats/2026/*' })).toBe(200);
    expect(await purge({ all: true })).toBe(200);
    expect(await purge({ tag: 'cats' })).toBe(502);
    expect(asked).toEqual([{ urls: [`${site}/cat.jpg*`] }, { urls: [`${site}/cats/2026/*`] }, { urls: [`${site}/*`] }]);
    await example.stop();
    cdn.close();
  });
});

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPackages, type Example, startExample, stopExamples } from '../support/example.ts';
import { hasRedisServer } from '../support/redis-server.ts';

interface Fleet {
  readonly originals: Readonly<Record<string, number>>;
  readonly processes: readonly { readonly base: string; readonly pid: number }[];
}

/** Which plate an answer shows: what the origin wrote on it, and its colour as decoded. */
interface Shown {
  readonly number: number;
  readonly hue: readonly number[];
  readonly status: string;
}

const name = 'agate.jpg';
const everyProcess = [1, 2, 3];
/** How far apart colours of other plates are at least, and of the same at most, in steps of 0 to 255. */
const otherColour = 20;

// Those of tests that failed.
afterAll(stopExamples);

describe.skipIf(!hasRedisServer)('the example of a fleet', () => {
  let example: Example;

  const post = (path: string, site = 'same-origin') =>
    fetch(example.base + path, { method: 'POST', headers: { 'sec-fetch-site': site } });

  const ask = async (process: number, width = 320): Promise<Shown> => {
    const answer = await fetch(`${example.base}/process/${process}/images/${name}?w=${width}&format=png`);
    const picture = sharp(Buffer.from(await answer.arrayBuffer()));
    expect((await picture.metadata()).width).toBe(width);
    const { channels } = await picture.stats();
    return {
      number: Number(answer.headers.get('x-number')),
      hue: channels.map(({ mean }) => mean),
      status: answer.headers.get('cache-status') ?? '',
    };
  };
  const askAll = (width?: number) => Promise.all(everyProcess.map((process) => ask(process, width)));
  const difference = (a: Shown, b: Shown) =>
    Math.max(...a.hue.map((value, channel) => Math.abs(value - (b.hue[channel] ?? 0))));

  beforeAll(async () => {
    await buildPackages();
    // Not a Redis of whoever runs the tests.
    example = await startExample('fleet/fleet.js', { env: { REDIS_URL: '' } });
  }, 180_000);

  it('prints one line with its URL once all three processes answer', async () => {
    const printed = example.lines.filter((line) => line.includes('http://'));
    expect(printed).toEqual([expect.stringMatching(/^3 processes share a redis-server on port \d+: http:/)]);
    const { processes } = (await (await fetch(`${example.base}/fleet`)).json()) as Fleet;
    expect(new Set(processes.map(({ pid }) => pid)).size).toBe(3);
    for (const { base } of processes) expect((await fetch(`${base}/images/${name}?w=100`)).status).toBe(200);
  });

  it.each([
    '/',
    '/fleet.css',
    '/fleet.js',
    '/express/public/page.css',
    '/express/public/element.js',
    '/express/public/icon.svg',
  ])('serves %s of the page', async (path) => {
    expect((await fetch(example.base + path)).status).toBe(200);
  });

  it('allows its page nothing from elsewhere', async () => {
    const page = await fetch(example.base);
    expect(page.headers.get('content-security-policy')).toBe("default-src 'self'; img-src 'self' blob:");
    expect(await page.text()).not.toMatch(/<style|<script(?! type="module" src="\/)| style=|https?:\/\//);
  });

  it('shows the old picture everywhere until it is purged', async () => {
    await askAll();
    expect((await post(`/originals/${name}`)).status).toBe(200);
    const shown = await askAll();
    expect(shown.map(({ number }) => number)).toEqual([1, 1, 1]);
    for (const { status } of shown) expect(status).toMatch(/^tintype; hit\b/);
  });

  it.each(everyProcess)('shows the new one everywhere once it is purged on process %i', async (process) => {
    const before = await askAll();
    const { number } = (await (await post(`/originals/${name}`)).json()) as { number: number };
    const purged = await post(`/process/${process}/purge/${name}`);
    expect(purged.status).toBe(200);
    expect(await purged.json()).toMatchObject({ state: 'completed', targets: [`/${name}`] });
    const after = await askAll();
    for (const [index, shown] of after.entries()) {
      expect(shown.number).toBe(number);
      expect(difference(shown, before[index] ?? shown)).toBeGreaterThan(otherColour);
    }
  });

  it('renders once for all three', async () => {
    const shown = await askAll(240);
    expect(shown.filter(({ status }) => status.includes('detail=render'))).toHaveLength(1);
  });

  it('changes and purges for its own page only', async () => {
    expect((await post(`/originals/${name}`, 'cross-site')).status).toBe(403);
    expect((await post(`/process/1/purge/${name}`, 'cross-site')).status).toBe(403);
  });

  it('knows no other pictures and no other processes', async () => {
    expect((await post('/originals/cat.jpg')).status).toBe(404);
    expect((await post(`/process/4/purge/${name}`)).status).toBe(404);
    expect((await fetch(`${example.base}/process/0/images/${name}`)).status).toBe(404);
  });

  it('ends with exit code 0 on SIGTERM, and so does every process that it started', async () => {
    const { processes } = (await (await fetch(`${example.base}/fleet`)).json()) as Fleet;
    expect(await example.stop()).toBe(0);
    for (const { pid } of processes) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });
});

describe('the example of a fleet without a Redis', () => {
  it('says in one line how to get one', () => {
    const script = join(import.meta.dirname, '../../examples/fleet/fleet.js');
    const { status, stdout, stderr } = spawnSync(process.execPath, [script], {
      env: { ...process.env, REDIS_URL: '', PATH: '/nowhere' },
      encoding: 'utf8',
    });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^A fleet needs a Redis: .*apt-get install redis-server.*REDIS_URL=.*\n$/);
  });
});

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  createRenderPool,
  type RenderPool,
  type RenderPoolOptions,
} from '../packages/core/src/transform/isolation/render-pool.ts';
import { residentOf } from '../packages/core/src/transform/isolation/resident.ts';
import { inProcess } from '../packages/core/src/transform/renderer.ts';
import { bundle } from './support/bundle.ts';
import { childrenOf, compiledChild, endlessJob, isAlive, jobOf, plainPicture } from './support/render-jobs.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const patience = { timeout: 20_000, interval: 20 };
const pools: RenderPool[] = [];

async function openPool(options: Partial<RenderPoolOptions> = {}): Promise<RenderPool> {
  const pool = createRenderPool({ entry: await compiledChild(), ...options });
  pools.push(pool);
  return pool;
}

/** The processes of this file's pools. */
const children = async (): Promise<readonly number[]> => {
  const pids = await childrenOf(process.pid);
  const alive = await Promise.all(pids.map(isAlive));
  return pids.filter((_, index) => alive[index]);
};

/** Resolves when a pool has so many renders under way in processes that are up. */
async function underWay(count: number, before: readonly number[] = []): Promise<readonly number[]> {
  return vi.waitFor(async () => {
    const pids = await children();
    // Node alone holds less: sharp is loaded and at work.
    const busy = pids.filter((pid) => !before.includes(pid) && (residentOf(pid) ?? 0) > 50e6);
    expect(busy).toHaveLength(count);
    return busy;
  }, patience);
}

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
  await vi.waitFor(async () => expect(await children()).toEqual([]), { timeout: 10_000 });
});

describe('a render in a process of its own', () => {
  const noise = Buffer.from(Array.from({ length: 300 * 200 * 3 }, (_, at) => (at * 7919 + (at >> 5) * 104_729) % 251));
  const still = sharp(noise, { raw: { width: 300, height: 200, channels: 3 } });
  const drawing = Buffer.from(
    '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="60"><text y="40">ab</text></svg>',
  );

  async function spinner(): Promise<Buffer> {
    const frames = await Promise.all(
      ['#f00', '#0f0', '#00f'].map((background) =>
        sharp({ create: { width: 40, height: 30, channels: 3, background } })
          .png()
          .toBuffer(),
      ),
    );
    return sharp(frames, { join: { animated: true } })
      .gif({ delay: [100, 200, 300] })
      .toBuffer();
  }

  it.each<readonly [string, () => Promise<Buffer>, string]>([
    ['a JPEG made smaller', () => still.clone().jpeg().toBuffer(), 'w=100'],
    ['a PNG with corners, as WebP', () => still.clone().png().toBuffer(), 'w=120&radius=20&format=webp'],
    ['a WebP, blurred, as AVIF', () => still.clone().webp().toBuffer(), 'w=90&blur=3&format=avif'],
    [
      'an AVIF, cropped, as JPEG',
      () => still.clone().avif({ effort: 0 }).toBuffer(),
      'w=64&h=64&fit=cover&format=jpeg',
    ],
    ['an animation', spinner, 'w=20&format=webp'],
    ['a drawing with text', async () => drawing, 'w=200&format=png'],
    ['a description', () => still.clone().jpeg().toBuffer(), 'format=json'],
  ])('gives the same bytes as one here: %s', async (_, picture, query) => {
    const pool = await openPool();
    const job = jobOf(await picture(), query);
    expect(Buffer.from(await pool.render(job))).toEqual(Buffer.from(await inProcess.render(job)));
  });

  it('lays overlays on', async () => {
    const pool = await openPool();
    const logo = await plainPicture(20, 'png');
    const layer = { overlay: 0, left: 3, top: 4, width: 10, height: 12, opacity: 60, blend: 'over' as const };
    const job = jobOf(await still.clone().jpeg().toBuffer(), 'w=100');
    const [stage = { width: 100, height: 67, layers: [], alpha: false }] = job.plan.stages;
    const plan = { ...job.plan, stages: [{ ...stage, layers: [layer] }] };
    const composite = { ...job, plan, overlays: [{ bytes: logo, image: jobOf(logo, '').image }] };
    const made = Buffer.from(await pool.render(composite));
    expect(made).toEqual(Buffer.from(await inProcess.render(composite)));
    expect(made).not.toEqual(Buffer.from(await inProcess.render(job)));
  });

  it('carries an original of 25 MB', async () => {
    const pool = await openPool();
    const original = Buffer.concat([await still.clone().jpeg().toBuffer(), Buffer.alloc(25e6, 7)]);
    const job = jobOf(original, 'w=50');
    expect(Buffer.from(await pool.render(job))).toEqual(Buffer.from(await inProcess.render(job)));
  });

  it('fails as one here does', async () => {
    const pool = await openPool();
    const whole = await still.clone().jpeg().toBuffer();
    const job = jobOf(whole.subarray(0, whole.length / 2), 'w=100');
    const failure = await pool.render(job).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'TintypeError', code: 'BROKEN_IMAGE', status: 422 });
    expect(failure).toHaveProperty('cause.message', expect.stringContaining('VipsJpeg'));
    // The process is as good as before.
    await pool.render(jobOf(whole, 'w=100'));
    expect(pool.stats()).toEqual({ children: 1, busy: 0, started: 1, killed: { time: 0, memory: 0 }, died: 0 });
  });

  it('decodes no type that nobody asked for', async () => {
    const pool = await openPool();
    const job = jobOf(await plainPicture(10, 'jpeg'), 'w=5');
    const disguised = { ...job, original: await still.clone().tiff().toBuffer() };
    await expect(pool.render(disguised)).rejects.toHaveProperty('code', 'UNSUPPORTED_IMAGE');
    await expect(pool.render({ ...job, original: drawing })).rejects.toHaveProperty('code', 'UNSUPPORTED_IMAGE');
  });
});

describe('the processes of a pool', () => {
  it('are started when they are needed, one for each render under way, and kept', async () => {
    const pool = await openPool();
    expect(await children()).toEqual([]);
    const jobs = Array.from({ length: 2 }, async () => pool.render(jobOf(await plainPicture(50, 'png'), 'w=10')));
    await Promise.all(jobs);
    expect(pool.stats()).toMatchObject({ children: 2, busy: 0, started: 2 });
    const before = await children();
    await pool.render(jobOf(await plainPicture(50, 'png'), 'w=20'));
    expect(await children()).toEqual(before);
  });

  it('end when they have had nothing to do for a while', async () => {
    const pool = await openPool({ idleAfter: 1 });
    await pool.render(jobOf(await plainPicture(50, 'png'), 'w=10'));
    await vi.waitFor(() => expect(pool.stats().children).toBe(0), patience);
    await vi.waitFor(async () => expect(await children()).toEqual([]), patience);
    expect((await pool.render(jobOf(await plainPicture(50, 'png'), 'w=10'))).length).toBeGreaterThan(0);
  });

  it('get no render once their time is over, though they are not gone yet', async () => {
    const pool = await openPool({ idleAfter: 1000 });
    const job = jobOf(await plainPicture(50, 'png'), 'w=10');
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    await pool.render(job);
    vi.advanceTimersByTime(1000);
    expect(pool.stats()).toMatchObject({ children: 1, started: 1 });
    await pool.render(job);
    expect(pool.stats()).toMatchObject({ started: 2, died: 0 });
  });

  it('end when the pool is closed: those at work when they are done', async () => {
    const pool = await openPool();
    await pool.render(jobOf(await plainPicture(50, 'png'), 'w=10'));
    const late = pool.render(jobOf(await plainPicture(2000, 'png'), 'w=1900&blur=4&format=avif'));
    await vi.waitFor(() => expect(pool.stats().busy).toBe(1), patience);
    await pool.close();
    expect((await late).length).toBeGreaterThan(0);
    await vi.waitFor(() => expect(pool.stats().children).toBe(0), patience);
  });

  it('are replaced when they hold more than half of what a render may', async () => {
    const pool = await openPool({ residentOf: () => 60 });
    await pool.render(jobOf(await plainPicture(50, 'png'), 'w=10', { memory: 100 }));
    await pool.render(jobOf(await plainPicture(50, 'png'), 'w=10', { memory: 200 }));
    expect(pool.stats()).toMatchObject({ started: 2, killed: { memory: 0 } });
    await pool.render(jobOf(await plainPicture(50, 'png'), 'w=10', { memory: 200 }));
    expect(pool.stats()).toMatchObject({ started: 2 });
  });
});

describe('a render that takes too long', () => {
  it('is ended, and answers 504, whatever the decoder is doing', async () => {
    const pool = await openPool();
    const failure = await pool.render(endlessJob({ timeout: 2 })).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'RENDER_TIMEOUT', status: 504 });
    expect(pool.stats()).toMatchObject({ children: 0, killed: { time: 1, memory: 0 }, died: 0 });
    expect((await pool.render(jobOf(await plainPicture(50, 'png'), 'w=10'))).length).toBeGreaterThan(0);
  });
});

describe('a render that waits for its process', () => {
  /** A process that is ready so many milliseconds late. */
  async function lateChild(ms: number): Promise<URL> {
    const late = join(await temporaryFolder(), 'late.mjs');
    const entry = (await compiledChild()).href;
    await writeFile(late, `setTimeout(() => import(${JSON.stringify(entry)}), ${ms});`);
    return pathToFileURL(late);
  }

  it('has all of its time when that is ready', async () => {
    const pool = await openPool({ entry: await lateChild(3000) });
    const job = jobOf(await plainPicture(50, 'png'), 'w=10', { timeout: 2.5 });
    expect((await pool.render(job)).length).toBeGreaterThan(0);
  });

  it('is answered 503 where it is not ready in time, and so says nothing of the picture', async () => {
    const pool = await openPool({ entry: await lateChild(600_000), readyWithin: 200 });
    const failure = await pool.render(jobOf(await plainPicture(50, 'png'), 'w=10')).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'OVERLOADED', status: 503, headers: { 'retry-after': '1' } });
    expect(pool.stats()).toMatchObject({ started: 1, killed: { time: 0, memory: 0 }, died: 0 });
  });

  it('lets those begin that come later, however many were refused a start', async () => {
    const pool = await openPool({ starts: [1, 6000], readyWithin: 5000 });
    const job = jobOf(await plainPicture(5, 'png'), 'w=2');
    const ask = () => pool.render(job).catch((error: unknown) => error);
    const answers = await Promise.all(Array.from({ length: 20 }, ask));
    expect(pool.stats().started).toBe(1);
    expect(answers.filter((answer) => answer instanceof Uint8Array)).toHaveLength(1);
    await pool.close();
    await vi.waitFor(async () => expect(await ask()).toBeInstanceOf(Uint8Array), patience);
  });
});

describe('a render that takes too much memory', () => {
  it.each<readonly [string, Partial<RenderPoolOptions>]>([
    ['measured from outside', {}],
    ['told by the process', { residentOf: undefined }],
  ])('is ended, and answers 413: %s', async (_, options) => {
    const pool = await openPool(options);
    const picture = await plainPicture(4000, 'avif');
    await expect(pool.render(jobOf(picture, 'w=100', { memory: 150e6 }))).rejects.toMatchObject({
      code: 'ORIGINAL_TOO_LARGE',
      status: 413,
    });
    expect(pool.stats()).toMatchObject({ children: 0, killed: { time: 0, memory: 1 } });
    expect((await pool.render(jobOf(picture, 'w=100'))).length).toBeGreaterThan(0);
  });
});

describe('a process that dies', () => {
  it('by a fault of its own fails its one render, as a damaged image, and no other', async () => {
    const pool = await openPool();
    const poison = pool.render(endlessJob()).catch((error: unknown) => error);
    const [pid = 0] = await underWay(1);
    const other = pool.render(jobOf(await plainPicture(3000, 'png'), 'w=2500&format=avif'));
    process.kill(pid, 'SIGSEGV');
    expect(await poison).toMatchObject({ code: 'BROKEN_IMAGE', status: 422 });
    expect((await other).length).toBeGreaterThan(0);
    expect(pool.stats()).toMatchObject({ died: 1, killed: { time: 0, memory: 0 } });
  });

  it('by the hand of another is replaced, and its render made once more', async () => {
    const pool = await openPool();
    const made = pool.render(jobOf(await plainPicture(3000, 'png'), 'w=2800&blur=20&format=avif'));
    const [pid = 0] = await underWay(1);
    process.kill(pid, 'SIGKILL');
    expect((await made).length).toBeGreaterThan(0);
    expect(pool.stats()).toMatchObject({ died: 1, started: 2 });
  });

  it('so twice is answered 413: the kernel ends what memory is short for', async () => {
    const pool = await openPool();
    const poison = pool.render(endlessJob()).catch((error: unknown) => error);
    const [first = 0] = await underWay(1);
    process.kill(first, 'SIGKILL');
    const [second = 0] = await underWay(1, [first]);
    process.kill(second, 'SIGKILL');
    expect(await poison).toMatchObject({ code: 'ORIGINAL_TOO_LARGE', status: 413 });
  });

  it('without work is replaced by the next render', async () => {
    const pool = await openPool();
    await pool.render(jobOf(await plainPicture(50, 'png'), 'w=10'));
    const [pid = 0] = await children();
    process.kill(pid, 'SIGKILL');
    expect((await pool.render(jobOf(await plainPicture(50, 'png'), 'w=20'))).length).toBeGreaterThan(0);
    expect(pool.stats()).toMatchObject({ children: 1, started: 2 });
  });

  it('is no reason to start others without end', async () => {
    const folder = await temporaryFolder();
    const broken = join(folder, 'broken.mjs');
    await writeFile(broken, 'process.exit(3);');
    const pool = await openPool({ entry: pathToFileURL(broken), starts: [3, 600_000] });
    const answers = await Promise.all(
      Array.from({ length: 5 }, async () =>
        pool.render(jobOf(await plainPicture(5, 'png'), 'w=2')).catch((e: unknown) => e),
      ),
    );
    expect(pool.stats().started).toBe(3);
    const codes = answers.map((error) => (error as { code?: unknown }).code);
    expect(new Set(codes)).toEqual(new Set(['OVERLOADED']));
  });

  it('before it was ready says why', async () => {
    const broken = join(await temporaryFolder(), 'broken.mjs');
    await writeFile(broken, 'process.exit(3);');
    const pool = await openPool({ entry: pathToFileURL(broken) });
    const failure = await pool.render(jobOf(await plainPicture(5, 'png'), 'w=2')).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'RENDER_FAILED', cause: { message: 'A render process ended with code 3' } });
  });

  it('leaves nothing behind that says nonsense', async () => {
    const liar = join(await temporaryFolder(), 'liar.mjs');
    const nonsense =
      "const s = new (await import('node:net')).Socket({ fd: 3 }); s.write(Buffer.from([4, 255, 255, 255, 255]));";
    await writeFile(liar, `${nonsense} setInterval(() => undefined, 1000); s.resume();`);
    const pool = await openPool({ entry: pathToFileURL(liar) });
    await expect(pool.render(jobOf(await plainPicture(5, 'png'), 'w=2'))).rejects.toHaveProperty(
      'code',
      'RENDER_FAILED',
    );
    onTestFinished(async () => expect(await children()).toEqual([]));
  });
});

describe('what a process has made', () => {
  /** A process that has the same made of whatever it is given, as soon as it is given a job. */
  async function liar(made: Uint8Array): Promise<URL> {
    const file = join(await temporaryFolder(), 'liar.mjs');
    const lie = `
      import { Socket } from 'node:net';
      const socket = new Socket({ fd: 3 });
      const said = (kind, payload) => {
        const head = Buffer.alloc(5);
        head.writeUInt8(kind);
        head.writeUInt32LE(payload.length, 1);
        return Buffer.concat([head, payload]);
      };
      socket.once('data', () => socket.write(said(4, Buffer.from('${Buffer.from(made).toString('base64')}', 'base64'))));
      socket.on('end', () => process.exit());
      socket.write(said(3, Buffer.alloc(0)));
    `;
    await writeFile(file, lie);
    return pathToFileURL(file);
  }

  const asked = async () => jobOf(await plainPicture(50, 'png'), 'w=10&format=png');

  it.each([
    ['no picture', async () => Buffer.from('<script>alert(1)</script>')],
    ['a picture of another type', async () => plainPicture(10, 'jpeg')],
    ['a picture of another size', async () => plainPicture(11, 'png')],
  ])('is not believed where it is %s, nor is who made it', async (_, lie) => {
    const pool = await openPool({ entry: await liar(await lie()) });
    await expect(pool.render(await asked())).rejects.toMatchObject({ code: 'RENDER_FAILED' });
    await vi.waitFor(() => expect(pool.stats()).toMatchObject({ children: 0, started: 1 }), patience);
  });

  it('is taken where it is what was asked for', async () => {
    const picture = await plainPicture(10, 'png');
    const pool = await openPool({ entry: await liar(picture) });
    expect(Buffer.from(await pool.render(await asked()))).toEqual(picture);
  });
});

describe('the process that renders elsewhere', () => {
  async function startHost(work: string): Promise<ChildProcess> {
    const host = await bundle(`${import.meta.dirname}/support/render-host-child.ts`);
    // Few files, so that one who takes all of them is soon done.
    const started = 'ulimit -n 256 && exec "$@"';
    const child = spawn('sh', ['-c', started, 'sh', process.execPath, host, (await compiledChild()).href, work], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    return child;
  }

  it('leaves no process behind when it is killed in the midst of a render', async () => {
    const host = await startHost('endless');
    const pid = host.pid ?? 0;
    const [renderer = 0] = await vi.waitFor(async () => {
      const pids = (await childrenOf(pid)).filter((each) => (residentOf(each) ?? 0) > 50e6);
      expect(pids).toHaveLength(1);
      return pids;
    }, patience);
    expect(await isAlive(renderer)).toBe(true);
    host.kill('SIGKILL');
    await vi.waitFor(async () => expect(await isAlive(renderer)).toBe(false), patience);
  });

  it('ends by itself, though its processes wait for more, and they end with it', async () => {
    const host = await startHost('once');
    const [[said], [code]] = await Promise.all([once(host.stdout as Readable, 'data'), once(host, 'exit')]);
    expect(String(said)).toBe('rendered\n');
    expect(code).toBe(0);
  });

  it('outlives that it cannot start one for want of files, and starts one when there are some', async () => {
    const host = await startHost('crowded');
    let said = '';
    host.stdout?.on('data', (chunk) => {
      said += chunk;
    });
    const [code] = await once(host, 'close');
    expect({ said, code }).toEqual({ said: 'RENDER_FAILED EMFILE\nrendered\n', code: 0 });
  });

  it('keeps its thread pool: files are read while more renders are under way than it has threads', async () => {
    const pool = await openPool();
    const renders = Array.from({ length: 5 }, () => pool.render(endlessJob({ timeout: 60 })).catch(() => 'ended'));
    const busy = await underWay(5);
    expect(sharp.counters()).toEqual({ queue: 0, process: 0 });
    const file = join(await temporaryFolder(), 'file');
    await writeFile(file, 'read');
    expect(pool.stats()).toMatchObject({ busy: 5, killed: { time: 0 } });
    expect(await Promise.all(Array.from({ length: 20 }, () => readFile(file, 'utf8')))).toEqual(Array(20).fill('read'));
    for (const pid of busy) process.kill(pid, 'SIGSEGV');
    expect(await Promise.all(renders)).toEqual(Array(5).fill('ended'));
  });
});

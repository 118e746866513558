import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRenderQueue, processRenderQueue, type RenderQueue } from '../../src/load/queue.ts';

const bounds = { queue: 10, wait: 5 };

/** A job that ends when it is told to, and tells when it began and how long it had waited. */
function createJob() {
  const job = { started: false, waited: -1, end: (): void => undefined, fail: (_error: Error): void => undefined };
  const ended = new Promise<void>((resolve, reject) => Object.assign(job, { end: resolve, fail: reject }));
  const run = async (waited: number): Promise<string> => {
    Object.assign(job, { started: true, waited });
    await ended;
    return 'made';
  };
  return Object.assign(job, { run });
}

/** Jobs handed to a queue at once. */
function startAll(queue: RenderQueue, count: number, given = bounds) {
  return Array.from({ length: count }, () => {
    const job = createJob();
    const result = queue.run(job.run, given);
    result.catch(() => undefined);
    return Object.assign(job, { result });
  });
}

const started = (jobs: ReadonlyArray<{ readonly started: boolean }>): readonly boolean[] =>
  jobs.map((job) => job.started);

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('a render queue', () => {
  it('gives back what the job gives', async () => {
    const queue = createRenderQueue(1);
    expect(await queue.run(async () => 'made', bounds)).toBe('made');
    expect(queue.stats()).toEqual({ running: 0, waiting: 0, concurrency: 1, refused: 0 });
  });

  it('begins a job at once where a place is free', () => {
    const [job] = startAll(createRenderQueue(1), 1);
    expect(job).toMatchObject({ started: true, waited: 0 });
  });

  it('runs so many jobs at once, and the others in the order they came', async () => {
    const queue = createRenderQueue(2);
    const jobs = startAll(queue, 5);
    expect(started(jobs)).toEqual([true, true, false, false, false]);
    expect(queue.stats()).toEqual({ running: 2, waiting: 3, concurrency: 2, refused: 0 });
    jobs[1]?.end();
    await jobs[1]?.result;
    expect(started(jobs)).toEqual([true, true, true, false, false]);
    jobs[0]?.end();
    await jobs[0]?.result;
    expect(started(jobs)).toEqual([true, true, true, true, false]);
    expect(queue.stats()).toMatchObject({ running: 2, waiting: 1 });
    for (const job of jobs) job.end();
    expect(await Promise.all(jobs.map(({ result }) => result))).toEqual(Array(5).fill('made'));
    expect(queue.stats()).toEqual({ running: 0, waiting: 0, concurrency: 2, refused: 0 });
  });

  it('tells a job how long it waited', async () => {
    const [first, second] = startAll(createRenderQueue(1), 2);
    await vi.advanceTimersByTimeAsync(1200);
    first?.end();
    await first?.result;
    expect(second?.waited).toBeCloseTo(1200, 3);
  });

  it.each<readonly [number, string]>([
    [5, '5'],
    [0.2, '1'],
    [2.1, '3'],
    [0, '1'],
  ])('refuses a job beyond its line, with a wait of %d s, to be tried again after %s s', async (wait, retryAfter) => {
    const queue = createRenderQueue(1);
    const jobs = startAll(queue, 3, { queue: 1, wait });
    await expect(jobs[2]?.result).rejects.toMatchObject({
      code: 'OVERLOADED',
      status: 503,
      headers: { 'retry-after': retryAfter },
    });
    expect(started(jobs)).toEqual([true, false, false]);
    expect(queue.stats()).toMatchObject({ running: 1, waiting: 1, refused: 1 });
  });

  it('lets nobody wait where the line has no places', async () => {
    const jobs = startAll(createRenderQueue(1), 2, { queue: 0, wait: 5 });
    await expect(jobs[1]?.result).rejects.toMatchObject({ code: 'OVERLOADED' });
    expect(jobs[0]?.started).toBe(true);
  });

  it('counts for each endpoint what it has waiting itself, so that a busy one has no other refused', async () => {
    const queue = createRenderQueue(1);
    startAll(queue, 4);
    const strict = { queue: 1, wait: 5 };
    const [waits, isRefused] = startAll(queue, 2, strict);
    await expect(isRefused?.result).rejects.toMatchObject({ code: 'OVERLOADED' });
    expect(queue.stats()).toMatchObject({ waiting: 4 });
    expect(waits?.started).toBe(false);
  });

  it('tells beforehand whether a job would get in', () => {
    const queue = createRenderQueue(1);
    const narrow = { queue: 0, wait: 5 };
    expect(() => queue.checkRoom(narrow)).not.toThrow();
    startAll(queue, 1, narrow);
    expect(() => queue.checkRoom(narrow)).toThrow(expect.objectContaining({ code: 'OVERLOADED' }));
    expect(() => queue.checkRoom({ queue: 1, wait: 5 })).not.toThrow();
    expect(queue.stats()).toMatchObject({ refused: 1, waiting: 0 });
  });

  it('refuses a job that waited too long, and never runs it', async () => {
    const queue = createRenderQueue(1);
    const jobs = startAll(queue, 2);
    await vi.advanceTimersByTimeAsync(4999);
    expect(queue.stats()).toMatchObject({ waiting: 1, refused: 0 });
    await vi.advanceTimersByTimeAsync(1);
    await expect(jobs[1]?.result).rejects.toMatchObject({ code: 'OVERLOADED', headers: { 'retry-after': '5' } });
    expect(queue.stats()).toMatchObject({ running: 1, waiting: 0, refused: 1 });
    jobs[0]?.end();
    await jobs[0]?.result;
    expect(started(jobs)).toEqual([true, false]);
    expect(queue.stats()).toMatchObject({ running: 0 });
  });

  it('leaves no timer behind for a job that got its turn', async () => {
    const queue = createRenderQueue(1);
    const jobs = startAll(queue, 2);
    expect(vi.getTimerCount()).toBe(1);
    jobs[0]?.end();
    await jobs[0]?.result;
    expect(vi.getTimerCount()).toBe(0);
    await vi.advanceTimersByTimeAsync(60_000);
    jobs[1]?.end();
    expect(await jobs[1]?.result).toBe('made');
  });

  it('frees the place of a job that fails', async () => {
    const queue = createRenderQueue(1);
    const jobs = startAll(queue, 2);
    jobs[0]?.fail(new Error('broken'));
    await expect(jobs[0]?.result).rejects.toThrow('broken');
    expect(started(jobs)).toEqual([true, true]);
    expect(queue.stats()).toEqual({ running: 1, waiting: 0, concurrency: 1, refused: 0 });
  });

  it('frees the place of a job that throws at once', async () => {
    const queue = createRenderQueue(1);
    const thrown = queue.run(() => {
      throw new Error('at once');
    }, bounds);
    await expect(thrown).rejects.toThrow('at once');
    expect(queue.stats()).toMatchObject({ running: 0, waiting: 0 });
    expect(await queue.run(async () => 'made', bounds)).toBe('made');
  });

  it('hands a place on to who waits, not to who comes just then', async () => {
    const queue = createRenderQueue(1);
    const [first, second] = startAll(queue, 2);
    const late = first?.result.then(() => startAll(queue, 1)[0]);
    first?.end();
    expect((await late)?.started).toBe(false);
    expect(second?.started).toBe(true);
    expect(queue.stats()).toMatchObject({ running: 1, waiting: 1 });
  });
});

describe('processRenderQueue', () => {
  it('is one for the process, and leaves threads of the pool to others', () => {
    expect(processRenderQueue()).toBe(processRenderQueue());
    const { concurrency } = processRenderQueue().stats();
    expect(concurrency).toBeGreaterThanOrEqual(1);
    expect(concurrency).toBeLessThanOrEqual(Math.max(1, (Number(process.env.UV_THREADPOOL_SIZE) || 4) - 2));
  });
});

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Answer } from '../model/judge.ts';
import { type RedisFleet, startRedisFleet } from '../model/redis-fleet.ts';
import { hasRedisServer } from '../support/redis-server.ts';

interface CountedUpstream extends AsyncDisposable {
  readonly url: string;
  /** How often a path was asked for. */
  count(path: string): number;
  /** How many of those it has answered. */
  answered(path: string): number;
}

/** A web server that takes its time: `/200/100/a.jpg` is there, after 100 ms; `/404/100/a.jpg` is not. */
async function countedUpstream(): Promise<CountedUpstream> {
  const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
  const create = { width: 1500, height: 1000, channels: 3, background: 'red', noise } as const;
  const picture = await sharp({ create }).jpeg().toBuffer();
  const paths: string[] = [];
  const answered: string[] = [];
  const server = createServer(async ({ url = '' }, response) => {
    paths.push(url);
    const [, status, ms] = url.split('/').map(Number);
    await delay(ms);
    answered.push(url);
    response.writeHead(status ?? 500, { etag: '"1"' }).end(status === 200 ? picture : undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    count: (path) => paths.filter((each) => each === path).length,
    answered: (path) => answered.filter((each) => each === path).length,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

let upstream: CountedUpstream;
let fleet: RedisFleet;

beforeAll(async () => {
  if (!hasRedisServer) return;
  upstream = await countedUpstream();
  fleet = await startRedisFleet(upstream.url);
});
afterAll(async () => {
  await fleet?.[Symbol.asyncDispose]();
  await upstream?.[Symbol.asyncDispose]();
});

const askAll = (target: string, times = 100): Promise<readonly (Answer | undefined)[]> =>
  Promise.all(fleet.members.flatMap((member) => Array.from({ length: times }, () => member.ask(target))));

const renders = async (): Promise<number> => {
  const all = await Promise.all(fleet.members.map((member) => member.stats()));
  return all.reduce((sum, { renders }) => sum + renders, 0);
};

const statusesOf = (answers: readonly (Answer | undefined)[]): readonly (number | undefined)[] => [
  ...new Set(answers.map((answer) => answer?.status)),
];

describe.skipIf(!hasRedisServer)('300 identical requests over three processes', () => {
  it('cost one origin read and one render, and are answered alike', async () => {
    const before = await renders();
    const answers = await askAll('/200/100/a.jpg?w=300');
    expect(statusesOf(answers)).toEqual([200]);
    expect(new Set(answers.map((answer) => answer?.headers.etag)).size).toBe(1);
    expect(new Set(answers.map((answer) => Buffer.from(answer?.body ?? []).toString('base64'))).size).toBe(1);
    expect([upstream.count('/200/100/a.jpg'), (await renders()) - before]).toEqual([1, 1]);
    await vi.waitFor(async () => expect(await fleet.admin.keys('*:lock:*')).toEqual([]), { timeout: 5000 });
  });

  it('cost one question, and no render, after a purge of what has not changed', async () => {
    await askAll('/200/50/b.jpg?w=100', 1);
    const before = await renders();
    await fleet.members[0].purge('/200/50/b.jpg');
    expect(statusesOf(await askAll('/200/50/b.jpg?w=100'))).toEqual([200]);
    expect([upstream.count('/200/50/b.jpg'), (await renders()) - before]).toEqual([2, 0]);
  });

  it('wait once, and not in a row, for what is not there', async () => {
    const asked = askAll('/404/1500/c.jpg?w=100', 10);
    // The second and the third ask together once the first has been told.
    await vi.waitFor(() => expect(upstream.count('/404/1500/c.jpg')).toBe(3), { timeout: 20_000, interval: 5 });
    expect(upstream.answered('/404/1500/c.jpg')).toBe(1);
    expect(statusesOf(await asked)).toEqual([404]);
    expect(upstream.count('/404/1500/c.jpg')).toBe(3);
  });

  it('are answered though the process that makes what they want is killed over it', async () => {
    const [first, ...others] = fleet.members;
    const lost = first.ask('/200/300/d.jpg?w=200');
    await vi.waitFor(async () => expect(await fleet.admin.keys('*:lock:*')).not.toEqual([]), { timeout: 5000 });
    const asked = others.map((member) => member.ask('/200/300/d.jpg?w=200'));
    await first.restart();
    expect(await lost).toBeUndefined();
    expect(statusesOf(await Promise.all(asked))).toEqual([200]);
  });

  it('are answered though the process that makes what they want is frozen over it', async () => {
    const [first, ...others] = fleet.members;
    const late = first.ask('/200/100/e.jpg?w=200');
    await vi.waitFor(async () => expect(await fleet.admin.keys('*:lock:*')).not.toEqual([]), { timeout: 5000 });
    first.freeze();
    expect(statusesOf(await Promise.all(others.map((member) => member.ask('/200/100/e.jpg?w=200'))))).toEqual([200]);
    first.thaw();
    expect((await late)?.status).toBe(200);
  });
});

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import sharp from 'sharp';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Answer } from '../model/judge.ts';
import { type RedisFleet, type RedisFleetOptions, startRedisFleet } from '../model/redis-fleet.ts';
import { hasRedisServer } from '../support/redis-server.ts';

let picture: Buffer;
beforeAll(async () => {
  const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
  picture = await sharp({ create: { width: 3000, height: 2000, channels: 3, background: 'red', noise } })
    .jpeg()
    .toBuffer();
});

interface Counted {
  readonly url: string;
  readonly paths: readonly string[];
}

/** A web server that takes its time and says what it was asked for. */
async function countedUpstream(ms: number, status = 200): Promise<Counted> {
  const paths: string[] = [];
  const server = createServer(async ({ url = '' }, response) => {
    paths.push(url);
    await delay(ms);
    response.writeHead(status, { etag: '"1"' }).end(status === 200 ? picture : undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, paths };
}

async function open(url: string, options: RedisFleetOptions = {}): Promise<RedisFleet> {
  const fleet = await startRedisFleet(url, options);
  onTestFinished(() => fleet[Symbol.asyncDispose]());
  return fleet;
}

const askAll = ({ members }: RedisFleet, target: string, times = 100): Promise<readonly (Answer | undefined)[]> =>
  Promise.all(members.flatMap((member) => Array.from({ length: times }, () => member.ask(target))));

const rendersOf = async ({ members }: RedisFleet): Promise<number> => {
  const all = await Promise.all(members.map((member) => member.stats()));
  return all.reduce((sum, { renders }) => sum + renders, 0);
};

const statusesOf = (answers: readonly (Answer | undefined)[]): readonly (number | undefined)[] => [
  ...new Set(answers.map((answer) => answer?.status)),
];

describe.skipIf(!hasRedisServer)('300 identical requests over three processes', () => {
  it('cost one origin read and one render, and are answered alike', async () => {
    const upstream = await countedUpstream(100);
    const fleet = await open(upstream.url);
    const answers = await askAll(fleet, '/a.jpg?w=300');
    expect(statusesOf(answers)).toEqual([200]);
    expect(new Set(answers.map((answer) => answer?.headers.etag)).size).toBe(1);
    expect(new Set(answers.map((answer) => Buffer.from(answer?.body ?? []).toString('base64'))).size).toBe(1);
    expect([upstream.paths.length, await rendersOf(fleet)]).toEqual([1, 1]);
    await vi.waitFor(async () => expect(await fleet.admin.keys('*:lock:*')).toEqual([]), { timeout: 5000 });
  });

  it('cost one question, and no render, after a purge of what has not changed', async () => {
    const upstream = await countedUpstream(50);
    const fleet = await open(upstream.url);
    await askAll(fleet, '/a.jpg?w=100', 1);
    await fleet.members[0].purge('/a.jpg');
    expect(statusesOf(await askAll(fleet, '/a.jpg?w=100'))).toEqual([200]);
    expect([upstream.paths.length, await rendersOf(fleet)]).toEqual([2, 1]);
  });

  it('do not wait for each other for what is not there', async () => {
    const upstream = await countedUpstream(200, 404);
    const fleet = await open(upstream.url);
    expect(statusesOf(await askAll(fleet, '/a.jpg?w=100', 10))).toEqual([404]);
    expect(upstream.paths.length).toBeLessThanOrEqual(3);
  });

  it('are answered though the process that makes what they want is killed over it', async () => {
    const upstream = await countedUpstream(300);
    const fleet = await open(upstream.url);
    const [first, ...others] = fleet.members;
    const lost = first.ask('/a.jpg?w=200');
    await vi.waitFor(async () => expect(await fleet.admin.keys('*:lock:*')).not.toEqual([]), { timeout: 5000 });
    const asked = others.map((member) => member.ask('/a.jpg?w=200'));
    await first.restart();
    expect(await lost).toBeUndefined();
    expect(statusesOf(await Promise.all(asked))).toEqual([200]);
  });

  it('are answered though the process that makes what they want is frozen over it', async () => {
    const upstream = await countedUpstream(100);
    const fleet = await open(upstream.url);
    const [first, ...others] = fleet.members;
    const late = first.ask('/a.jpg?w=200');
    await vi.waitFor(async () => expect(await fleet.admin.keys('*:lock:*')).not.toEqual([]), { timeout: 5000 });
    first.freeze();
    expect(statusesOf(await Promise.all(others.map((member) => member.ask('/a.jpg?w=200'))))).toEqual([200]);
    first.thaw();
    expect((await late)?.status).toBe(200);
  });
});

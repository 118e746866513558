import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Journal, JournalView } from '@tintype/core';
import * as real from '@tintype/redis';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { changingUpstream } from '../model/changing-upstream.ts';
import { fleetSubject } from '../model/fleet-subject.ts';
import { runModel } from '../model/model.ts';
import { createRandom } from '../model/random.ts';
import { type RedisFault, strikesAt } from '../model/redis-faults.ts';
import { startRedisFleet } from '../model/redis-fleet.ts';
import { bundle, type Edit } from '../support/bundle.ts';
import { adminOf } from '../support/redis-journals.ts';
import { hasRedisServer, type RedisServer, startRedisServer } from '../support/redis-server.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';

const seed = Number(process.env.MODEL_SEED ?? Date.now() % 2 ** 32);
const index = resolve(import.meta.dirname, '../../packages/redis/src/index.ts');
const path = '/cat.jpg';
const purge = (hash = 'cat', mode: 'revalidate' | 'force' = 'revalidate') =>
  ({ targets: [{ kind: 'exact', origin: 'o', hash }], mode }) as const;

/** Two processes on one journal, one of which can be cut off. */
interface Pair {
  readonly server: RedisServer;
  readonly purger: Journal;
  readonly other: Journal;
  /** The way of the other to Redis. */
  readonly way: TcpProxy;
  open(): Journal;
}

interface PairOptions {
  readonly maxRecords?: number;
  readonly hints?: boolean;
}

const lease = 0.4;

async function openPair({ redis }: typeof real, options: PairOptions = {}): Promise<Pair> {
  const server = await startRedisServer();
  const way = await startTcpProxy(server.port);
  onTestFinished(async () => {
    await way[Symbol.asyncDispose]();
    await server.stop();
  });
  const open = (url: string): Journal => {
    const { journal } = redis({ url, lease, ...options });
    onTestFinished(() => journal.close());
    return journal;
  };
  const [purger, other] = [open(server.url), open(`redis://127.0.0.1:${way.port}`)];
  await goodView(purger);
  await goodView(other);
  return { server, purger, other, way, open: () => open(server.url) };
}

async function goodView(journal: Journal): Promise<JournalView> {
  return vi.waitFor(
    async () => {
      const view = await journal.view();
      expect(view.trust).toBe('good');
      return view;
    },
    { timeout: 20_000, interval: 20 },
  );
}

/** Waits until purges need not wait for a whole lease any more. */
async function settled({ purger }: Pair): Promise<void> {
  await vi.waitFor(
    async () => {
      const started = performance.now();
      await purger.append(purge('another'));
      expect(performance.now() - started).toBeLessThan(lease * 900);
    },
    { timeout: 20_000, interval: 1 },
  );
}

/** Whether a process would serve a record from `position` as fresh. */
function trusts(view: JournalView, position: number, hash = 'cat'): boolean {
  const { hard } = view.covering({ origin: 'o', path, hash }, []);
  return view.trust === 'good' && hard <= position && position >= view.floor && position <= view.position;
}

/** What is wrong with the answers of one interleaving: nothing, where the code is right. */
type Scenario = (pair: Pair) => Promise<readonly string[]>;

const wrongWhere = (isWrong: boolean, words: string): readonly string[] => (isWrong ? [words] : []);

const silent: Scenario = async (pair) => {
  await settled(pair);
  const { position } = await goodView(pair.other);
  pair.way.stall();
  await pair.purger.append(purge());
  const view = await pair.other.view();
  return wrongWhere(trusts(view, position), 'what was purged is trusted after the purge');
};

const unregistered: Scenario = async (pair) => {
  await settled(pair);
  const { position, epoch } = await goodView(pair.other);
  pair.way.stall();
  await command(pair.server, 'DEL', 'tintype:{journal}:members');
  await pair.purger.append(purge());
  const view = await pair.other.view();
  return wrongWhere(view.epoch === epoch && trusts(view, position), 'who was no member any more was not waited for');
};

const begunAnew: Scenario = async (pair) => {
  await settled(pair);
  const { position, epoch } = await goodView(pair.other);
  pair.way.stall();
  await command(pair.server, 'FLUSHALL');
  await pair.purger.append(purge());
  const view = await pair.other.view();
  return wrongWhere(view.epoch === epoch && trusts(view, position), 'a young journal did not wait for who is unknown');
};

const outrun: Scenario = async (pair) => {
  const { position } = await goodView(pair.other);
  pair.way.stall();
  // More than the journal holds, of fewer originals than a process remembers.
  for (let number = 0; number < 60; number++) await pair.purger.append(purge(number === 0 ? 'cat' : 'another'));
  pair.way.mend();
  const view = await vi.waitFor(
    async () => {
      const now = await goodView(pair.other);
      expect(now.position).toBeGreaterThan(position);
      return now;
    },
    { timeout: 20_000, interval: 20 },
  );
  return wrongWhere(trusts(view, position), 'what has left the journal unread is trusted');
};

const tailLost: Scenario = async (pair) => {
  await settled(pair);
  await pair.purger.close();
  const putBack = await copyOfJournal(pair.server);
  const { position } = await goodView(pair.other);
  await pair.other.append(purge());
  pair.way.stall();
  await putBack();
  const stranger = pair.open();
  // Purged through since: its length tells nobody anything.
  await stranger.append(purge('another'));
  pair.way.mend();
  const until = performance.now() + 3000;
  while (performance.now() < until) {
    if (!trusts(await goodView(stranger), position)) return [];
    await delay(20);
  }
  return ['a purge that was lost is not missed'];
};

const journalKeys = ['log', 'state', 'members'].map((name) => `tintype:{journal}:${name}`);

async function command(server: RedisServer, ...words: string[]): Promise<void> {
  const admin = await adminOf(server.url);
  await admin.command(...words);
}

/** Gives what puts the journal back to what it is now, as a failover does to a replica that is behind. */
async function copyOfJournal(server: RedisServer): Promise<() => Promise<void>> {
  for (const key of journalKeys) await command(server, 'COPY', key, `${key}:copy`, 'REPLACE');
  return async () => {
    for (const key of journalKeys) await command(server, 'COPY', `${key}:copy`, key, 'REPLACE');
  };
}

const mutants: readonly (Edit & {
  readonly name: string;
  readonly scenario: Scenario;
  readonly options?: PairOptions;
})[] = [
  {
    name: 'wait for nobody',
    file: 'packages/redis/src/journal/appender.ts',
    snippet: 'await Promise.all([barrier(awaited), ',
    replacement: 'await Promise.all([true, ',
    scenario: silent,
  },
  {
    name: 'have a lease that never ends',
    file: 'packages/redis/src/journal/lease.ts',
    snippet: 'end !== undefined && performance.now() < end.steady && clock.now() < end.wall',
    replacement: 'end !== undefined',
    scenario: silent,
  },
  {
    name: 'trust what is known when the lease is over',
    file: 'packages/redis/src/journal/redis-journal.ts',
    snippet: "const untrusted = onPartition === 'stale' ? 'stale' : 'unknown';",
    replacement: "const untrusted = onPartition === 'stale' ? 'stale' : 'good';",
    scenario: silent,
  },
  {
    name: 'not miss the members',
    file: 'packages/redis/src/journal/scripts/epoch.ts',
    snippet: "return redis.call('HGET', members, 'epoch') == epoch",
    replacement: 'return true',
    scenario: unregistered,
  },
  {
    name: 'wait in a young epoch only for those who are known',
    file: 'packages/redis/src/journal/appender.ts',
    snippet: 'atLeast: mayMissMembers(age, longestLease) ? longestLease : 0',
    replacement: 'atLeast: 0',
    scenario: begunAnew,
  },
  {
    name: 'take no notice of what has left the journal',
    file: 'packages/redis/src/journal/replica.ts',
    snippet: 'if (content.position < reply.floor) miss(content, reply);',
    replacement: '',
    scenario: outrun,
    options: { maxRecords: 8, hints: false },
  },
  {
    name: 'take a journal for whole by its length',
    file: 'packages/redis/src/journal/scripts/epoch.ts',
    snippet: ' or not isKept(caller.last) or not isKept(caller.added)',
    replacement: '',
    scenario: tailLost,
  },
];

describe.skipIf(!hasRedisServer)('a journal in Redis', () => {
  it.each(mutants)('fails its own interleaving if it were to $name', { timeout: 90_000 }, async (mutant) => {
    const { name: _name, scenario, options, ...edit } = mutant;
    const module = (await import(/* @vite-ignore */ await bundle(index, edit))) as typeof real;
    expect(await scenario(await openPair(module, options))).not.toEqual([]);
    expect(await scenario(await openPair(real, options))).toEqual([]);
  });

  it.each<[string, Edit, readonly RedisFault[]]>([
    [
      'wait for nobody',
      {
        file: 'packages/redis/src/journal/appender.ts',
        snippet: 'await Promise.all([barrier(awaited), ',
        replacement: 'await Promise.all([true, ',
      },
      [],
    ],
    [
      'have a lease that never ends',
      {
        file: 'packages/redis/src/journal/lease.ts',
        snippet: 'end !== undefined && performance.now() < end.steady && clock.now() < end.wall',
        replacement: 'end !== undefined',
      },
      ['freeze', 'journal stalled', 'journal cut'],
    ],
    [
      'stamp a record when its read ends',
      {
        file: 'cache/origin-asker.ts',
        snippet: 'const record = settle(answered, body, request, await journal.view());',
        replacement: `const { position: late, epoch: current } = await journal.view();
          const stamped = { ...answered, position: late, epoch: current };
          const record = settle(stamped, body, request, await journal.view());`,
      },
      [],
    ],
  ])('fails the model if it were to %s', { timeout: 120_000 }, async (_name, edit, faults) => {
    const random = createRandom(seed);
    await using source = await changingUpstream(random, 60);
    await using fleet = await startRedisFleet(source.url, { redis: { lease: 0.4, hints: false }, edit });
    await using strikes = strikesAt(fleet, random);
    const subject = fleetSubject(fleet, random, { faults, strike: strikes.strike, disturbMs: 300 });
    // Few enough that a busy machine answers them at once: what is answered late is seldom old.
    const run = { subject, random, source, seconds: 45, rate: 0.1, purgeMs: 60, untilViolation: true };
    const report = await runModel(run);
    expect(report.violations, `MODEL_SEED=${seed}: ${JSON.stringify(report)}`).not.toEqual([]);
  });
});

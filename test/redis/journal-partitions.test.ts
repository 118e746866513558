import type { Journal } from '@tintype/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { RedisJournalSettings } from '../../packages/redis/src/journal/redis-journal.ts';
import { startRedisCluster } from '../support/redis-cluster.ts';
import {
  type Admin,
  adminOf,
  beginJournal,
  connectTo,
  newestPurge,
  newPrefix,
  openOver,
  openRedisJournal,
  purgeOf,
} from '../support/redis-journals.ts';
import { hasRedisServer, type RedisServer, startRedisServer } from '../support/redis-server.ts';

const patient = { timeout: 15_000, interval: 20 };

describe.runIf(hasRedisServer)('a process whose Redis does not answer', () => {
  let server: RedisServer;
  let admin: Admin;
  let prefix: string;
  beforeEach(async () => {
    server = await startRedisServer();
    onTestFinished(() => server.stop());
    prefix = newPrefix();
    await beginJournal(server.url, prefix);
    admin = await adminOf(server.url);
  });

  const open = async (settings: Partial<RedisJournalSettings> = {}, url = server.url): Promise<Journal> => {
    const journal = openRedisJournal(url, { prefix, lease: 300, ...settings });
    onTestFinished(() => journal.close());
    await vi.waitFor(() => journal.view(), patient);
    return journal;
  };

  it.each([
    ['validate', 'unknown'],
    ['stale', 'stale'],
  ] as const)(
    'knows what it knew and no more, by the option %s as %s, and all of it later',
    async (onPartition, trust) => {
      await admin.command('ACL', 'SETUSER', 'cut', 'on', '>secret', '~*', '&*', '+@all');
      const [journal, cut] = [await open(), await open({ onPartition }, server.url.replace('//', '//cut:secret@'))];
      const known = await journal.append(purgeOf('/known.jpg', 'takedown'));
      await admin.command('ACL', 'SETUSER', 'cut', 'off');
      await admin.command('CLIENT', 'KILL', 'USER', 'cut');
      const missed = await journal.append(purgeOf('/missed.jpg'));
      // As soon as that, because its lease is over.
      const view = await cut.view();
      expect(view).toMatchObject({ trust, position: known, newestTakedown: known });
      expect([newestPurge(view, '/known.jpg'), newestPurge(view, '/missed.jpg')]).toEqual([known, 0]);
      await expect(cut.append(purgeOf('/cat.jpg'))).rejects.toThrow('may not have been recorded');
      await admin.command('ACL', 'SETUSER', 'cut', 'on');
      await vi.waitFor(async () => expect((await cut.view()).trust).toBe('good'), patient);
      expect(newestPurge(await cut.view(), '/missed.jpg')).toBe(missed);
      expect((await cut.view()).epoch).toBe(view.epoch);
    },
  );

  it('waits for it once, refuses purges, and goes on by itself', async () => {
    const journal = await open();
    const position = await journal.append(purgeOf('/cat.jpg'));
    server.signal('SIGSTOP');
    await vi.waitFor(async () => expect((await journal.view()).trust).toBe('unknown'), patient);
    // Nobody waits any more, once somebody has waited in vain.
    expect(journal.view()).toMatchObject({ trust: 'unknown', position });
    await expect(journal.append(purgeOf('/dog.jpg'))).rejects.toThrow('may not have been recorded');
    await expect(journal.note('a', {})).rejects.toThrow();
    const late = openRedisJournal(server.url, { prefix });
    onTestFinished(() => late.close());
    await expect(late.view()).rejects.toThrow('cannot be read');
    expect(() => late.view()).toThrow('cannot be read');
    server.signal('SIGCONT');
    for (const each of [journal, late]) {
      await vi.waitFor(async () => expect((await each.view()).trust).toBe('good'), patient);
      expect(newestPurge(await each.view(), '/cat.jpg')).toBe(position);
    }
  });

  it('finds a new epoch when it is started again', async () => {
    const journal = await open();
    const force = await journal.append(purgeOf('/cat.jpg', 'force'));
    const before = await journal.view();
    await server.stop();
    await vi.waitFor(async () => expect((await journal.view()).trust).toBe('unknown'), patient);
    await expect(journal.append(purgeOf('/dog.jpg'))).rejects.toThrow('may not have been recorded');
    const late = openRedisJournal(server.url, { prefix });
    onTestFinished(() => late.close());
    await expect(late.view()).rejects.toThrow('cannot be read');
    server = await startRedisServer({ port: server.port });
    for (const each of [journal, late]) {
      await vi.waitFor(async () => {
        const view = await each.view();
        expect(view).toMatchObject({ trust: 'good', renewalFloor: force });
        expect(view.epoch).not.toBe(before.epoch);
      }, patient);
    }
    const position = await late.append(purgeOf('/dog.jpg'));
    expect(newestPurge(await journal.view(), '/dog.jpg')).toBe(position);
  });

  it('refuses purges while it takes no writes', async () => {
    const journal = await open();
    await admin.command('REPLICAOF', '127.0.0.1', '1');
    await expect(journal.append(purgeOf('/cat.jpg'))).rejects.toThrow('may not have been recorded');
    await vi.waitFor(async () => expect((await journal.view()).trust).toBe('unknown'), patient);
    await admin.command('REPLICAOF', 'NO', 'ONE');
    await vi.waitFor(async () => expect((await journal.view()).trust).toBe('good'), patient);
    await journal.append(purgeOf('/cat.jpg'));
  });

  it('is refused where it has no password', async () => {
    await admin.command('CONFIG', 'SET', 'requirepass', 'secret');
    const journal = openRedisJournal(server.url, { prefix });
    onTestFinished(() => journal.close());
    await expect(async () => journal.view()).rejects.toThrow('cannot be read');
    await expect(journal.append(purgeOf('/cat.jpg'))).rejects.toThrow('may not have been recorded');
  });

  it('purges through one that is full and evicts nothing', async () => {
    await admin.command('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
    await admin.command('CONFIG', 'SET', 'maxmemory', '1');
    await expect(admin.command('SET', 'x', 'y')).rejects.toThrow('OOM');
    const journals = [await open(), await open()] as const;
    const position = await journals[0].append(purgeOf('/cat.jpg', 'takedown'));
    expect(newestPurge(await journals[1].view(), '/cat.jpg')).toBe(position);
    await journals[0].note('abc', { state: 'completed' });
    expect(await journals[1].noted('abc')).toEqual({ state: 'completed' });
    const { epoch } = await journals[0].view();
    await admin.command('DEL', `${prefix}:{journal}:log`);
    await vi.waitFor(async () => expect((await journals[1].view()).epoch).not.toBe(epoch), patient);
  });
});

describe.runIf(hasRedisServer)('a cluster', () => {
  let cluster: Awaited<ReturnType<typeof startRedisCluster>>;
  beforeAll(async () => {
    cluster = await startRedisCluster();
  });
  afterAll(() => cluster.stop());

  it.each(['fleet', 'a{b', '{x}y', '{}', 'a{}b'])(
    'has a whole journal in one slot, with the prefix %s',
    async (prefix) => {
      const { createCluster } = await import('@keyv/redis');
      const connect = connectTo(createCluster({ rootNodes: cluster.rootNodes }));
      const journals = [0, 1].map(() => openOver(connect, { prefix, lease: 500, deadline: 10_000 }));
      onTestFinished(async () => {
        for (const journal of journals) await journal.close();
      });
      for (const journal of journals) await journal.view();
      for (const [index, journal] of journals.entries()) {
        const position = await journal.append(purgeOf(`/${index}.jpg`));
        for (const each of journals) {
          expect(await each.view()).toMatchObject({ trust: 'good', position });
          expect(newestPurge(await each.view(), `/${index}.jpg`)).toBe(position);
        }
        await journal.note('abc', { index });
        expect(await journals[0]?.noted('abc')).toEqual({ index });
      }
    },
  );
});

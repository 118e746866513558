import type { Journal } from '@tintype/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { originalId } from '../../packages/core/src/origin/identity.ts';
import type { RedisJournalSettings } from '../../packages/redis/src/journal/redis-journal.ts';
import { heldConnection } from '../support/held-connection.ts';
import {
  adminOf,
  beginJournal,
  connectTo,
  newestPurge,
  newPrefix,
  openOver,
  purgeOf,
} from '../support/redis-journals.ts';
import { hasRedisServer, type RedisServer, startRedisServer } from '../support/redis-server.ts';

describe.runIf(hasRedisServer)('whoever purges through Redis', () => {
  let server: RedisServer;
  let prefix: string;
  beforeAll(async () => {
    server = await startRedisServer();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    prefix = newPrefix();
    await beginJournal(server.url, prefix);
  });

  const open = async (
    settings: Partial<RedisJournalSettings> = {},
    connect = connectTo(server.url),
  ): Promise<Journal> => {
    const journal = openOver(connect, { prefix, deadline: 10_000, ...settings });
    onTestFinished(() => journal.close());
    await journal.view();
    return journal;
  };

  const timed = async (work: () => Promise<unknown>): Promise<number> => {
    const since = performance.now();
    await work();
    return performance.now() - since;
  };

  it('waits for all processes to acknowledge, and not for their leases', async () => {
    const lease = 20_000;
    const [journal, ...others] = [await open({ lease }), await open({ lease }), await open({ lease })];
    const ms = await timed(async () => {
      for (let round = 0; round < 20; round++) {
        const position = await journal.append(purgeOf(`/${round}`));
        for (const other of others) {
          expect(other.view()).toMatchObject({ trust: 'good', position });
          expect(newestPurge(await other.view(), `/${round}`)).toBe(position);
        }
      }
    });
    // Twenty purges in half of the time for which one would wait.
    expect(ms).toBeLessThan(lease / 2);
  });

  it.each([
    ['that no process asked for', { hints: false }, ''],
    ['that Redis lets nobody have', {}, 'mute:secret@'],
  ])('finds acknowledgements without messages %s', async (_, settings, user) => {
    const admin = await adminOf(server.url);
    await admin.command('ACL', 'SETUSER', 'mute', 'on', '>secret', '~*', '+@all', 'resetchannels');
    const connect = connectTo(server.url.replace('//', `//${user}`));
    const lease = 9000;
    const [journal, other] = [await open({ lease, ...settings }, connect), await open({ lease, ...settings }, connect)];
    const ms = await timed(async () => {
      const position = await journal.append(purgeOf('/cat.jpg'));
      expect(other.view()).toMatchObject({ trust: 'good', position });
    });
    // Each process looks three times in a lease.
    expect(ms).toBeLessThan(lease * 0.7);
  });

  it('waits once for a process that is dead, and forgets it', async () => {
    const admin = await adminOf(server.url);
    const journal = await open();
    await admin.command('HSET', `${prefix}:{journal}:members`, 'dead', '0 0 3000');
    expect(await timed(() => journal.append(purgeOf('/cat.jpg')))).toBeGreaterThan(3000 * 1.05 - 5);
    await vi.waitFor(async () => expect(await admin.members(prefix)).not.toHaveProperty('dead'));
    expect(await timed(() => journal.append(purgeOf('/cat.jpg')))).toBeLessThan(1500);
  });

  it('forgets no process that came back before it was to be forgotten', async () => {
    const admin = await adminOf(server.url);
    const [journal, reader] = [await open(), await open()];
    const members = `${prefix}:{journal}:members`;
    await admin.command('HSET', members, 'silent', '0 0 600', 'back', '0 0 600');
    const before = (await reader.view()).position;
    const appended = journal.append(purgeOf('/cat.jpg'));
    await vi.waitFor(async () => expect((await reader.view()).position).toBeGreaterThan(before));
    // It has renewed since, and so was told of the purge, but has not acknowledged it yet.
    await admin.command('HSET', members, 'back', `0 ${(await reader.view()).position} 600`);
    await appended;
    await vi.waitFor(async () => expect(await admin.members(prefix)).not.toHaveProperty('silent'));
    expect(await admin.members(prefix)).toHaveProperty('back');
  });

  it('waits for the longest of the leases that processes have', async () => {
    const admin = await adminOf(server.url);
    const journal = await open({ lease: 200 });
    await admin.command(
      'HSET',
      `${prefix}:{journal}:members`,
      'one',
      '0 0 300',
      'other',
      '0 0 1200',
      'last',
      '0 0 200',
    );
    expect(await timed(() => journal.append(purgeOf('/cat.jpg')))).toBeGreaterThan(1200 * 1.05 - 5);
  });

  it('waits for a whole lease in a young epoch, whose members may not all have come', async () => {
    const long = await open({ lease: 1500 });
    // One that has heard of the other.
    const journal = await open({ lease: 300 });
    const { epoch } = await journal.view();
    await long.close();
    const admin = await adminOf(server.url);
    await admin.command('DEL', ...['log', 'state', 'members'].map((name) => `${prefix}:{journal}:${name}`));
    const ms = await timed(() => journal.append(purgeOf('/cat.jpg')));
    expect(ms).toBeGreaterThan(1500 * 1.05 - 5);
    expect((await journal.view()).epoch).not.toBe(epoch);
  });

  it('does not wait for a process that has closed its journal', async () => {
    const admin = await adminOf(server.url);
    const lease = 20_000;
    const [journal, other] = [await open({ lease }), await open({ lease })];
    expect(Object.keys(await admin.members(prefix))).toHaveLength(3);
    await other.close();
    expect(Object.keys(await admin.members(prefix))).toHaveLength(2);
    expect(() => other.view()).toThrow('closed');
    await expect(other.append(purgeOf('/cat.jpg'))).rejects.toThrow('closed');
    expect(await timed(() => journal.append(purgeOf('/cat.jpg')))).toBeLessThan(lease / 2);
  });

  it('is told when a process leaves while it waits for it', async () => {
    const lease = 20_000;
    const held = heldConnection(connectTo(server.url));
    const [journal, other] = [await open({ lease }), await open({ lease }, held.connect)];
    const before = (await journal.view()).position;
    held.hold();
    const appended = journal.append(purgeOf('/cat.jpg'));
    const ms = await timed(async () => {
      await vi.waitFor(async () => expect((await journal.view()).position).toBeGreaterThan(before));
      const closed = other.close();
      held.release();
      await Promise.all([appended, closed]);
    });
    expect(ms).toBeLessThan(lease / 2);
  });

  it('is outrun by no process: one that comes back late knows what it has missed for forgotten', async () => {
    const held = heldConnection(connectTo(server.url));
    const settings = { maxRecords: 3, lease: 400 };
    const [journal, other] = [await open(settings), await open({ ...settings, deadline: 2000 }, held.connect)];
    const before = await other.view();
    held.hold();
    const first = await journal.append({ targets: [{ kind: 'tag', origin: 'photos', tag: 'red' }], mode: 'takedown' });
    const second = await journal.append(purgeOf('/forced.jpg', 'force'));
    const rest = await Promise.all(Array.from({ length: 50 }, (_, index) => journal.append(purgeOf(`/${index}`))));
    expect(await other.view()).toMatchObject({ trust: 'unknown', position: before.position });
    held.release();
    await vi.waitFor(async () => expect((await other.view()).trust).toBe('good'));
    const view = await other.view();
    expect(view.epoch).toBe(before.epoch);
    expect(view.position).toBe(rest.at(-1));
    expect(view.floor).toBeGreaterThan(second);
    expect([view.renewalFloor, view.newestTakedown, view.newestTagPurge('photos')]).toEqual([second, first, first]);
    expect(view.covering(originalId('photos', '/49'), []).hard).toBe(view.position);
    const fresh = await (await open(settings)).view();
    expect([fresh.renewalFloor, fresh.newestTakedown, fresh.newestTagPurge('photos')]).toEqual([second, first, first]);
  });
});

import type { Journal, JournalView } from '@tintype/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { RedisJournalSettings } from '../../packages/redis/src/journal/redis-journal.ts';
import { type HeldConnection, heldConnection } from '../support/held-connection.ts';
import {
  type Admin,
  adminOf,
  beginJournal,
  connectTo,
  newestPurge,
  newPrefix,
  openOver,
  purgeOf,
} from '../support/redis-journals.ts';
import { hasRedisServer, type RedisServer, startRedisServer } from '../support/redis-server.ts';

describe.runIf(hasRedisServer)('a journal in Redis that is lost', () => {
  let server: RedisServer;
  let admin: Admin;
  let prefix: string;
  beforeAll(async () => {
    server = await startRedisServer();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    prefix = newPrefix();
    await beginJournal(server.url, prefix);
    admin = await adminOf(server.url);
  });

  const key = (name: string): string => `${prefix}:{journal}:${name}`;

  interface Process extends Journal, Pick<HeldConnection, 'hold' | 'release'> {}

  const open = async (settings: Partial<RedisJournalSettings> = {}): Promise<Process> => {
    const held = heldConnection(connectTo(server.url));
    const journal = openOver(held.connect, { prefix, deadline: 10_000, lease: 300, ...settings });
    onTestFinished(() => journal.close());
    await journal.view();
    return { ...journal, hold: held.hold, release: held.release };
  };

  /** Keeps what the journal is, and puts it back later: as a failover does to a replica that is behind. */
  const back = async (): Promise<() => Promise<void>> => {
    const names = ['log', 'state', 'members'];
    for (const name of names) await admin.command('COPY', key(name), `${key(name)}:copy`, 'REPLACE');
    return async () => {
      for (const name of names) await admin.command('COPY', `${key(name)}:copy`, key(name), 'REPLACE');
    };
  };

  /** A view of a later epoch, when the process has one. */
  const later = (journal: Journal, { epoch, position }: JournalView): Promise<JournalView> =>
    vi.waitFor(
      async () => {
        const view = await journal.view();
        expect(view).toMatchObject({ trust: 'good' });
        expect(view.epoch).not.toBe(epoch);
        // No record of before proves anything, and no purge has a position that was given before.
        expect(view.floor).toBeGreaterThan(position);
        return view;
      },
      { timeout: 10_000 },
    );

  it.each([
    [['DEL', 'log']],
    [['DEL', 'state']],
    [['DEL', 'members']],
    [['DEL', 'log', 'state']],
    [['DEL', 'log', 'members']],
    [['DEL', 'state', 'members']],
    [['DEL', 'log', 'state', 'members']],
    [['FLUSHALL']],
  ])('begins a new epoch after %j', async ([command = '', ...names]) => {
    const journals = [await open(), await open()] as const;
    const takedown = await journals[0].append(purgeOf('/gone.jpg', 'takedown'));
    const force = await journals[1].append(purgeOf('/forced.jpg', 'force'));
    await journals[0].append(purgeOf('/cat.jpg'));
    const before = await journals[0].view();
    await admin.command(command, ...names.map(key));
    const views = [await later(journals[0], before), await later(journals[1], before)];
    const fresh = await open();
    for (const view of [...views, await fresh.view()]) {
      expect(view.epoch).toBe(views[0]?.epoch);
      expect([view.renewalFloor, view.newestTakedown]).toEqual([force, takedown]);
      expect(newestPurge(view, '/cat.jpg')).toBe(0);
    }
    const position = await journals[1].append(purgeOf('/cat.jpg'));
    for (const journal of [...journals, fresh]) expect(newestPurge(await journal.view(), '/cat.jpg')).toBe(position);
  });

  it('begins a new epoch where its newest purges are lost', async () => {
    const journals = [await open(), await open()] as const;
    await journals[0].append(purgeOf('/cat.jpg'));
    const loseNewest = await back();
    await journals[0].append(purgeOf('/1.jpg'));
    const force = await journals[1].append(purgeOf('/2.jpg', 'force'));
    await journals[0].append(purgeOf('/3.jpg'));
    const before = await journals[0].view();
    await loseNewest();
    for (const journal of journals) expect((await later(journal, before)).renewalFloor).toBe(force);
  });

  it('is not taken for whole because it was purged through since', async () => {
    const [journal, other] = [await open(), await open()];
    await journal.append(purgeOf('/cat.jpg'));
    const loseNewest = await back();
    other.hold();
    for (const path of ['/1.jpg', '/2.jpg', '/3.jpg']) await journal.append(purgeOf(path));
    const before = await journal.view();
    journal.hold();
    await loseNewest();
    other.release();
    const position = await other.append(purgeOf('/dog.jpg'));
    // Its end is beyond what was lost by now.
    expect(position).toBeGreaterThan(before.position);
    expect((await other.view()).epoch).toBe(before.epoch);
    journal.release();
    const { epoch } = await later(journal, before);
    await vi.waitFor(async () => expect(await other.view()).toMatchObject({ trust: 'good', epoch }));
  });

  it('is known to be lost by who purges, where nobody else has looked', async () => {
    const journal = await open();
    const loseNewest = await back();
    await journal.append(purgeOf('/1.jpg', 'force'));
    const before = await journal.view();
    await loseNewest();
    const position = await journal.append(purgeOf('/2.jpg'));
    expect(position).toBeGreaterThan(before.position);
    expect((await journal.view()).epoch).not.toBe(before.epoch);
    expect((await journal.view()).renewalFloor).toBe(before.position);
  });

  it('revives no derivative where who knows better comes late', async () => {
    const journal = await open();
    const force = await journal.append(purgeOf('/cat.jpg', 'force'));
    const before = await journal.view();
    journal.hold();
    await admin.command('DEL', key('log'), key('state'), key('members'));
    const fresh = await open();
    expect((await fresh.view()).renewalFloor).toBe(0);
    const between = await fresh.view();
    journal.release();
    expect((await later(journal, before)).renewalFloor).toBe(force);
    expect((await later(fresh, between)).renewalFloor).toBe(force);
  });

  it('makes everything anew where a clock was set back as well', async () => {
    const journal = await open();
    await journal.append(purgeOf('/cat.jpg'));
    const before = await journal.view();
    journal.hold();
    // An epoch that begins an hour ago.
    const hourAgo = Date.now() * 1000 - 3600e6;
    await admin.command('DEL', key('log'), key('state'), key('members'));
    await admin.command('XADD', key('log'), `${hourAgo}-0`, 'begin', 'epoch');
    await admin.command('XADD', key('log'), `${hourAgo + 1}-0`, 'mode', 'force', 'targets', '[]');
    const known = { last: hourAgo + 1, floor: hourAgo, renewal: hourAgo + 1, renewalFloor: 0, takedown: 0 };
    const state = { epoch: 'e', born: 0, ...known, lease: 300, length: 2 };
    await admin.command('HSET', key('state'), ...Object.entries(state).flat().map(String));
    await admin.command('HSET', key('members'), 'epoch', 'e');
    const other = await open();
    const between = await other.view();
    expect(between.epoch).toBe('e');
    journal.release();
    const view = await later(journal, before);
    expect(view.epoch).not.toBe('e');
    expect(view.renewalFloor).toBe(view.floor);
    await later(other, between);
  });

  it('may have lost its end where Redis was started again and nobody is left who would know', async () => {
    const journal = await open();
    await journal.append(purgeOf('/cat.jpg'));
    const before = await journal.view();
    await journal.close();
    expect((await (await open()).view()).epoch).toBe(before.epoch);
    // What an old snapshot says of the server that wrote it.
    await admin.command('HSET', key('state'), 'server', 'abc');
    const fresh = await open();
    await later(fresh, before);
    expect(await admin.command('HGET', key('state'), 'server')).toMatch(/^[0-9a-f]{40}$/);
  });

  it('has lost nothing where those who were there before say so', async () => {
    const journal = await open();
    await journal.append(purgeOf('/cat.jpg'));
    const { epoch } = await journal.view();
    await admin.command('HSET', key('state'), 'server', 'abc');
    await admin.command('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await vi.waitFor(async () => expect(await admin.command('HGET', key('state'), 'server')).not.toBe('abc'), {
      timeout: 10_000,
    });
    expect((await (await open()).view()).epoch).toBe(epoch);
  });

  it('is lost where nobody understands a purge in it, whatever that was', async () => {
    const journals = [await open(), await open()] as const;
    const before = await journals[0].view();
    const strange = before.position + 1;
    await admin.command('XADD', key('log'), `${strange}-0`, 'mode', 'obliterate', 'targets', '[]');
    const length = String(await admin.command('XLEN', key('log')));
    await admin.command('HSET', key('state'), 'last', String(strange), 'length', length);
    for (const journal of journals) expect((await later(journal, before)).renewalFloor).toBe(strange);
  });

  it.each<[string, (start: (name: string) => string, positions: readonly number[]) => readonly string[]]>([
    ['is trimmed by somebody', (name) => ['XTRIM', name('log'), 'MAXLEN', '1']],
    ['loses a purge in the middle', (name, [, second]) => ['XDEL', name('log'), `${second}-0`]],
    ['loses its floor', (name) => ['HDEL', name('state'), 'floor']],
    ['has a floor that is no number', (name) => ['HSET', name('state'), 'floor', 'inf']],
    ['has a position that is none', (name) => ['HSET', name('state'), 'takedown', '-1e17']],
    ['has a lease of a year', (name) => ['HSET', name('state'), 'lease', '31536000000']],
  ])('is lost where it %s', async (_name, damage) => {
    const journal = await open();
    const positions: number[] = [];
    for (const path of ['/cat.jpg', '/dog.jpg', '/cow.jpg']) positions.push(await journal.append(purgeOf(path)));
    const before = await journal.view();
    await admin.command(...damage(key, positions));
    await later(journal, before);
    await journal.append(purgeOf('/cat.jpg'));
    expect(newestPurge(await (await open()).view(), '/cat.jpg')).toBeGreaterThan(before.position);
  });

  it('rejects a purge that nobody has acknowledged, and that cannot be looked for any more', async () => {
    const journal = await open();
    const silent = await open();
    silent.hold();
    const length = Number(await admin.command('XLEN', key('log')));
    const appending = journal.append(purgeOf('/cat.jpg'));
    const outcome = expect(appending).rejects.toThrow('The purge may not have been recorded');
    await vi.waitFor(async () => expect(await admin.command('XLEN', key('log'))).toBe(length + 1), { interval: 1 });
    journal.hold();
    await outcome;
    journal.release();
    silent.release();
  });

  it('is not replaced where something else has its name', async () => {
    await admin.command('DEL', key('log'));
    await admin.command('SET', key('log'), 'mine');
    const journal = openOver(connectTo(server.url), { prefix, deadline: 10_000 });
    onTestFinished(() => journal.close());
    await expect(journal.view()).rejects.toMatchObject({ cause: { message: expect.stringContaining('WRONGTYPE') } });
    await expect(journal.append(purgeOf('/cat.jpg'))).rejects.toThrow('may not have been recorded');
    expect(await admin.command('GET', key('log'))).toBe('mine');
  });
});

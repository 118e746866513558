import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { TintypeError } from '../../src/errors.ts';
import type { Journal } from '../../src/journal/journal.ts';
import { memoryJournal } from '../../src/journal/memory-journal.ts';
import { wordsOf } from '../../src/purge/status.ts';
import { gate, openPurger } from './purger-parts.ts';

const seconds = 1000;

describe('the status of a purge', () => {
  it('tells mode, targets, times and every step', async () => {
    const { purger, clock } = openPurger({ hooks: [async function purgeCdn() {}, () => undefined] });
    const { id } = await purger.purge('/c*', { mode: 'takedown', wait: 'all' });
    expect(await purger.status(id)).toEqual({
      id,
      state: 'completed',
      mode: 'takedown',
      targets: ['/c*'],
      requestTime: clock.time,
      updateTime: clock.time,
      deleted: 5,
      steps: [
        { step: 'journal', state: 'done', ms: expect.any(Number) },
        { step: 'deletion', state: 'done', ms: expect.any(Number) },
        { step: 'hook', name: 'purgeCdn', state: 'done', ms: expect.any(Number) },
        { step: 'hook', name: 'hook 2', state: 'done', ms: expect.any(Number) },
        { step: 'second deletion', state: 'pending' },
      ],
    });
  });

  it('is known to every purger on the journal, from the moment the call resolves', async () => {
    const journal = memoryJournal();
    const [here, there] = [openPurger({ journal }), openPurger({ journal })];
    const { opened, open } = gate();
    const late = openPurger({ journal, hooks: [() => opened] });
    expect(await there.purger.status((await here.purger.purge('/a.jpg')).id)).toMatchObject({ state: 'completed' });
    for (const wait of [true, false]) {
      const { id, state } = await late.purger.purge('/a.jpg', { wait });
      expect(state).toBe('pending');
      expect(await there.purger.status(id)).toMatchObject({ id, state: 'pending', targets: ['/a.jpg'] });
    }
    open();
  });

  it.each([
    '',
    'x',
    'ABCDEFABCDEFABCDEFABCDEF',
    '../../../../etc/passwd123',
    'a'.repeat(25),
    '0123456789abcdef01234567',
  ])('is unknown for %j', async (id) => {
    const noted = vi.fn(async () => undefined);
    const { purger } = openPurger({ journal: { ...memoryJournal(), noted } });
    expect(await purger.status(id)).toBeUndefined();
    for (const [asked] of noted.mock.calls as unknown as readonly [string][]) expect(asked).toMatch(/^[0-9a-f]{24}$/);
  });

  it.each([[null], [7], [{}], [{ id: 'other', steps: [], updateTime: 0 }], [{ steps: 'none' }]])(
    'is unknown where the journal holds %j',
    async (found) => {
      const { purger } = openPurger({ journal: { ...memoryJournal(), noted: async () => found } });
      expect(await purger.status('0123456789abcdef01234567')).toBeUndefined();
    },
  );

  it('rejects where the journal cannot tell', async () => {
    const cause = new Error('EIO');
    const { purger } = openPurger({ journal: { ...memoryJournal(), noted: () => Promise.reject(cause) } });
    const asked = purger.status('0123456789abcdef01234567');
    await expect(asked).rejects.toMatchObject({ code: 'PURGE_STATUS_FAILED', status: 503, cause });
  });

  it('is failed where the journal refused, and nothing else is listed', async () => {
    const journal = { ...memoryJournal(), append: () => Promise.reject(new Error('ENOSPC')) };
    const { purger } = openPurger({ journal, hooks: [() => undefined] });
    const { id, state } = await purger.purge('/a.jpg', { wait: false });
    expect(state).toBe('pending');
    await vi.waitFor(async () => expect(await purger.status(id)).toMatchObject({ state: 'failed' }));
    expect((await purger.status(id))?.steps).toMatchObject([{ step: 'journal', state: 'failed', reason: 'ENOSPC' }]);
  });
});

describe('a purge that is not waited for', () => {
  it('is accepted at once and carried out', async () => {
    const { opened, open } = gate();
    const plain = memoryJournal();
    const { purger, done } = openPurger({
      journal: { ...plain, append: (purge) => opened.then(() => plain.append(purge)) },
      hooks: [() => void done.push('hook')],
    });
    const { id, state } = await purger.purge('/a.jpg', { wait: false, verify: true });
    expect([state, done.includes('read')]).toEqual(['pending', false]);
    open();
    await vi.waitFor(async () =>
      expect(await purger.status(id)).toMatchObject({ state: 'completed', unchanged: true }),
    );
    expect(done).toEqual(['note', 'append', 'read', 'hook']);
  });

  it('is refused where nobody could ask for it later, and nothing is done', async () => {
    const cause = new Error('EROFS');
    const ids: string[] = [];
    const note = (id: string) => Promise.reject(ids.push(id) > 0 && cause);
    const { purger, done } = openPurger({ journal: { ...memoryJournal(), note } });
    const refused = purger.purge('/a.jpg', { wait: false });
    await expect(refused).rejects.toMatchObject({ code: 'PURGE_FAILED', cause });
    expect(done).toEqual([]);
    expect(await purger.status(ids[0] ?? '')).toMatchObject({ state: 'failed', steps: [{ state: 'failed' }] });
  });

  it('is refused at once where it is no purge', async () => {
    const { purger } = openPurger();
    await expect(purger.purge('a', { wait: false })).rejects.toMatchObject({ code: 'INVALID_PURGE' });
  });
});

describe('a status that cannot be kept', () => {
  it('fails no purge, and is told by the process that knows it', async () => {
    const { purger } = openPurger({ journal: { ...memoryJournal(), note: () => Promise.reject(new Error('EROFS')) } });
    const { id } = await purger.purge('/a.jpg');
    expect(await purger.status(id)).toMatchObject({ id, state: 'completed' });
  });

  it('is remembered for a thousand purges', async () => {
    const { purger } = openPurger({ journal: { ...memoryJournal(), note: () => Promise.reject(new Error('EROFS')) } });
    const ids: string[] = [];
    for (let n = 0; n <= 1000; n++) ids.push((await purger.purge('/a.jpg')).id);
    expect(await purger.status(ids[0] ?? '')).toBeUndefined();
    expect(await purger.status(ids[1] ?? '')).toMatchObject({ id: ids[1] });
  });

  it('holds up nobody for longer than a second', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const { opened, open } = gate();
    const { purger } = openPurger({ journal: { ...memoryJournal(), note: () => opened } });
    let isDone = false;
    const purged = purger.purge('/a.jpg').then((result) => {
      isDone = true;
      return result;
    });
    await vi.advanceTimersByTimeAsync(999);
    expect(isDone).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await purger.status((await purged).id)).toMatchObject({ state: 'completed' });
    open();
  });

  it('never overtakes a newer one', async () => {
    const notes: unknown[] = [];
    const first = gate();
    const plain = memoryJournal();
    const note: Journal['note'] = async (id, status) => {
      if (notes.length === 0) await Promise.all([first.opened, notes.push('late')]);
      notes.push((status as { readonly state: string }).state);
      await plain.note(id, status);
    };
    const hook = gate();
    const { purger } = openPurger({ journal: { ...plain, note }, hooks: [() => hook.opened] });
    const purged = purger.purge('/a.jpg');
    await vi.waitFor(() => expect(notes).toEqual(['late']));
    hook.open();
    await new Promise(setImmediate);
    first.open();
    const { id } = await purged;
    expect(notes).toEqual(['late', 'pending', 'completed']);
    expect(await openPurger({ journal: plain }).purger.status(id)).toMatchObject({ state: 'completed' });
  });
});

describe('a purge whose process has gone', () => {
  const abandon = async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const journal = memoryJournal();
    const { opened, open } = gate();
    const { purger, clock } = openPurger({
      journal,
      hooks: [
        async function purgeCdn() {
          await opened;
        },
      ],
    });
    const { id } = await purger.purge('/a.jpg', { mode: 'takedown' });
    await vi.waitFor(async () => expect((await purger.status(id))?.deleted).toBe(5));
    const other = openPurger({ journal, clock });
    return { id, purger, other: other.purger, clock, open };
  };

  it('has failed, after a minute without a sign', async () => {
    const { id, other, clock, open } = await abandon();
    clock.time += 60 * seconds;
    expect(await other.status(id)).toMatchObject({ state: 'pending' });
    clock.time += 1;
    const status = await other.status(id);
    expect(status?.state).toBe('failed');
    expect(status?.steps).toMatchObject([
      { step: 'journal', state: 'done' },
      { step: 'deletion', state: 'done' },
      { name: 'purgeCdn', state: 'failed', reason: 'The process that ran it is gone.' },
      { step: 'second deletion', state: 'pending' },
    ]);
    open();
  });

  it('is told from one that takes long', async () => {
    const { id, purger, other, clock, open } = await abandon();
    for (let n = 0; n < 10; n++) {
      clock.time += 15 * seconds;
      await vi.advanceTimersByTimeAsync(15 * seconds);
      expect(await other.status(id)).toMatchObject({ state: 'pending', updateTime: clock.time });
    }
    expect(await purger.status(id)).toMatchObject({ state: 'pending' });
    open();
    await vi.waitFor(async () => expect(await other.status(id)).toMatchObject({ state: 'completed' }));
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('wordsOf', () => {
  it.each([
    ['an object without a prototype', Object.create(null)],
    ['an error whose message is none', Object.assign(new Error('x'), { message: 7 })],
    ['an error of several that has none', Object.assign(new AggregateError([], 'x'), { errors: null })],
  ])('never throws: %s', (_what, error) => {
    expect(wordsOf(error)).toMatch(/\w/);
  });

  it.each([
    [new Error('EIO'), 'EIO'],
    [new Error('first\n    at stack'), 'first'],
    ['thrown', 'thrown'],
    [undefined, ''],
    [
      new TintypeError('ORIGIN_FAILED', { cause: new Error('ECONNREFUSED') }),
      'The origin did not deliver the image.: ECONNREFUSED',
    ],
    [new AggregateError([new Error('one'), new Error('two')], 'both'), 'both: one'],
    [new Error('x'.repeat(500)), 'x'.repeat(300)],
  ])('says of %o what went wrong, in a line', (error, words) => {
    expect(wordsOf(error)).toBe(words);
  });

  it('ends where causes go round', () => {
    const error = new Error('round');
    error.cause = error;
    expect(wordsOf(error)).toBe('round: round: round');
  });
});

import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { memoryJournal } from '../../src/journal/memory-journal.ts';
import { originalId } from '../../src/origin/identity.ts';
import type { Purged } from '../../src/purge/hooks.ts';
import type { PurgerOptions } from '../../src/purge/purger.ts';
import { gate, openPurger } from './purger-parts.ts';

describe('hooks', () => {
  it('run last, in order, one after the other', async () => {
    const first = gate();
    const { purger, done } = openPurger({
      hooks: [
        async () => {
          done.push('first begins');
          await first.opened;
          done.push('first ends');
        },
        () => void done.push('second'),
      ],
    });
    const purged = purger.purge('/a.jpg', { wait: 'all', verify: true });
    await vi.waitFor(() => expect(done).toContain('first begins'));
    first.open();
    expect(await purged).toMatchObject({ state: 'completed' });
    expect(done).toEqual(['note', 'append', 'read', 'first begins', 'first ends', 'second']);
  });

  it('are not waited for unless the call is told to', async () => {
    const { opened, open } = gate();
    const { purger } = openPurger({ hooks: [() => opened] });
    const { id, state } = await purger.purge('/a.jpg');
    expect(state).toBe('pending');
    open();
    await vi.waitFor(async () => expect(await purger.status(id)).toMatchObject({ state: 'completed' }));
  });

  it('are told what a CDN must know', async () => {
    const told: Purged[] = [];
    const { purger } = openPurger({ hooks: [(purged) => void told.push(purged)] });
    const nothing = { paths: [], prefixes: [], tags: [], all: false };
    const tell = async (request: Parameters<typeof purger.purge>[0], options = {}) => {
      const { id } = await purger.purge(request, { wait: 'all', ...options });
      const { signal, ...rest } = told.pop() as Purged;
      expect(signal.aborted).toBe(false);
      expect(rest.id).toBe(id);
      return rest;
    };
    expect(await tell('/a b.jpg', { verify: true, mode: 'force' })).toMatchObject({
      ...nothing,
      origin: 'photos',
      mode: 'force',
      targets: ['/a%20b.jpg'],
      paths: ['/a%20b.jpg'],
      mounts: ['/images'],
      unchanged: true,
    });
    const prefixed = await tell('/a b*', { mode: 'takedown' });
    expect(prefixed).toMatchObject({ ...nothing, mode: 'takedown', targets: ['/a%20b*'], prefixes: ['/a%20b'] });
    expect(prefixed.unchanged).toBeUndefined();
    expect(await tell({ tag: 'cats' })).toMatchObject({ ...nothing, targets: ['tag:cats'], tags: ['cats'] });
    expect(await tell({ all: true })).toMatchObject({ ...nothing, targets: ['*'], all: true });
  });

  it('are told that everything is old where a target reaches what lies on everything', async () => {
    const told: Purged[] = [];
    const isEverywhere = vi.fn<NonNullable<PurgerOptions['isEverywhere']>>((target) => target.kind === 'prefix');
    const { purger } = openPurger({ hooks: [(purged) => void told.push(purged)], isEverywhere });
    await purger.purge('/cats/a.jpg', { wait: 'all' });
    await purger.purge('/brand*', { wait: 'all' });
    await purger.purge({ all: true }, { wait: 'all' });
    expect(told).toMatchObject([
      { all: false, paths: ['/cats/a.jpg'], prefixes: [] },
      { all: true, paths: [], prefixes: ['/brand'] },
      { all: true, paths: [], prefixes: [] },
    ]);
    const id = originalId('photos', '/cats/a.jpg');
    expect(isEverywhere).toHaveBeenCalledWith({ kind: 'exact', origin: 'photos', hash: id.hash }, id);
  });

  it.each([
    ['rejects', () => Promise.reject(new Error('403 from the CDN'))],
    [
      'throws',
      () => {
        throw new Error('403 from the CDN');
      },
    ],
  ])('that %s keep no other from running, and the status says which', async (_how, broken) => {
    const fine = vi.fn();
    const { purger } = openPurger({ hooks: [Object.defineProperty(broken, 'name', { value: 'purgeCdn' }), fine] });
    const { id } = await purger.purge('/a.jpg');
    await vi.waitFor(async () => expect((await purger.status(id))?.state).toBe('failed'));
    expect((await purger.status(id))?.steps).toMatchObject([
      { step: 'journal', state: 'done' },
      { step: 'hook', name: 'purgeCdn', state: 'failed', reason: '403 from the CDN' },
      { step: 'hook', state: 'done' },
    ]);
    expect(fine).toHaveBeenCalledOnce();
    const error = await purger.purge('/a.jpg', { wait: 'all' }).catch((reason) => reason);
    expect(error).toMatchObject({ code: 'PURGE_INCOMPLETE' });
    expect(error.cause.message).toContain('hook: purgeCdn: 403 from the CDN');
  });

  it('that hang are cut short after half a minute', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    let signal: AbortSignal | undefined;
    const hanging = (purged: Purged) => {
      signal = purged.signal;
      return new Promise<void>(() => undefined);
    };
    const { purger, done } = openPurger({ hooks: [hanging, () => void done.push('next')] });
    const { id } = await purger.purge('/a.jpg');
    await vi.advanceTimersByTimeAsync(29_999);
    expect([signal?.aborted, done]).toEqual([false, ['append']]);
    await vi.advanceTimersByTimeAsync(1);
    await vi.waitFor(() => expect(done).toEqual(['append', 'next']));
    expect(signal?.aborted).toBe(true);
    expect((await purger.status(id))?.steps[1]).toMatchObject({ state: 'failed', reason: 'Not done after 30 s' });
  });
});

describe('closing', () => {
  it('does second deletions at once, and those of purges under way', async () => {
    const { opened, open } = gate();
    const remove = async () => {
      for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
      return 5;
    };
    const { purger } = openPurger({ hooks: [() => opened], copies: { delete: remove } });
    const first = await purger.purge('/a.jpg', { mode: 'takedown' });
    const second = purger.purge('/b.jpg', { mode: 'takedown' });
    const closed = purger.close();
    open();
    await closed;
    for (const { id } of [first, await second]) {
      expect(await purger.status(id)).toMatchObject({ state: 'completed', deleted: 10 });
    }
  });

  it('does second deletions while hooks still run', async () => {
    const { opened, open } = gate();
    const { purger, done } = openPurger({ hooks: [() => opened] });
    await purger.purge('/a.jpg', { mode: 'takedown' });
    await vi.waitFor(() => expect(done).toEqual(['append', 'delete']));
    const closed = purger.close();
    await vi.waitFor(() => expect(done).toEqual(['append', 'delete', 'delete']));
    open();
    await closed;
  });

  it('waits for hooks, and keeps what became of them', async () => {
    const { opened, open } = gate();
    const plain = memoryJournal();
    const note: typeof plain.note = async (id, status) => {
      await new Promise(setImmediate);
      await plain.note(id, status);
    };
    const { purger, clock } = openPurger({ hooks: [() => opened], journal: { ...plain, note } });
    const { id } = await purger.purge('/a.jpg');
    let isClosed = false;
    const closed = purger.close().then(() => {
      isClosed = true;
    });
    await new Promise(setImmediate);
    expect(isClosed).toBe(false);
    open();
    await closed;
    expect(await plain.noted(id)).toMatchObject({ state: 'completed', updateTime: clock.time });
  });

  it('cuts short what takes longer than half a minute', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const never = () => new Promise<never>(() => undefined);
    const { purger, journal } = openPurger({ copies: { delete: never }, hooks: [never] });
    const { id } = await purger.purge('/a.jpg', { mode: 'takedown' });
    const waiting = purger.purge('/b.jpg', { mode: 'takedown', wait: 'all' }).catch((error) => error);
    await vi.advanceTimersByTimeAsync(0);
    const closed = purger.close();
    await vi.advanceTimersByTimeAsync(30_000);
    await closed;
    expect(await waiting).toMatchObject({ code: 'PURGE_INCOMPLETE' });
    expect(await journal.noted(id)).toMatchObject({
      state: 'failed',
      steps: [
        { step: 'journal', state: 'done' },
        { step: 'deletion', state: 'failed', reason: 'The endpoint was closed before this was done' },
        { step: 'hook', state: 'failed' },
        { step: 'second deletion', state: 'failed' },
      ],
    });
  });

  it('with nothing under way is done at once, and may be repeated', async () => {
    const { purger } = openPurger();
    await Promise.all([purger.close(), purger.close()]);
    await purger.close();
  });

  it('warns of no leak where very many wait', async () => {
    const warn = vi.spyOn(process, 'emitWarning');
    onTestFinished(() => warn.mockRestore());
    const { opened, open } = gate();
    const { purger } = openPurger({ hooks: [() => opened] });
    await Promise.all(Array.from({ length: 100 }, () => purger.purge('/a.jpg')));
    open();
    expect(warn.mock.calls.filter(([warning]) => String(warning).includes('leak'))).toEqual([]);
  });
});

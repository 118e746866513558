import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { TintypeError } from '../../src/errors.ts';
import type { JournalView } from '../../src/journal/journal.ts';
import { memoryJournal } from '../../src/journal/memory-journal.ts';
import { originalId } from '../../src/origin/identity.ts';
import type { PurgeOptions } from '../../src/purge/options.ts';
import { gate, openPurger } from './purger-parts.ts';

const cat = originalId('photos', '/cat.jpg');
/** What the journal demands of the cat, wherever it stands there: 1 for yes. */
const coverageOf = async (journal: { view(): JournalView | Promise<JournalView> }, tags: readonly string[] = []) => {
  const { hard, soft, renewal, takedown } = (await journal.view()).covering(cat, tags);
  return { hard: Math.sign(hard), soft: Math.sign(soft), renewal: Math.sign(renewal), takedown: Math.sign(takedown) };
};
const failure = (purge: Promise<unknown>): Promise<TintypeError> =>
  purge.then(
    () => {
      throw new Error('It did not fail');
    },
    (error) => error,
  );

describe('a purge', () => {
  it.each([
    ['/cat.jpg'],
    [{ path: '/cat.jpg' }],
    ['/c*'],
    [{ prefix: '/' }],
    [{ tag: 'cats' }],
    [{ all: true } as const],
    [{ url: 'https://cdn.example/images/cat.jpg' }],
  ])('of %j stands in the journal once it resolves', async (request) => {
    const { purger, journal } = openPurger();
    expect((await coverageOf(journal, ['cats'])).hard).toBe(0);
    const result = await purger.purge(request);
    expect(result).toMatchObject({ id: expect.stringMatching(/^[0-9a-f]{24}$/), state: 'completed' });
    expect(result.ms).toBeGreaterThanOrEqual(0);
    expect(await coverageOf(journal, ['cats'])).toEqual({ hard: 1, soft: 0, renewal: 0, takedown: 0 });
  });

  it.each([
    [{}, { hard: 1, soft: 0, renewal: 0, takedown: 0 }],
    [{ mode: 'revalidate' }, { hard: 1, soft: 0, renewal: 0, takedown: 0 }],
    [{ mode: 'soft' }, { hard: 0, soft: 1, renewal: 0, takedown: 0 }],
    [{ mode: 'force' }, { hard: 1, soft: 0, renewal: 1, takedown: 0 }],
    [{ mode: 'takedown' }, { hard: 1, soft: 0, renewal: 1, takedown: 1 }],
    [{ mode: undefined, verify: undefined, wait: undefined, dryRun: undefined }, { hard: 1 }],
  ] satisfies (readonly [PurgeOptions, object])[])('with %j covers as it says', async (options, expected) => {
    const { purger, journal } = openPurger();
    await purger.purge('/cat.jpg', options);
    expect(await coverageOf(journal)).toMatchObject(expected);
  });

  it('names its targets so that they can be given again', async () => {
    const { purger } = openPurger();
    const namesOf = async (request: Parameters<typeof purger.purge>[0]) => (await purger.purge(request)).targets;
    expect(await namesOf('/a b*')).toEqual(['/a%20b*']);
    expect(await namesOf((await namesOf('/a b*'))[0] ?? '')).toEqual(['/a%20b*']);
    expect(await namesOf({ tag: 'cats' })).toEqual(['tag:cats']);
    expect(await namesOf({ all: true })).toEqual(['*']);
  });

  it.each([
    [{ mode: 'hard' }, "one of 'soft', 'revalidate', 'force', 'takedown' for purge.mode"],
    [{ mode: null }, 'purge.mode'],
    [{ verify: 'yes' }, 'a boolean for purge.verify'],
    [{ wait: 'some' }, "one of true, false, 'all' for purge.wait"],
    [{ dryRun: 1 }, 'a boolean for purge.dryRun'],
    [{ mod: 'force' }, 'Unknown option purge.mod'],
    [{ refuse: ['a'] }, 'purge.refuse'],
    [{ wildcards: 'all' }, 'purge.wildcards'],
    ['force', 'an options object for purge'],
    [null, 'an options object for purge'],
    [{ verify: true, mode: 'takedown' }, 'does not go with a takedown'],
    [{ verify: true, dryRun: true }, 'does not go with a dry run'],
  ])('with the options %j is refused before anything is done', async (options, reason) => {
    const { purger, done } = openPurger();
    const error = await failure(purger.purge('/cat.jpg', options as PurgeOptions));
    expect(error).toMatchObject({ code: 'INVALID_PURGE', status: 400 });
    expect(error.message).toContain(reason);
    expect(done).toEqual([]);
  });

  it.each([['/c*'], [{ tag: 'cats' }], [{ all: true } as const], [{ url: 'https://x.example/images/c*' }]])(
    'of %j cannot be verified',
    async (request) => {
      const { purger, done } = openPurger();
      const error = await failure(purger.purge(request, { verify: true }));
      expect(error.message).toContain('exact paths only');
      expect(done).toEqual([]);
    },
  );

  it('obeys rules that it is given', async () => {
    const { purger, done } = openPurger();
    expect(await failure(purger.purge('/c*', { wildcards: 'imagekit' }))).toMatchObject({ code: 'INVALID_PURGE' });
    expect(await failure(purger.purge('/c*', { refuse: ['/cats/*'] }))).toMatchObject({ code: 'INVALID_PURGE' });
    expect(done).toEqual([]);
    await purger.purge('/c*');
    expect(done).toEqual(['append']);
  });

  it('is published once it stands in the journal', async () => {
    const events: unknown[] = [];
    const listen = (event: unknown): number => events.push(event);
    subscribe('tintype:purge', listen);
    onTestFinished(() => void unsubscribe('tintype:purge', listen));
    const { purger } = openPurger();
    const { id, targets } = await purger.purge('/cat.jpg');
    const ms = expect.any(Number);
    const mode = 'revalidate';
    expect(events).toEqual([{ id, origin: 'photos', mode, targets, ms, step: undefined, error: undefined }]);
    await failure(
      openPurger({ journal: { ...memoryJournal(), append: () => Promise.reject() } }).purger.purge('/a.jpg'),
    );
    expect(events).toHaveLength(1);
  });

  it('publishes each step that fails afterwards, and the error', async () => {
    const events: unknown[] = [];
    const listen = (event: unknown): number => events.push(event);
    subscribe('tintype:purge', listen);
    onTestFinished(() => void unsubscribe('tintype:purge', listen));
    const [first, second, third, fourth] = Array.from({ length: 4 }, (_, n) => new Error(`error ${n}`));
    const remove = vi.fn().mockRejectedValueOnce(first).mockRejectedValueOnce(second);
    const { purger } = openPurger({
      copies: { delete: remove },
      reread: async () => () => Promise.reject(third),
      hooks: [() => Promise.reject(fourth), () => undefined],
    });
    const removed = await purger.purge('/cat.jpg', { mode: 'takedown' });
    await purger.close();
    await failure(purger.purge('/cat.jpg', { verify: true }));
    await purger.close();
    const common = {
      id: removed.id,
      origin: 'photos',
      mode: 'takedown',
      targets: ['/cat.jpg'],
      ms: expect.any(Number),
    };
    const verified = { ...common, id: expect.any(String), mode: 'revalidate' };
    expect(events).toEqual([
      { ...common, step: undefined, error: undefined },
      { ...common, step: 'deletion', error: first },
      { ...common, step: 'hook', error: fourth },
      { ...common, step: 'second deletion', error: second },
      { ...verified, step: undefined, error: undefined },
      { ...verified, step: 'verification', error: third },
      { ...verified, step: 'hook', error: fourth },
    ]);
  });

  it('rejects where the journal does, and nothing follows', async () => {
    const cause = new Error('ENOSPC: no space left on device, write');
    const journal = { ...memoryJournal(), append: () => Promise.reject(cause) };
    const hook = vi.fn();
    const { purger, done } = openPurger({ journal, hooks: [hook] });
    for (const wait of [true, 'all'] as const) {
      const error = await failure(purger.purge('/cat.jpg', { mode: 'takedown', wait }));
      expect(error).toMatchObject({ code: 'PURGE_FAILED', status: 503, cause });
    }
    expect(hook).not.toHaveBeenCalled();
    expect(done).toEqual(['append', 'append']);
  });

  it('may come ten thousand times in a row', async () => {
    const { purger, journal, clock } = openPurger();
    const results = await Promise.all(Array.from({ length: 10_000 }, (_, n) => purger.purge(`/${n}.jpg`)));
    expect(new Set(results.map(({ id }) => id)).size).toBe(10_000);
    expect(results.every(({ state }) => state === 'completed')).toBe(true);
    expect((await journal.view()).position).toBe(clock.time * 1000 + 9_999);
  });
});

describe('a verified purge', () => {
  it('notes what is known before the journal, and asks the origin after it', async () => {
    const { purger, done } = openPurger();
    expect(await purger.purge('/cat.jpg', { verify: true })).toMatchObject({ state: 'completed', unchanged: true });
    expect(done).toEqual(['note', 'append', 'read']);
  });

  it.each([
    [[true], true],
    [[false], false],
    [[undefined], undefined],
    [[true, undefined], true],
    [[true, false], false],
    [[undefined, false], false],
    [[undefined, undefined], undefined],
  ])('of several originals agrees on %j as %j', async (answers, unchanged) => {
    const left = [...answers];
    const reread = async () => {
      const answer = left.shift();
      return async () => answer;
    };
    const mounts = () => ['/a', ''].slice(0, answers.length);
    const { purger } = openPurger({ reread, mounts });
    const result = await purger.purge({ url: 'https://x.example/a/b.jpg' }, { verify: true, mode: 'force' });
    expect(result.targets).toHaveLength(answers.length);
    expect(result.unchanged).toBe(unchanged);
  });

  it.each([true, 'all'] as const)('holds, and rejects, where the origin fails, with wait: %j', async (wait) => {
    const cause = new TintypeError('ORIGIN_TIMEOUT');
    const hook = vi.fn();
    const reread = async () => () => Promise.reject(cause);
    const { purger, journal } = openPurger({ reread, hooks: [hook] });
    const error = await failure(purger.purge('/cat.jpg', { verify: true, wait }));
    expect(error).toMatchObject({ code: 'PURGE_INCOMPLETE', status: 502 });
    expect(error.cause).toMatchObject({ errors: [cause], purge: { targets: ['/cat.jpg'] } });
    expect((error.cause as Error).message).toMatch(
      /^Purge [0-9a-f]{24} holds.*verification: The origin did not answer/,
    );
    expect((await coverageOf(journal)).hard).toBe(1);
    expect(hook).toHaveBeenCalledOnce();
  });

  it('holds where nobody can say what is known', async () => {
    const reread = () => Promise.reject(new Error('the journal is gone'));
    const { purger, done } = openPurger({ reread });
    expect(await failure(purger.purge('/cat.jpg', { verify: true }))).toMatchObject({ code: 'PURGE_INCOMPLETE' });
    expect(done).toEqual(['append']);
  });
});

describe('a takedown', () => {
  it('deletes after the barrier, and says how much where the call waits for it', async () => {
    const { purger, done, deleted } = openPurger({ hooks: [() => void done.push('hook')] });
    const result = await purger.purge('/cat.jpg', { mode: 'takedown', wait: 'all' });
    expect(result).toMatchObject({ state: 'completed', deleted: 5 });
    expect(done).toEqual(['append', 'delete', 'hook']);
    expect(deleted).toEqual([[{ kind: 'exact', origin: 'photos', hash: cat.hash }]]);
  });

  it('resolves at the barrier unless told to wait', async () => {
    const { opened, open } = gate();
    const { purger, journal } = openPurger({ copies: { delete: () => opened.then(() => 7) } });
    const { id, state, deleted } = await purger.purge('/cat.jpg', { mode: 'takedown' });
    expect([state, deleted]).toEqual(['pending', undefined]);
    expect((await coverageOf(journal)).takedown).toBe(1);
    expect(await purger.status(id)).toMatchObject({ state: 'pending' });
    open();
    await vi.waitFor(async () => expect(await purger.status(id)).toMatchObject({ state: 'completed', deleted: 7 }));
  });

  it('is refused before anything is done where a store has no index', async () => {
    const { purger, done } = openPurger({ copies: { isComplete: false } });
    for (const dryRun of [true, false]) {
      const error = await failure(purger.purge('/cat.jpg', { mode: 'takedown', dryRun }));
      expect(error).toMatchObject({ code: 'PURGE_UNSUPPORTED', status: 501 });
    }
    expect(done).toEqual([]);
    expect(await purger.purge('/cat.jpg', { mode: 'force' })).toMatchObject({ state: 'completed' });
  });

  it('that cannot delete everything says so, and runs the hooks all the same', async () => {
    const cause = new AggregateError([new Error('EIO')], '3 of 5 keys may be left');
    const hook = vi.fn();
    const { purger } = openPurger({ hooks: [hook], copies: { delete: () => Promise.reject(cause) } });
    const error = await failure(purger.purge('/cat.jpg', { mode: 'takedown', wait: 'all' }));
    expect(error).toMatchObject({ code: 'PURGE_INCOMPLETE', cause: { errors: [cause], purge: { state: 'failed' } } });
    expect((error.cause as Error).message).toContain('deletion: 3 of 5 keys may be left: EIO');
    expect(hook).toHaveBeenCalledOnce();
  });

  it('deletes once more when nothing can be under way any more', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const { purger, done } = openPurger({ secondDeletionAfter: 70_000 });
    const { id } = await purger.purge('/cat.jpg', { mode: 'takedown', wait: 'all' });
    await vi.advanceTimersByTimeAsync(69_999);
    expect(done).toEqual(['append', 'delete']);
    expect((await purger.status(id))?.steps).toMatchObject([{}, {}, { step: 'second deletion', state: 'pending' }]);
    await vi.advanceTimersByTimeAsync(1);
    expect(done).toEqual(['append', 'delete', 'delete']);
    expect(await purger.status(id)).toMatchObject({ state: 'completed', deleted: 10 });
  });

  it('tells of a second deletion that fails', async () => {
    const remove = vi.fn().mockResolvedValueOnce(5).mockRejectedValueOnce(new Error('EIO'));
    const { purger } = openPurger({ copies: { delete: remove } });
    const { id } = await purger.purge('/cat.jpg', { mode: 'takedown', wait: 'all' });
    expect(await purger.status(id)).toMatchObject({ state: 'completed', deleted: 5 });
    await purger.close();
    expect(await purger.status(id)).toMatchObject({ state: 'failed', deleted: 5 });
  });

  it('repeats its deletions one at a time', async () => {
    let atOnce = 0;
    let most = 0;
    const remove = async () => {
      most = Math.max(most, ++atOnce);
      await new Promise(setImmediate);
      atOnce--;
      return 1;
    };
    const { purger } = openPurger({ copies: { delete: remove } });
    for (const path of ['/a.jpg', '/b.jpg', '/c.jpg']) await purger.purge(path, { mode: 'takedown', wait: 'all' });
    most = 0;
    await purger.close();
    expect(most).toBe(1);
  });

  it('waits for its second deletion however long it takes, if it must', async () => {
    const { purger, done } = openPurger({ secondDeletionAfter: 2 ** 40 });
    await purger.purge('/cat.jpg', { mode: 'takedown', wait: 'all' });
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(done).toEqual(['append', 'delete']);
  });
});

describe('a dry run', () => {
  it('counts and purges nothing', async () => {
    const { purger, done } = openPurger({ hooks: [() => void done.push('hook')] });
    const result = await purger.purge('/c*', { dryRun: true, mode: 'takedown', wait: 'all' });
    const counted = { records: 1, originals: 2, derivatives: 3 };
    expect(result).toMatchObject({ state: 'completed', dryRun: true, counted, targets: ['/c*'] });
    expect(done).toEqual([]);
    expect(await purger.status(result.id)).toBeUndefined();
  });

  it('knows nothing where no index does, and says so', async () => {
    const { purger } = openPurger({ copies: { isComplete: false, count: async () => undefined } });
    expect(await purger.purge('/c*', { dryRun: true })).toMatchObject({ dryRun: true, counted: undefined });
  });

  it('rejects where the store fails', async () => {
    const cause = new Error('EIO');
    const { purger } = openPurger({ copies: { count: () => Promise.reject(cause) } });
    expect(await failure(purger.purge('/c*', { dryRun: true }))).toMatchObject({ code: 'PURGE_FAILED', cause });
  });
});

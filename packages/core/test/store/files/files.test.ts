import { spawnSync } from 'node:child_process';
import { channel } from 'node:diagnostics_channel';
import { existsSync } from 'node:fs';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { StoreEvent } from '../../../src/events.ts';
import { files, isFilesStore } from '../../../src/store/files/files.ts';
import { entryName } from '../../../src/store/files/layout.ts';
import { ledgerRecord } from '../../../src/store/files/ledger-tail.ts';
import type { Store } from '../../../src/store/store.ts';

const block = 4096;
const minute = 60_000;
const hour = 60 * minute;

let root: string;
beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tintype-files-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  root = join(folder, 'cache');
});

function open(maxBytes?: number, directory: string = root): Store {
  const store = files(directory, maxBytes === undefined ? {} : { maxBytes });
  onTestFinished(() => store.close?.());
  return store;
}

const pathOf = (key: string): string => join(root, 'objects', entryName(key).slice(0, 2), entryName(key));
const keyOf = (index: number): string => `d:group${index}:key`;
const has = (key: string): boolean => existsSync(pathOf(key));
const usedBytes = (store: Store): number | undefined => store.usage?.().bytes;

/** Sets a value and makes it as old as it is told to be. */
async function setAged(store: Store, key: string, bytes: Uint8Array, age: number): Promise<void> {
  await store.set(key, bytes);
  await setAge(pathOf(key), age);
}

async function setAge(path: string, age: number): Promise<void> {
  const time = (Date.now() - age) / 1000;
  await utimes(path, time, time);
}

/** Waits for what a sweep in the background does. */
const eventually = (check: () => unknown): Promise<unknown> => vi.waitFor(check, { timeout: 8000, interval: 10 });

describe('where the file store puts things', () => {
  it('writes nothing before the first write', async () => {
    const store = open();
    expect(await store.get('d:a:b')).toBeUndefined();
    await store.delete('d:a:b');
    await store.close?.();
    expect(existsSync(root)).toBe(false);
  });

  it('names a file by its group and its whole key', async () => {
    const store = open();
    await store.set('d:group:one', new Uint8Array(1));
    await store.set('d:group:two', new Uint8Array(1));
    await store.set('d:other:one', new Uint8Array(1));
    const names = (await readdir(join(root, 'objects'), { recursive: true })).map((name) => basename(name));
    const entries = names.filter((name) => name.length > 2);
    for (const name of entries) expect(name).toMatch(/^[0-9a-f]{24}\.[0-9a-f]{64}$/);
    expect(new Set(entries).size).toBe(3);
    expect(new Set(entries.map((name) => name.slice(0, 24))).size).toBe(2);
  });

  it('tells keys apart that are one text in UTF-8', async () => {
    const store = open();
    await store.set('\ud800', Uint8Array.of(1));
    expect(await store.get('\ud801')).toBeUndefined();
  });

  it('lets nobody else in', async () => {
    await open().set('d:a:b', new Uint8Array(1));
    const modes: Record<string, number> = { objects: 0o700, tmp: 0o700, ledger: 0o600, '': 0o700 };
    for (const [name, mode] of Object.entries(modes)) {
      expect((await stat(join(root, name))).mode & 0o777, name).toBe(mode);
    }
    expect((await stat(pathOf('d:a:b'))).mode & 0o777).toBe(0o600);
    expect((await stat(dirname(pathOf('d:a:b')))).mode & 0o777).toBe(0o700);
  });

  it('leaves nothing in the temp folder', async () => {
    const store = open(20 * block);
    for (let index = 0; index < 40; index++) await store.set(keyOf(index % 30), new Uint8Array(block));
    await store.delete(keyOf(1));
    await store.close?.();
    expect(await readdir(join(root, 'tmp'))).toEqual([]);
    expect(existsSync(join(root, 'sweep.lock'))).toBe(false);
  });

  it('is found again by the next process', async () => {
    const first = open();
    await first.set('d:a:b', Uint8Array.of(7));
    await first.close?.();
    const next = open();
    expect(await next.get('d:a:b')).toEqual(Buffer.from([7]));
    await eventually(() => expect(usedBytes(next)).toBe(block));
  });
});

describe('the count of the file store', () => {
  it('counts whole blocks, and one at least', async () => {
    const store = open();
    await store.set('a', new Uint8Array(0));
    expect(usedBytes(store)).toBe(block);
    await store.set('b', new Uint8Array(block));
    expect(usedBytes(store)).toBe(2 * block);
    await store.set('c', new Uint8Array(block + 1));
    expect(usedBytes(store)).toBe(4 * block);
    expect(store.usage?.()).toMatchObject({ entries: undefined, maxBytes: 10 * 1024 ** 3 });
  });

  it('takes away what is replaced and what is deleted', async () => {
    const store = open();
    await store.set('a', new Uint8Array(10 * block));
    await store.set('a', new Uint8Array(2 * block));
    expect(usedBytes(store)).toBe(2 * block);
    await store.delete('a');
    await store.delete('a');
    expect(usedBytes(store)).toBe(0);
  });

  it('is one for all who share the directory', async () => {
    const [one, two] = [open(), open()];
    await one.set('a', new Uint8Array(block));
    await two.set('b', new Uint8Array(block));
    await two.delete('a');
    await one.set('c', new Uint8Array(block));
    expect([usedBytes(one), usedBytes(two)]).toEqual([2 * block, 2 * block]);
  });

  it.each([
    ['replace', (store: Store) => store.set('a', new Uint8Array(block))],
    ['delete', (store: Store) => store.delete('a')],
  ])('takes away once what several %s at once', async (_name, change) => {
    const stores = [open(), open(), open()] as const;
    for (let round = 0; round < 20; round++) {
      await stores[0].set('a', new Uint8Array(40 * block));
      await Promise.all(stores.map(change));
      expect(usedBytes(stores[0]), `round ${round}`).toBeGreaterThanOrEqual(has('a') ? block : 0);
    }
  });

  it('gives back what it reserved for a write that failed', async () => {
    const store = open();
    await store.set('a', new Uint8Array(block));
    // A folder stands where the entry would go, so that it cannot be put there.
    await mkdir(join(pathOf('b'), 'in the way'), { recursive: true });
    await expect(store.set('b', new Uint8Array(block))).rejects.toMatchObject({ code: 'EISDIR' });
    expect(usedBytes(store)).toBe(block);
    expect(await readdir(join(root, 'tmp'))).toEqual([]);
  });

  it.each([
    ['is lost', () => rm(join(root, 'ledger'))],
    ['is empty', () => writeFile(join(root, 'ledger'), '')],
    ['has lost its beginning', () => writeFile(join(root, 'ledger'), ledgerRecord('+', 7 * block))],
    ['holds nonsense', () => writeFile(join(root, 'ledger'), 'nonsense'.repeat(20_000))],
    [
      'has a torn record',
      () => writeFile(join(root, 'ledger'), `${ledgerRecord('=', 0)}\n+40${ledgerRecord('+', block)}`),
    ],
    ['is from before the machine started', () => setAge(join(root, 'ledger'), 20 * 365 * 24 * hour)],
    ['counts too much', () => writeFile(join(root, 'ledger'), ledgerRecord('=', 10 * 1024 ** 3))],
    [
      'has grown long',
      () => writeFile(join(root, 'ledger'), ledgerRecord('=', 0) + ledgerRecord('+', 1).repeat(300_000)),
    ],
  ])('is made anew from the entries when the ledger %s', async (_name, damage) => {
    const first = open();
    for (let index = 0; index < 5; index++) await first.set(keyOf(index), new Uint8Array(block));
    await first.close?.();
    await damage();
    const store = open();
    await eventually(async () => {
      expect(await readFile(join(root, 'ledger'), 'latin1')).toBe(ledgerRecord('=', 5 * block));
    });
    await eventually(async () => {
      await store.set('new', new Uint8Array(block));
      expect(usedBytes(store)).toBe(6 * block);
    });
    expect(has(keyOf(0))).toBe(true);
  });

  it('does not let a record that a full disk cut short spoil the next', async () => {
    await mkdir(root);
    await writeFile(join(root, 'ledger'), `${ledgerRecord('=', block)}\n+40`);
    const store = open(100 * block);
    await store.set('a', new Uint8Array(2 * block));
    await eventually(() => expect(usedBytes(store)).toBe(2 * block));
  });
});

describe('the bound of the file store', () => {
  it('is kept by declining what does not fit', async () => {
    const stores = [1, 2, 3, 4].map(() => open(64 * block));
    const writes = Array.from({ length: 200 }, (_, index) =>
      stores[index % 4]?.set(keyOf(index), new Uint8Array(3 * block)),
    );
    await Promise.all(writes);
    const sizes = await Promise.all(
      Array.from({ length: 200 }, async (_, index) => (has(keyOf(index)) ? 3 * block : 0)),
    );
    const truth = sizes.reduce((sum, size) => sum + size, 0);
    expect(truth).toBeLessThanOrEqual(64 * block);
    await Promise.all(stores.map((store) => store.close?.()));
    expect(truth).toBeGreaterThan(16 * block);
  });

  it('declines an entry over an eighth of it, whose room no sweep could make', async () => {
    const store = open(64 * block);
    await store.set('a', new Uint8Array(8 * block));
    await store.set('b', new Uint8Array(8 * block + 1));
    expect([has('a'), has('b')]).toEqual([true, false]);
  });

  it('is kept by removing what was used least recently', async () => {
    const store = open(100 * block);
    // Written in an order that is neither that of age nor of name.
    for (let index = 0; index < 95; index++) {
      const age = (index * 37) % 95;
      await setAged(store, keyOf(age), new Uint8Array(1), (age + 2) * hour);
    }
    await store.set('one more', new Uint8Array(1));
    await eventually(() => expect(usedBytes(store)).toBeLessThanOrEqual(87.5 * block));
    const kept = Array.from({ length: 95 }, (_, age) => has(keyOf(age)));
    expect(kept.filter(Boolean)).toHaveLength(86);
    expect(kept.lastIndexOf(true)).toBe(85);
    expect(has('one more')).toBe(true);
  });

  it('counts a read as a use, and notes it at most once an hour', async () => {
    const store = open();
    await setAged(store, 'old', new Uint8Array(1), 2 * hour);
    await setAged(store, 'recent', new Uint8Array(1), 30 * minute);
    const before = (await stat(pathOf('recent'))).mtimeMs;
    await store.get('old');
    await store.get('recent');
    expect(Date.now() - (await stat(pathOf('old'))).mtimeMs).toBeLessThan(minute);
    expect((await stat(pathOf('recent'))).mtimeMs).toBe(before);
  });

  it('never touches files that are not its own', async () => {
    const foreign = [
      'notes.txt',
      'objects/notes.txt',
      'objects/ab/notes.txt',
      `objects/ab/${entryName('d:a:b')}.bak`,
      `objects/00/ff${entryName('d:a:b').slice(2)}`,
      'objects/more/notes.txt',
      'tmp/notes.txt',
      'tmp/12-abc-4096',
      'links/notes.txt',
      `links/${'ab'.repeat(12)}`,
      `links/${'cd'.repeat(12)}/notes.txt`,
      `links/more/${entryName('d:a:b')}`,
      `links/${'ef'.repeat(12)}/${entryName('d:a:b')}/notes.txt`,
      'journal/1.log',
      `journal/${entryName('d:a:b')}`,
    ];
    for (const path of foreign) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), Buffer.alloc(20 * block));
      await setAge(join(root, path), 9999 * hour);
    }
    const store = open(32 * block);
    await eventually(() => expect(usedBytes(store)).toBe(0));
    for (let index = 0; index < 100; index++) await store.set(keyOf(index), new Uint8Array(1));
    await eventually(async () => {
      await store.set('more', new Uint8Array(1));
      expect(usedBytes(store)).toBeLessThanOrEqual(29 * block);
      expect(has('more')).toBe(true);
    });
    for (const path of foreign) expect(existsSync(join(root, path)), path).toBe(true);
  });

  it('clears what crashed writers left, but not what is being written', async () => {
    await open().set('a', new Uint8Array(block));
    const abandoned = join(root, 'tmp', `1-${'a'.repeat(16)}-${block}`);
    const abandonedLock = join(root, 'tmp', `${'b'.repeat(64)}.lock`);
    const young = join(root, 'tmp', `1-${'c'.repeat(16)}-${3 * block}`);
    for (const path of [abandoned, abandonedLock, young]) await writeFile(path, 'x');
    for (const path of [abandoned, abandonedLock]) await setAge(path, 6 * minute);
    await rm(join(root, 'ledger'));
    const store = open();
    // What is being written has its bytes reserved.
    await eventually(() => expect(usedBytes(store)).toBe(4 * block));
    expect([abandoned, abandonedLock, young].map(existsSync)).toEqual([false, false, true]);
  });

  it('is swept by one process at a time', async () => {
    const first = open(32 * block);
    await first.set('a', new Uint8Array(1));
    await first.close?.();
    await writeFile(join(root, 'sweep.lock'), '');
    await rm(join(root, 'ledger'));
    const store = open(32 * block);
    await store.set('b', new Uint8Array(1));
    await new Promise((resolve) => setTimeout(resolve, 300));
    await store.set('b', new Uint8Array(1));
    expect([existsSync(join(root, 'ledger')), has('b')]).toEqual([false, false]);
    expect(existsSync(join(root, 'sweep.lock'))).toBe(true);
  });

  it.each([20_000, -hour])('is swept by another when the sweeper died (last seen %i ms ago)', async (age) => {
    const first = open(32 * block);
    await first.set('a', new Uint8Array(1));
    await first.close?.();
    await writeFile(join(root, 'sweep.lock'), '');
    await setAge(join(root, 'sweep.lock'), age);
    await rm(join(root, 'ledger'));
    const store = open(32 * block);
    await eventually(() => expect(usedBytes(store)).toBe(block));
    await store.close?.();
    expect(existsSync(join(root, 'sweep.lock'))).toBe(false);
  });
});

describe('a disk that fails the file store', () => {
  it('is healed by the next write when the directory was deleted', async () => {
    const store = open();
    await store.set('a', Uint8Array.of(1));
    await rm(root, { recursive: true });
    expect(await store.get('a')).toBeUndefined();
    await store.delete('a');
    await store.set('b', Uint8Array.of(2));
    expect(await store.get('b')).toEqual(Buffer.from([2]));
    expect(usedBytes(store)).toBe(block);
  });

  it('is healed by the next write when the directory was moved away', async () => {
    const store = open();
    await store.set('a', Uint8Array.of(1));
    await rename(root, `${root}-old`);
    await store.set('b', Uint8Array.of(2));
    expect(await store.get('b')).toEqual(Buffer.from([2]));
    expect(usedBytes(store)).toBe(block);
    expect(await readFile(join(root, 'ledger'), 'latin1')).toBe(ledgerRecord('=', 0) + ledgerRecord('+', block));
  });

  it('is reported as it is where a file stands in place of the directory', async () => {
    await writeFile(root, 'a file');
    const events: StoreEvent[] = [];
    const listen = (event: unknown): void => {
      events.push(event as StoreEvent);
    };
    channel('tintype:store').subscribe(listen);
    onTestFinished(() => void channel('tintype:store').unsubscribe(listen));
    const store = open();
    await expect(store.get('a')).rejects.toMatchObject({ code: 'ENOTDIR' });
    await expect(store.set('a', new Uint8Array(1))).rejects.toMatchObject({ code: 'ENOTDIR' });
    await expect(store.delete('a')).rejects.toMatchObject({ code: 'ENOTDIR' });
    expect(store.usage?.().bytes).toBeUndefined();
    expect(events).toEqual([
      { store: 'files', operation: 'other', error: expect.objectContaining({ code: 'ENOTDIR' }) },
    ]);
  });

  it('says so when it is full, keeps what it has, and works on when there is room', async (context) => {
    await mkdir(root);
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', root]);
    if (mounted.status !== 0) return context.skip('a full disk needs the right to mount a small one');
    onTestFinished(() => void spawnSync('umount', ['-l', root]));
    const store = open();
    await store.set('a', new Uint8Array(100 * block).fill(1));
    await expect(store.set('b', new Uint8Array(200 * block))).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(await store.get('b')).toBeUndefined();
    expect(await readdir(join(root, 'tmp'))).toEqual([]);
    expect(usedBytes(store)).toBe(100 * block);
    // Full to the last block: not even a record fits.
    await writeFile(join(root, 'filler'), new Uint8Array(1024 * 1024)).catch(() => undefined);
    await expect(store.set('c', new Uint8Array(1))).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(await store.get('a')).toEqual(Buffer.alloc(100 * block, 1));
    await rm(join(root, 'filler'));
    await store.set('c', Uint8Array.of(3));
    expect(await store.get('c')).toEqual(Buffer.from([3]));
    await store.delete('a');
    expect(usedBytes(store)).toBe(block);
  });
});

describe('closing the file store', () => {
  it('waits for what is being written, and says afterwards that it writes nothing', async () => {
    const store = open();
    const writing = Array.from({ length: 20 }, async (_, index) => store.set(keyOf(index), new Uint8Array(50_000)));
    await store.close?.();
    await Promise.all(writing);
    const files = await readdir(join(root, 'tmp'));
    await expect(store.set('late', new Uint8Array(1))).rejects.toThrow('closed');
    expect([files, has('late')]).toEqual([[], false]);
  });

  it('ends a sweep that is running', async () => {
    const first = open();
    for (let index = 0; index < 200; index++) await first.set(keyOf(index), new Uint8Array(1));
    await first.close?.();
    await rm(join(root, 'ledger'));
    const store = open();
    while (!existsSync(join(root, 'sweep.lock'))) await new Promise(setImmediate);
    await store.close?.();
    expect([existsSync(join(root, 'sweep.lock')), existsSync(join(root, 'ledger'))]).toEqual([false, false]);
  });
});

describe('a ledger that says less than nothing', () => {
  it('is counted again before anything more is written', async () => {
    const bound = 100 * 4096;
    const store = open(bound);
    for (let index = 0; index < 20; index++) await store.set(keyOf(index), new Uint8Array(4000));
    await appendFile(join(root, 'ledger'), '\n-100000000;');
    await vi.waitFor(async () => {
      await store.set('again', new Uint8Array(1));
      expect(store.usage?.().bytes).toBeGreaterThanOrEqual(20 * 4096);
    });
    for (let index = 0; index < 300; index++) await store.set(keyOf(index), new Uint8Array(4000));
    expect(store.usage?.().bytes).toBeLessThanOrEqual(bound);
  });
});

describe('the file store', () => {
  it('is told from other stores, and tells where it is', () => {
    const store: Store = open();
    expect(isFilesStore(store)).toBe(true);
    expect(isFilesStore({ ...store })).toBe(false);
    expect(store).toMatchObject({ kind: 'files', directory: root });
    expect(open(undefined, relative(process.cwd(), root))).toMatchObject({ directory: root });
  });
});

describe('the options of the file store', () => {
  it.each([undefined, '', 7, null])('take no %o for a directory', (directory) => {
    expect(() => files(directory as never)).toThrow(/Expected a directory for files/);
  });

  it.each([{ maxBytes: 'lots' }, { maxBytes: -1 }, { size: 1 }])('refuse %o', (options) => {
    expect(() => files(root, options as object)).toThrow(TypeError);
  });
});

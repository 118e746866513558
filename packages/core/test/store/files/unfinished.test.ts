import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../src/clock.ts';
import type { FilesContext } from '../../../src/store/files/entry.ts';
import { files } from '../../../src/store/files/files.ts';
import { diskSize, entryLockPath, entryName, entryPath, layoutOf, tempPath } from '../../../src/store/files/layout.ts';
import { Ledger } from '../../../src/store/files/ledger.ts';
import { sweep } from '../../../src/store/files/sweep.ts';
import { encodeFrame } from '../../../src/store/frame.ts';
import type { Store } from '../../../src/store/store.ts';

const minute = 60_000;
const composite = 'd:own:1:over';
const body = new Uint8Array(10_000).fill(7);

let root: string;
let store: Store;
beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tintype-unfinished-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  root = join(folder, 'cache');
  store = open();
});

function open(): Store {
  const opened = files(root);
  onTestFinished(() => opened.close?.());
  return opened;
}

const temps = (): Promise<string[]> => readdir(layoutOf(root).temp);
const pathOf = (key: string): string => entryPath(layoutOf(root), entryName(key));
const ledgerText = (): Promise<string> => readFile(layoutOf(root).ledger, 'latin1');
const linked = async (input: string): Promise<readonly string[]> => [...((await store.linked?.(input)) ?? [])].sort();

const keys = async (): Promise<readonly string[]> => {
  const found: string[] = [];
  for await (const key of store.keys?.() ?? []) found.push(key);
  return found.sort();
};

/** Leaves what a writer leaves that is killed when it has written so much of a frame. */
async function leave(key: string, bytes = 5000): Promise<string> {
  const frame = encodeFrame(key, {}, body);
  const path = tempPath(layoutOf(root), diskSize(frame.length));
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, frame.subarray(0, bytes));
  return path;
}

/** What a takedown does in a store. */
async function deleteAll(input: string): Promise<void> {
  for (const key of await linked(input)) await store.delete(key);
}

/** A frame that lets something be done after its first part has been written, and before the rest is. */
function pausedAt(bytes: number, key: string, act: () => Promise<unknown>): Uint8Array {
  const frame = encodeFrame(key, {}, body);
  const parts = async function* () {
    yield frame.subarray(0, bytes);
    await act();
    yield frame.subarray(bytes);
  };
  return Object.assign(parts(), { byteLength: frame.length }) as unknown as Uint8Array;
}

describe('what a killed writer left', () => {
  it.each([
    ['all of it', 20_000],
    ['a part of its body', 5000],
    ['its key alone', 24 + composite.length],
  ])('is found and deleted with its image, and with the image laid over it: %s', async (_name, bytes) => {
    for (const input of ['own', 'over']) {
      await store.link?.('over', composite);
      const path = await leave(composite, bytes);
      expect(await keys()).toEqual([composite]);
      expect(await linked(input)).toEqual([composite]);
      await deleteAll(input);
      expect(existsSync(path), input).toBe(false);
      expect([await keys(), await linked(input)]).toEqual([[], []]);
    }
  });

  it('is deleted with the entry that stands, which is named once', async () => {
    await store.link?.('over', composite);
    await store.set(composite, encodeFrame(composite, {}, body));
    for (let index = 0; index < 3; index++) await leave(composite);
    for (const found of [keys(), linked('own'), linked('over')]) expect(await found).toEqual([composite]);
    await store.delete(composite);
    expect([existsSync(pathOf(composite)), await temps()]).toEqual([false, []]);
  });

  it('is deleted where its key is longer than usual', async () => {
    const long = `d:own:1${':over'.repeat(500)}`;
    await leave(long);
    expect(await linked('own')).toEqual([long]);
    await store.delete(long);
    expect(await temps()).toEqual([]);
  });

  it('stays where another key is deleted, and is not named for another image', async () => {
    await leave(composite);
    await store.link?.('over', 'd:own:2:over');
    for (const input of ['over', '1', 'd', 'ow', '']) expect(await linked(input), input).toEqual([]);
    for (const key of ['d:own:1', 'd:own:2:over', 'd:other:1:over']) await store.delete(key);
    expect(await temps()).toHaveLength(1);
  });

  it('stays where it does not hold its key yet: it holds nothing of a picture', async () => {
    await leave(composite, 24 + composite.length - 1);
    await leave(composite, 23);
    await leave(composite, 0);
    expect([await keys(), await linked('own')]).toEqual([[], []]);
    await store.delete(composite);
    expect(await temps()).toHaveLength(3);
  });

  it('keeps its links as long as it stays, through a sweep', async () => {
    await store.link?.('over', composite);
    const path = await leave(composite);
    const link = join(layoutOf(root).links, (await readdir(layoutOf(root).links))[0] ?? '', entryName(composite));
    const time = (Date.now() - 6 * minute) / 1000;
    await utimes(link, time, time);
    const layout = layoutOf(root);
    const ledger = new Ledger(layout, systemClock);
    onTestFinished(() => ledger.close());
    const signal = new AbortController().signal;
    const context: FilesContext = { layout, ledger, clock: systemClock, maxBytes: 1024 ** 3, signal };
    await sweep(context);
    expect(await linked('over')).toEqual([composite]);
    await utimes(path, time, time);
    await sweep(context);
    expect([existsSync(path), existsSync(link)]).toEqual([false, false]);
  });
});

describe('what else lies in the temp folder', () => {
  it('is left alone and not named', async () => {
    const frame = encodeFrame(composite, {}, body);
    const left = await leave(composite);
    const { temp } = layoutOf(root);
    const elsewhere = join(dirname(root), 'elsewhere');
    await writeFile(elsewhere, frame);
    await symlink(elsewhere, join(temp, `1-${'a'.repeat(16)}-4096`));
    await mkdir(join(temp, `1-${'b'.repeat(16)}-4096`));
    await writeFile(join(temp, `1-${'c'.repeat(16)}-4096`), 'no frame, though as long as the head of one');
    for (const name of ['notes.txt', '12-abc-4096', `1-${'d'.repeat(16)}-4096.bak`]) {
      await writeFile(join(temp, name), frame);
    }
    // Put aside: no bytes are reserved for these, and nobody writes an entry there.
    await writeFile(join(temp, `1-${'e'.repeat(16)}-0`), frame);
    await writeFile(entryLockPath(layoutOf(root), entryName('d:own:2')), frame);
    const before = await temps();
    expect([await keys(), await linked('own')]).toEqual([[composite], [composite]]);
    await store.delete(composite);
    expect(new Set(await temps())).toEqual(new Set(before.filter((name) => !left.endsWith(name))));
    expect(existsSync(elsewhere)).toBe(true);
  });

  it('keeps no entry from being deleted where it cannot be read', async () => {
    await store.set(composite, encodeFrame(composite, {}, body));
    const { temp } = layoutOf(root);
    await rename(temp, `${temp}-old`);
    await symlink(temp, temp);
    await expect(store.delete(composite)).rejects.toMatchObject({ code: 'ELOOP' });
    expect(existsSync(pathOf(composite))).toBe(false);
    for (const find of [keys, () => linked('own')]) await expect(find()).rejects.toMatchObject({ code: 'ELOOP' });
  });
});

describe('a writer whose entry is deleted while it writes', () => {
  const size = diskSize(encodeFrame(composite, {}, body).length);

  it.each([
    ['no entry stands', 'its own', false],
    ['an entry stands', 'its own', true],
    ['an entry stands', 'another', true],
  ])(
    'fails, and gives back what it reserved, once, where %s and %s store deletes it',
    async (_name, who, isReplaced) => {
      const deleter = who === 'another' ? open() : store;
      await store.set('d:other:1', encodeFrame('d:other:1', {}, body));
      if (isReplaced) await store.set(composite, encodeFrame(composite, {}, body));
      const before = await ledgerText();
      const bytes = pausedAt(5000, composite, async () => {
        expect(await linked('own')).toEqual([composite]);
        await deleter.delete(composite);
        expect(await temps()).toEqual([]);
        // The bytes are on the disk still, and counted.
        expect(store.usage?.().bytes).toBe(2 * size);
      });
      await expect(store.set(composite, bytes)).rejects.toMatchObject({ code: 'ENOENT' });
      const changes = (await ledgerText()).slice(before.length);
      expect(changes).toBe(`\n+${size};${isReplaced ? `\n-${size};` : ''}\n-${size};`);
      expect(store.usage?.().bytes).toBe(size);
      expect([await temps(), existsSync(pathOf(composite))]).toEqual([[], false]);
      // And is none the worse for it.
      await store.set(composite, encodeFrame(composite, {}, body));
      expect(store.usage?.().bytes).toBe(2 * size);
      expect(await keys()).toEqual(['d:other:1', composite]);
    },
  );

  it('takes nothing from a count that was made after its file was deleted', async () => {
    const layout = layoutOf(root);
    const ledger = new Ledger(layout, systemClock);
    onTestFinished(() => ledger.close());
    const signal = new AbortController().signal;
    await store.set('d:other:1', encodeFrame('d:other:1', {}, body));
    const bytes = pausedAt(5000, composite, async () => {
      await store.delete(composite);
      await sweep({ layout, ledger, clock: systemClock, maxBytes: 1024 ** 3, signal });
    });
    await expect(store.set(composite, bytes)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await ledgerText()).toBe(`\n=${size};`);
  });

  it('is missed as long as its file holds no key, and then makes an entry', async () => {
    await store.set(
      composite,
      pausedAt(24, composite, async () => store.delete(composite)),
    );
    expect((await stat(pathOf(composite))).size).toBeGreaterThan(body.length);
    expect(await temps()).toEqual([]);
  });
});

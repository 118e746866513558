import { existsSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, stat, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../src/clock.ts';
import type { FilesContext } from '../../../src/store/files/entry.ts';
import { type FilesStore, files } from '../../../src/store/files/files.ts';
import { entryName, entryPath, layoutOf, linkFolder } from '../../../src/store/files/layout.ts';
import { Ledger } from '../../../src/store/files/ledger.ts';
import { sweep } from '../../../src/store/files/sweep.ts';
import { encodeFrame } from '../../../src/store/frame.ts';

const minute = 60_000;
const composite = 'd:own:1:over';

let store: FilesStore;
let context: FilesContext;
beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tintype-links-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  store = files(join(folder, 'cache'));
  onTestFinished(() => store.close?.());
  const layout = layoutOf(store.directory);
  const ledger = new Ledger(layout, systemClock);
  onTestFinished(() => ledger.close());
  context = { layout, ledger, clock: systemClock, maxBytes: 1024 ** 3, signal: new AbortController().signal };
});

async function put(key: string, ...inputs: readonly string[]): Promise<void> {
  for (const input of inputs) await store.link?.(input, key);
  await store.set(key, encodeFrame(key, {}, new Uint8Array(10)));
}

const pathOf = (key: string): string => entryPath(context.layout, entryName(key));
const linkPath = (input: string, key: string): string => join(linkFolder(context.layout, input), entryName(key));
const setAge = async (path: string, age: number): Promise<void> =>
  utimes(path, (Date.now() - age) / 1000, (Date.now() - age) / 1000);

const keys = async (): Promise<readonly string[]> => {
  const found: string[] = [];
  for await (const key of store.keys?.() ?? []) found.push(key);
  return found.sort();
};

describe('a link in the file store', () => {
  it('is an empty file, only where the name of the entry does not tell the input', async () => {
    await put(composite, 'own', 'over');
    await put('d:own:2', 'own');
    expect((await stat(linkPath('over', composite))).size).toBe(0);
    expect(await readdir(context.layout.links)).toHaveLength(1);
    expect((await stat(linkPath('over', composite))).mode & 0o777).toBe(0o600);
  });

  it('counts for nothing in the bytes of the store', async () => {
    await put(composite, 'own', 'over', 'another');
    expect(store.usage?.().bytes).toBe(4096);
  });

  it('is not made after the store was closed', async () => {
    await store.close?.();
    await expect(store.link?.('over', composite)).rejects.toThrow('closed');
    expect(existsSync(store.directory)).toBe(false);
  });

  it('fails loudly where it cannot be made', async () => {
    await mkdir(store.directory);
    await writeFile(context.layout.links, 'in the way');
    await expect(store.link?.('over', composite)).rejects.toMatchObject({ code: 'ENOTDIR' });
  });
});

describe('a sweep of links', () => {
  it('removes those of entries that are gone, and empty folders', async () => {
    await put(composite, 'over');
    await put('d:own:2:over', 'over');
    await put('d:own:3:alone', 'alone');
    for (const key of [composite, 'd:own:3:alone']) await store.delete(key);
    await setAge(linkPath('over', composite), 6 * minute);
    await setAge(linkPath('over', 'd:own:2:over'), 6 * minute);
    await setAge(linkPath('alone', 'd:own:3:alone'), 6 * minute);
    await sweep(context);
    expect(existsSync(linkPath('over', composite))).toBe(false);
    expect(existsSync(linkFolder(context.layout, 'alone'))).toBe(false);
    expect(await store.linked?.('over')).toEqual(['d:own:2:over']);
    expect(readdirSync(context.layout.temp)).toEqual([]);
  });

  it('leaves those of entries that are just about to be written', async () => {
    await store.link?.('over', composite);
    const { ino } = await stat(linkPath('over', composite));
    await sweep(context);
    // The very file: it was not even put aside.
    expect((await stat(linkPath('over', composite))).ino).toBe(ino);
    await store.set(composite, encodeFrame(composite, {}));
    expect(await store.linked?.('over')).toEqual([composite]);
  });

  it('leaves an old one that was made again for an entry about to be written', async () => {
    await store.link?.('over', composite);
    await setAge(linkPath('over', composite), 6 * minute);
    await store.link?.('over', composite);
    await sweep(context);
    await store.set(composite, encodeFrame(composite, {}));
    expect(await store.linked?.('over')).toEqual([composite]);
  });

  it.each([
    ['it is made again', (link: string) => utimesSync(link, new Date(), new Date())],
    ['its entry is written', () => writeFileSync(pathOf(composite), encodeFrame(composite, {}))],
  ])('gives a link back where %s while it is being removed', async (_name, interfere) => {
    await put(composite, 'over');
    await store.delete(composite);
    const path = linkPath('over', composite);
    await setAge(path, 6 * minute);
    let times = 0;
    // Asked for the folder to put the link aside in: it has been found old, and is not moved yet.
    const layout = {
      ...context.layout,
      get temp() {
        if (new Error().stack?.includes('removeOld') && times++ === 0) interfere(path);
        return context.layout.temp;
      },
    };
    await sweep({ ...context, layout });
    expect(times).toBe(1);
    expect(existsSync(path)).toBe(true);
    expect(readdirSync(context.layout.temp)).toEqual([]);
  });

  it('never costs an entry its link that is written meanwhile', async () => {
    const composites = Array.from({ length: 60 }, (_, index) => `d:own${index}:1:over${index % 3}`);
    const inputOf = (key: string): string => key.split(':')[3] ?? '';
    await put('d:any:1');
    for (let round = 0; round < 5; round++) {
      for (const key of composites) {
        await store.link?.(inputOf(key), key);
        await setAge(linkPath(inputOf(key), key), 6 * minute);
      }
      let isWriting = true;
      const sweeping = (async () => {
        while (isWriting) await sweep(context);
      })();
      // Backwards and from the middle: somewhere writer and sweep meet.
      await Promise.all([
        ...[...composites].reverse().map((key) => put(key, inputOf(key))),
        ...composites.slice(30).map((key) => put(key, inputOf(key))),
      ]);
      isWriting = false;
      await sweeping;
      for (const key of composites) expect(await store.linked?.(inputOf(key)), `round ${round}`).toContain(key);
      for (const key of composites) await store.delete(key);
    }
  });
});

describe('the index of the file store', () => {
  it('skips what is foreign, torn or no frame of that name', async () => {
    await put('d:own:1');
    await put('d:own:torn');
    await truncate(pathOf('d:own:torn'), 30);
    await store.set('d:own:raw', new Uint8Array(300));
    await store.set('d:own:empty', new Uint8Array(0));
    await store.set('d:own:other', encodeFrame('d:own:1', {}));
    const huge = Buffer.from(encodeFrame('d:own:huge', {}, new Uint8Array(100)));
    huge.writeUInt32BE(0xffff_ffff, 8);
    await store.set('d:own:huge', huge);
    await mkdir(pathOf('d:own:folder'));
    await symlink(pathOf('d:own:1'), pathOf('d:own:symlink'));
    await writeFile(join(dirname(pathOf('d:own:1')), 'notes.txt'), 'x');
    await mkdir(linkPath('over', 'd:x:1'), { recursive: true });
    await writeFile(linkPath('over', 'd:own:folder'), '');
    await writeFile(linkPath('over', 'd:own:1'), '');
    await writeFile(linkPath('over', 'd:own:torn'), '');
    await writeFile(join(linkFolder(context.layout, 'over'), 'notes.txt'), 'x');
    expect(await keys()).toEqual(['d:own:1']);
    expect(await store.linked?.('own')).toEqual(['d:own:1']);
    expect(await store.linked?.('over')).toEqual(['d:own:1']);
  });

  it('reads a key that is longer than usual', async () => {
    const long = `d:own:1${':over'.repeat(500)}`;
    await put(long, 'over');
    expect(await keys()).toEqual([long]);
    expect(await store.linked?.('over')).toEqual([long]);
  });

  it('fails loudly where a folder cannot be read', async () => {
    await put('d:own:1');
    await rm(dirname(pathOf('d:own:1')), { recursive: true });
    await symlink(dirname(pathOf('d:own:1')), dirname(pathOf('d:own:1')));
    await expect(store.linked?.('own')).rejects.toMatchObject({ code: 'ELOOP' });
    await expect(keys()).rejects.toMatchObject({ code: 'ELOOP' });
  });

  it('says that it was closed rather than that it has nothing', async () => {
    for (let index = 0; index < 20; index++) await put(`d:own:${index}:over`, 'over');
    const walk = (async () => {
      for await (const _ of store.keys?.() ?? []) await store.close?.();
    })();
    await expect(walk).rejects.toThrow('closed');
    for (const input of ['own', 'over', 'nothing']) await expect(store.linked?.(input)).rejects.toThrow('closed');
    await expect(keys()).rejects.toThrow('closed');
  });
});

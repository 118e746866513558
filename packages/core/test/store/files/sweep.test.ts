import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../src/clock.ts';
import type { FilesContext } from '../../../src/store/files/entry.ts';
import { files } from '../../../src/store/files/files.ts';
import { diskSize, layoutOf } from '../../../src/store/files/layout.ts';
import { Ledger } from '../../../src/store/files/ledger.ts';
import { sweep } from '../../../src/store/files/sweep.ts';

const block = 4096;
const maxBytes = 1024 ** 3;

async function createContext(): Promise<FilesContext> {
  const root = await mkdtemp(join(tmpdir(), 'tintype-sweep-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const layout = layoutOf(root);
  const ledger = new Ledger(layout, systemClock);
  onTestFinished(() => ledger.close());
  return { layout, ledger, clock: systemClock, maxBytes, signal: new AbortController().signal };
}

async function truth({ layout }: FilesContext): Promise<number> {
  let total = 0;
  for (const name of await readdir(layout.objects, { recursive: true })) {
    const stats = await stat(join(layout.objects, name));
    if (stats.isFile()) total += diskSize(stats.size);
  }
  return total;
}

const counted = async ({ ledger }: FilesContext): Promise<number> => (await ledger.current())?.tail.total ?? Number.NaN;

it.each([
  ['written', 0],
  ['written, replaced and deleted', 1],
])('a recount is never under the truth while entries are %s', async (_name, churn) => {
  const context = await createContext();
  const stores = [1, 2, 3].map(() => files(context.layout.root, { maxBytes }));
  let key = 0;
  for (let round = 0; round < 5; round++) {
    let isSweeping = true;
    const writers = stores.flatMap((store) =>
      [1, 2, 3].map(async (size) => {
        // New entries without end would keep a scan going without end.
        for (let write = 0; isSweeping && (churn !== 0 || write < 40); write++) {
          key++;
          const name = churn === 0 ? `d:${key}:x` : `d:${key % 17}:x`;
          if (churn !== 0 && key % 4 === 0) await store.delete(name);
          else await store.set(name, new Uint8Array(size * block));
        }
      }),
    );
    for (let times = 0; times <= churn * 2; times++) await sweep(context);
    isSweeping = false;
    await Promise.all(writers);
    expect(await counted(context), `round ${round}`).toBeGreaterThanOrEqual(await truth(context));
  }
  await sweep(context);
  expect(await counted(context)).toBe(await truth(context));
  await Promise.all(stores.map((store) => store.close?.()));
  expect(await readdir(context.layout.temp)).toEqual([]);
});

it('of two who sweep at once, one exchanges the ledger', async () => {
  const context = await createContext();
  const store = files(context.layout.root, { maxBytes });
  for (let index = 0; index < 50; index++) await store.set(`d:${index}:x`, new Uint8Array(block));
  for (let round = 0; round < 5; round++) {
    const first = sweep(context);
    // The lock is taken from under the first, as from one that was frozen too long.
    await new Promise(setImmediate);
    await rm(context.layout.sweepLock, { force: true });
    const outcomes = await Promise.allSettled([
      first,
      sweep(context),
      store.set(`d:${50 + round}:x`, new Uint8Array(1)),
    ]);
    expect(outcomes[2]?.status).toBe('fulfilled');
    expect(await counted(context)).toBeGreaterThanOrEqual(await truth(context));
  }
  await sweep(context);
  expect(await counted(context)).toBe(await truth(context));
  await store.close?.();
});

it('leaves a ledger alone that is not the one it read', async () => {
  const context = await createContext();
  const store = files(context.layout.root, { maxBytes });
  await store.set('d:1:x', new Uint8Array(block));
  await store.close?.();
  const { ledger } = context.layout;
  const signal = {
    // Asked before the exchange: by now another sweep has made its own.
    get aborted() {
      renameSync(ledger, `${ledger}-old`);
      writeFileSync(ledger, '\n=123456;');
      return false;
    },
  } as AbortSignal;
  await expect(sweep({ ...context, signal })).rejects.toThrow('Another ledger is in place');
  expect(readFileSync(ledger, 'latin1')).toBe('\n=123456;');
  expect(await readdir(context.layout.temp)).toEqual([]);
});

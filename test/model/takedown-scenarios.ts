import type { Journal, Tintype } from '@tintype/core';
import { memoryJournal } from '../../packages/core/src/journal/memory-journal.ts';
import { get } from '../support/client.ts';
import { type HeldStore, heldStore } from '../support/held-store.ts';
import { lateOrigin, turns } from '../support/late-origin.ts';
import type { Scenario } from './scenarios.ts';

const takedown = { mode: 'takedown', wait: 'all' } as const;

/** All that is still kept of a picture that was taken down, wherever it lies. */
async function residueOf(images: Tintype, path = '/a.png'): Promise<readonly string[]> {
  await turns();
  const { counted } = await images.purge(path, { dryRun: true });
  return Object.entries(counted ?? { index: 1 }).flatMap(([kind, count]) => (count > 0 ? [`${count} ${kind}`] : []));
}

/** A journal as another process sees it: alike, but it looks for itself. */
function asSeenByAnother(journal: Journal): Journal {
  return { ...journal, view: () => journal.view(), close: async () => undefined };
}

/** What is being written during a takedown is taken out again once it is there. */
export const lateWrite: Scenario = async ({ createTintype }) => {
  const wrong: string[] = [];
  for (const kind of ['p:', 'o:', 'd:']) {
    const store = heldStore();
    const images = createTintype({ origin: lateOrigin(), store, originals: true });
    const writing = store.holdNext('set', kind);
    await get(images, '/a.png');
    await writing.begun;
    await images.purge('/a.png', takedown);
    writing.release();
    wrong.push(...(await residueOf(images)));
    await images.close();
  }
  return wrong;
};

/** What a read brings that began before a takedown is kept nowhere. */
export const lateReadKept: Scenario = async ({ createTintype }) => {
  const origin = lateOrigin();
  const images = createTintype({ origin, store: heldStore(), originals: true });
  const read = origin.delayNext();
  const early = get(images, '/a.png');
  await read.begun;
  origin.hold({ version: undefined });
  await images.purge('/a.png', takedown);
  read.answer();
  await early;
  const wrong = await residueOf(images);
  await images.close();
  return wrong;
};

/** What was being read from the store during a takedown is not put into memory. */
export const lateLoadKept: Scenario = async ({ createTintype }) => {
  const [journal, store, origin] = [memoryJournal(), heldStore(), lateOrigin()];
  const first = createTintype({ origin, store, journal });
  await get(first, '/a.png');
  await turns();
  const images = createTintype({ origin, store, journal: asSeenByAnother(journal) });
  const search = store.holdNext('answer', 'd:');
  const early = get(images, '/a.png');
  await search.begun;
  origin.hold({ version: undefined });
  await first.purge('/a.png', takedown);
  // Its process has heard of it before the bytes come.
  await get(images, '/b.png');
  search.release();
  await early;
  const wrong = await residueOf(images);
  await Promise.all([first.close(), images.close()]);
  return wrong;
};

/** A takedown by one process empties the memory of every other, once that looks at the journal. */
export const rememberedByOthers: Scenario = async ({ createTintype }) => {
  const [journal, store, origin] = [memoryJournal(), heldStore(), lateOrigin()];
  const images = createTintype({ origin, store, journal });
  const other = createTintype({ origin, store, journal: asSeenByAnother(journal) });
  for (const target of ['/a.png', '/b.png']) await get(other, target);
  await images.purge('/a.png', takedown);
  await get(other, '/b.png');
  const wrong = [...(await residueOf(other)), ...missing(store, other)];
  await Promise.all([images.close(), other.close()]);
  return wrong;
};

/** A takedown of one picture must leave the others: else emptying everything would do. */
function missing(store: HeldStore, images: Tintype): readonly string[] {
  const { entries } = images.stats().stores.memory;
  return entries === 1 && store.keys().length > 0 ? [] : [`${entries} entries in memory where one is to be left`];
}

/** A takedown of an overlay deletes every composite that was made with it. */
export const compositeKept: Scenario = async ({ createTintype }) => {
  const store = heldStore();
  const images = createTintype({ origin: lateOrigin(), store, watermark: { path: '/logo.png' } });
  await get(images, '/a.png');
  await turns();
  await images.purge('/logo.png', takedown);
  await turns();
  const left = store.keys().filter((key) => key.startsWith('d:'));
  await images.close();
  return left;
};

/** What a process left that died before it could take it out again is deleted the second time. */
export const leftByTheDead: Scenario = async ({ createTintype }) => {
  const store = heldStore();
  const images = createTintype({ origin: lateOrigin(), store, originals: true });
  await get(images, '/a.png');
  await turns();
  const entries = await Promise.all(store.keys().map(async (key) => [key, await store.get(key)] as const));
  await images.purge('/a.png', takedown);
  for (const [key, bytes] of entries) await store.set(key, bytes ?? new Uint8Array());
  await images.close();
  return store.keys();
};

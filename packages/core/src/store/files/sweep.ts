import { type FileHandle, open, rename, stat } from 'node:fs/promises';
import { Ages } from './ages.ts';
import { evictEntry, type FilesContext } from './entry.ts';
import { type FilesLayout, tempPath } from './layout.ts';
import { publishLedger } from './ledger.ts';
import { LedgerTail } from './ledger-tail.ts';
import { pruneLinks } from './links.ts';
import { scanEntries, sweepTemp } from './scan.ts';
import { type SweepLock, takeSweepLock } from './sweep-lock.ts';
import { discard, identityOf, linkNew, unless, withFolder } from './system.ts';

/** The share of the bound above which writes start a sweep, and the one down to which it removes. */
export const highWater = 0.95;
const lowWater = 0.875;

/**
 * Counts all entries anew, puts a fresh ledger in place, removes what was used least recently until the store is at its
 * low water mark, and then the links of entries that are gone. Does nothing where another process is at it.
 */
export async function sweep(context: FilesContext): Promise<void> {
  const lock = await takeSweepLock(context.layout, context.clock);
  if (lock === undefined) return;
  try {
    const ages = await recount(context, lock);
    if (ages === undefined) return;
    await evict(context, lock, ages);
    await pruneLinks(context, () => lock.beat());
  } finally {
    await lock.release();
  }
}

/**
 * Counts what there is while others go on writing, and publishes a count that is not under the truth. In this order:
 *
 * 1. The ledger is read to its end. A writer whose record comes later is counted by that record.
 * 2. The temp folder is read. A writer makes its file there before its record, so one whose record came earlier either
 *    stands here, with its bytes in its name, or has already become an entry; or it was deleted, and takes no room once
 *    its writer closes it.
 * 3. The entries are read: all that were there before are found.
 * 4. The ledger is exchanged, see below. Of the records since step 1 only additions count: what was removed may have
 *    been removed before step 3 came by.
 *
 * What is written meanwhile may be counted twice, which is safe and goes with the next sweep.
 */
async function recount(context: FilesContext, lock: SweepLock): Promise<Ages | undefined> {
  const { layout, clock, signal } = context;
  const handle = await unless(open(layout.ledger, 'r'), 'ENOENT');
  try {
    const tail = handle === undefined ? undefined : new LedgerTail(handle);
    tail?.read();
    const before = tail?.added ?? 0;
    let counted = await sweepTemp(context);
    const ages = new Ages(clock.now());
    for await (const { stats, size } of scanEntries(context)) {
      await lock.beat();
      counted += size;
      ages.add(stats.mtimeMs, size);
    }
    await lock.confirm();
    if (signal.aborted) return undefined;
    const total = (): number => {
      tail?.read();
      return counted + (tail?.added ?? 0) - before;
    };
    return (await exchangeLedger(layout, handle, total)) ? ages : undefined;
  } finally {
    await handle?.close();
  }
}

/**
 * Puts a new ledger in the place of the one that was read, or says false where that is not the one that stands there.
 *
 * The old one is moved away first. From then on no reservation succeeds: a writer looks for the ledger by its path
 * after each record, and one that finds none declines. So once it is moved, all records that count are in it, `total`
 * sees them, and there is no moment at which a ledger in place lacks any.
 */
async function exchangeLedger(
  layout: FilesLayout,
  handle: FileHandle | undefined,
  total: () => number,
): Promise<boolean> {
  if (handle === undefined) return publishLedger(layout, total());
  const aside = tempPath(layout, 0);
  const moved = withFolder(aside, () => rename(layout.ledger, aside)).then(() => true);
  if ((await unless(moved, 'ENOENT')) === undefined) return false;
  try {
    const expected = identityOf(await handle.stat({ bigint: true }));
    if (identityOf(await stat(aside, { bigint: true })) !== expected) throw new Error('Another ledger is in place');
    const isPublished = await publishLedger(layout, total());
    await discard(aside);
    return isPublished;
  } catch (error) {
    // Nothing that the moved ledger counts has changed, so it goes back, unless another stands there by now.
    await linkNew(aside, layout.ledger);
    await discard(aside);
    throw error;
  }
}

async function evict(context: FilesContext, lock: SweepLock, ages: Ages): Promise<void> {
  const low = context.maxBytes * lowWater;
  const total = async (): Promise<number> => (await context.ledger.current())?.tail.total ?? 0;
  const surplus = (await total()) - low;
  if (surplus <= 0) return;
  const cut = ages.cut(surplus);
  let rest = cut.bytes;
  let failure: unknown;
  for await (const { name, stats, size } of scanEntries(context)) {
    await lock.beat();
    const step = ages.stepOf(stats.mtimeMs);
    if (step < cut.step || (step === cut.step && rest <= 0)) continue;
    if (step === cut.step) rest -= size;
    // One file that cannot be removed must not keep all others.
    await evictEntry(context, name, stats).catch((error: unknown) => {
      failure ??= error;
    });
    if ((await total()) <= low) break;
  }
  if (failure !== undefined) throw failure;
}

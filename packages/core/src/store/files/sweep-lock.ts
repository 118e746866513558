import type { FileHandle } from 'node:fs/promises';
import { rename, stat } from 'node:fs/promises';
import type { Clock } from '../../clock.ts';
import { type FilesLayout, tempPath } from './layout.ts';
import { codeOf, createFile, discard, identityOf, unless, withFolder } from './system.ts';

/** The office of the one process that sweeps. */
export interface SweepLock {
  /** Shows that the holder is alive; at most once a second it touches the disk. @throws where another took over. */
  beat(): Promise<void>;
  /** Like `beat`, now. */
  confirm(): Promise<void>;
  release(): Promise<void>;
}

const beatEvery = 1000;
/** Milliseconds without a beat after which the holder counts as dead. */
const deadAfter = 15_000;

/**
 * Takes the sweep lock, or says undefined where a living process holds it.
 *
 * The lock saves work; it does not guard the count. Two who both believe to hold it (one was frozen, then woke) cannot
 * both exchange the ledger: see `exchangeLedger`.
 */
export async function takeSweepLock(layout: FilesLayout, clock: Clock): Promise<SweepLock | undefined> {
  if (!(await clearDeadLock(layout, clock))) return undefined;
  const handle = await unless(createFile(layout.sweepLock), 'EEXIST');
  return handle === undefined ? undefined : holdLock(layout, clock, handle);
}

async function holdLock(layout: FilesLayout, clock: Clock, handle: FileHandle): Promise<SweepLock> {
  const identity = identityOf(await handle.stat({ bigint: true }));
  let beatAt = clock.now();
  const isMine = async (): Promise<boolean> => (await lockAt(layout.sweepLock))?.identity === identity;
  const confirm = async (): Promise<void> => {
    beatAt = clock.now();
    if (!(await isMine())) throw new Error('Another process took over the sweep');
    await handle.utimes(beatAt / 1000, beatAt / 1000);
  };
  return {
    confirm,
    beat: async () => {
      if (clock.now() - beatAt >= beatEvery) await confirm();
    },
    release: async () => {
      if (await isMine().catch(() => false)) await discard(layout.sweepLock);
      await handle.close();
    },
  };
}

/** Whether the way is free: no lock, or a dead one that has now been put aside. */
async function clearDeadLock(layout: FilesLayout, clock: Clock): Promise<boolean> {
  const found = await lockAt(layout.sweepLock);
  if (found === undefined) return true;
  // A beat from the future is as dead: the clock was set back.
  if (Math.abs(clock.now() - found.mtimeMs) < deadAfter) return false;
  const aside = tempPath(layout, 0);
  try {
    await withFolder(aside, () => rename(layout.sweepLock, aside));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return true;
    throw error;
  }
  // Between the look and the move another may have cleared the dead lock and taken the office: give it back.
  if ((await lockAt(aside))?.identity !== found.identity) {
    await unless(rename(aside, layout.sweepLock), 'ENOENT');
    return false;
  }
  await discard(aside);
  return true;
}

async function lockAt(path: string): Promise<{ readonly identity: string; readonly mtimeMs: number } | undefined> {
  const stats = await unless(stat(path, { bigint: true }), 'ENOENT');
  return stats === undefined ? undefined : { identity: identityOf(stats), mtimeMs: Number(stats.mtimeMs) };
}

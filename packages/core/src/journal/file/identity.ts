import type { BigIntStats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** Milliseconds in which the clock of a disk has surely gone on: it may tick a hundred times a second only. */
const tick = 12;

/**
 * Names a file that is being written, in a way that no copy of it can claim: by its inode, which alone would not do,
 * because a disk gives it to the next file as soon as this one is removed; and by the time it was made, where the disk
 * keeps one that later changes leave alone.
 */
export async function identify(handle: FileHandle): Promise<string> {
  await delay(tick);
  await handle.chmod(0o600);
  const { ino, birthtimeNs, ctimeNs } = await handle.stat({ bigint: true });
  // Where there is no such time, the system gives zero, or the time of the last change.
  const isKept = birthtimeNs > 0n && birthtimeNs < ctimeNs;
  return isKept ? `${ino}@${birthtimeNs}` : `${ino}`;
}

/** Whether a file is the one that was named so. */
export function isNamed(identity: string | undefined, { ino, birthtimeNs }: BigIntStats): boolean {
  return identity === `${ino}` || identity === `${ino}@${birthtimeNs}`;
}

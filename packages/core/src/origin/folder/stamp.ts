import type { BigIntStats } from 'node:fs';

/** What tells one state of a file from another without reading it. Times in nanoseconds since the Unix epoch. */
export interface Stamp {
  readonly dev: bigint;
  readonly ino: bigint;
  readonly size: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
}

/** Milliseconds within which two edits may leave the same stamp: FAT, the coarsest file system, counts by two seconds. */
const racyMs = 2000;

/** Milliseconds in which the kernel's clock surely ticks once (it does so 100 to 1000 times a second). */
export const tickMs = 20;

const toMs = (nanoseconds: bigint): number => Number(nanoseconds / 1_000_000n);

/** The stamp among all that `stat` tells. */
export function stampOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): Stamp {
  return { dev, ino, size, mtimeNs, ctimeNs };
}

/** Whether two stamps name the same file in the same state. */
export function isSameStamp(one: Stamp, other: Stamp): boolean {
  return (
    one.ino === other.ino &&
    one.dev === other.dev &&
    one.size === other.size &&
    one.mtimeNs === other.mtimeNs &&
    one.ctimeNs === other.ctimeNs
  );
}

/** The stamp as a weak entity tag (RFC 9110 §8.8.3). Without the device, whose number a remount changes. */
export function weakTag({ size, mtimeNs, ctimeNs, ino }: Stamp): string {
  return `W/"${[size, mtimeNs, ctimeNs, ino].map((part) => part.toString(36)).join('-')}"`;
}

/** Milliseconds since the Unix epoch of the last change of the content, as the file tells it. */
export function modifiedAt({ mtimeNs }: Stamp): number {
  return toMs(mtimeNs);
}

/** Whether the file was changed so recently that one more edit could leave the very same stamp. */
export function isRacy({ mtimeNs, ctimeNs }: Stamp, now: number): boolean {
  // Anyone may set the mtime, to years ahead too; the ctime comes from the disk's clock, which may be ahead of ours.
  return Math.abs(now - toMs(mtimeNs)) < racyMs || now - toMs(ctimeNs) < racyMs;
}

/** Whether a write begun now could still bear the time of this stamp. */
export function isWithinTick({ mtimeNs, ctimeNs }: Stamp, now: number): boolean {
  return Math.abs(now - toMs(mtimeNs)) < tickMs || Math.abs(now - toMs(ctimeNs)) < tickMs;
}

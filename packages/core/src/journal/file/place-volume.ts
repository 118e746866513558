import { appendFile, type FileHandle, link, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, createFile, discard, unless } from '../../store/files/system.ts';
import type { CoveringIndex } from '../covering-index.ts';
import { encodeEnd } from './ends.ts';
import { identify } from './identity.ts';
import { endsPath, type JournalLayout, tempPath, volumeNumbers, volumePath } from './layout.ts';
import { encodeLine } from './line.ts';

/** What a new volume begins with. */
export interface VolumeBeginning {
  readonly epoch: string;
  readonly base: number;
  readonly position: number;
  readonly floor: number;
  /** Whether it is the first of a journal, and no other must be there. */
  readonly isFirst: boolean;
  /** What is known of the purges before; nothing where there is none. */
  readonly index: CoveringIndex | undefined;
  /** How many targets to take over at most. */
  readonly maxEntries: number;
}

/** Milliseconds after which a file being written was left by a crash. */
const abandonedAfter = 24 * 60 * 60_000;

/**
 * Puts a volume into its place, whole and on the disk, or says false where one of this number stands there, or any where
 * it would be the first: of any number of processes that do this at once, one succeeds.
 *
 * @throws where the disk is full, or nothing can be written.
 */
export async function placeVolume(layout: JournalLayout, number: number, beginning: VolumeBeginning): Promise<boolean> {
  const temp = tempPath(layout);
  const place: Place = { path: volumePath(layout, number), ends: endsPath(layout, number) };
  const handle = await createFile(temp);
  try {
    await fill(handle, place, beginning);
    // Of several processes that begin at once, one has been faster.
    if (beginning.isFirst && volumeNumbers(layout).length > 0) return false;
    return await linkWhole(temp, place, beginning);
  } finally {
    await handle.close();
    await discard(temp);
  }
}

/** Makes the names in the directory survive a power cut, where the system can. */
export async function syncDirectory(layout: JournalLayout): Promise<void> {
  const handle = await open(layout.root, 'r').catch(() => undefined);
  // Windows has no such thing.
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

/** Removes what crashed writers left: some of it, if it is much. Never fails. */
export async function clearAbandoned(layout: JournalLayout, now: number): Promise<void> {
  const names = await readdir(layout.temp).catch(() => []);
  for (const name of names.slice(0, 100)) {
    const path = join(layout.temp, name);
    const stats = await stat(path).catch(() => undefined);
    if (/^\d+-[0-9a-f]{16}$/.test(name) && stats !== undefined && now - stats.mtimeMs > abandonedAfter) {
      await discard(path);
    }
  }
}

interface Place {
  readonly path: string;
  readonly ends: string;
}

async function linkWhole(temp: string, place: Place, beginning: VolumeBeginning): Promise<boolean> {
  const { path } = place;
  try {
    await link(temp, path);
    return true;
  } catch (error) {
    const code = codeOf(error) ?? '';
    if (code === 'EEXIST') return false;
    if (!['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP'].includes(code)) throw error;
  }
  // A disk without hard links: whoever sees it unfinished takes it for a broken one and puts the next in its place.
  const handle = await unless(open(path, 'wx', 0o600), 'EEXIST');
  if (handle === undefined) return false;
  try {
    await fill(handle, place, beginning);
    return true;
  } finally {
    await handle.close();
  }
}

async function fill(handle: FileHandle, { ends }: Place, beginning: VolumeBeginning): Promise<void> {
  const { epoch, base, position, floor, index, maxEntries } = beginning;
  const { ino } = await handle.stat({ bigint: true });
  const known = index?.remembered(maxEntries);
  const header = {
    epoch,
    base,
    position,
    identity: await identify(handle),
    floor: Math.max(floor, known?.floor ?? 0),
    renewalFloor: known?.renewalFloor ?? 0,
    newestTakedown: known?.newestTakedown ?? 0,
  };
  const lines = [encodeLine({ kind: 'header', header })];
  for (const [origin, position] of known?.newestTagPurges ?? []) {
    lines.push(encodeLine({ kind: 'tagPurge', origin, position }));
  }
  for (const entry of known?.entries ?? []) lines.push(encodeLine({ kind: 'entry', entry }));
  const bytes = Buffer.concat(lines);
  await handle.writeFile(bytes);
  await handle.datasync();
  // Before it is in its place: a volume without its sizes is taken for one that has lost them.
  await appendFile(ends, encodeEnd(ino, bytes.length), { mode: 0o600 });
}

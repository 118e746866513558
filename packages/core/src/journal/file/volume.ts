import { type BigIntStats, closeSync, fstatSync, openSync, statSync } from 'node:fs';
import { codeOf } from '../../store/files/system.ts';
import type { CoveringIndex } from '../covering-index.ts';
import type { JournalView } from '../journal.ts';
import { type Ends, openEnds } from './ends.ts';
import { isNamed } from './identity.ts';
import { endsPath, type JournalLayout, volumePath } from './layout.ts';
import { decodeLine } from './line.ts';
import { createLineReader, type LineReader } from './line-reader.ts';
import { createVolumeContent, type VolumeContentOptions } from './volume-content.ts';

/** One file of the journal as this process has read it. */
export interface Volume {
  readonly number: number;
  readonly path: string;
  readonly inode: bigint;
  /** Whether it has lost or changed what it held: then it is no journal, but what it still says is true. */
  readonly isSpoilt: boolean;
  /** What it holds. Another object whenever that has grown. */
  readonly view: JournalView;
  readonly index: CoveringIndex;
  /** Whether no purge is added any more: it is being replaced by the next. */
  readonly isClosed: boolean;
  /** The position that the last line has: no purge in it is newer. */
  readonly end: number;
  /** Bytes read. */
  readonly size: number;
  /** How many of them hold what was taken over from the volume before. */
  readonly inheritedSize: number;
  /**
   * Reads on to the end.
   *
   * - `good`: it is in its place, and all of it is known.
   * - `gone`: it is not, or another file is.
   * - `spoilt`: it has lost or changed what it held, whether this process had read that or not.
   */
  refresh(): 'good' | 'gone' | 'spoilt';
  close(): void;
}

/**
 * Opens a volume and reads it; `absent` where there is none, `foreign` where the file is none: no header, or a copy.
 *
 * @throws where it cannot be read, or is of another version.
 */
export function openVolume(
  layout: JournalLayout,
  number: number,
  options: VolumeContentOptions,
): Volume | 'absent' | 'foreign' {
  const path = volumePath(layout, number);
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return 'absent';
    throw error;
  }
  let ends: Ends | undefined;
  let volume: ReturnType<typeof openVolume> | undefined;
  try {
    const stats = fstatSync(fd, { bigint: true });
    ends = openEnds(endsPath(layout, number), stats.ino);
    volume = readVolume({ fd, path, number, stats, ends }, options);
    return volume;
  } finally {
    if (typeof volume !== 'object') {
      closeSync(fd);
      ends?.close();
    }
  }
}

interface OpenFile {
  readonly fd: number;
  /** As it was opened. */
  readonly stats: BigIntStats;
  readonly path: string;
  readonly number: number;
  readonly ends: Ends;
}

function readVolume(file: OpenFile, options: VolumeContentOptions): ReturnType<typeof openVolume> {
  const { fd, path, number, stats, ends } = file;
  const content = createVolumeContent(options);
  const reader = createLineReader(fd, (line, end) => content.take(decodeLine(line), end));
  const check = createCheck(file, reader);
  let isOpen = true;
  const found = check.refresh();
  if (found === 'gone') return 'absent';
  if (!isNamed(content.identity, stats)) return 'foreign';
  let view = content.toView();
  let viewed = reader.offset;
  return {
    number,
    path,
    inode: stats.ino,
    get isSpoilt() {
      return check.isSpoilt();
    },
    get view() {
      return view;
    },
    index: content.index,
    get isClosed() {
      return content.isClosed;
    },
    get end() {
      return content.end;
    },
    get size() {
      return reader.offset;
    },
    get inheritedSize() {
      return content.inheritedSize;
    },
    refresh() {
      const verdict = check.refresh();
      if (viewed === reader.offset) return verdict;
      viewed = reader.offset;
      view = content.toView();
      return verdict;
    },
    close() {
      if (!isOpen) return;
      isOpen = false;
      closeSync(fd);
      ends.close();
    },
  };
}

interface Check {
  readonly refresh: Volume['refresh'];
  isSpoilt(): boolean;
}

/** Creates the check of each lookup: one `stat` where nothing has happened, else the reading of what is new. */
function createCheck({ path, stats: { dev, ino }, ends }: OpenFile, reader: LineReader): Check {
  let size = -1n;
  let mtime = -1n;
  let isSpoilt = false;
  const isKept = (now: bigint): boolean => {
    if (now < reader.offset) return false;
    if (now > reader.offset) return reader.readOn();
    // Touched, or written to in the middle. But growth that was read before it was looked at is neither.
    return now !== size || reader.isUnchanged();
  };
  const isWhole = (): boolean => {
    const end = ends.largest();
    // What came since the last reading was written before its end was.
    return reader.offset >= end || (reader.readOn() && reader.offset >= end);
  };
  return {
    isSpoilt: () => isSpoilt,
    refresh() {
      // By path, not by the open file: the directory may have been moved away under us.
      const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
      if (stats === undefined || stats.ino !== ino || stats.dev !== dev) return 'gone';
      if (stats.size !== size || stats.mtimeNs !== mtime) {
        isSpoilt ||= !(isKept(stats.size) && isWhole());
        size = stats.size;
        mtime = stats.mtimeNs;
      }
      return isSpoilt ? 'spoilt' : 'good';
    },
  };
}

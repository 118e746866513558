import { hashOf } from '../../hash.ts';
import { type CoveringIndex, createCoveringIndex } from '../covering-index.ts';
import type { JournalView } from '../journal.ts';
import type { JournalLine, VolumeHeader } from './line.ts';

/** What is needed to read volumes. */
export interface VolumeContentOptions {
  readonly maxRecords: number;
  /** Is told of each purge that is read, by its nonce. */
  readonly onPurge: (nonce: string, position: number) => void;
}

/** What the lines of a volume say. */
export interface VolumeContent {
  readonly index: CoveringIndex;
  /** The file that the header names; undefined without a header. */
  readonly identity: string | undefined;
  readonly isClosed: boolean;
  /** The position that the last line has, whether it is a purge or not. */
  readonly end: number;
  /** Bytes up to the end of what was taken over from the volume before. */
  readonly inheritedSize: number;
  /** Takes the next line, undefined for one that nobody can read, and where in the file it ends. */
  take(line: JournalLine | undefined, end: number): void;
  toView(): JournalView;
}

/**
 * Creates the content of a volume of which nothing has been read. All processes that read the same lines get the same,
 * the epoch included.
 */
export function createVolumeContent({ maxRecords, onPurge }: VolumeContentOptions): VolumeContent {
  let index = createCoveringIndex(maxRecords);
  let header: VolumeHeader | undefined;
  let epoch = '';
  let position = 0;
  let end = 0;
  let inheritedSize = 0;
  let isClosed = false;
  let isForeign = false;

  const begin = (line: JournalLine | undefined): void => {
    if (line?.kind !== 'header') {
      isForeign = true;
      return;
    }
    ({ header } = line);
    ({ epoch, position, base: end } = header);
    index = createCoveringIndex(maxRecords, header);
  };

  const takeNew = (line: JournalLine | undefined): void => {
    if (line?.kind === 'closed') {
      isClosed = true;
      return;
    }
    position = end;
    if (line?.kind === 'purge') {
      index.add(line.purge, position);
      onPurge(line.nonce, position);
    } else {
      // Whatever was written there may have covered anything.
      epoch = hashOf(epoch, position);
    }
  };

  return {
    get index() {
      return index;
    },
    get identity() {
      return header?.identity;
    },
    get isClosed() {
      return isClosed;
    },
    get end() {
      return end;
    },
    get inheritedSize() {
      return inheritedSize;
    },
    take(line, offset) {
      if (isForeign || isClosed) return;
      if (header === undefined) {
        begin(line);
        return;
      }
      end = header.base + offset;
      if (inherit(index, line)) inheritedSize = offset;
      else takeNew(line);
    },
    toView: () => viewOf(index, epoch, position),
  };
}

/** Takes what was taken over from the volume before; false where a line is something else. */
function inherit(index: CoveringIndex, line: JournalLine | undefined): boolean {
  if (line?.kind === 'entry') index.restore(line.entry);
  else if (line?.kind === 'tagPurge') index.restoreTagPurge(line.origin, line.position);
  else return false;
  return true;
}

function viewOf(index: CoveringIndex, epoch: string, position: number): JournalView {
  const { floor, renewalFloor, newestTakedown, covering, newestTagPurge, takedownsSince } = index;
  return {
    trust: 'good',
    epoch,
    position,
    floor,
    renewalFloor,
    newestTakedown,
    covering,
    newestTagPurge,
    takedownsSince,
  };
}

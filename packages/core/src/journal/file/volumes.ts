import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { Clock } from '../../clock.ts';
import { endsPath, filesBefore, isUnused, type JournalLayout, volumeNumbers, volumePath } from './layout.ts';
import { clearAbandoned, placeVolume, syncDirectory, type VolumeBeginning } from './place-volume.ts';
import { openVolume, type Volume } from './volume.ts';
import type { VolumeContentOptions } from './volume-content.ts';

/** The volumes of a journal, one after the other. */
export interface Volumes {
  /**
   * A volume that holds every purge recorded so far, read to its end; undefined where there is none.
   *
   * @throws where it cannot be read.
   */
  current(): Volume | undefined;
  /** The volume to add purges to, or to replace where it is closed; undefined where `renew` must make one. */
  newest(): Volume | undefined;
  /** Begins a new epoch, in a volume of its own, where there is none to go on with. */
  renew(): Promise<void>;
  /** Puts the next volume in the place of a closed one, unless another process has. */
  replace(closed: Volume): Promise<void>;
  /**
   * Removes all volumes before this one, so that nobody looks there any more; false where it is not the newest.
   *
   * @throws where they cannot be removed.
   */
  leadWith(volume: Volume): Promise<boolean>;
  close(): void;
}

/** What is needed to follow the volumes of a directory. */
export interface VolumesOptions extends VolumeContentOptions {
  readonly clock: Clock;
}

const maxAttempts = 10;

/**
 * Follows the volumes of a directory.
 *
 * All processes agree on them without a lock, because: a volume appears whole, under a number that only one process can
 * take; the highest number is the journal; and before a purge counts as recorded in a volume, all lower ones are removed.
 * So a volume that is in its place holds every purge that was recorded anywhere, even one that has been closed.
 */
export function createVolumes(layout: JournalLayout, options: VolumesOptions): Volumes {
  const now = (): number => Math.floor(options.clock.now());
  const maxEntries = Math.ceil(options.maxRecords / 2);
  let volume: Volume | undefined;
  let renewing: Promise<void> | undefined;

  const look = (isGoodEnough: (volume: Volume) => boolean): Volume | undefined => {
    const verdict = volume?.refresh();
    if (volume !== undefined && verdict === 'good' && isGoodEnough(volume)) return volume;
    const adopted = adopt(layout, options, { known: volume, isSpoilt: verdict === 'spoilt' });
    if (adopted === undefined) return undefined;
    volume?.close();
    volume = adopted;
    return volume.isSpoilt ? undefined : volume;
  };
  const newest = (): Volume | undefined => look(({ number }) => number === newestNumber(layout));

  const beginning = (): VolumeBeginning => {
    const isFirst = volume === undefined && isUnused(layout);
    // Microseconds: nobody purges so much that positions, which are bytes, outrun them.
    const base = Math.max(volume?.end ?? 0, now() * 1000);
    const floor = isFirst ? 0 : base;
    return { epoch: randomUUID(), base, position: base, floor, isFirst, index: volume?.index, maxEntries };
  };

  const place = async (number: number, start: VolumeBeginning): Promise<void> => {
    const isPlaced = await placeVolume(layout, number, start);
    await syncDirectory(layout);
    // We may have been stopped for long, and the others have gone on without us.
    const latest = newestNumber(layout);
    if (isPlaced && latest > number) await remove([volumePath(layout, number), endsPath(layout, number)]);
    if (latest === number) await remove(filesBefore(layout, number));
    await clearAbandoned(layout, now());
  };

  const renew = async (): Promise<void> => {
    for (let attempt = 0; attempt < maxAttempts && newest() === undefined; attempt++) {
      // In an empty directory by the clock: what a process began before it was emptied, and puts there late, must not be
      // the newest.
      const number = Math.max(newestNumber(layout) + 1 || now(), (volume?.number ?? 0) + 1);
      await place(number, beginning());
    }
    if (newest() === undefined) throw new Error('The journal cannot be made anew: it does not stay as it was written');
  };

  return {
    current: () => look(() => true),
    newest,
    renew() {
      renewing ??= renew().finally(() => {
        renewing = undefined;
      });
      return renewing;
    },
    replace({ number, end, index, view: { epoch, position, floor } }) {
      return place(number + 1, { epoch, base: end, position, floor, isFirst: false, index, maxEntries });
    },
    async leadWith({ number }) {
      if (newestNumber(layout) !== number) return false;
      await remove(filesBefore(layout, number));
      return true;
    },
    close: () => volume?.close(),
  };
}

/** What a process knows when it looks for the newest volume. */
interface Known {
  readonly known: Volume | undefined;
  readonly isSpoilt: boolean;
}

/** Opens the newest volume in the directory, unless it is known to be spoilt, or knows less than we do. */
function adopt(layout: JournalLayout, options: VolumeContentOptions, { known, isSpoilt }: Known): Volume | undefined {
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const number = newestNumber(layout);
    if (Number.isNaN(number) || (isSpoilt && number === known?.number)) return undefined;
    const found = openVolume(layout, number, options);
    if (found === 'foreign') return undefined;
    // Replaced between the two looks.
    if (found === 'absent') continue;
    // An older journal, put back: its positions would be given twice.
    if (known === undefined || found.end >= known.end) return found;
    found.close();
    return undefined;
  }
  return undefined;
}

/** NaN where there is no volume. */
function newestNumber(layout: JournalLayout): number {
  return volumeNumbers(layout).at(-1) ?? Number.NaN;
}

async function remove(paths: readonly string[]): Promise<void> {
  for (const path of paths) await rm(path, { force: true });
}

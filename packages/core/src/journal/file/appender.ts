import { randomBytes } from 'node:crypto';
import type { Purge } from '../journal.ts';
import { createBatchQueue } from './batch-queue.ts';
import type { JournalLayout } from './layout.ts';
import { encodeLine, isPurge, maxLineBytes } from './line.ts';
import { createPen } from './pen.ts';
import { createRotation } from './rotation.ts';
import type { Volume } from './volume.ts';
import type { Volumes } from './volumes.ts';

/** Adds purges to the journal. */
export interface Appender {
  /** Adds a purge; those that come while another is being written share one write and one flush to the disk. */
  append(purge: Purge): Promise<number>;
  /** Resolves once all that were added are settled. */
  close(): Promise<void>;
}

/** What is needed to add purges. */
export interface AppenderOptions {
  readonly layout: JournalLayout;
  readonly volumes: Volumes;
  /** Bytes that a volume grows to, unless it began with half of them or more. */
  readonly rotateBytes: number;
  /** The purges being added, by nonce, and where the volume that is the journal now has them; 0 while it does not. */
  readonly positions: Map<string, number>;
}

interface Pending {
  readonly nonce: string;
  readonly line: Buffer;
  readonly resolve: (position: number) => void;
  readonly reject: (error: unknown) => void;
}

const maxBatchBytes = 1024 * 1024;
const maxAttempts = 50;

/**
 * Creates the appender of one process.
 *
 * A purge counts once it is on the disk, has then been read back whole from a volume that is the journal and was not closed
 * before it, and where it ends is written down. Until then it is added again.
 */
export function createAppender({ layout, volumes, rotateBytes, positions }: AppenderOptions): Appender {
  const pen = createPen(layout);
  const rotation = createRotation(volumes, pen, rotateBytes);
  const author = randomBytes(9).toString('base64url');
  let count = 0;

  const isFound = ({ nonce }: Pending): boolean => (positions.get(nonce) ?? 0) > 0;

  /** Writes a batch to the journal, or makes a journal to write to. Undefined where it is not in it yet. */
  const tryCommit = async (batch: readonly Pending[], lines: Buffer): Promise<Volume | undefined> => {
    const volume = volumes.newest();
    if (volume === undefined) {
      await volumes.renew();
      return undefined;
    }
    if (volume.isClosed) {
      await rotation.finish(volume);
      return undefined;
    }
    for (const { nonce } of batch) positions.set(nonce, 0);
    const isWritten = (await pen.write(volume, lines)) && (await volumes.leadWith(volume));
    // Read back last: what this process sees now, all others see.
    if (!isWritten || volumes.current() !== volume || !batch.every(isFound)) return undefined;
    pen.attest(volume);
    // Once more: from here on, one that is put into its place late is seen to be late.
    return volumes.current() === volume ? volume : undefined;
  };

  const commit = async (batch: readonly Pending[]): Promise<Volume> => {
    const lines = Buffer.concat(batch.map(({ line }) => line));
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const volume = await tryCommit(batch, lines);
      if (volume !== undefined) return volume;
    }
    throw new Error('The purge could not be added: the journal keeps being replaced');
  };

  const settle = async (batch: readonly Pending[]): Promise<void> => {
    try {
      const volume = await commit(batch);
      for (const { nonce, resolve } of batch) resolve(positions.get(nonce) ?? 0);
      // What fails here fails the next purge, or is done by it.
      await rotation.begin(volume).catch(() => undefined);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    } finally {
      for (const { nonce } of batch) positions.delete(nonce);
    }
  };

  const queue = createBatchQueue(maxBatchBytes, settle);

  return {
    append: (purge) =>
      new Promise((resolve, reject) => {
        if (!isPurge(purge)) throw new TypeError('Expected a purge with a mode and targets');
        const nonce = `${author}${count++}`;
        const line = encodeLine({ kind: 'purge', purge, nonce });
        if (line.length > maxLineBytes) throw new RangeError('The purge has too many targets for one entry');
        queue.add({ nonce, line, resolve, reject });
      }),
    async close() {
      await queue.idle();
      await pen.close();
    },
  };
}

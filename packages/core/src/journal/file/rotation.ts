import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { encodeLine } from './line.ts';
import type { Pen } from './pen.ts';
import type { Volume } from './volume.ts';
import type { Volumes } from './volumes.ts';

/** Writes a journal that has grown anew. */
export interface Rotation {
  /** Closes a volume that has grown too large, and puts the next in its place. */
  begin(volume: Volume): Promise<void>;
  /** Puts the next volume in the place of one that somebody closed and left. Any process can: all know the same. */
  finish(closed: Volume): Promise<void>;
}

/** Milliseconds that whoever closed a volume is given before others finish the work. */
const patience = 20;

/**
 * Creates the rotation of one process.
 *
 * @param rotateBytes bytes that a volume grows to, unless it began with half of them or more.
 */
export function createRotation(volumes: Volumes, pen: Pen, rotateBytes: number): Rotation {
  return {
    async begin(volume) {
      if (volume.isClosed || volume.size <= Math.max(rotateBytes, 2 * volume.inheritedSize)) return;
      await pen.write(volume, encodeLine({ kind: 'closed', nonce: randomBytes(9).toString('base64url') }));
      if (volumes.current() === volume && volume.isClosed) await volumes.replace(volume);
    },
    async finish(closed) {
      await delay(patience);
      if (volumes.newest() === closed) await volumes.replace(closed);
    },
  };
}

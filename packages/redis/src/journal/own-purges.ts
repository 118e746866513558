import type { Purge } from '@tintype/core';
import type { Appended } from './reply.ts';

/** Purges of this process that Redis took and that this process has not read: Redis may lose them before. */
export interface OwnPurges {
  readonly isEmpty: boolean;
  /** Position of the newest of an epoch, 0 where there is none. */
  newest(epoch: string): number;
  add(appended: Appended, purges: readonly Purge[]): void;
  /**
   * Drops those that have been read by now, and those of other epochs, which are lost.
   *
   * @returns the position of the newest `force` or `takedown` among the lost, 0 where there is none.
   */
  settle(epoch: string, position: number): number;
}

/** Creates it empty. */
export function createOwnPurges(): OwnPurges {
  let own: readonly { readonly epoch: string; readonly position: number; readonly purge: Purge }[] = [];
  return {
    get isEmpty() {
      return own.length === 0;
    },
    newest: (epoch) => newestOf(own.filter((each) => each.epoch === epoch)),
    add({ epoch, positions }, purges) {
      own = [...own, ...purges.map((purge, order) => ({ epoch, position: positions[order] ?? 0, purge }))];
    },
    settle(epoch, position) {
      const lost = own.filter((each) => each.epoch !== epoch && renews(each.purge));
      own = own.filter((each) => each.epoch === epoch && each.position > position);
      return newestOf(lost);
    },
  };
}

/** Whether derivatives are made anew after a purge. */
export function renews({ mode }: Purge): boolean {
  return mode === 'force' || mode === 'takedown';
}

function newestOf(list: readonly { readonly position: number }[]): number {
  return list.reduce((newest, { position }) => Math.max(newest, position), 0);
}

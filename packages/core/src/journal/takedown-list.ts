import type { PurgeTarget } from './journal.ts';

/** A target and the position of its newest takedown, which a later one moves. */
export interface TakenDown {
  readonly target: PurgeTarget;
  readonly takedown: number;
}

/** Takedowns in their order. */
export interface TakedownList {
  add(entry: TakenDown): void;
  /** The targets of those newer than `position`, oldest first. */
  since(position: number): readonly PurgeTarget[];
}

/**
 * Creates a list of takedowns. It keeps no more than twice as many as are in force.
 *
 * @param isLive whether an entry is still remembered.
 */
export function createTakedownList(isLive: (entry: TakenDown) => boolean): TakedownList {
  let list: { readonly position: number; readonly entry: TakenDown }[] = [];
  let isSorted = true;
  let compactAt = 64;

  const isCurrent = ({ position, entry }: (typeof list)[number]): boolean =>
    entry.takedown === position && isLive(entry);

  return {
    add(entry) {
      // What a new file begins with stands in the order of the newest purge of each target, of whatever mode.
      isSorted &&= (list.at(-1)?.position ?? 0) <= entry.takedown;
      list.push({ position: entry.takedown, entry });
      if (list.length < compactAt) return;
      list = list.filter(isCurrent);
      compactAt = Math.max(64, 2 * list.length);
    },
    since(position) {
      if (!isSorted) list.sort((one, other) => one.position - other.position);
      isSorted = true;
      let start = list.length;
      while (start > 0 && (list[start - 1]?.position ?? 0) > position) start--;
      return list
        .slice(start)
        .filter(isCurrent)
        .map(({ entry }) => entry.target);
    },
  };
}

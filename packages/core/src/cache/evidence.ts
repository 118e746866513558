import { type PurgeTarget, type Reachable, reaches } from '../journal/journal.ts';
import { inputsOfKey } from './derivative.ts';

/** What has been found out so far about which originals some purges reach, one statement after the other. */
export interface Evidence {
  /** Hashes of the originals that are reached. */
  readonly reached: ReadonlySet<string>;
  /** Whether entries must be looked at, because some target names no original. */
  readonly isSought: boolean;
  /** Takes what an entry says of an original. One statement that it is reached is enough, whatever others say. */
  hear(original: Reachable): void;
  /** Takes what the header of an entry says of the originals that went into it. */
  hearEntry(key: string, header: unknown): void;
  /** Whether anything has been said of an original. */
  isKnown(hash: string): boolean;
  /** Whether nothing that can be said of an original matters any more. */
  isSettled(hash: string): boolean;
  /** Counts as reached of what there are entries, none of which says what it is: nobody could use them. */
  conclude(): void;
}

/** Creates the evidence on what `targets` reach: so far, the originals they name. */
export function createEvidence(targets: readonly PurgeTarget[]): Evidence {
  const reached = new Set(targets.flatMap((target) => (target.kind === 'exact' ? [target.hash] : [])));
  const known = new Set<string>();
  const doubtful = new Set<string>();
  const spared = new Set<string>();
  // Paths stay, tags may differ from entry to entry.
  const taggedOrigins = new Set(targets.flatMap(({ kind, origin }) => (kind === 'tag' ? [origin] : [])));

  const hear = (original: Reachable): void => {
    const { hash, origin } = original;
    known.add(hash);
    if (targets.some((target) => reaches(target, original))) reached.add(hash);
    else if (!taggedOrigins.has(origin)) spared.add(hash);
  };

  return {
    reached,
    isSought: targets.some(({ kind }) => kind !== 'exact'),
    hear,
    hearEntry(key, header) {
      const originals = originalsIn(key, header);
      for (const original of originals) hear(original);
      for (const hash of inputsOfKey(key)) if (!known.has(hash)) doubtful.add(hash);
    },
    isKnown: (hash) => known.has(hash),
    isSettled: (hash) => reached.has(hash) || spared.has(hash),
    conclude() {
      for (const hash of doubtful) if (!known.has(hash)) reached.add(hash);
    },
  };
}

/** The originals that went into an entry, by its header: those of a derivative are listed there. */
function originalsIn(key: string, header: unknown): readonly Reachable[] {
  if (!isObject(header)) return [];
  if (!key.startsWith('d:')) return toReachable({ ...header, hash: inputsOfKey(key)[0] });
  return Array.isArray(header.inputs) ? header.inputs.flatMap(toReachable) : [];
}

function toReachable(value: unknown): readonly Reachable[] {
  if (!isObject(value)) return [];
  const { origin, path, hash, tags } = value;
  if (typeof origin !== 'string' || typeof path !== 'string' || typeof hash !== 'string') return [];
  return [{ origin, path, hash, tags: Array.isArray(tags) ? tags : [] }];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

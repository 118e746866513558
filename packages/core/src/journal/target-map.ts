import type { OriginalId } from '../origin/identity.ts';
import type { PurgeTarget } from './journal.ts';

/** What belongs to the targets of one origin, found by what they reach. */
export interface TargetMap<Value> {
  get(target: PurgeTarget): Value | undefined;
  set(target: PurgeTarget, value: Value): void;
  /** Forgets a target that is there. */
  delete(target: PurgeTarget): void;
  /** The values of all targets that reach an original with these tags. */
  reaching(id: OriginalId, tags: readonly string[], visit: (value: Value) => void): void;
}

/** Creates an empty map. A lookup costs one step for each length that prefixes have, however many they are. */
export function createTargetMap<Value>(): TargetMap<Value> {
  const byName: Readonly<Record<PurgeTarget['kind'], Map<string, Value>>> = {
    exact: new Map(),
    prefix: new Map(),
    tag: new Map(),
    all: new Map(),
  };
  /** How many prefixes there are of each length, shortest first. */
  let lengths: readonly (readonly [length: number, count: number])[] = [];

  const count = (length: number, change: number): void => {
    const counts = new Map(lengths);
    counts.set(length, (counts.get(length) ?? 0) + change);
    lengths = [...counts].filter(([, number]) => number > 0).sort(([one], [other]) => one - other);
  };

  const visitPrefixes = (path: string, visit: (value: Value) => void): void => {
    for (const [length] of lengths) {
      if (length > path.length) return;
      const value = byName.prefix.get(path.slice(0, length));
      if (value !== undefined) visit(value);
    }
  };

  return {
    get: (target) => byName[target.kind].get(nameOf(target)),
    set(target, value) {
      const names = byName[target.kind];
      if (target.kind === 'prefix' && !names.has(target.prefix)) count(target.prefix.length, 1);
      names.set(nameOf(target), value);
    },
    delete(target) {
      byName[target.kind].delete(nameOf(target));
      if (target.kind === 'prefix') count(target.prefix.length, -1);
    },
    reaching(id, tags, visit) {
      const exact = byName.exact.get(id.hash);
      if (exact !== undefined) visit(exact);
      const all = byName.all.get('');
      if (all !== undefined) visit(all);
      visitPrefixes(id.path, visit);
      if (byName.tag.size === 0) return;
      for (const tag of tags) {
        const value = byName.tag.get(tag);
        if (value !== undefined) visit(value);
      }
    },
  };
}

/** What tells a target from the others of its kind and origin. */
function nameOf(target: PurgeTarget): string {
  if (target.kind === 'exact') return target.hash;
  if (target.kind === 'prefix') return target.prefix;
  return target.kind === 'tag' ? target.tag : '';
}

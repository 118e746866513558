import type { PurgeTarget } from '../journal/journal.ts';
import { invalid } from './path-forms.ts';
import { pathTarget, type UnderstoodTarget } from './target.ts';

/** How much a purge may reach at once. */
export interface WildcardRules {
  /**
   * `'imagekit'`: a prefix has two levels of nesting (`/images/upload*`), or 15 characters, or is a complete file name
   * (`/sample.jpg*`). `'any'`: no rule.
   */
  readonly wildcards: 'any' | 'imagekit';
  /** Paths, or prefixes such as `/media/*`, that are never purged as a whole: not by a wider prefix or all either. */
  readonly refuse: readonly string[];
}

/** Whether a text may stand in the list of what is refused. */
export function isPattern(value: unknown): value is string {
  if (typeof value !== 'string') return false;
  try {
    pathTarget(value, '');
    return true;
  } catch {
    return false;
  }
}

/**
 * Refuses targets that reach too much.
 *
 * @throws TintypeError `INVALID_PURGE` saying which rule it was.
 */
export function enforceRules(targets: readonly UnderstoodTarget[], { wildcards, refuse }: WildcardRules): void {
  for (const { target, id } of targets) {
    const isTooWide = wildcards === 'imagekit' && target.kind === 'prefix' && !isNarrow(target.prefix);
    if (isTooWide) throw invalid(narrowRule);
    const pattern = refuse.find((each) => reachesWhole(target, id?.path, each));
    if (pattern !== undefined) throw invalid(`${pattern} is never purged as a whole here`);
  }
}

const narrowRule =
  'before its "*" a prefix needs two levels of nesting (/images/upload*), or 15 characters, ' +
  'or a complete file name (/sample.jpg*)';

function isNarrow(prefix: string): boolean {
  const levels = prefix.split('/').filter((segment) => segment !== '').length;
  return levels >= 2 || prefix.length >= 15 || /[^/]\.[a-z0-9]{3,4}$/i.test(prefix);
}

/** Whether a target reaches all that a pattern names. A tag may reach anything or nothing: it passes. */
function reachesWhole(target: PurgeTarget, path: string | undefined, pattern: string): boolean {
  if (target.kind === 'all') return true;
  const { target: named, id } = pathTarget(pattern, target.origin);
  if (target.kind === 'exact') return path !== undefined && path === id?.path;
  const start = named.kind === 'prefix' ? named.prefix : id?.path;
  return target.kind === 'prefix' && start !== undefined && start.startsWith(target.prefix);
}

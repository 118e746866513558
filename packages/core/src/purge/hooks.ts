import type { PurgeMode } from '../journal/journal.ts';
import type { UnderstoodTarget } from './target.ts';

/** What a hook is told: enough to purge a CDN in front of us. */
export interface Purged {
  /** Id of the purge. */
  readonly id: string;
  /** Name of the origin. */
  readonly origin: string;
  readonly mode: PurgeMode;
  /** All targets by their names. */
  readonly targets: readonly string[];
  /** Percent-encoded origin paths. */
  readonly paths: readonly string[];
  /** Percent-encoded beginnings of origin paths, without an asterisk. */
  readonly prefixes: readonly string[];
  readonly tags: readonly string[];
  /** Whether every picture of the endpoint is old: all was purged, or the watermark that lies on all of them. */
  readonly all: boolean;
  /**
   * The surrogate keys of all that was purged, as `surrogateKeys` has them stand on answers: those of pictures too that it
   * is laid over.
   */
  readonly keys: readonly string[];
  /**
   * What stands before an origin path in the URLs of this endpoint: such as `/images`, or empty. Those that are
   * configured, or by which requests have come to this process so far: one that serves nothing knows of none unless
   * `createTintype` is given its `mounts`.
   */
  readonly mounts: readonly string[];
  /** Whether the origin still had what was known: after `verify`, where anything was. */
  readonly unchanged: boolean | undefined;
  /** Aborted when the hook's time is up, 30 seconds after it began, or the endpoint closes. */
  readonly signal: AbortSignal;
}

/**
 * Runs after each purge, once we serve nothing old; after a `soft` one, once we serve nothing old that a shared cache may
 * keep: what is still old says `max-age=0`. One that throws is reported; the next runs all the same.
 */
export type PurgedHook = (purged: Purged) => void | Promise<void>;

/** The targets of a purge, sorted by what a CDN can do with them. */
export function sortTargets(
  targets: readonly UnderstoodTarget[],
): Pick<Purged, 'targets' | 'paths' | 'prefixes' | 'tags' | 'all'> {
  const namesOf = (kind: UnderstoodTarget['target']['kind']): readonly string[] =>
    targets.filter(({ target }) => target.kind === kind).map(({ name }) => name);
  return {
    targets: targets.map(({ name }) => name),
    paths: namesOf('exact'),
    prefixes: namesOf('prefix').map((name) => name.slice(0, -1)),
    tags: targets.flatMap(({ target }) => (target.kind === 'tag' ? [target.tag] : [])),
    all: namesOf('all').length > 0,
  };
}

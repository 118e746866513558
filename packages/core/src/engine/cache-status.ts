import type { FoundDerivative } from '../cache/derivatives.ts';
import type { CacheStatus } from '../http/cache-status.ts';
import { ageOf } from '../http/freshness.ts';
import { freshnessOf, isKept, isStale, type Source, type Sources } from './sources.ts';

/** What an answer is made from, as far as it tells how the answer came about. */
export interface StatusContext {
  readonly question: { readonly now: number; readonly absent: Source | undefined };
  readonly sources: Sources;
  readonly selection: { readonly kind: 'picture' | 'asset' };
}

/** How the answer came about. `found` is undefined where no bytes were needed. */
export function statusOf(
  { question: { now, absent }, sources, selection }: StatusContext,
  found: FoundDerivative | undefined,
): CacheStatus {
  const all = absent === undefined ? sources : [absent, ...sources];
  const asked = askedOf(all);
  const { forward } = (asked ?? sources[0]).lookup;
  const isMade = found?.layer === 'render';
  const isStored = isKept(sources);
  const shared = {
    collapsed: found?.collapsed === true || all.some((source) => source.lookup.collapsed),
    ttl: isStored ? ttlOf(sources, absent, now) : undefined,
    detail: isMade && selection.kind === 'asset' ? 'origin' : found?.layer,
  };
  if (asked === undefined && !isMade) return { hit: true, ...shared };
  return {
    hit: false,
    forward: forward ?? 'uri-miss',
    forwardStatus: asked === undefined ? undefined : saidBy(asked),
    stored: isStored && isMade,
    ...shared,
  };
}

/** The first original that had to be asked for: it stands for all. */
function askedOf(all: readonly Source[]): Source | undefined {
  return all.length === 1 && all[0]?.lookup.outcome === 'fresh' ? undefined : all.find(isAsked);
}

/** The status of the origin's answer; undefined where none came. */
function saidBy({ lookup: { record, outcome, failedWith } }: Source): number | undefined {
  if (failedWith !== undefined) return failedWith || undefined;
  return outcome === 'renewed' ? 304 : record.status;
}

function isAsked({ lookup: { outcome, failedWith } }: Source): boolean {
  return outcome === 'renewed' || outcome === 'fetched' || failedWith !== undefined;
}

/** What is left of the lifetime in seconds; negative where an answer is served stale (RFC 9211 §2.5). */
function ttlOf(sources: Sources, absent: Source | undefined, now: number): number {
  const freshness = freshnessOf(sources, absent, now);
  const left = freshness.lifetime - ageOf(freshness, now);
  return isStale(sources) ? Math.min(left, -1) : left;
}

import { type CacheControl, isPinned } from './cache-control.ts';
import type { TtlOptions } from './ttl.ts';

/** Who may keep an answer: shared caches, browsers alone, or nobody. */
export type Storage = 'public' | 'private' | 'no-store';

/** What those downstream are told, beside lifetimes. */
export interface Told {
  readonly storage: Storage;
  readonly validate: boolean;
  readonly mustRevalidate: boolean;
  readonly immutable: boolean;
  /** The origin wants its bytes left as they are (RFC 9111 §5.2.2.6). */
  readonly noTransform: boolean;
  /** Seconds, where the origin or the operator said so. */
  readonly staleWhileRevalidate: number | undefined;
  readonly staleIfError: number | undefined;
  /** Whether all this is the origin's own word, so that its field may be repeated as it is. */
  readonly isVerbatim: boolean;
}

/** What the origin says of lifetimes, in seconds. */
export interface Said {
  /** To this cache: the field that is meant for it, else Cache-Control. */
  readonly forUs: CacheControl;
  /** To everybody else. */
  readonly forAll: CacheControl;
  readonly isTargeted: boolean;
  readonly ours: number | undefined;
  readonly shared: number | undefined;
  readonly browser: number | undefined;
}

/** What decides of it beside what the origin says. */
export interface TellingContext {
  readonly storage: Storage;
  readonly isFree: boolean;
  readonly variesByAll: boolean;
  /** Whether cookies made it what it is, of which nobody downstream learns. */
  readonly isBaked: boolean;
}

/** Decides what is told. */
export function toldBy({ forAll, forUs, isTargeted, ...said }: Said, ttl: TtlOptions, context: TellingContext): Told {
  const { storage, isFree, isBaked } = context;
  const isGuessed = ttl.lifetime === 'heuristic';
  const isDecided = said.shared !== undefined || forAll.noCache || forAll.noStore || forAll.private || isGuessed;
  const isOwn = isDecided && !isBaked;
  return {
    storage: isTargeted ? publicStorage(forAll, storage) : storage,
    validate: !isFree && (forAll.noCache || context.variesByAll),
    // RFC 9111 §5.2.2.10: others are not told of more than we do ourselves.
    mustRevalidate: isPinned(forAll, ttl.staleBesideSMaxage) && !isFree,
    immutable: forAll.immutable,
    noTransform: forAll.noTransform || forUs.noTransform,
    staleWhileRevalidate: forAll.staleWhileRevalidate ?? ttl.staleWhileRevalidate,
    staleIfError: forAll.staleIfError ?? ttl.staleIfError,
    isVerbatim: isOwn && (ttl.policy ?? 'respect') === 'respect' && ttl.rule !== 'max-age',
  };
}

/** What Cache-Control says to all, but never more openly than a targeted field lets this cache. */
function publicStorage(forAll: CacheControl, ours: Storage): Storage {
  if (forAll.noStore) return 'no-store';
  return forAll.private || ours !== 'public' ? 'private' : 'public';
}

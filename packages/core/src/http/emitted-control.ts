import { ageOf, type Freshness } from './freshness.ts';
import type { MountOptions } from './mount.ts';

/** How long whom may use what; the same for a picture and for its absence. */
export interface Lifetime {
  readonly freshness: Freshness;
  /** Seconds that browsers may use it at most. */
  readonly browserTtl: number | undefined;
  /** Whether it was purged while the answer was on its way: then nobody may use it again. */
  readonly isOutdated: boolean;
  /** Whether the URL names a version, so that what it means never changes. */
  readonly isVersioned?: boolean | undefined;
}

/** Whether what the origin says of lifetimes may go out as it came, because nobody has decided otherwise. */
export function isRepeated({ freshness, browserTtl, isOutdated }: Lifetime, { visibility }: MountOptions): boolean {
  return freshness.told.isVerbatim && browserTtl === undefined && !isOutdated && visibility !== 'private';
}

/** The Cache-Control that we write, from what the origin and the operator said: never wider than that. */
export function emittedControl(lifetime: Lifetime, age: number, { visibility }: MountOptions): string {
  const { told } = lifetime.freshness;
  const isPrivate = visibility === 'private' || told.storage === 'private';
  // RFC 9111 §5.2.2.6: for every intermediary, whether or not it may keep the answer.
  return [...usage(lifetime, age, isPrivate), ...(told.noTransform ? ['no-transform'] : [])].join(', ');
}

function usage(lifetime: Lifetime, age: number, isPrivate: boolean): readonly string[] {
  const { told } = lifetime.freshness;
  if (told.storage === 'no-store') return ['no-store'];
  const who = isPrivate ? 'private' : 'public';
  if (told.validate) return [who, 'no-cache'];
  if (lifetime.isOutdated) return [who, 'max-age=0', 'must-revalidate'];
  return [who, ...lifetimes(lifetime, age, isPrivate), ...manners(lifetime)];
}

/** The Cache-Control of an absent image whose origin was not asked: nobody need ask again for a while. */
export function negativeControl(seconds: number, { visibility = 'public' }: MountOptions): string {
  return `${visibility}, max-age=${Math.floor(seconds)}`;
}

/** The Cache-Control of an image that its origin says is absent: what is left of the origin's lifetime. */
export function absentControl(
  { freshness, browserTtl, isOutdated }: Lifetime,
  now: number,
  mount: MountOptions,
): string {
  const { told, sharedLifetime } = freshness;
  if (isOutdated || told.storage !== 'public') return 'no-store';
  if (told.validate) return `${mount.visibility ?? 'public'}, no-cache`;
  const age = ageOf(freshness, now);
  const shared = Math.floor(Math.max(0, sharedLifetime - age));
  const forBrowsers = Math.floor(Math.max(0, Math.min(freshness.browserLifetime - age, browserTtl ?? shared)));
  const isOne = shared === forBrowsers || mount.visibility === 'private';
  const lifetime = isOne ? negativeControl(forBrowsers, mount) : `public, s-maxage=${shared}, max-age=${forBrowsers}`;
  return told.mustRevalidate ? `${lifetime}, must-revalidate` : lifetime;
}

function lifetimes({ freshness, browserTtl }: Lifetime, age: number, isPrivate: boolean): readonly string[] {
  // What is laid on a picture may be past its lifetime already.
  const shared = Math.floor(Math.max(0, freshness.sharedLifetime));
  const longest = Math.max(0, freshness.browserLifetime);
  // A receiver subtracts Age from max-age, so it is added before the browser's share is cut.
  const forBrowsers = Math.floor(Math.min(longest, age + (browserTtl ?? Number.POSITIVE_INFINITY)));
  // RFC 9111 §5.2.2.10: s-maxage forbids what is said of staleness, so that it stands only where it says more.
  const isSaid = isPrivate || (shared === forBrowsers && mayBeStale(freshness));
  return [...(isSaid ? [] : [`s-maxage=${shared}`]), `max-age=${forBrowsers}`];
}

function manners({ freshness, isVersioned }: Lifetime): readonly string[] {
  const { staleWhileRevalidate: refresh, staleIfError: failure, immutable } = freshness.told;
  const isStale = mayBeStale(freshness);
  return [
    ...(isStale ? [] : ['must-revalidate']),
    ...(isStale && refresh !== undefined ? [`stale-while-revalidate=${refresh}`] : []),
    ...(isStale && failure !== undefined ? [`stale-if-error=${failure}`] : []),
    // RFC 8246: true only of what can never be replaced under its URL.
    ...(immutable && isVersioned === true ? ['immutable'] : []),
  ];
}

function mayBeStale({ told }: Freshness): boolean {
  return !told.mustRevalidate && (told.staleWhileRevalidate !== undefined || told.staleIfError !== undefined);
}

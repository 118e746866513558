import { ageOf, type Freshness } from './freshness.ts';

/** Whether a URL has expired, in whole seconds since the epoch: from its second on. Never where it does not expire. */
export function hasExpired(expires: number | undefined, now: number): boolean {
  return expires !== undefined && expires * 1000 <= now;
}

/** Whole seconds until a URL expires, none where it has; for ever where it does not. */
export function secondsUntil(expires: number | undefined, now: number): number {
  return expires === undefined ? Number.POSITIVE_INFINITY : Math.max(0, Math.floor(expires - now / 1000));
}

/** Seconds of lifetime until a URL expires; for ever where it does not. */
export function lifetimeUntil(expires: number | undefined, freshness: Freshness, now: number): number {
  if (expires === undefined) return Number.POSITIVE_INFINITY;
  // Lifetimes count from when it was made: receivers subtract the Age that they are told, which is in whole seconds.
  return Math.floor(ageOf(freshness, now)) + secondsUntil(expires, now);
}

/**
 * How long others may use what is answered: where the URL expires not past that, never stale, and by our own word alone;
 * else what it was.
 */
export function freshnessUntil(expires: number | undefined, freshness: Freshness, now: number): Freshness {
  if (expires === undefined) return freshness;
  const end = lifetimeUntil(expires, freshness, now);
  const sharedLifetime = Math.min(freshness.sharedLifetime, end);
  const browserLifetime = Math.min(freshness.browserLifetime, end);
  return {
    ...freshness,
    sharedLifetime,
    browserLifetime,
    told: {
      ...freshness.told,
      // The origin knows nothing of the expiry, and what has one is replaced under its URL: by a refusal.
      isVerbatim: false,
      immutable: false,
      // RFC 9111 §4.2.4: not to speak of staleness is to forbid it, to a cache that cannot reach us as well.
      staleWhileRevalidate: undefined,
      staleIfError: undefined,
    },
  };
}

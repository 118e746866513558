import type { FoundDerivative } from '../cache/derivatives.ts';
import type { OriginRecord } from '../cache/record.ts';
import { isStorable } from '../cache/record.ts';
import type { Lookup } from '../cache/records.ts';
import type { CacheStatus } from '../http/cache-status.ts';
import { formatHttpDate } from '../http/date.ts';
import { ageOf, type TtlOptions } from '../http/freshness.ts';
import type { Representation } from '../http/respond.ts';
import type { UrlPlan, Variant } from './url-plans.ts';

/** The fields of a derivative's answer: known from the origin record alone, without its bytes. */
export function toRepresentation(
  { request }: UrlPlan,
  record: OriginRecord,
  { etag, plan }: Variant,
  ttl: TtlOptions,
  isOutdated: boolean,
): Representation {
  return {
    contentType: `image/${plan.format}`,
    etag,
    lastModified: record.lastModified === undefined ? undefined : formatHttpDate(record.lastModified),
    freshness: record.freshness,
    browserTtl: ttl.browser,
    isNegotiated: request.transformation.output.format === 'auto',
    isOutdated,
  };
}

/** How the answer came about. `found` is undefined where no bytes were needed. */
export function statusOf(lookup: Lookup, found: FoundDerivative | undefined, now: number): CacheStatus {
  const { record, outcome, wasStale } = lookup;
  const isMade = found?.layer === 'render';
  const isStored = isStorable(record);
  const ttl = record.freshness.lifetime - ageOf(record.freshness, now);
  const shared = {
    collapsed: lookup.collapsed || found?.collapsed === true,
    ttl: isStored ? ttl : undefined,
    detail: found?.layer,
  };
  if (outcome === 'fresh' && !isMade) return { hit: true, ...shared };
  return {
    hit: false,
    forward: wasStale ? 'stale' : 'uri-miss',
    forwardStatus: outcome === 'fresh' ? undefined : outcome === 'renewed' ? 304 : record.status,
    stored: isStored && isMade,
    ...shared,
  };
}

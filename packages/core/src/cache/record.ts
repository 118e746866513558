import type { ErrorCode } from '../errors.ts';
import { hashOf } from '../hash.ts';
import { type Freshness, freshnessOf, isFresh, negativeFreshnessOf, type TtlOptions } from '../http/freshness.ts';
import type { HttpHeaders } from '../http/message.ts';
import type { JournalView } from '../journal/journal.ts';
import type { OriginalId } from '../origin/identity.ts';
import type { ImageInfo } from '../transform/image.ts';

/** What the origin last said of an original: present, with the content that is current, or absent. */
export interface OriginRecord {
  readonly path: string;
  readonly version: string | undefined;
  readonly status: 200 | 404 | 410;
  /** Hash of the content; empty where absent. */
  readonly hash: string;
  /** Size of the content in bytes. */
  readonly bytes: number;
  /** What the content's header says; undefined where it is no image of ours. */
  readonly image: ImageInfo | undefined;
  /** Why it is no image of ours. */
  readonly refusal: ErrorCode | undefined;
  /** Counts forced renewals: part of every derivative's key. */
  readonly generation: number;
  /** End-to-end fields of the origin's answer. */
  readonly headers: HttpHeaders;
  /** When the content last changed, for clients: milliseconds since the epoch, or undefined where nobody knows. */
  readonly lastModified: number | undefined;
  /** Which of several origins answered. */
  readonly source: string | undefined;
  /** When the origin was asked, in milliseconds since the epoch. */
  readonly requestTime: number;
  readonly freshness: Freshness;
  /** Seconds after which the origin is asked again whatever the lifetime. */
  readonly recheck: number | undefined;
  /** Journal position at which the origin read began, and the epoch it counts in. */
  readonly position: number;
  readonly epoch: string;
}

/** Names a record: one per original and version. */
export interface RecordName {
  readonly id: OriginalId;
  readonly version: string | undefined;
  readonly key: string;
}

/** Names the record of a version of an original. */
export function recordName(id: OriginalId, version: string | undefined): RecordName {
  return { id, version, key: `p:${id.hash}:${hashOf(version ?? null)}` };
}

/**
 * What the journal says of a record. `purged`: a purge came after its origin read began. `unknown`: the journal cannot
 * tell, because it was lost or trimmed since.
 */
export type Verdict = 'good' | 'purged' | 'unknown';

/** Judges a record by the journal. */
export function judge(record: OriginRecord, id: OriginalId, view: JournalView): Verdict {
  if (record.epoch !== view.epoch || record.position < view.floor) return 'unknown';
  return view.covering(id) > record.position ? 'purged' : 'good';
}

/** Whether the clock allows a record to be used without asking the origin. */
export function isCurrent(record: OriginRecord, now: number): boolean {
  if (!isFresh(record.freshness, now)) return false;
  if (record.recheck === undefined) return true;
  const since = now - record.requestTime;
  // Negative where the clock was set back: then nobody knows how long ago it was.
  return since >= 0 && since < record.recheck * 1000;
}

/** The freshness of a present original by a TTL policy, from what its origin said then. */
export function recordFreshness(record: OriginRecord, ttl: TtlOptions): Freshness {
  const { path, bytes, headers, requestTime, freshness } = record;
  const exchange = { requestTime, responseTime: freshness.since };
  if (record.image === undefined) return negativeFreshnessOf(headers, exchange, ttl);
  return freshnessOf({ path, bytes, headers }, exchange, ttl);
}

/** Whether a record may be kept and shared at all (RFC 9111 §3). */
export function isStorable(record: OriginRecord): boolean {
  return record.freshness.storage === 'public';
}

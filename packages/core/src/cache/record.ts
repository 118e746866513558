import type { ErrorCode } from '../errors.ts';
import { hashOf } from '../hash.ts';
import { type Freshness, freshnessOf, isFresh, negativeFreshnessOf, type TtlOptions } from '../http/freshness.ts';
import type { HttpHeaders } from '../http/message.ts';
import type { JournalView, Reachable } from '../journal/journal.ts';
import type { OriginalId } from '../origin/identity.ts';
import type { ImageInfo } from '../transform/image.ts';

/** What the origin last said of an original: present, with the content that is current, or absent. */
export interface OriginRecord {
  /** Name of the origin. */
  readonly origin: string;
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
  /** Journal position of the newest purge that wanted everything made anew: part of every derivative's key. */
  readonly generation: number;
  /** By which it can be purged. */
  readonly tags: readonly string[];
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
 * What the journal says of a record. `stale`: a soft purge came after its origin read began. `purged`: another one did.
 * `unknown`: the journal cannot tell, because it was lost or trimmed since.
 */
export type Verdict = 'good' | 'stale' | 'purged' | 'unknown';

/** Judges a record by the journal. */
export function judge(record: OriginRecord, id: OriginalId, view: JournalView): Verdict {
  if (isUnknown(record, view)) return 'unknown';
  const { hard, soft } = view.covering(id, record.tags);
  if (hard > record.position) return 'purged';
  return soft > record.position ? 'stale' : 'good';
}

/** Whether what was made from a record may still be written anywhere: not once a takedown may have come. */
export function isKeepable(record: OriginRecord, id: OriginalId, view: JournalView): boolean {
  return !isUnknown(record, view) && view.covering(id, record.tags).takedown <= record.position;
}

function isUnknown({ epoch, position }: OriginRecord, view: JournalView): boolean {
  // A position that the journal has not reached yet: it has lost its end.
  return epoch !== view.epoch || position < view.floor || position > view.position;
}

/** Judges each record once for as long as no further purge comes. */
export function createJudge(): typeof judge {
  const verdicts = new WeakMap<OriginRecord, { epoch: string; position: number; verdict: Verdict }>();
  return (record, id, view) => {
    const known = verdicts.get(record);
    if (known?.position === view.position && known.epoch === view.epoch) return known.verdict;
    const verdict = judge(record, id, view);
    verdicts.set(record, { epoch: view.epoch, position: view.position, verdict });
    return verdict;
  };
}

/** Whether the clock allows a record to be used without asking the origin. */
function isCurrent(record: OriginRecord, now: number): boolean {
  if (!isFresh(record.freshness, now)) return false;
  if (record.recheck === undefined) return true;
  const since = now - record.requestTime;
  // Negative where the clock was set back: then nobody knows how long ago it was.
  return since >= 0 && since < record.recheck * 1000;
}

/**
 * Whether a record with a verdict may be used without asking the origin first. After a soft purge nobody looks whether a
 * folder's file has changed: that is what is being asked behind it.
 */
export function isUsable(record: OriginRecord, verdict: Verdict, now: number): boolean {
  if (verdict === 'stale') return isFresh(record.freshness, now);
  return verdict === 'good' && isCurrent(record, now);
}

/** The freshness of a present original by a TTL policy, from what its origin said then. */
export function recordFreshness(record: OriginRecord, ttl: TtlOptions): Freshness {
  const { path, bytes, headers, requestTime, freshness } = record;
  const exchange = { requestTime, responseTime: freshness.since };
  if (record.image === undefined) return negativeFreshnessOf(headers, exchange, ttl);
  return freshnessOf({ path, bytes, headers }, exchange, ttl);
}

/** An original as purges know it. */
export function reachableBy({ origin, path, tags }: OriginRecord, { hash }: Pick<OriginalId, 'hash'>): Reachable {
  return { origin, path, hash, tags };
}

/** Whether a record may be kept and shared at all (RFC 9111 §3). */
export function isStorable(record: OriginRecord): boolean {
  return record.freshness.storage === 'public';
}

import type { ErrorCode } from '../errors.ts';
import { hashOf } from '../hash.ts';
import type { Exchange } from '../http/age.ts';
import { type Freshness, freshnessOf, isFresh, isWithin, negativeFreshnessOf } from '../http/freshness.ts';
import type { HttpHeaders } from '../http/message.ts';
import type { Passthrough } from '../http/passthrough.ts';
import type { TtlOptions } from '../http/ttl.ts';
import { type ForwardedFields, selectingValues } from '../http/vary.ts';
import type { JournalView, Reachable } from '../journal/journal.ts';
import { isAbsent } from '../origin/answer-status.ts';
import type { OriginalId } from '../origin/identity.ts';
import type { ImageInfo, OptionalFormat } from '../transform/image.ts';
import { probeVersion } from '../transform/probe/probe.ts';

/** What a content is: an image of ours, or why it is none. */
export interface Inspected {
  readonly image: ImageInfo | undefined;
  readonly refusal: ErrorCode | undefined;
  /** What is said of the refusal: to clients, and to operators. */
  readonly explanation?: { readonly message: string; readonly cause: string | undefined } | undefined;
}

/** What a content of an optional type is. */
export interface InspectedOptional extends Inspected {
  readonly format: OptionalFormat;
  /** Whether nobody has read it yet: it takes long, and whoever wrote the record does not accept it. */
  readonly isUnread?: true | undefined;
}

/** What the origin last said of an original: its status, and the content that is current. */
export interface OriginRecord {
  /** Name of the origin. */
  readonly origin: string;
  readonly path: string;
  readonly version: string | undefined;
  /** 200, 404 or 410; of an endpoint that passes everything on any final status. */
  readonly status: number;
  /** Hash of the content; empty where there is none. */
  readonly hash: string;
  /** Size of the content in bytes. */
  readonly bytes: number;
  /** What the content's header says; undefined where it is no image of ours. */
  readonly image: ImageInfo | undefined;
  /** Why it is no image of ours. */
  readonly refusal: ErrorCode | undefined;
  readonly explanation?: Inspected['explanation'];
  /** What a content of an optional type is to endpoints that accept that; undefined for everything else. */
  readonly optional?: InspectedOptional | undefined;
  /** Journal position of the newest purge that wanted everything made anew: part of every derivative's key. */
  readonly generation: number;
  /** By which it can be purged. */
  readonly tags: readonly string[];
  /** End-to-end fields of the origin's answer, but for cookies. */
  readonly headers: HttpHeaders;
  /** Whether the answer set a cookie, and whether the question carried a client's credentials. */
  readonly setsCookie: boolean;
  readonly isPersonal: boolean;
  /** Whether a cookie was among them. */
  readonly hasCookie: boolean;
  /** Those of the fields sent to the origin that its answer varies by, and what they said. */
  readonly varies: readonly string[];
  readonly selecting: readonly (string | null | undefined)[];
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

/** Names a record: one per original, version and query; several where the origin's answers vary by what clients send. */
export interface RecordName {
  readonly id: OriginalId;
  readonly version: string | undefined;
  /** The client's query, where the origin takes it. */
  readonly query: string | undefined;
  readonly key: string;
  /** What of the client's fields the origin sees. */
  readonly fields: ForwardedFields;
}

const noFields: ForwardedFields = {};

/**
 * Names the record of a version of an original, as asked for with a query. Those that other header parsers wrote lie beside
 * it: during a deploy each finds its own, and after it nobody the old ones. A purge reaches all, by the original's hash.
 */
export function recordName(id: OriginalId, version: string | undefined, query?: string): RecordName {
  const asked = query === undefined ? [version ?? null] : [version ?? null, query];
  const selection = hashOf(probeVersion, ...asked);
  return { id, version, query, key: `p:${id.hash}:${selection}`, fields: noFields };
}

/** Requests that send the origin the same collapse: which of the fields its answer depends on is not known before. */
export function questionKey({ key, fields }: RecordName): string {
  for (const _ in fields) return `${key}:${hashOf(fields)}`;
  return key;
}

/** Whether a record answers a request (RFC 9111 §4.1). */
export function isSelected({ varies, selecting }: OriginRecord, { fields }: RecordName): boolean {
  if (varies.length === 0) return true;
  const values = selectingValues(varies, fields);
  return values.every((value, index) => value === selecting[index]);
}

/** Where a record lies that a request has selected: what holds for it holds for all requests that select it. */
export function heldKey(name: RecordName, { varies }: OriginRecord): string {
  return varies.length === 0 ? name.key : variantKey(name, varies);
}

/** The key of the record for what a request says in the fields that answers vary by. */
export function variantKey({ key, fields }: RecordName, varies: readonly string[]): string {
  return `${key}:${hashOf(varies, selectingValues(varies, fields))}`;
}

/**
 * What the journal says of a record. `stale`: a soft purge came after its origin read began. `purged`: another one did.
 * `unknown`: the journal cannot tell, because it was lost or trimmed since, or this process is cut off from it.
 */
export type Verdict = 'good' | 'stale' | 'purged' | 'unknown';

/** Judges a record by the journal. */
export function judge(record: OriginRecord, id: OriginalId, view: JournalView): Verdict {
  if (isUnknown(record, view)) return 'unknown';
  const { hard, soft } = view.covering(id, record.tags);
  if (hard > record.position) return 'purged';
  return soft > record.position && view.trust === 'good' ? 'stale' : view.trust;
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
    if (view.trust !== 'good') return judge(record, id, view);
    const known = verdicts.get(record);
    if (known?.position === view.position && known.epoch === view.epoch) return known.verdict;
    const verdict = judge(record, id, view);
    verdicts.set(record, { epoch: view.epoch, position: view.position, verdict });
    return verdict;
  };
}

/** Whether the origin wants to be asked again although nothing has expired. */
function isDue({ recheck, requestTime }: OriginRecord, now: number): boolean {
  if (recheck === undefined) return false;
  const since = now - requestTime;
  // Negative where the clock was set back: then nobody knows how long ago it was.
  return since < 0 || since >= recheck * 1000;
}

/**
 * As what a record may be used without asking the origin first. `stale`: after a soft purge; nobody looks whether a
 * folder's file has changed, because that is what is being asked behind it. `expired`: past its lifetime, while the
 * origin is asked (RFC 5861 §3). Undefined where it may not be used.
 */
export type Use = 'fresh' | 'stale' | 'expired';

/** Decides it: only what the journal finds nothing against is ever served past its lifetime. */
export function useOf(record: OriginRecord, verdict: Verdict, now: number): Use | undefined {
  const { freshness } = record;
  const isUnexpired = isFresh(freshness, now);
  if (!isUnexpired && !isWithin(freshness.staleWhileRevalidate, freshness, now)) return undefined;
  if (verdict === 'stale') return 'stale';
  if (verdict !== 'good') return undefined;
  if (!isUnexpired) return 'expired';
  return isDue(record, now) ? undefined : 'fresh';
}

/** Whether a record may be served while its origin fails (RFC 5861 §4). A purge that is not soft takes that back. */
export function isStandIn({ freshness }: OriginRecord, verdict: Verdict, now: number): boolean {
  return (verdict === 'good' || verdict === 'stale') && isWithin(freshness.staleIfError, freshness, now);
}

/** What a content is to an endpoint: one of an optional type is no image where that is not accepted. */
export function seenAs(
  inspected: Inspected,
  optional: InspectedOptional | undefined,
  accepts: FreshnessPolicy['accepts'],
): Inspected {
  if (optional !== undefined && !accepts.has(optional.format)) {
    return { image: undefined, refusal: 'UNSUPPORTED_IMAGE', explanation: undefined };
  }
  const { image, refusal, explanation } = optional ?? inspected;
  return { image, refusal, explanation };
}

/** Whether an endpoint that accepts the type of a content must read that itself, because the record's writer has not. */
export function isToBeRead({ optional }: Pick<OriginRecord, 'optional'>, accepts: FreshnessPolicy['accepts']): boolean {
  return optional?.isUnread === true && accepts.has(optional.format);
}

/** What decides the freshness of an answer, beside its record. */
export interface FreshnessPolicy {
  readonly ttl: TtlOptions;
  /** Optional types that are images. */
  readonly accepts: ReadonlySet<OptionalFormat>;
  readonly passthrough: Passthrough;
}

type Answered = Pick<
  OriginRecord,
  'path' | 'bytes' | 'headers' | 'status' | 'image' | 'refusal' | 'setsCookie' | 'isPersonal' | 'hasCookie'
>;

/** The freshness of what an origin answered, by an endpoint's own policy. */
export function recordFreshness(answered: Answered, exchange: Exchange, policy: FreshnessPolicy): Freshness {
  const { path, bytes, headers, status, image, setsCookie, isPersonal, hasCookie } = answered;
  const circumstances = { status, setsCookie, isPersonal, hasCookie };
  // What is no image may be a page that stands in for one: it is remembered no longer than an absence.
  const isRefused = status === 200 && image === undefined && !isPassable(answered, policy.passthrough);
  if (isRefused || isAbsent(status)) return negativeFreshnessOf(headers, exchange, policy.ttl, circumstances);
  return freshnessOf({ path, bytes, headers }, exchange, policy.ttl, circumstances);
}

/** Whether a found original that is no image is passed on; one of ours that is damaged is a damaged image still. */
export function isPassable(
  { refusal, headers }: Pick<OriginRecord, 'refusal' | 'headers'>,
  rule: Passthrough,
): boolean {
  return refusal === 'UNSUPPORTED_IMAGE' && rule.passes(headers);
}

/** An original as purges know it. */
export function reachableBy({ origin, path, tags }: OriginRecord, { hash }: Pick<OriginalId, 'hash'>): Reachable {
  return { origin, path, hash, tags };
}

/** Whether a record may be kept and shared at all (RFC 9111 §3). */
export function isStorable(record: OriginRecord): boolean {
  return record.freshness.storage === 'public';
}

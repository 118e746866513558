import { type Exchange, initialAge } from './age.ts';
import { type CacheControl, parseCacheControl } from './cache-control.ts';
import { expiresLifetime, heuristicLifetime, isUnderstood } from './lifetime.ts';
import { type HttpHeaders, header } from './message.ts';
import { targetedControl } from './targeted.ts';
import { type OriginalSummary, operatorLifetime, type TtlOptions } from './ttl.ts';
import { varyMembers } from './vary.ts';

/** Who may keep an answer: shared caches, browsers alone, or nobody. */
export type Storage = 'public' | 'private' | 'no-store';

/** How one original may be used, decided when its origin answered. Derivatives share it. */
export interface Freshness {
  /** Seconds for which shared caches, ours included, may use it. */
  readonly lifetime: number;
  /** Seconds for which browsers may use it. */
  readonly browserLifetime: number;
  /** Its age in seconds when it reached us (RFC 9111 §4.2.3). */
  readonly initialAge: number;
  /** Milliseconds since the epoch from which its resident time counts. */
  readonly since: number;
  /** Whether this cache may keep it; `private` and `no-store` answers are shared with nobody. */
  readonly storage: Storage;
  /** The origin said `no-cache`: asked again before each use. */
  readonly validate: boolean;
  /** Seconds past its lifetime for which it may be served while the origin is asked (RFC 5861 §3). */
  readonly staleWhileRevalidate: number;
  /** Seconds past its lifetime for which it may be served while the origin fails (RFC 5861 §4). */
  readonly staleIfError: number;
  /** What is said of it to those downstream. */
  readonly told: Told;
}

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

/** What decides beside the fields of an answer. */
export interface Circumstances {
  readonly status: number;
  /** Whether the answer sets a cookie. */
  readonly setsCookie: boolean;
  /** Whether the question carried a client's credentials. */
  readonly isPersonal: boolean;
}

const plain: Circumstances = { status: 200, setsCookie: false, isPersonal: false };

/** Decides the freshness of what an origin answered. */
export function freshnessOf(
  original: OriginalSummary,
  exchange: Exchange,
  ttl: TtlOptions,
  circumstances: Circumstances = plain,
): Freshness {
  const { headers } = original;
  const policy = ttl.policy ?? 'respect';
  const said = saidBy(headers, exchange, ttl);
  const own = ownLifetime(original, said, exchange, ttl, circumstances.status);
  const isFree = policy === 'override';
  const validate = (said.forUs.noCache || variesByAll(headers)) && !isFree;
  const storage = storageFor(said.forUs, circumstances, isFree);
  return {
    lifetime: validate ? 0 : bounded(said.shared, own, policy),
    browserLifetime: validate ? 0 : bounded(said.browser, own, policy),
    initialAge: isFree || ttl.rule === 'max-age' ? 0 : initialAge(headers, exchange),
    since: exchange.responseTime,
    storage,
    validate,
    ...staleAllowed(said.forUs, ttl, validate, isFree),
    told: toldBy(said, ttl, {
      storage: storage === 'public' && isPassing(circumstances.status, said.shared ?? own) ? 'no-store' : storage,
      isFree,
      variesByAll: variesByAll(headers),
      setsCookie: circumstances.setsCookie,
    }),
  };
}

/** Decides the freshness of an absent original: what the origin says, else the short negative lifetime. */
export function negativeFreshnessOf(
  headers: HttpHeaders,
  exchange: Exchange,
  { negative = 10, ...ttl }: TtlOptions,
  circumstances: Circumstances = plain,
): Freshness {
  const original = { path: '', bytes: 0, headers };
  const guess = ttl.lifetime === 'heuristic' ? freshnessOf(original, exchange, ttl, circumstances) : undefined;
  if (guess !== undefined && guess.lifetime > 0) return guess;
  const { rule = 'rfc', targets = [] } = ttl;
  const said: TtlOptions = { policy: 'respect', lifetime: negative, rule, targets };
  // As if found, because that is whose lifetime is filled in.
  return freshnessOf(original, exchange, said, { ...circumstances, status: 200 });
}

/** Seconds since the origin generated or validated it (RFC 9111 §4.2.3). */
export function ageOf(freshness: Freshness, now: number): number {
  return freshness.initialAge + Math.max(0, now - freshness.since) / 1000;
}

/** Whether it may be used without asking the origin (RFC 9111 §4.2). */
export function isFresh(freshness: Freshness, now: number): boolean {
  return freshness.lifetime > ageOf(freshness, now);
}

/** Whether it may be used for so many seconds past its lifetime (RFC 9111 §4.2.4). */
export function isWithin(seconds: number, freshness: Freshness, now: number): boolean {
  return seconds > 0 && freshness.lifetime + seconds > ageOf(freshness, now);
}

/** What the origin says of lifetimes, in seconds. */
interface Said {
  /** To this cache: the field that is meant for it, else Cache-Control. */
  readonly forUs: CacheControl;
  /** To everybody else. */
  readonly forAll: CacheControl;
  readonly isTargeted: boolean;
  readonly shared: number | undefined;
  readonly browser: number | undefined;
}

/** RFC 9111 §4.2.1: for a shared cache s-maxage, max-age, Expires − Date; a browser does not read s-maxage. */
function saidBy(headers: HttpHeaders, { responseTime }: Exchange, { rule, targets = [] }: TtlOptions): Said {
  const isRfc = rule !== 'max-age';
  const parsed = parseCacheControl(header(headers, 'cache-control'));
  const forAll = isRfc ? parsed : { ...parsed, sMaxage: undefined };
  const targeted = isRfc ? targetedControl(headers, targets)?.control : undefined;
  const forUs = targeted ?? forAll;
  const expires = isRfc ? expiresLifetime(headers, responseTime) : undefined;
  const browser = forAll.maxAge ?? expires;
  // RFC 9213 §2.2: beside a targeted field neither Cache-Control nor Expires counts.
  const shared = forUs.sMaxage ?? (targeted === undefined ? browser : targeted.maxAge);
  return { forUs, forAll, isTargeted: targeted !== undefined, shared, browser: browser ?? shared };
}

/** What applies where the origin is silent: only found originals live on the operator's word. */
function ownLifetime(
  original: OriginalSummary,
  { forUs }: Said,
  { responseTime }: Exchange,
  ttl: TtlOptions,
  status: number,
): number {
  const own = operatorLifetime(original, ttl);
  if (own === 'heuristic') return heuristicLifetime(status, original.headers, forUs, responseTime);
  return status === 200 ? own : 0;
}

function bounded(said: number | undefined, own: number, policy: NonNullable<TtlOptions['policy']>): number {
  if (said === undefined || policy === 'override') return own;
  if (policy === 'atLeast') return Math.max(said, own);
  if (policy === 'atMost') return Math.min(said, own);
  return said;
}

/** RFC 9111 §3: whether this cache may keep an answer. */
function storageFor(control: CacheControl, circumstances: Circumstances, isFree: boolean): Storage {
  const { status, setsCookie, isPersonal } = circumstances;
  // RFC 9111 §5.2.2.3: with a status that is understood, no-store beside must-understand does not count.
  if (control.mustUnderstand ? !isUnderstood(status) : control.noStore) return 'no-store';
  const isShareable = control.public || control.sMaxage !== undefined;
  const isCookieShareable = isShareable || isFree;
  // RFC 9111 §3.5.
  const isPersonalShareable = isShareable || control.mustRevalidate;
  const isWithheld = (setsCookie && !isCookieShareable) || (isPersonal && !isPersonalShareable);
  return control.private || isWithheld ? 'private' : 'public';
}

/** Whether it is an error of the moment, which nobody downstream should keep. */
function isPassing(status: number, lifetime: number): boolean {
  return status >= 400 && lifetime === 0;
}

/** RFC 9111 §4.2.4: what forbids serving stale forbids it whoever allows it. */
function staleAllowed(
  control: CacheControl,
  ttl: TtlOptions,
  validate: boolean,
  isFree: boolean,
): Pick<Freshness, 'staleWhileRevalidate' | 'staleIfError'> {
  if (validate || (isPinned(control, ttl) && !isFree)) return { staleWhileRevalidate: 0, staleIfError: 0 };
  return {
    staleWhileRevalidate: control.staleWhileRevalidate ?? ttl.staleWhileRevalidate ?? 0,
    staleIfError: control.staleIfError ?? ttl.staleIfError ?? 0,
  };
}

/** RFC 9111 §5.2.2.10: s-maxage means proxy-revalidate as well. */
function isPinned({ mustRevalidate, sMaxage }: CacheControl, { staleBesideSMaxage }: TtlOptions): boolean {
  return mustRevalidate || (sMaxage !== undefined && staleBesideSMaxage !== true);
}

interface TellingContext {
  readonly storage: Storage;
  readonly isFree: boolean;
  readonly variesByAll: boolean;
  readonly setsCookie: boolean;
}

function toldBy({ forAll, isTargeted, shared }: Said, ttl: TtlOptions, context: TellingContext): Told {
  const { storage, isFree, setsCookie } = context;
  const isGuessed = ttl.lifetime === 'heuristic';
  const isDecided = shared !== undefined || forAll.noCache || forAll.noStore || forAll.private || isGuessed;
  // What came with a cookie that is withheld is another answer.
  const isOwn = isDecided && !setsCookie;
  return {
    storage: isTargeted ? publicStorage(forAll, storage) : storage,
    validate: !isFree && (forAll.noCache || context.variesByAll),
    // RFC 9111 §5.2.2.10: others are not told of more than we do ourselves.
    mustRevalidate: isPinned(forAll, ttl) && !isFree,
    immutable: forAll.immutable,
    noTransform: forAll.noTransform,
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

/** RFC 9111 §4.1: `Vary: *` never matches another request. */
function variesByAll(headers: HttpHeaders): boolean {
  return headers.vary !== undefined && varyMembers(headers).includes('*');
}

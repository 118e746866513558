import { type Exchange, initialAge } from './age.ts';
import { type CacheControl, isPinned, parseCacheControl } from './cache-control.ts';
import { expiresLifetime, heuristicLifetime, isUnderstood } from './lifetime.ts';
import { type HttpHeaders, header } from './message.ts';
import { targetedControl } from './targeted.ts';
import { type Said, type Storage, type Told, toldBy } from './told.ts';
import { type OriginalSummary, operatorLifetime, type TtlOptions } from './ttl.ts';
import { varyMembers } from './vary.ts';

/** How one original may be used, decided when its origin answered. Derivatives share it. */
export interface Freshness {
  /** Seconds for which this cache may use it. */
  readonly lifetime: number;
  /** Seconds for which other shared caches may: the same, but where a targeted field speaks to this one alone. */
  readonly sharedLifetime: number;
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

/** What decides beside the fields of an answer. */
export interface Circumstances {
  readonly status: number;
  /** Whether the answer sets a cookie. */
  readonly setsCookie: boolean;
  /** Whether the question carried a client's credentials. */
  readonly isPersonal: boolean;
  /** Whether a cookie was among them, which caches elsewhere do not know for one. */
  readonly hasCookie?: boolean | undefined;
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
  const isFree = ttl.policy === 'override';
  const said = saidBy(headers, exchange, ttl);
  const validate = (said.forUs.noCache || variesByAll(headers)) && !isFree;
  const storage = storageFor(said.forUs, circumstances, isFree);
  // Of what is for one user an operator knows nothing: the next one on the same browser must not see it.
  const isAnybodys = storage === 'public' || said.forUs.private || said.forUs.noStore;
  const own = isAnybodys ? ownLifetime(original, said, exchange, ttl, circumstances.status) : undefined;
  const isMomentary = isPassing(circumstances.status, said.ours ?? own ?? 0);
  return {
    ...lifetimes(said, own, validate, ttl),
    initialAge: isFree || ttl.rule === 'max-age' ? 0 : initialAge(headers, exchange),
    since: exchange.responseTime,
    storage,
    validate,
    ...staleAllowed(said.forUs, ttl, validate, isFree),
    told: toldBy(said, ttl, {
      storage: isMomentary && storage === 'public' ? 'no-store' : storage,
      isFree,
      variesByAll: variesByAll(headers),
      isBaked: circumstances.setsCookie || (circumstances.hasCookie === true && storage !== 'public'),
    }),
  };
}

type Lifetimes = Pick<Freshness, 'lifetime' | 'sharedLifetime' | 'browserLifetime'>;

function lifetimes(
  said: Said,
  own: number | undefined,
  validate: boolean,
  { policy = 'respect' }: TtlOptions,
): Lifetimes {
  if (validate) return { lifetime: 0, sharedLifetime: 0, browserLifetime: 0 };
  return {
    lifetime: bounded(said.ours, own, policy, said.forUs),
    sharedLifetime: bounded(said.shared, own, policy, said.forAll),
    browserLifetime: bounded(said.browser, own, policy, said.forAll),
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
  const { rule = 'rfc', targets = [] } = ttl;
  // Neither the policy nor what is allowed of staleness is meant for what is not there.
  const said: TtlOptions = { lifetime: negative, rule, targets };
  if (ttl.lifetime === 'heuristic') {
    const guess = freshnessOf(original, exchange, { ...said, lifetime: 'heuristic' }, circumstances);
    if (guess.lifetime > 0) return guess;
  }
  // As if found, because that is whose lifetime is filled in.
  return freshnessOf(original, exchange, said, { ...circumstances, status: 200 });
}

/** Seconds since the origin generated or validated it (RFC 9111 §4.2.3). */
export function ageOf(freshness: Freshness, now: number): number {
  return freshness.initialAge + Math.max(0, now - freshness.since) / 1000;
}

/** Whether it may be used without asking the origin (RFC 9111 §4.2). */
export function isFresh(freshness: Freshness, now: number): boolean {
  return freshness.lifetime > ageOf(freshness, now) && !isAhead(freshness, now);
}

/** Whether it may be used for so many seconds past its lifetime (RFC 9111 §4.2.4). */
export function isWithin(seconds: number, freshness: Freshness, now: number): boolean {
  return seconds > 0 && freshness.lifetime + seconds > ageOf(freshness, now) && !isAhead(freshness, now);
}

/** Whether the clock was set back since, by more than clocks differ: then nobody knows how old it is. */
function isAhead({ since }: Freshness, now: number): boolean {
  return since - now > 60_000;
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
  const ours = forUs.sMaxage ?? (targeted === undefined ? browser : targeted.maxAge);
  // What is said to this cache alone tells others nothing, not even that the operator may fill in.
  const shared = forAll.sMaxage ?? browser ?? (targeted === undefined ? undefined : 0);
  return { forUs, forAll, isTargeted: targeted !== undefined, ours, shared, browser: browser ?? shared };
}

/** What applies where the origin is silent: only found originals live on the operator's word. */
function ownLifetime(
  original: OriginalSummary,
  { forUs }: Said,
  { responseTime }: Exchange,
  ttl: TtlOptions,
  status: number,
): number | undefined {
  const own = operatorLifetime(original, ttl);
  if (own === 'heuristic') return heuristicLifetime(status, original.headers, forUs, responseTime);
  return status === 200 ? own : undefined;
}

/** @param own undefined where the operator says nothing. */
function bounded(
  said: number | undefined,
  own: number | undefined,
  policy: NonNullable<TtlOptions['policy']>,
  { mustRevalidate }: CacheControl,
): number {
  if (own === undefined) return said ?? 0;
  if (said === undefined || policy === 'override') return own;
  // Who wants to be asked in time is not asked later.
  if (policy === 'atLeast') return mustRevalidate ? said : Math.max(said, own);
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
  if (validate || (isPinned(control, ttl.staleBesideSMaxage) && !isFree))
    return { staleWhileRevalidate: 0, staleIfError: 0 };
  return {
    staleWhileRevalidate: control.staleWhileRevalidate ?? ttl.staleWhileRevalidate ?? 0,
    staleIfError: control.staleIfError ?? ttl.staleIfError ?? 0,
  };
}

/** RFC 9111 §4.1: `Vary: *` never matches another request. */
function variesByAll(headers: HttpHeaders): boolean {
  return headers.vary !== undefined && varyMembers(headers).includes('*');
}

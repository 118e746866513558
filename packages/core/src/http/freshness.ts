import { inspect } from 'node:util';
import { expectations } from '../options.ts';
import { largestDelta, parseCacheControl, splitOutsideQuotes } from './cache-control.ts';
import { parseHttpDate } from './date.ts';
import { type HttpHeaders, header } from './message.ts';

/** How long an endpoint's answers may be used. All times in seconds. */
export interface TtlOptions {
  /**
   * What the origin's lifetime counts for. `respect`: it decides, `lifetime` fills in where it is silent. `override`:
   * `lifetime` decides, even over `no-cache`. `atLeast` and `atMost`: `lifetime` bounds it.
   * Nothing lifts `no-store` and `private`.
   * @default 'respect'
   */
  readonly policy?: 'respect' | 'override' | 'atLeast' | 'atMost';
  /**
   * Seconds, or a function that gives them for one original.
   * @default 31536000 (a year)
   */
  readonly lifetime?: number | ((original: OriginalSummary) => number);
  /**
   * How long browsers may use an answer without asking again; shared caches keep the whole lifetime. 0 lets a purge
   * reach everybody who asks.
   * @default the lifetime
   */
  readonly browser?: number;
  /**
   * How long "there is no such image" is remembered where the origin does not say.
   * @default 10
   */
  readonly negative?: number;
}

/** What a lifetime function is told. */
export interface OriginalSummary {
  /** Origin path, such as `/cats/1.jpg`. */
  readonly path: string;
  /** Size of the original in bytes. */
  readonly bytes: number;
  /** End-to-end fields of the origin's answer, lower-case names. */
  readonly headers: HttpHeaders;
}

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
  /** `private` and `no-store` answers are kept nowhere and shared with nobody. */
  readonly storage: 'public' | 'private' | 'no-store';
  /** The origin said `no-cache`: asked again before each use. */
  readonly validate: boolean;
}

const year = 31_536_000;

/** When a question to an origin was asked and answered, in milliseconds since the epoch. */
export interface Exchange {
  readonly requestTime: number;
  readonly responseTime: number;
}

/** Decides the freshness of a found original. */
export function freshnessOf(original: OriginalSummary, exchange: Exchange, ttl: TtlOptions): Freshness {
  const control = parseCacheControl(header(original.headers, 'cache-control'));
  const said = explicitLifetimes(original.headers, exchange.responseTime);
  const own = ownLifetime(original, ttl.lifetime);
  const policy = ttl.policy ?? 'respect';
  const validate = (control.noCache || variesByAll(original.headers)) && policy !== 'override';
  return {
    lifetime: validate ? 0 : bounded(said.shared, own, policy),
    browserLifetime: validate ? 0 : bounded(said.browser, own, policy),
    initialAge: policy === 'override' ? 0 : initialAge(original.headers, exchange),
    since: exchange.responseTime,
    storage: control.noStore ? 'no-store' : control.private ? 'private' : 'public',
    validate,
  };
}

/** The freshness of what is made from several originals: as fresh as the one with the least left, as open as the closest. */
export function strictestOf([own, ...others]: readonly [Freshness, ...Freshness[]], now: number): Freshness {
  if (others.length === 0) return own;
  const all = [own, ...others];
  const age = ageOf(own, now);
  const left = (lifetime: (freshness: Freshness) => number): number =>
    Math.min(...all.map((freshness) => lifetime(freshness) - ageOf(freshness, now)));
  return {
    lifetime: age + left((freshness) => freshness.lifetime),
    browserLifetime: age + left((freshness) => freshness.browserLifetime),
    initialAge: age,
    since: now,
    storage:
      (['no-store', 'private'] as const).find((storage) => all.some((each) => each.storage === storage)) ?? 'public',
    validate: all.some((freshness) => freshness.validate),
  };
}

/** RFC 9111 §4.1: `Vary: *` never matches another request. */
function variesByAll(headers: HttpHeaders): boolean {
  return splitOutsideQuotes(header(headers, 'vary') ?? '').includes('*');
}

/** Decides the freshness of an absent original: what the origin says, else the short negative lifetime. */
export function negativeFreshnessOf(headers: HttpHeaders, exchange: Exchange, ttl: TtlOptions): Freshness {
  const original = { path: '', bytes: 0, headers };
  return freshnessOf(original, exchange, { policy: 'respect', lifetime: ttl.negative ?? 10 });
}

/** Seconds since the origin generated or validated it (RFC 9111 §4.2.3). */
export function ageOf(freshness: Freshness, now: number): number {
  return freshness.initialAge + Math.max(0, now - freshness.since) / 1000;
}

/** Whether it may be used without asking the origin (RFC 9111 §4.2). */
export function isFresh(freshness: Freshness, now: number): boolean {
  return freshness.lifetime > ageOf(freshness, now);
}

function ownLifetime(original: OriginalSummary, lifetime: TtlOptions['lifetime'] = year): number {
  const seconds: unknown = typeof lifetime === 'function' ? lifetime(original) : lifetime;
  const [described, accepts] = expectations.seconds;
  if (accepts(seconds)) return Math.min(seconds as number, largestDelta);
  throw new TypeError(`Expected ${described} from ttl.lifetime but received ${inspect(seconds)}`);
}

function bounded(said: number | undefined, own: number, policy: NonNullable<TtlOptions['policy']>): number {
  if (said === undefined || policy === 'override') return own;
  if (policy === 'atLeast') return Math.max(said, own);
  if (policy === 'atMost') return Math.min(said, own);
  return said;
}

/** RFC 9111 §4.2.1: for a shared cache s-maxage, max-age, Expires − Date; a browser does not read s-maxage. */
function explicitLifetimes(
  headers: HttpHeaders,
  responseTime: number,
): { readonly shared: number | undefined; readonly browser: number | undefined } {
  const control = parseCacheControl(header(headers, 'cache-control'));
  const browser = control.maxAge ?? expiresLifetime(headers, responseTime);
  return { shared: control.sMaxage ?? browser, browser: browser ?? control.sMaxage };
}

function expiresLifetime(headers: HttpHeaders, responseTime: number): number | undefined {
  const expires = header(headers, 'expires');
  if (expires === undefined) return undefined;
  const date = parseHttpDate(header(headers, 'date') ?? '', responseTime) ?? responseTime;
  // RFC 9111 §5.3: an invalid date, "0" above all, means "already expired".
  const until = parseHttpDate(expires, responseTime) ?? date;
  return Math.max(0, Math.floor((until - date) / 1000));
}

/** RFC 9111 §4.2.3, the conservative maximum. */
function initialAge(headers: HttpHeaders, { requestTime, responseTime }: Exchange): number {
  const date = parseHttpDate(header(headers, 'date') ?? '', responseTime);
  const apparentAge = date === undefined ? 0 : Math.max(0, Math.floor((responseTime - date) / 1000));
  // RFC 9111 §5.1: of a list the first member; what is not a non-negative integer is ignored.
  const ageValue = (header(headers, 'age') ?? '').split(',', 1)[0]?.trim() ?? '';
  const age = /^\d+$/.test(ageValue) ? Math.min(Number(ageValue), largestDelta) : 0;
  const delay = Math.max(0, responseTime - requestTime) / 1000;
  return Math.max(apparentAge, age + delay);
}

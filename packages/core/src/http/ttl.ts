import { inspect } from 'node:util';
import { expectations } from '../options.ts';
import { largestDelta } from './cache-control.ts';
import type { HttpHeaders } from './message.ts';

/** How long an endpoint's answers may be used. All times in seconds. */
export interface TtlOptions {
  /**
   * What the origin's lifetime counts for. `respect`: it decides, `lifetime` fills in where it is silent. `override`:
   * `lifetime` decides, even over `no-cache`. `atLeast` and `atMost`: `lifetime` bounds it, but `atLeast` lengthens nothing
   * that says `must-revalidate`.
   * Nothing lifts `no-store` and `private`.
   * @default 'respect'
   */
  readonly policy?: 'respect' | 'override' | 'atLeast' | 'atMost';
  /**
   * Seconds, or a function that gives them for one original. `heuristic`: where the origin is silent, a tenth of the time
   * since Last-Modified and at most a day (RFC 9111 §4.2.2), as a cache that adds nothing of its own does.
   * @default 31536000 (a year)
   */
  readonly lifetime?: number | 'heuristic' | ((original: OriginalSummary) => number);
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
  /**
   * Which of the origin's words make a lifetime. `rfc`: s-maxage, max-age, Expires, less Age (RFC 9111). `max-age`: that
   * directive alone, as ImageKit documents it for its own delivery.
   * @default 'rfc'
   */
  readonly rule?: 'rfc' | 'max-age';
  /**
   * Fields that speak to this cache before Cache-Control does (RFC 9213), the first that is there and valid:
   * `['Tintype-Cache-Control', 'CDN-Cache-Control']`.
   * @default []
   */
  readonly targets?: readonly string[];
  /**
   * How long past its lifetime an original may be served while the origin is asked behind it, where the origin says
   * nothing of it (RFC 5861 §3).
   * @default 0
   */
  readonly staleWhileRevalidate?: number;
  /**
   * How long past its lifetime an original may be served while the origin fails, where the origin says nothing of it
   * (RFC 5861 §4).
   * @default 0
   */
  readonly staleIfError?: number;
  /**
   * Whether stale-while-revalidate and stale-if-error count beside s-maxage too, as many CDNs have it. RFC 9111
   * §5.2.2.10 forbids it.
   * @default false
   */
  readonly staleBesideSMaxage?: boolean;
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

const year = 31_536_000;

/**
 * The operator's lifetime for an original, in seconds.
 *
 * @throws TypeError where a function gives something else.
 */
export function operatorLifetime(original: OriginalSummary, { lifetime = year }: TtlOptions): number | 'heuristic' {
  const seconds: unknown = typeof lifetime === 'function' ? lifetime(original) : lifetime;
  if (seconds === 'heuristic' && lifetime === 'heuristic') return 'heuristic';
  const [described, accepts] = expectations.seconds;
  if (accepts(seconds)) return Math.min(seconds as number, largestDelta);
  throw new TypeError(`Expected ${described} from ttl.lifetime but received ${inspect(seconds)}`);
}

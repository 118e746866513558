import type { Exchange } from '../../src/http/age.ts';
import { formatHttpDate } from '../../src/http/date.ts';
import { type Circumstances, type Freshness, freshnessOf } from '../../src/http/freshness.ts';
import type { HttpHeaders } from '../../src/http/message.ts';
import type { Told } from '../../src/http/told.ts';
import type { TtlOptions } from '../../src/http/ttl.ts';

/** The time at which everything happens. */
export const now: number = Date.UTC(2026, 5, 15, 12);

/** An HTTP-date so many seconds after it. */
export const at = (seconds: number): string => formatHttpDate(now + seconds * 1000);

/** A question that was answered at once. */
export const atOnce: Exchange = { requestTime: now, responseTime: now };

/** The freshness of an answer with these fields. */
export const of = (
  headers: HttpHeaders,
  ttl: TtlOptions = {},
  circumstances: Partial<Circumstances> = {},
  exchange: Exchange = atOnce,
): Freshness =>
  freshnessOf({ path: '/cat.jpg', bytes: 1000, headers }, exchange, ttl, {
    status: 200,
    setsCookie: false,
    isPersonal: false,
    ...circumstances,
  });

/** What is told of an answer whose origin said nothing remarkable. */
export const toldWith = (changes: Partial<Told> = {}): Told => ({
  storage: 'public',
  validate: false,
  mustRevalidate: false,
  immutable: false,
  noTransform: false,
  staleWhileRevalidate: undefined,
  staleIfError: undefined,
  isVerbatim: false,
  ...changes,
});

/** Ten minutes, for everybody, from now on. */
export const freshnessWith = (changes: Partial<Freshness> = {}, told: Partial<Told> = {}): Freshness => ({
  lifetime: 600,
  sharedLifetime: changes.lifetime ?? 600,
  browserLifetime: 600,
  initialAge: 0,
  since: now,
  storage: 'public',
  validate: false,
  staleWhileRevalidate: 0,
  staleIfError: 0,
  told: toldWith(told),
  ...changes,
});

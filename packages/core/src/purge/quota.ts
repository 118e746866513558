import { TintypeError } from '../errors.ts';
import { checkOptions, type Expectation, expectations } from '../options.ts';

/** How many purges are taken in how long. */
export interface Quota {
  readonly requests: number;
  readonly seconds: number;
}

/** What an option accepts that is a quota or `false`. */
export const quotaExpectation: Expectation = [
  'false or a quota such as { requests: 1000, seconds: 60 }',
  (value) => value === false || isQuota(value),
];

/**
 * Creates a quota: a window opens with the first purge and takes so many.
 *
 * @param fields further fields of a refusal, by the seconds that are left of the window.
 * @param now a clock that nobody sets, in milliseconds.
 * @returns takes one, or throws `QUOTA_EXCEEDED` with Retry-After.
 */
export function createQuota(
  { requests, seconds }: Quota,
  fields: (quota: Quota, secondsLeft: number) => Readonly<Record<string, string>> = () => ({}),
  now: () => number = () => performance.now(),
): () => void {
  let begun = Number.NEGATIVE_INFINITY;
  let taken = 0;
  return () => {
    const elapsed = (now() - begun) / 1000;
    if (elapsed >= seconds) {
      begun = now();
      taken = 0;
    } else if (taken >= requests) {
      // RFC 9110 §10.2.3: whole seconds.
      const retryAfter = String(Math.ceil(seconds - elapsed));
      const further = fields({ requests, seconds }, seconds - elapsed);
      throw new TintypeError('QUOTA_EXCEEDED', { headers: { 'retry-after': retryAfter, ...further } });
    }
    taken++;
  };
}

function isQuota(value: unknown): value is Quota {
  const { requests, seconds } = (value ?? {}) as Partial<Quota>;
  if (requests === undefined || seconds === undefined || seconds <= 0) return false;
  try {
    checkOptions('quota', value, { requests: expectations.count, seconds: expectations.seconds });
    return true;
  } catch {
    return false;
  }
}

import { parseHttpDate } from '@tintype/core/internal';

const shortest = 250;
const longest = 8_000;

/**
 * Milliseconds to wait before the next attempt: as long as the answer asks for (RFC 9110 §10.2.3), else twice as long each
 * time, less a random share, so that many processes do not come back together.
 *
 * @param attempt the number of attempts so far.
 * @param retryAfter a Retry-After field; one that cannot be read asks for nothing.
 */
export function delayBefore(
  attempt: number,
  retryAfter: string | undefined,
  { random = Math.random(), now = Date.now() }: { readonly random?: number; readonly now?: number } = {},
): number {
  const asked = retryAfter === undefined ? undefined : readDelay(retryAfter, now);
  if (asked !== undefined) return asked + random * shortest;
  return Math.min(longest, shortest * 2 ** (attempt - 1)) * (0.5 + random / 2);
}

function readDelay(field: string, now: number): number | undefined {
  if (/^\d{1,9}$/.test(field)) return Number(field) * 1000;
  const date = parseHttpDate(field, now);
  return date === undefined ? undefined : Math.max(0, date - now);
}

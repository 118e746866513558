import { TintypeError } from '../errors.ts';
import { OriginStatusError } from '../origin/status-error.ts';

/** RFC 5861 §4: the statuses that are an error for which something stale may stand in. */
const failures = new Set([500, 502, 503, 504]);

/** Whether an origin's status is a failure. */
export function isFailure(status: number): boolean {
  return failures.has(status);
}

/**
 * The status with which an origin failed; 0 where it could not be reached, broke off, or was too slow. Undefined for what
 * is no failure of the origin: it refused, or we are the ones who cannot.
 */
export function failureStatus(error: unknown): number | undefined {
  if (!(error instanceof TintypeError)) return undefined;
  const { code, cause } = error;
  if (code === 'ORIGIN_TIMEOUT' || code === 'ORIGINAL_TOO_LARGE') return 0;
  if (code !== 'ORIGIN_FAILED') return undefined;
  if (!(cause instanceof OriginStatusError)) return 0;
  // RFC 5861 §4; and what is neither an original nor an error, such as a part or a redirect, is a failure too.
  return isFailure(cause.status) || cause.status < 400 ? cause.status : undefined;
}

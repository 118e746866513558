import { TintypeError } from '../../errors.ts';

/** undici's own timers and the kernel's. */
const timeouts = new Set(['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ETIMEDOUT']);

/** Whatever went wrong with an upstream, as `ORIGIN_TIMEOUT` or `ORIGIN_FAILED` with the error as its cause. */
export function toUpstreamError(error: unknown, deadline: AbortSignal): TintypeError {
  if (error instanceof TintypeError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return new TintypeError(deadline.aborted || timeouts.has(code) ? 'ORIGIN_TIMEOUT' : 'ORIGIN_FAILED', {
    cause: error,
  });
}

import { type ErrorCode, TintypeError, toTintypeError } from '../../errors.ts';

/** What `render` says that it throws. */
const codes: ReadonlySet<unknown> = new Set<ErrorCode>([
  'BROKEN_IMAGE',
  'ORIGINAL_TOO_LARGE',
  'UNSUPPORTED_IMAGE',
  'RENDER_TIMEOUT',
  'RENDER_FAILED',
  'INVALID_PARAMETER',
]);

/** What clients may be told in the words of a render process, which are one short line; else they get ours. */
const publicMessage = /^[^\p{C}\p{Zl}\p{Zp}]{1,200}$/u;
/** Characters of what operators are told. */
const mostOfCause = 2000;

/** Writes a failure for another process. */
export function encodeFailure(error: unknown): Buffer {
  const { code, message, cause } = toTintypeError(error, 'RENDER_FAILED');
  return Buffer.from(JSON.stringify({ code, message, cause: cause instanceof Error ? cause.message : undefined }));
}

/** Reads a failure that another process wrote, which may be under the rule of a hostile picture: nothing is trusted. */
export function decodeFailure(payload: Buffer): TintypeError {
  let said: unknown;
  try {
    said = JSON.parse(payload.toString());
  } catch {
    said = undefined;
  }
  const { code, message, cause } = (said ?? {}) as Readonly<Record<string, unknown>>;
  if (!isCode(code)) return new TintypeError('RENDER_FAILED', { cause: new Error('the render process said nonsense') });
  return new TintypeError(code, {
    message: typeof message === 'string' && publicMessage.test(message) ? message : undefined,
    cause: typeof cause === 'string' ? new Error(cause.slice(0, mostOfCause)) : undefined,
  });
}

function isCode(code: unknown): code is ErrorCode {
  return codes.has(code);
}

/** Every way a request or a call can fail. One row of docs/errors.md each. */
export type ErrorCode =
  | 'MALFORMED_REQUEST'
  | 'INVALID_PARAMETER'
  | 'INVALID_PURGE'
  | 'UNAUTHORIZED'
  | 'FORBIDDEN'
  | 'SIGNATURE_INVALID'
  | 'URL_EXPIRED'
  | 'NOT_FOUND'
  | 'UNKNOWN_PURGE'
  | 'METHOD_NOT_ALLOWED'
  | 'PRECONDITION_FAILED'
  | 'PAYLOAD_TOO_LARGE'
  | 'ORIGINAL_TOO_LARGE'
  | 'UNSUPPORTED_IMAGE'
  | 'RANGE_NOT_SATISFIABLE'
  | 'BROKEN_IMAGE'
  | 'QUOTA_EXCEEDED'
  | 'CLIENT_GONE'
  | 'RENDER_FAILED'
  | 'AUTHORIZATION_FAILED'
  | 'PURGE_UNSUPPORTED'
  | 'ORIGIN_FAILED'
  | 'PURGE_INCOMPLETE'
  | 'OVERLOADED'
  | 'CLOSED'
  | 'PURGE_FAILED'
  | 'PURGE_STATUS_FAILED'
  | 'ORIGIN_TIMEOUT'
  | 'RENDER_TIMEOUT';

interface ErrorKind {
  /** HTTP status of the answer (RFC 9110 §15). */
  readonly status: number;
  /** What the client reads. Never a path, a host or a stack; below 500 a caller may say more. */
  readonly message: string;
}

/** The one table from code to status and public text. */
export const errorKinds: Readonly<Record<ErrorCode, ErrorKind>> = {
  MALFORMED_REQUEST: { status: 400, message: 'The URL is malformed.' },
  INVALID_PARAMETER: { status: 400, message: 'A parameter has a value that is not allowed.' },
  INVALID_PURGE: { status: 400, message: 'The purge target is not valid.' },
  UNAUTHORIZED: { status: 401, message: 'A valid credential is required.' },
  FORBIDDEN: { status: 403, message: 'This source is not allowed.' },
  SIGNATURE_INVALID: { status: 403, message: 'The URL is not signed, or its signature does not match.' },
  URL_EXPIRED: { status: 403, message: 'The URL has expired.' },
  NOT_FOUND: { status: 404, message: 'There is no such image.' },
  UNKNOWN_PURGE: { status: 404, message: 'No purge of the last day has this id.' },
  METHOD_NOT_ALLOWED: { status: 405, message: 'This method is not allowed here.' },
  PRECONDITION_FAILED: { status: 412, message: 'The image is not the one that the condition names.' },
  PAYLOAD_TOO_LARGE: { status: 413, message: 'The request body is too large.' },
  ORIGINAL_TOO_LARGE: { status: 413, message: 'The original image is over a size limit.' },
  UNSUPPORTED_IMAGE: { status: 415, message: 'The original is not an image of a supported type.' },
  RANGE_NOT_SATISFIABLE: { status: 416, message: 'The range lies outside the image.' },
  BROKEN_IMAGE: { status: 422, message: 'The original image is damaged.' },
  QUOTA_EXCEEDED: { status: 429, message: 'Too many purges. Try again later.' },
  CLIENT_GONE: { status: 499, message: 'The client has gone.' },
  RENDER_FAILED: { status: 500, message: 'The image could not be made.' },
  AUTHORIZATION_FAILED: { status: 500, message: 'The credential could not be checked.' },
  PURGE_UNSUPPORTED: {
    status: 501,
    message: 'The store has no index, so a takedown could not find every copy. Nothing was done.',
  },
  ORIGIN_FAILED: { status: 502, message: 'The origin did not deliver the image.' },
  PURGE_INCOMPLETE: {
    status: 502,
    message: 'The purge holds, but what was to follow failed in part.',
  },
  OVERLOADED: { status: 503, message: 'Too many images are being made. Try again soon.' },
  CLOSED: { status: 503, message: 'The image service is shutting down.' },
  PURGE_FAILED: { status: 503, message: 'The purge could not be recorded. Nothing is promised; repeat it.' },
  PURGE_STATUS_FAILED: { status: 503, message: 'The status of the purge cannot be read now. Ask again.' },
  ORIGIN_TIMEOUT: { status: 504, message: 'The origin did not answer in time.' },
  RENDER_TIMEOUT: { status: 504, message: 'The image could not be made in time.' },
};

/** Options of a {@link TintypeError}. */
export interface TintypeErrorOptions {
  /** Public text in place of the table's; only used below status 500. */
  readonly message?: string | undefined;
  /** What happened, for operators. Never shown to clients. */
  readonly cause?: unknown;
  /** Header fields the answer must carry, such as `Allow` or `Retry-After`. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/**
 * The one error class. Follows the http-errors convention (`status`, `expose`, `headers`), so Express and Koa answer
 * right even where it reaches their own error handlers.
 */
export class TintypeError extends Error {
  override readonly name = 'TintypeError';
  readonly code: ErrorCode;
  readonly status: number;
  /** Whether `message` may be shown to a client. */
  readonly expose: boolean;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ErrorCode, options: TintypeErrorOptions = {}) {
    const kind = errorKinds[code];
    const expose = kind.status < 500;
    const message = expose ? (options.message ?? kind.message) : kind.message;
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.status = kind.status;
    this.expose = expose;
    this.headers = options.headers ?? {};
  }
}

/** The error itself where it is ours, else wrapped under `code` with the original as its cause. */
export function toTintypeError(error: unknown, code: ErrorCode): TintypeError {
  return error instanceof TintypeError ? error : new TintypeError(code, { cause: error });
}

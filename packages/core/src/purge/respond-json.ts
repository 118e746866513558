import { STATUS_CODES } from 'node:http';
import type { TintypeError } from '../errors.ts';
import type { HttpResponse } from '../http/message.ts';

/** Answers with JSON that no cache keeps. */
export function respondJson(
  status: number,
  content: object,
  headers: Readonly<Record<string, string>> = {},
  type = 'application/json',
): HttpResponse {
  const body = Buffer.from(`${JSON.stringify(content)}\n`);
  return {
    status,
    headers: {
      ...headers,
      'cache-control': 'no-store',
      'content-type': type,
      'content-length': String(body.length),
      'x-content-type-options': 'nosniff',
    },
    body,
  };
}

/**
 * Answers with problem details (RFC 9457).
 *
 * @param instance where more of it is told, relative to the request.
 */
export function respondProblem(error: TintypeError, instance?: string): HttpResponse {
  const { status, code, message: detail, headers } = error;
  const problem = { type: 'about:blank', title: STATUS_CODES[status], status, code, detail, instance };
  return respondJson(status, problem, headers, 'application/problem+json');
}

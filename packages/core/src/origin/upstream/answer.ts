import { endToEnd } from '../../http/end-to-end.ts';
import { isAnswer } from '../answer-status.ts';
import type { OriginRequest, OriginResponse } from '../origin.ts';
import { OriginStatusError } from '../status-error.ts';
import { discard, readBody } from './body.ts';
import { isConditional } from './fields.ts';
import type { UpstreamResponse } from './upstream.ts';

/**
 * An upstream's response as an origin's answer, its body read or discarded.
 *
 * @throws OriginStatusError for a status that is no answer; Error saying what else is wrong with the response;
 * TintypeError `ORIGINAL_TOO_LARGE`; undici's errors.
 */
export async function toAnswer(
  response: UpstreamResponse,
  request: OriginRequest,
  signal: AbortSignal,
): Promise<OriginResponse> {
  const { statusCode: status, body } = response;
  const headers = endToEnd(response.headers);
  try {
    if (!isAnswer(status, request.passthrough === true)) throw new OriginStatusError(status);
    if (status === 304 && !isConditional(request)) throw new Error('origin answered 304 unasked');
    return hasBody(status, request)
      ? { status, headers, body: await readBody(response, request) }
      : { status, headers };
  } finally {
    discard(body, signal);
  }
}

function hasBody(status: number, { passthrough = false, onlyFound = false }: OriginRequest): boolean {
  // RFC 9110 §6.4.1.
  return status === 200 || (passthrough && !onlyFound && status !== 204 && status !== 304);
}

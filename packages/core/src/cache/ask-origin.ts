import { TintypeError } from '../errors.ts';
import { header } from '../http/message.ts';
import type { Passthrough } from '../http/passthrough.ts';
import { isAnswer } from '../origin/answer-status.ts';
import type { OriginalId } from '../origin/identity.ts';
import { type Origin, type OriginRequest, type OriginResponse, toOriginResponse } from '../origin/origin.ts';
import { OriginStatusError } from '../origin/status-error.ts';
import type { OriginRecord, RecordName } from './record.ts';

/** Who is asked, for what. */
export interface Asking {
  readonly name: RecordName;
  /** What is known, where the question may be conditional. */
  readonly previous: OriginRecord | undefined;
  readonly isSuspicious: boolean;
  readonly maxBytes: number;
  readonly passthrough: Passthrough;
}

/** The question that follows from what is known. */
export function questionOf({ name, previous, isSuspicious, maxBytes, passthrough }: Asking): Question {
  const { fields, query } = name;
  const question = { noCache: isSuspicious, maxBytes, fields, query, ...wanted(passthrough) };
  if (previous?.status !== 200) return question;
  const etag = header(previous.headers, 'etag');
  // After a purge only a strong tag proves that the bytes are the same; a date or a weak tag may be a lying 304.
  if (isSuspicious) {
    return etag === undefined || etag.startsWith('W/')
      ? question
      : { ...question, ifNoneMatch: etag, source: previous.source };
  }
  return {
    ...question,
    ifNoneMatch: etag,
    ifModifiedSince: header(previous.headers, 'last-modified'),
    source: previous.source,
  };
}

/** What is wanted of an origin beyond images. */
function wanted({ isOn, anyStatus }: Passthrough): Pick<OriginRequest, 'passthrough' | 'onlyFound'> {
  return isOn ? { passthrough: true, onlyFound: !anyStatus } : {};
}

type Question = Omit<OriginRequest, 'signal'>;

/**
 * Asks within the deadline and trusts nothing of the answer's form: an origin may be the user's own.
 *
 * @param timeout seconds.
 * @throws TintypeError `ORIGIN_TIMEOUT`, `ORIGINAL_TOO_LARGE`, and whatever the origin throws.
 */
export async function askOrigin(
  origin: Origin,
  { path }: OriginalId,
  question: Question,
  timeout: number,
): Promise<OriginResponse> {
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new TintypeError('ORIGIN_TIMEOUT'));
      abort.abort();
    }, timeout * 1000);
  });
  // An origin of the user's own may throw at once.
  const reading = Promise.resolve().then(() => origin.read(path, { ...question, signal: abort.signal }));
  try {
    return checked(toOriginResponse(await Promise.race([reading, deadline])), question);
  } finally {
    clearTimeout(timer);
    // An answer that comes after the deadline is nobody's.
    reading.catch(() => undefined);
  }
}

function checked(answer: OriginResponse, question: Question): OriginResponse {
  const { status, body } = answer;
  const wasConditional = question.ifNoneMatch !== undefined || question.ifModifiedSince !== undefined;
  if (status === 304 && !wasConditional) throw new Error('the origin answered 304 to an unconditional request');
  if (status === 200 && !(body instanceof Uint8Array)) throw new Error('200 without a body of bytes');
  if ((body?.length ?? 0) > question.maxBytes) throw new TintypeError('ORIGINAL_TOO_LARGE');
  const isAnyWanted = question.passthrough === true && question.onlyFound !== true;
  if (!isAnswer(status, isAnyWanted)) throw new OriginStatusError(status);
  return answer;
}

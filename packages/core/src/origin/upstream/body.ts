import { TintypeError } from '../../errors.ts';
import { type HttpHeaders, header } from '../../http/message.ts';
import { codingOf } from '../../http/stored-fields.ts';
import type { OriginRequest } from '../origin.ts';
import type { UpstreamResponse } from './upstream.ts';

type Body = UpstreamResponse['body'];

/** Bytes of an unwanted body that are read to keep the socket; over it a new connection is cheaper. */
const discardLimit = 65_536;

/** What is taken for the length of a body that declares none: most pictures are smaller. */
const guessedBytes = 1024 * 1024;

/**
 * Reads a body whole, as it came: nothing is decoded.
 *
 * @throws TintypeError `ORIGINAL_TOO_LARGE` over `maxBytes`, before a byte is read where the length is declared; Error
 * where it was cut or, without `passthrough`, is encoded or has an end that cannot be told from a cut; undici's errors.
 */
export async function readBody(
  response: UpstreamResponse,
  { maxBytes, passthrough = false, admit }: Pick<OriginRequest, 'maxBytes' | 'passthrough' | 'admit'>,
): Promise<Uint8Array> {
  const { headers, body } = response;
  const isEndTold = isDelimited(headers);
  // RFC 9112 §6.1: a coding of the transfer that nobody undoes is none of the content's.
  if (/\b(?:gzip|deflate|compress)\b/i.test(header(headers, 'transfer-encoding') ?? '')) {
    throw new Error('origin answered with a transfer coding that was not asked for');
  }
  if (!passthrough) refuseCoding(headers);
  if (!passthrough && !isEndTold) throw new Error('origin answered with a body whose end cannot be told from a cut');
  const expected = lengthOf(headers, maxBytes);
  await admit?.(expected);
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  // RFC 9112 §8: whole where the connection ended well. undici takes a reset for an end, so the sockets are watched.
  if (!isEndTold && response.wasReset()) throw new Error('the connection was reset before the body had ended');
  return Buffer.concat(chunks, length);
}

/** Lets go of a body that nobody wants, so that its socket is free again; what goes wrong with it is of no interest. */
export function discard(body: Body, signal: AbortSignal): void {
  body.dump({ limit: discardLimit, signal }).catch(() => {});
}

function refuseCoding(headers: HttpHeaders): void {
  const coding = codingOf(headers);
  if (coding !== undefined) throw new Error(`origin answered with content-encoding ${coding}`);
}

/** The length that is declared, or a guess. */
function lengthOf(headers: HttpHeaders, maxBytes: number): number {
  const declared = Number(header(headers, 'content-length') ?? 0);
  if (declared > maxBytes) throw tooLarge(maxBytes);
  return declared || guessedBytes;
}

/** RFC 9112 §6.3: a body that ends when the connection does looks whole wherever it is cut. */
function isDelimited(headers: HttpHeaders): boolean {
  const coding = header(headers, 'transfer-encoding');
  return coding === undefined ? headers['content-length'] !== undefined : coding.trim().toLowerCase() === 'chunked';
}

function tooLarge(maxBytes: number): TintypeError {
  return new TintypeError('ORIGINAL_TOO_LARGE', { cause: new Error(`origin sent more than ${maxBytes} bytes`) });
}

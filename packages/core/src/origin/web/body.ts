import type { Dispatcher } from 'undici';
import { TintypeError } from '../../errors.ts';
import { type HttpHeaders, header } from '../../http/message.ts';

type Body = Dispatcher.ResponseData['body'];

/** Bytes of an unwanted body that are read to keep the socket; over it a new connection is cheaper. */
const discardLimit = 65_536;

/**
 * Reads the body of a 200 whole.
 *
 * @throws TintypeError `ORIGINAL_TOO_LARGE` over `maxBytes`, before a byte is read where the length is declared; Error
 * for a body that is encoded or whose end could not be told; undici's errors for one that was cut.
 */
export async function readBody(
  { headers, body }: { readonly headers: HttpHeaders; readonly body: Body },
  maxBytes: number,
): Promise<Uint8Array> {
  const encoding = header(headers, 'content-encoding')?.trim().toLowerCase() ?? '';
  if (encoding !== '' && encoding !== 'identity') throw new Error(`origin answered with content-encoding ${encoding}`);
  if (!isDelimited(headers)) throw new Error('origin answered with a body whose end cannot be told from a cut');
  if (Number(header(headers, 'content-length') ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

/** Lets go of a body that nobody wants, so that its socket is free again; what goes wrong with it is of no interest. */
export function discard(body: Body, signal: AbortSignal): void {
  body.dump({ limit: discardLimit, signal }).catch(() => {});
}

/** RFC 9112 §6.3: a body that ends when the connection does looks whole wherever it is cut. */
function isDelimited(headers: HttpHeaders): boolean {
  const coding = header(headers, 'transfer-encoding');
  return coding === undefined ? headers['content-length'] !== undefined : coding.trim().toLowerCase() === 'chunked';
}

function tooLarge(maxBytes: number): TintypeError {
  return new TintypeError('ORIGINAL_TOO_LARGE', { cause: new Error(`origin sent more than ${maxBytes} bytes`) });
}

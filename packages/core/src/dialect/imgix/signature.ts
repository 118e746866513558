import { createHash, timingSafeEqual } from 'node:crypto';
import { TintypeError } from '../../errors.ts';

/** Signs URLs and verifies signatures as imgix does. */
export interface ImgixSigner {
  /** The query with its signature at the end. @param path whole path of the URL, percent-encoded, mount included. */
  sign(path: string, query: string): string;
  /**
   * @throws TintypeError `SIGNATURE_INVALID` where the signature is wrong, or missing and wanted.
   * @param isRequired whether there must be one.
   */
  check(path: string, query: string, isRequired: boolean): void;
}

/**
 * Creates what signs and verifies: the MD5, which is the vendor's choice, of token, path, and query up to the signature,
 * which is its last parameter (imgix-blueprint, Securing URLs).
 *
 * @param tokens the first signs, all verify.
 */
export function createImgixSigner(tokens: readonly string[]): ImgixSigner {
  const [first = ''] = tokens;

  const isValid = (path: string, query: string, signature: string): boolean => {
    if (!/^[\da-f]{32}$/.test(signature)) return false;
    const given = Buffer.from(signature, 'hex');
    // All are compared: it takes as long whichever token it is, or none.
    return tokens.filter((token) => timingSafeEqual(digestOf(token, path, query), given)).length > 0;
  };

  return {
    sign(path, query) {
      const signature = digestOf(first, path, query).toString('hex');
      return query === '' ? `s=${signature}` : `${query}&s=${signature}`;
    },
    check(path, query, isRequired) {
      const [, signed = '', signature] = /^(?:(.*)&)?s=([^&]*)$/s.exec(query) ?? [];
      if (signature === undefined && !isRequired && !holdsSignature(query)) return;
      if (signature === undefined || !isValid(path, signed, signature)) throw new TintypeError('SIGNATURE_INVALID');
    },
  };
}

/** Whether a signature stands where it is none: not at the end. */
function holdsSignature(query: string): boolean {
  return query.split('&').some((pair) => pair === 's' || pair.startsWith('s='));
}

function digestOf(token: string, path: string, query: string): Buffer {
  const text = `${token}${path}${query === '' ? '' : `?${query}`}`;
  return createHash('md5').update(text, 'utf8').digest();
}

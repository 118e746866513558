import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const unreserved = /[\w.~-]/;

/**
 * Whether a request is signed as AWS Signature Version 4 for S3 wants it. Written after its specification, apart from any
 * signer, because the S3 server that tests run does not look at signatures of this version.
 */
export function isSigned(request: IncomingMessage, secretAccessKey: string): boolean {
  const { authorization = '' } = request.headers;
  const match = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/([^,]+), SignedHeaders=([^,]+), Signature=([\da-f]{64})$/.exec(
    authorization,
  );
  const [, , scope = '', names = '', signature = ''] = match ?? [];
  const signed = names.split(';');
  const demanded = ['host', ...Object.keys(request.headers).filter((name) => name.startsWith('x-amz-'))];
  if (match === null || !demanded.every((name) => signed.includes(name))) return false;
  const [path = '', query = ''] = (request.url ?? '').split('?');
  const canonicalRequest = [
    request.method,
    canonicalUri(path),
    query,
    ...signed.map((name) => `${name}:${String(request.headers[name]).trim()}`),
    '',
    names,
    request.headers['x-amz-content-sha256'],
  ].join('\n');
  const hash = createHash('sha256').update(canonicalRequest).digest('hex');
  const text = ['AWS4-HMAC-SHA256', request.headers['x-amz-date'], scope, hash].join('\n');
  const key = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`);
  return timingSafeEqual(hmac(key, text), Buffer.from(signature, 'hex'));
}

/** The path decoded as the server understands it, and encoded as the specification says: once, all but the unreserved. */
function canonicalUri(path: string): string {
  const byte = (_: string, hex: string): string => String.fromCharCode(Number.parseInt(hex, 16));
  const segments = path.split('/').map((segment) => Buffer.from(segment.replace(/%([\da-f]{2})/gi, byte), 'latin1'));
  const encode = (code: number): string => {
    const character = String.fromCharCode(code);
    return unreserved.test(character) ? character : `%${code.toString(16).padStart(2, '0').toUpperCase()}`;
  };
  return segments.map((segment) => Array.from(segment, encode).join('')).join('/');
}

import aws4 from 'aws4';
import type { Fields } from '../upstream/upstream.ts';
import type { S3Credentials } from './credentials.ts';

/** What of a GET request is signed. */
export interface Unsigned {
  /** Host, and port where it is not the default: as the Host field will say it. */
  readonly host: string;
  /** As it goes on the wire. */
  readonly path: string;
  readonly region: string;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

/**
 * The fields that sign a GET request with AWS Signature Version 4. Host and the `x-amz-` fields are signed, which is what
 * S3 demands; all others are free to be changed by what stands between, as some do with Accept-Encoding.
 */
export function signatureFields({ host, path, region, now }: Unsigned, credentials: S3Credentials): Fields {
  const { sessionToken, ...keys } = credentials;
  const date = new Date(now).toISOString().replace(/[:-]|\.\d{3}/g, '');
  const headers = { host, 'x-amz-date': date };
  const { headers: signed = {} } = aws4.sign(
    { service: 's3', region, method: 'GET', path, headers },
    sessionToken === undefined ? keys : { ...keys, sessionToken },
  );
  const fields = Object.entries(signed).map(([name, value]) => [name.toLowerCase(), String(value)]);
  return Object.fromEntries(fields.filter(([name]) => name !== 'host'));
}

/**
 * A key in a request target. All but RFC 3986's unreserved characters and the slash is percent-encoded: with the
 * sub-delims left as they are S3 would count another signature, and read a plus sign as a blank.
 */
export function encodeKey(key: string): string {
  return key.split('/').map(encodeSegment).join('/');
}

function encodeSegment(segment: string): string {
  const encode = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(segment).replace(/[!'()*]/g, encode);
}

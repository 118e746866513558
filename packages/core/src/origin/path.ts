import { TintypeError } from '../errors.ts';
import { beginsAsUrl, canonicalUrlPath } from './url-path.ts';

const maxSegmentBytes = 255;
const maxPathBytes = 1024;

const loneSurrogate = /\p{Surrogate}/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const controlCharacter = /[\x00-\x1f\x7f]/;
/** A slash inside a segment was encoded; backslash and colon part names on Windows. */
const separator = /[/\\:]/;
/** Windows opens the device whatever the extension, and whatever blanks stand before it. */
const deviceName = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[1-9¹²³]) *(?:\.|$)/i;

type Refusal = 'MALFORMED_REQUEST' | 'NOT_FOUND';

/**
 * The one spelling of an original's path, shared by caching, purging and every origin: each segment percent-decoded
 * exactly once (RFC 3986 §2.1), whatever could name a file a second way refused. Nothing is ever resolved, collapsed or
 * Unicode-normalised: a path is taken as it is or not at all.
 *
 * A path may also be an absolute URL, as it is or percent-encoded as one segment: `/https%3A%2F%2Fpictures.example%2F…`.
 * That has a canonical spelling of its own, and is nothing to origins whose paths are plain.
 *
 * @param rawPath the path as on the wire: leading slash, percent-encoded, no query.
 * @returns the decoded path with a leading slash, such as `/cats/1.jpg` or `/https://pictures.example/cat.jpg?id=5`.
 * @throws TintypeError `MALFORMED_REQUEST` for broken percent-encoding, broken UTF-8 and control characters;
 * `NOT_FOUND` for everything else that is refused, because what is hidden must look like what is absent.
 */
export function canonicalPath(rawPath: string): string {
  return canonicalUrlPath(rawPath) ?? canonicalPlainPath(rawPath);
}

function canonicalPlainPath(rawPath: string): string {
  // A byte takes three characters at most, so the rest need not be decoded to be known as too long.
  if (rawPath.length > maxPathBytes * 3) throw new TintypeError('NOT_FOUND');
  const parts = rawPath.split('/').map(decodeSegment);
  const refusal = refuse(parts);
  if (refusal !== undefined) throw new TintypeError(refusal);
  return parts.join('/');
}

/** Whether a decoded path is a plain one that {@link canonicalPath} could have returned. */
export function isCanonicalPath(path: string): boolean {
  return refuse(path.split('/')) === undefined;
}

/**
 * Writes a canonical path for a URL: the inverse of {@link canonicalPath}. Unreserved characters, sub-delims and `@`
 * stay as they are (RFC 3986 §3.3), all else is percent-encoded. A URL is one segment.
 */
export function encodePath(canonical: string): string {
  if (beginsAsUrl(canonical)) return `/${encodeSegment(canonical.slice(1))}`;
  return canonical.split('/').map(encodeSegment).join('/');
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (cause) {
    throw new TintypeError('MALFORMED_REQUEST', { cause });
  }
}

function encodeSegment(segment: string): string {
  return encodeURIComponent(segment).replace(/%(?:24|26|2B|2C|3B|3D|40)/g, decodeURIComponent);
}

function refuse(parts: readonly string[]): Refusal | undefined {
  const path = parts.join('/');
  if (controlCharacter.test(path) || loneSurrogate.test(path)) return 'MALFORMED_REQUEST';
  const [root, ...segments] = parts;
  if (root !== '' || segments.length === 0 || Buffer.byteLength(path) > maxPathBytes) return 'NOT_FOUND';
  return segments.every(isPlainName) ? undefined : 'NOT_FOUND';
}

function isPlainName(segment: string): boolean {
  if (segment === '' || Buffer.byteLength(segment) > maxSegmentBytes) return false;
  // Dot segments are dotfiles too.
  if (segment.startsWith('.') || segment.endsWith('.') || segment.endsWith(' ')) return false;
  return !separator.test(segment) && !deviceName.test(segment);
}

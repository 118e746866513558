import type { ImageInfo } from '../image.ts';
import { readAvif } from './avif.ts';
import { readGif } from './gif.ts';
import { readJpeg } from './jpeg.ts';
import { readPng } from './png.ts';
import { hasText } from './reader.ts';
import { unsupported } from './refusals.ts';
import { readWebp } from './webp.ts';

/**
 * Part of the key of every origin record, which keeps what these parsers said of a content. To be raised with each change
 * that makes them say something else of the same bytes, refusals and new fields included: so that no limit is held against
 * what an older one said.
 */
export const probeVersion = 3;

/** A type we accept: what must stand where, as Latin-1, and who reads it. */
interface Signature {
  readonly magic: Readonly<Record<number, string>>;
  readonly read: (bytes: Uint8Array) => ImageInfo;
}

const signatures: readonly Signature[] = [
  { magic: { 0: '\xff\xd8\xff' }, read: readJpeg },
  { magic: { 0: '\x89PNG\r\n\x1a\n' }, read: readPng },
  { magic: { 0: 'RIFF', 8: 'WEBP' }, read: readWebp },
  { magic: { 4: 'ftyp' }, read: readAvif },
  { magic: { 0: 'GIF87a' }, read: readGif },
  { magic: { 0: 'GIF89a' }, read: readGif },
];

/**
 * What the header of an original says. The type is judged by the bytes alone, never by a name or a label. Reads in one
 * pass without decoding a pixel, and allocates nothing by a size that the file claims.
 *
 * @throws TintypeError `UNSUPPORTED_IMAGE` where the bytes are no JPEG, PNG, WebP, AVIF or GIF that we decode.
 * @throws TintypeError `BROKEN_IMAGE` where they are one, but its header is damaged or cut short.
 */
export function probe(bytes: Uint8Array): ImageInfo {
  const signature = signatures.find(({ magic }) =>
    Object.entries(magic).every(([at, text]) => hasText(bytes, Number(at), text)),
  );
  if (signature === undefined) {
    throw unsupported('No known signature');
  }
  return signature.read(bytes);
}

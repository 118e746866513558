import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { ContentCoding } from './accept-encoding.ts';

const compressBrotli = promisify(brotliCompress);
const compressGzip = promisify(gzip);

/** Brotli's quality: about the time of gzip at its default, for fewer bytes. */
const brotliQuality = 5;

/** What coded bytes depend on beside the content: part of their keys. */
export const codecs: string = `${process.versions.zlib},${process.versions.brotli}:${brotliQuality}`;

/** Codes content for the way (RFC 9110 §8.4.1), in libuv's thread pool. */
export async function encodeContent(bytes: Uint8Array, coding: ContentCoding): Promise<Uint8Array> {
  if (coding === 'identity') return bytes;
  if (coding === 'gzip') return compressGzip(bytes);
  return compressBrotli(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: brotliQuality,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
}

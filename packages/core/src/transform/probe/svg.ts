import type { ImageInfo } from '../image.ts';
import { unsupported } from './refusals.ts';
import { checkCost } from './svg/cost.ts';
import { parseDocument } from './svg/document.ts';
import { naturalSize } from './svg/size.ts';

/** Bytes at the start of a file in which the root must begin. */
const sniffedBytes = 65_536;
const byteOrderMark = '\xef\xbb\xbf';
/** What may stand before the root, and how it ends. */
const prologue: readonly (readonly [start: string, end: string])[] = [
  ['<!--', '-->'],
  ['<?', '?>'],
  ['<!DOCTYPE', '>'],
];
const root = /^<(?:svg:)?svg[\s/>]/;

/**
 * Whether bytes look like an SVG: UTF-8 with an `svg` element (or `svg:svg`) as its root, which begins within 64 KB.
 * False for UTF-16 and for gzip.
 */
export function isSvg(bytes: Uint8Array): boolean {
  if (!startsAsMarkup(bytes)) return false;
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, sniffedBytes)).toString('latin1');
  let rest = (start.startsWith(byteOrderMark) ? start.slice(byteOrderMark.length) : start).trimStart();
  for (let part = partOf(rest); part !== undefined; part = partOf(rest)) {
    rest = rest.slice(part).trimStart();
  }
  return root.test(rest);
}

/** Whether the first byte that says something is `<`: of other files no text is made for a look. */
function startsAsMarkup(bytes: Uint8Array): boolean {
  const first = bytes.subarray(0, sniffedBytes).findIndex((byte) => !isSkipped(byte));
  return bytes[first] === lessThan;
}

const lessThan = 0x3c;

/** White space of `trimStart` in Latin-1, and the three bytes of a mark of UTF-8. */
const isSkipped = (byte: number): boolean =>
  (byte >= 0x09 && byte <= 0x0d) || byte === 0x20 || byte === 0xa0 || byteOrderMark.includes(String.fromCharCode(byte));

/** How long the comment, instruction or document type is that text starts with; undefined where it is none. */
function partOf(text: string): number | undefined {
  const [start, end] = prologue.find(([opening]) => text.startsWith(opening)) ?? [];
  if (start === undefined || end === undefined) {
    return undefined;
  }
  // Declarations of its own, which hold other ends: what follows is for the parser to refuse.
  const isLong = end === '>' && text.slice(0, text.indexOf('>')).includes('[');
  const from = isLong ? text.indexOf(']') : start.length;
  const at = from === -1 ? -1 : text.indexOf(end, from);
  return at === -1 ? undefined : at + end.length;
}

/**
 * Reads an SVG, and refuses what the renderer, which cannot be interrupted, would take too long for.
 *
 * @throws TintypeError `UNSUPPORTED_IMAGE` where the bytes are no SVG, or one that takes in others or does not tell its
 *   size.
 * @throws TintypeError `BROKEN_IMAGE` where it is not well-formed, has no size that makes a picture, or refers to itself.
 * @throws TintypeError `ORIGINAL_TOO_LARGE` where it is over a limit of `svg/limits.ts`.
 */
export function readSvg(bytes: Uint8Array): ImageInfo {
  if (!isSvg(bytes)) {
    throw unsupported('No SVG in UTF-8');
  }
  const document = parseDocument(bytes);
  const size = naturalSize(document);
  checkCost(document);
  return { format: 'svg', ...size, orientation: 1, frames: 1, alpha: true, interlaced: false };
}

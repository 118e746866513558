import { inflateSync } from 'node:zlib';
import type { SourceFormat } from './image.ts';
import { boxes, onlyBox } from './probe/boxes.ts';
import { entriesFrom, tiffView } from './probe/ifd.ts';
import { endOfSegment, markerFrom } from './probe/jpeg.ts';
import { fourCharacters, hasText, uint8, uint32be, uint32le } from './probe/reader.ts';
import { directoriesOf } from './probe/tiff/directory.ts';

/** Most tags of a profile: the colour engine takes no more. */
const mostTags = 100;
const tagTable = 128;
const tagBytes = 12;
/** Type of a tag: a list of steps, as long as its maker likes, that is gone through for each colour of a table. */
const steps = fourCharacters('mpet');

/** Bytes of a profile, inflated. Those of screens have some thousands. */
const mostInflated = 4 * 1024 * 1024;

/** How to find the colour profiles of a file. What is not as it should be throws, whatever that is. */
const finders: Partial<Record<SourceFormat, (bytes: Uint8Array) => Iterable<Uint8Array>>> = {
  jpeg: profilesOfJpeg,
  png: profilesOfPng,
  webp: profilesOfWebp,
  avif: profilesOfAvif,
  tiff: profilesOfTiff,
};

/**
 * Whether a file has a colour profile that must not be used: one that holds multi-process elements (ICC.1:2022 §10.16),
 * of which a kilobyte can keep the colour engine busy for minutes that nobody can end; or one that is not written as
 * encoders write it, so that it might be read in another way than here. Its pixels are taken for sRGB then.
 */
export function hasCostlyProfile(bytes: Uint8Array, format: SourceFormat): boolean {
  try {
    return [...(finders[format]?.(bytes) ?? [])].some(hasSteps);
  } catch {
    return true;
  }
}

function hasSteps(profile: Uint8Array): boolean {
  if (profile.length < tagTable + 4) return false;
  const tags = Math.min(uint32be(profile, tagTable), mostTags);
  for (let tag = 0; tag < tags; tag += 1) {
    const entry = tagTable + 4 + tag * tagBytes;
    if (entry + tagBytes > profile.length) return false;
    const start = uint32be(profile, entry + 4);
    if (start + 4 <= profile.length && uint32be(profile, start) === steps) return true;
  }
  return false;
}

const profileMarker = 0xe2;
const profileName = 'ICC_PROFILE\0';

/** One, in segments before the first scan, each with its number and how many there are (ICC.1:2022 annex B.4). */
function profilesOfJpeg(bytes: Uint8Array): readonly Uint8Array[] {
  const parts: Uint8Array[] = [];
  let count = 0;
  for (let at = markerFrom(bytes, 2); uint8(bytes, at) !== 0xda; at = markerFrom(bytes, endOfSegment(bytes, at))) {
    if (uint8(bytes, at) !== profileMarker || !hasText(bytes, at + 3, profileName)) continue;
    const [number, all] = [uint8(bytes, at + 15), uint8(bytes, at + 16)];
    parts.push(bytes.subarray(at + 17, endOfSegment(bytes, at)));
    count ||= all;
    // Decoders differ in how they put together what is out of order.
    if (number !== parts.length || all !== count) throw new Error('JPEG: parts of a profile out of order');
  }
  if (parts.length !== count) throw new Error('JPEG: parts of a profile are missing');
  return [Buffer.concat(parts)];
}

/** Deflated, behind a name and one byte for the method (PNG 3rd edition, §11.3.2.3). */
function* profilesOfPng(bytes: Uint8Array): Generator<Uint8Array, void, undefined> {
  const [data, type] = [fourCharacters('IDAT'), fourCharacters('iCCP')];
  for (let at = 8; uint32be(bytes, at + 4) !== data; at += 12 + uint32be(bytes, at)) {
    if (uint32be(bytes, at + 4) !== type) continue;
    const payload = bytes.subarray(at + 8, at + 8 + uint32be(bytes, at));
    yield inflateSync(payload.subarray(payload.indexOf(0) + 2), { maxOutputLength: mostInflated });
  }
}

function* profilesOfWebp(bytes: Uint8Array): Generator<Uint8Array, void, undefined> {
  const type = fourCharacters('ICCP');
  for (let at = 12; at + 8 <= bytes.length; ) {
    const length = uint32le(bytes, at + 4);
    if (uint32be(bytes, at) === type) yield bytes.subarray(at + 8, at + 8 + length);
    at += 8 + length + (length % 2);
  }
}

const tiffProfile = 34_675;
/** UNDEFINED (TIFF 6.0 §2): one byte each. */
const undefinedType = 7;

/** In the directory of a page (ICC.1:2022 annex B.5); of all pages, whichever is decoded. */
function* profilesOfTiff(bytes: Uint8Array): Generator<Uint8Array, void, undefined> {
  const tiff = tiffView(bytes);
  if (tiff === undefined) return;
  const { view, littleEndian } = tiff;
  for (const directory of directoriesOf(tiff)) {
    for (const { tag, type, count, at } of entriesFrom(tiff, directory + 2, view.getUint16(directory, littleEndian))) {
      if (tag !== tiffProfile) continue;
      if (type !== undefinedType) throw new Error('TIFF: a profile of another type');
      const start = view.getUint32(at, littleEndian);
      yield bytes.subarray(start, start + count);
    }
  }
}

const profileKinds: readonly number[] = ['prof', 'rICC'].map(fourCharacters);

/** Among the properties of its items (ISO/IEC 14496-12 §12.1.5), whichever they are of. */
function* profilesOfAvif(bytes: Uint8Array): Generator<Uint8Array, void, undefined> {
  const type = fourCharacters('colr');
  const meta = onlyBox(bytes, { start: 0, end: bytes.length }, 'meta');
  const properties = onlyBox(bytes, onlyBox(bytes, { start: meta.start + 4, end: meta.end }, 'iprp'), 'ipco');
  for (const box of boxes(bytes, properties.start, properties.end)) {
    const isProfile = box.type === type && profileKinds.includes(uint32be(bytes, box.start));
    if (isProfile) yield bytes.subarray(box.start + 4, box.end);
  }
}

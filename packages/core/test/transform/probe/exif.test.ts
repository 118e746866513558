import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { exifOrientation } from '../../../src/transform/probe/exif.ts';
import { probe } from '../../../src/transform/probe/probe.ts';
import { inserted, patched, picture, segment, tiff } from './pictures.ts';

const orientations = [1, 2, 3, 4, 5, 6, 7, 8];
const tag = 0x0112;

describe('the orientation of an original', () => {
  it.each(
    (['jpeg', 'png', 'webp'] as const).flatMap((format) => orientations.map((value) => [format, value] as const)),
  )('is what a %s says: %i', async (format, value) => {
    const bytes = await picture().withMetadata({ orientation: value }).toFormat(format).toBuffer();
    expect(probe(bytes)).toMatchObject({ format, width: 40, height: 24, orientation: value });
    expect((await sharp(bytes).metadata()).orientation).toBe(value);
  });

  it.each([0, 9, 255, 65_535])('is 1 where a JPEG says %i', async (value) => {
    const bytes = inserted(
      await picture().jpeg().toBuffer(),
      2,
      segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0'), tiff(tag, 3, value)])),
    );
    expect(probe(bytes).orientation).toBe(1);
  });
});

describe('exifOrientation', () => {
  const block = tiff(tag, 3, 6);
  it.each([
    ['a TIFF header, little end first', block, 6],
    ['a TIFF header, big end first', tiff(tag, 3, 6, false), 6],
    ['the prefix Exif', Buffer.concat([Buffer.from('Exif\0\0'), block]), 6],
    ['a LONG', tiff(tag, 4, 8), 8],
    ['a LONG, big end first', tiff(tag, 4, 8, false), 8],
    ['a BYTE', tiff(tag, 1, 3), 3],
    ['more claimed entries than there are', patched(block, 8, 0xff, 0xff), 6],
    ['nothing', Buffer.alloc(0), 1],
    ['a prefix alone', Buffer.from('Exif\0\0'), 1],
    ['a prefix without its zeros', Buffer.concat([Buffer.from('Exif'), block]), 1],
    ['another byte order', patched(block, 0, 0x4a), 1],
    ['another TIFF version', patched(block, 2, 43), 1],
    ['a directory past the end', patched(block, 4, 0xff, 0xff, 0xff, 0xff), 1],
    ['a directory without entries', patched(block, 8, 0, 0), 1],
    ['a cut entry', block.subarray(0, 21), 1],
    ['an entry without a value', patched(block, 14, 0), 1],
    ['a value of another type', tiff(tag, 2, 6), 1],
    ['another tag', tiff(0x0113, 3, 6), 1],
  ])('reads %s', (_, bytes, expected) => {
    expect(exifOrientation(bytes)).toBe(expected);
  });

  it.each([
    ['BYTE', 1],
    ['SHORT', 3],
    ['LONG', 4],
  ])('takes a %s as the decoder does', async (_, type) => {
    const exif = Buffer.concat([Buffer.from('Exif\0\0'), tiff(tag, type, 6)]);
    const bytes = inserted(await picture().jpeg().toBuffer(), 2, segment(0xe1, exif));
    expect((await sharp(bytes).metadata()).orientation).toBe(6);
    expect(probe(bytes).orientation).toBe(6);
  });
});

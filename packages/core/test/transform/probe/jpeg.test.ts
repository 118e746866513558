import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { readJpeg } from '../../../src/transform/probe/jpeg.ts';
import { inserted, patched, picture, segment, tiff } from './pictures.ts';

let jpeg: Buffer;
/** Offset of the frame header's marker code. */
let frame: number;

beforeAll(async () => {
  jpeg = await picture().jpeg().toBuffer();
  frame = jpeg.indexOf(Buffer.from([0xff, 0xc0])) + 1;
});

const exif = (orientation: number) =>
  segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0'), tiff(0x0112, 3, orientation)]));
const size = { width: 40, height: 24 };

describe('readJpeg', () => {
  it.each<readonly [string, readonly Uint8Array[], object]>([
    ['fill bytes before a marker', [Buffer.from([0xff, 0xff, 0xff])], size],
    ['stray bytes before a marker', [Buffer.from([1, 2, 3])], size],
    ['a stuffed byte before a marker', [Buffer.from([0xff, 0, 5])], size],
    ['markers without a segment', [Buffer.from([0xff, 0x01, 0xff, 0xd3])], size],
    ['an empty segment', [segment(0xe7, Buffer.alloc(0))], size],
    ['an unknown segment that holds a frame header', [segment(0xe9, Buffer.from([0xff, 0xc0, 0, 17]))], size],
    ['XMP before EXIF', [segment(0xe1, Buffer.from('http://ns.adobe.com/xap/1.0/\0')), exif(6)], { orientation: 6 }],
    ['two EXIF blocks, the first of which counts', [exif(6), exif(3)], { orientation: 6 }],
    [
      'a broken EXIF block before a sound one',
      [segment(0xe1, Buffer.from('Exif\0\0junk')), exif(3)],
      { orientation: 1 },
    ],
    ['an empty APP1 segment', [segment(0xe1, Buffer.alloc(0))], { orientation: 1 }],
  ])('reads past %s', async (_, parts, expected) => {
    const bytes = inserted(jpeg, 2, ...parts);
    expect(readJpeg(bytes)).toMatchObject({ ...size, ...expected });
    expect(await sharp(bytes).metadata()).toMatchObject(size);
  });

  it('finds EXIF that stands behind the frame header', () => {
    const bytes = inserted(jpeg, frame + 1 + jpeg.readUInt16BE(frame + 1), exif(8));
    expect(readJpeg(bytes).orientation).toBe(8);
  });

  it.each([
    ['baseline', 0xc0, false],
    ['extended', 0xc1, false],
    ['progressive', 0xc2, true],
  ])('takes a %s frame', (_, marker, interlaced) => {
    expect(readJpeg(patched(jpeg, frame, marker))).toMatchObject({ ...size, interlaced });
  });

  it('says interlaced of a baseline picture whose components come in several scans', () => {
    const scan = jpeg.indexOf(Buffer.from([0xff, 0xda])) + 1;
    expect(readJpeg(jpeg).interlaced).toBe(false);
    expect(readJpeg(patched(jpeg, scan + 3, 1)).interlaced).toBe(true);
  });

  it.each([
    ['4:2:0', () => picture().jpeg({ progressive: true }), 3],
    ['4:4:4', () => picture().jpeg({ progressive: true, chromaSubsampling: '4:4:4' }), 6],
    ['grey', () => picture().toColourspace('b-w').jpeg({ progressive: true }), 2],
    ['CMYK', () => picture().toColourspace('cmyk').jpeg({ progressive: true }), 8],
  ])('tells the bytes that coefficients take of a progressive picture: %s', async (_, make, heldBytes) => {
    expect(readJpeg(await make().toBuffer()).heldBytes).toBe(heldBytes);
  });

  it('counts the scans of a progressive picture, and none of others', async () => {
    const grey = await picture().greyscale().jpeg({ progressive: true }).toBuffer();
    expect(readJpeg(grey).scans).toBe(grey.toString('latin1').split('\xff\xda').length - 1);
    expect(readJpeg(jpeg)).not.toHaveProperty('scans');
  });

  it('counts scans up to the end of the picture, past restarts, stuffed bytes and what makes no sense', () => {
    const scan = segment(0xda, Buffer.from([1, 1, 0, 0, 0, 0]));
    const coded = Buffer.from('\x12\xff\0\x34\xff\xd0\x56\xff\xff', 'latin1');
    const head = Buffer.concat([patched(jpeg, frame, 0xc2).subarray(0, frame + 18), scan, coded, scan, coded]);
    const end = Buffer.from([0xff, 0xd9]);
    expect(readJpeg(Buffer.concat([head, end, scan])).scans).toBe(2);
    expect(readJpeg(Buffer.concat([head, Buffer.from([0xff, 0xe1, 0, 1]), scan])).scans).toBe(2);
    expect(readJpeg(head).scans).toBe(2);
    expect(readJpeg(Buffer.concat([head, scan])).scans).toBe(3);
  });

  it('takes ten thousand segments before the pixels, and between them, and not many more', async () => {
    const segments = (count: number) => Buffer.alloc(count * 4, Buffer.from([0xff, 0xe1, 0, 2]));
    const refused = expect.objectContaining({ code: 'BROKEN_IMAGE' });
    expect(readJpeg(inserted(jpeg, 2, segments(9900)))).toMatchObject(size);
    expect(() => readJpeg(inserted(jpeg, 2, segments(10_001)))).toThrow(refused);
    const progressive = await picture().jpeg({ progressive: true }).toBuffer();
    const last = progressive.lastIndexOf(Buffer.from([0xff, 0xda]));
    expect(readJpeg(inserted(progressive, last, segments(9900)))).toMatchObject(size);
    expect(() => readJpeg(inserted(progressive, last, segments(10_001)))).toThrow(refused);
  });

  it.each([
    ['lossless', 0xc3],
    ['hierarchical', 0xc5],
    ['arithmetic-coded', 0xc9],
    ['arithmetic-coded progressive', 0xca],
    ['arithmetic-coded lossless', 0xcb],
  ])('does not support a %s frame', (_, marker) => {
    expect(() => readJpeg(patched(jpeg, frame, marker))).toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED_IMAGE' }),
    );
  });

  it('does not support 12 bits', () => {
    expect(() => readJpeg(patched(jpeg, frame + 3, 12))).toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED_IMAGE' }),
    );
  });

  it('does not support two components', () => {
    const bytes = Buffer.from('ffd8ffc0000e0800180028020111000211000000ffda', 'hex');
    expect(() => readJpeg(bytes)).toThrow(expect.objectContaining({ code: 'UNSUPPORTED_IMAGE' }));
  });

  it.each<readonly [string, () => Uint8Array]>([
    ['no height, to be defined later', () => patched(jpeg, frame + 4, 0, 0)],
    ['no width', () => patched(jpeg, frame + 6, 0, 0)],
    ['a frame header of the wrong length', () => patched(jpeg, frame + 2, 16)],
    ['two frame headers', () => inserted(jpeg, frame - 1, jpeg.subarray(frame - 1, frame + 18))],
    ['a scan before the frame header', () => inserted(jpeg, frame - 1, Buffer.from([0xff, 0xda, 0, 8, 1, 1, 0, 0]))],
    ['an end before the scan', () => inserted(jpeg, 2, Buffer.from([0xff, 0xd9, 0, 2]))],
    ['a second start', () => inserted(jpeg, 2, Buffer.from([0xff, 0xd8, 0, 2]))],
    ['a segment shorter than its length field', () => inserted(jpeg, 2, Buffer.from([0xff, 0xe0, 0, 1]))],
    ['a segment past the end', () => Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0xff, 0xff])],
    ['no scan', () => jpeg.subarray(0, frame + 18)],
  ])('finds a JPEG broken with %s', (_, bytes) => {
    expect(() => readJpeg(bytes())).toThrow(expect.objectContaining({ code: 'BROKEN_IMAGE' }));
  });
});

import { beforeAll, describe, expect, it } from 'vitest';
import { readWebp } from '../../../src/transform/probe/webp.ts';
import { animation, find, patched, picture, tiff } from './pictures.ts';

let lossy: Buffer;
let lossless: Buffer;
let extended: Buffer;
let animated: Buffer;
const payload = 20;

beforeAll(async () => {
  lossy = await picture().webp().toBuffer();
  lossless = await picture().webp({ lossless: true }).toBuffer();
  extended = await picture().withMetadata({ orientation: 6 }).webp().toBuffer();
  animated = await animation(12, 10, 4).webp().toBuffer();
});

/** A RIFF file of chunks. */
function riff(...chunks: readonly (readonly [string, Uint8Array])[]): Buffer {
  const body = chunks.map(([type, data]) => {
    const head = Buffer.alloc(8);
    head.write(type, 0, 'latin1');
    head.writeUInt32LE(data.length, 4);
    return Buffer.concat([head, data, Buffer.alloc(data.length % 2)]);
  });
  const length = Buffer.alloc(4);
  length.writeUInt32LE(body.reduce((sum, { length: bytes }) => sum + bytes, 4));
  return Buffer.concat([Buffer.from('RIFF'), length, Buffer.from('WEBP'), ...body]);
}

/** A VP8X payload: flags, and a canvas of 10 × 300. */
const canvas = (flags: number) => Buffer.from([flags, 0, 0, 0, 9, 0, 0, 0x2b, 1, 0]);

describe('readWebp', () => {
  it.each<readonly [string, readonly (readonly [string, Uint8Array])[], object]>([
    ['a canvas', [['VP8X', canvas(0)]], { width: 10, height: 300, frames: 1, alpha: false, orientation: 1 }],
    ['alpha', [['VP8X', canvas(0x10)]], { alpha: true }],
    [
      'EXIF without a prefix',
      [
        ['VP8X', canvas(8)],
        ['EXIF', tiff(0x0112, 3, 5)],
      ],
      { orientation: 5 },
    ],
    [
      'EXIF with a prefix',
      [
        ['VP8X', canvas(8)],
        ['EXIF', Buffer.concat([Buffer.from('Exif\0\0'), tiff(0x0112, 3, 5)])],
      ],
      { orientation: 5 },
    ],
    [
      'EXIF behind a chunk of odd length',
      [
        ['VP8X', canvas(8)],
        ['XXXX', Buffer.alloc(3)],
        ['EXIF', tiff(0x0112, 3, 5)],
      ],
      { orientation: 5 },
    ],
    [
      'EXIF that the flags deny',
      [
        ['VP8X', canvas(0)],
        ['EXIF', tiff(0x0112, 3, 5)],
      ],
      { orientation: 1 },
    ],
    ['EXIF that the flags promise in vain', [['VP8X', canvas(8)]], { orientation: 1 }],
    [
      'frames',
      [
        ['VP8X', canvas(2)],
        ['ANMF', Buffer.alloc(16)],
        ['ANMF', Buffer.alloc(16)],
      ],
      { frames: 2 },
    ],
    [
      'frames that the flags deny',
      [
        ['VP8X', canvas(0)],
        ['ANMF', Buffer.alloc(16)],
        ['ANMF', Buffer.alloc(16)],
      ],
      { frames: 1 },
    ],
  ])('reads %s', (_, chunks, expected) => {
    expect(readWebp(riff(...chunks))).toMatchObject(expected);
  });

  it('does not read past the end that the file states', () => {
    const bytes = Buffer.concat([riff(['VP8X', canvas(8)]), riff(['EXIF', tiff(0x0112, 3, 5)]).subarray(12)]);
    expect(readWebp(bytes).orientation).toBe(1);
  });

  it('leaves the scale out of a lossy width and height', () => {
    const bytes = patched(lossy, payload + 7, 0x40);
    bytes[payload + 9] = 0xc0;
    expect(readWebp(bytes)).toMatchObject({ width: 40, height: 24 });
  });

  it('takes some thousand chunks', () => {
    expect(readWebp(manyChunks(9900))).toMatchObject({ width: 40, height: 24 });
  });

  it('says interlaced of an animation of one frame, for which a canvas is held', async () => {
    const second = animated.indexOf('ANMF', find(animated, 'ANMF') + 4);
    expect(readWebp(animated.subarray(0, second))).toMatchObject({ frames: 1, interlaced: true });
    expect(readWebp(animated).interlaced).toBe(false);
  });

  it('reads the orientation and the size of a file that sharp made', () => {
    expect(readWebp(extended)).toMatchObject({ orientation: 6, width: 40, height: 24 });
    expect(readWebp(animated)).toMatchObject({ frames: 4, width: 12, height: 10 });
  });

  it.each<readonly [string, () => Uint8Array]>([
    ['another first chunk', () => patched(lossy, 12, 0x58)],
    ['a lossy frame that is no key frame', () => patched(lossy, payload, (lossy[payload] ?? 0) | 1)],
    ['a wrong start code', () => patched(lossy, payload + 3, 0)],
    ['no width', () => patched(lossy, payload + 6, 0, 0)],
    ['no height', () => patched(lossy, payload + 8, 0, 0)],
    ['a cut lossy header', () => lossy.subarray(0, payload + 9)],
    ['a wrong lossless signature', () => patched(lossless, payload, 0x2e)],
    ['an unknown lossless version', () => patched(lossless, payload + 4, 0x20)],
    ['a cut lossless header', () => lossless.subarray(0, payload + 4)],
    ['a cut canvas', () => extended.subarray(0, payload + 9)],
    ['over ten thousand chunks', () => manyChunks(10_001)],
    ['an animation without frames', () => animated.subarray(0, find(animated, 'ANMF'))],
  ])('finds a WebP broken with %s', (_, bytes) => {
    expect(() => readWebp(bytes())).toThrow(expect.objectContaining({ code: 'BROKEN_IMAGE' }));
  });
});

/** The extended file with so many chunks behind it that nobody knows. */
function manyChunks(count: number): Buffer {
  const bytes = Buffer.concat([extended, Buffer.alloc(count * 8, Buffer.from('ABCD\0\0\0\0', 'latin1'))]);
  bytes.writeUInt32LE(bytes.length - 8, 4);
  return bytes;
}

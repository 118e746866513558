import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { readGif } from '../../../src/transform/probe/gif.ts';
import { animation, picture } from './pictures.ts';

const screen = (width: number, height: number, packed = 0) => {
  const bytes = Buffer.from('GIF89a\0\0\0\0\0\0\0', 'latin1');
  bytes.writeUInt16LE(width, 6);
  bytes.writeUInt16LE(height, 8);
  bytes[10] = packed;
  return bytes;
};
const comment = Buffer.from('21fe0361626300', 'hex');
const control = (flags: number) => Buffer.from([0x21, 0xf9, 4, flags, 0, 0, 0, 0]);
const frame = Buffer.from('2c0000000002000200000202848f00', 'hex');
const withTable = Buffer.from(`2c000000000200020080${'aa'.repeat(6)}0202848f00`, 'hex');
const trailer = Buffer.from([0x3b]);

describe('readGif', () => {
  it.each<readonly [string, readonly Uint8Array[], object]>([
    ['one frame', [screen(5, 4), frame, trailer], { frames: 1, alpha: false }],
    ['no trailer', [screen(5, 4), frame], { frames: 1 }],
    ['three frames', [screen(5, 4), frame, frame, frame, trailer], { frames: 3 }],
    ['comments between frames', [screen(5, 4), comment, frame, comment, comment, frame, trailer], { frames: 2 }],
    ['a comment at the end', [screen(5, 4), frame, comment, trailer], { frames: 1 }],
    ['a global colour table', [screen(5, 4, 0x80), Buffer.alloc(6, 0x2c), frame, trailer], { frames: 1 }],
    ['a local colour table', [screen(5, 4), withTable, frame, trailer], { frames: 2 }],
    ['a transparent colour', [screen(5, 4), control(1), frame, trailer], { frames: 1, alpha: true }],
    ['a transparent colour later', [screen(5, 4), frame, control(1), frame, trailer], { frames: 2, alpha: true }],
    ['two controls of one frame', [screen(5, 4), control(1), control(0), frame, trailer], { frames: 1, alpha: true }],
    ['a larger frame later', [screen(5, 4), frame, Buffer.from(frame).fill(9, 5, 6), trailer], { frames: 2 }],
    ['a control without transparency', [screen(5, 4), control(8), frame, trailer], { frames: 1, alpha: false }],
    ['a control without a frame', [screen(5, 4), frame, control(1), trailer], { frames: 1, alpha: false }],
    ['a second frame cut short', [screen(5, 4), frame, frame.subarray(0, 13)], { frames: 2, alpha: false }],
    ['a first frame cut short', [screen(5, 4), frame.subarray(0, 13)], { frames: 1, alpha: true }],
    ['a frame cut before its pixels', [screen(5, 4), frame, frame.subarray(0, 11)], { frames: 1 }],
    ['junk after a frame', [screen(5, 4), frame, Buffer.alloc(20, 0x55), frame], { frames: 1 }],
  ])('reads %s as the decoder does', async (_, parts, expected) => {
    const bytes = Buffer.concat(parts);
    expect(readGif(bytes)).toMatchObject({ width: 5, height: 4, ...expected });
    const metadata = await sharp(bytes, { failOn: 'none' }).metadata();
    const { pages: frames, hasAlpha: alpha, width, height } = metadata;
    expect(readGif(bytes)).toMatchObject({ frames, alpha, width, height });
  });

  it.each([
    ['as it is', 60, 50, 60, 50],
    ['smaller than the frame', 10, 10, 40, 24],
    ['smaller on one side', 10, 100, 40, 100],
    ['the largest that is believed', 2048, 2048, 2048, 2048],
    ['too large to be believed', 2049, 10, 40, 24],
    ['empty', 0, 50, 40, 24],
    ['of an old monitor', 640, 480, 40, 24],
    ['of another old monitor', 1280, 1024, 40, 24],
    ['of an old monitor on its side', 480, 640, 480, 640],
  ])('gives a screen that is %s the size that the decoder gives it', async (_, width, height, wide, high) => {
    const bytes = await picture().gif().toBuffer();
    bytes.writeUInt16LE(width, 6);
    bytes.writeUInt16LE(height, 8);
    expect(readGif(bytes)).toMatchObject({ width: wide, height: high });
    expect(await sharp(bytes).metadata()).toMatchObject({ width: wide, height: high });
  });

  it('counts the frames of a file cut anywhere as the decoder does', async () => {
    const whole = await animation(12, 10, 5).gif().toBuffer();
    const seen = new Set<number>();
    for (let length = 40; length < whole.length; length += 7) {
      const bytes = whole.subarray(0, length);
      const metadata = await sharp(bytes, { failOn: 'none' })
        .metadata()
        .catch(() => undefined);
      if (metadata === undefined) {
        expect(() => readGif(bytes)).toThrow(expect.objectContaining({ code: 'BROKEN_IMAGE' }));
      } else {
        expect(readGif(bytes)).toMatchObject({ frames: metadata.pages, width: 12, height: 10 });
        seen.add(metadata.pages ?? 0);
      }
    }
    expect(seen.size).toBeGreaterThan(2);
  });

  it.each<readonly [string, readonly Uint8Array[]]>([
    ['no block', [screen(5, 4)]],
    ['a trailer alone', [screen(5, 4), trailer]],
    ['extensions alone', [screen(5, 4), control(1), comment, trailer]],
    ['a colour table past the end', [screen(5, 4, 0x87), frame]],
    ['an impossible code size', [screen(5, 4), Buffer.from(frame).fill(12, 10, 11), trailer]],
    ['half a descriptor', [screen(5, 4), frame.subarray(0, 6)]],
  ])('finds a GIF broken with %s', (_, parts) => {
    expect(() => readGif(Buffer.concat(parts))).toThrow(expect.objectContaining({ code: 'BROKEN_IMAGE' }));
  });
});

import { beforeAll, describe, expect, it } from 'vitest';
import { readPng } from '../../../src/transform/probe/png.ts';
import { chunk, find, inserted, patched, picture, tiff } from './pictures.ts';

let png: Buffer;
const afterHeader = 33;
const at = {
  length: 8,
  type: 12,
  width: 16,
  height: 20,
  depth: 24,
  colour: 25,
  compression: 26,
  filter: 27,
  interlace: 28,
};

beforeAll(async () => {
  png = await picture().png().toBuffer();
});

describe('readPng', () => {
  it('takes a transparent colour for alpha', () => {
    expect(readPng(png).alpha).toBe(false);
    expect(readPng(inserted(png, afterHeader, chunk('tRNS', Buffer.alloc(6)))).alpha).toBe(true);
  });

  it.each([
    [2, 8, [], 3],
    [2, 16, [], 6],
    [6, 16, [], 8],
    [0, 1, [], 1],
    [3, 4, [], 3],
    [3, 4, [chunk('tRNS', Buffer.alloc(1))], 4],
  ])(
    'tells the bytes that are held of an interlaced pixel of colour type %s and %s bits',
    (colour, depth, extra, held) => {
      const interlaced = patched(patched(patched(png, at.colour, colour), at.depth, depth), at.interlace, 1);
      expect(readPng(inserted(interlaced, afterHeader, ...extra)).heldBytes).toBe(held);
      expect(readPng(png).heldBytes).toBeUndefined();
    },
  );

  it.each([
    ['tEXt', 10_000],
    ['IDAT', 200_000],
  ])('refuses endless chunks behind the first of pixels: %s', (type, most) => {
    const withChunks = (count: number): Buffer => {
      const empty = chunk(type, Buffer.alloc(0));
      return inserted(png, find(png, 'IEND') - 4, Buffer.alloc(empty.length * count, empty));
    };
    expect(readPng(withChunks(most - 10)).width).toBe(40);
    expect(() => readPng(withChunks(most))).toThrow(expect.objectContaining({ code: 'BROKEN_IMAGE' }));
  });

  it('does not take a transparent colour behind the pixels for alpha', () => {
    expect(readPng(inserted(png, find(png, 'IEND') - 4, chunk('tRNS', Buffer.alloc(6)))).alpha).toBe(false);
  });

  it('reads the orientation before the pixels', () => {
    expect(readPng(inserted(png, afterHeader, chunk('eXIf', tiff(0x0112, 3, 7)))).orientation).toBe(7);
  });

  it('counts one frame in an animated PNG', () => {
    const control = chunk('acTL', Buffer.from([0, 0, 0, 9, 0, 0, 0, 0]));
    expect(readPng(inserted(png, afterHeader, control))).toMatchObject({ frames: 1, width: 40, height: 24 });
  });

  it.each([
    ['grey', 0, 1, true],
    ['grey', 0, 16, true],
    ['grey', 0, 3, false],
    ['RGB', 2, 8, true],
    ['RGB', 2, 4, false],
    ['palette', 3, 8, true],
    ['palette', 3, 16, false],
    ['grey and alpha', 4, 8, true],
    ['grey and alpha', 4, 2, false],
    ['RGBA', 6, 16, true],
    ['RGBA', 6, 1, false],
    ['undefined colour', 1, 8, false],
    ['undefined colour', 7, 8, false],
  ])('%s, colour type %i, with %i bits is valid: %s', (_, colour, depth, isValid) => {
    const bytes = patched(png, at.depth, depth, colour);
    if (isValid) {
      expect(readPng(bytes)).toMatchObject({ width: 40, height: 24, alpha: colour >= 4 });
    } else {
      expect(() => readPng(bytes)).toThrow(expect.objectContaining({ code: 'BROKEN_IMAGE' }));
    }
  });

  it.each<readonly [string, () => Uint8Array]>([
    ['no width', () => patched(png, at.width, 0, 0, 0, 0)],
    ['no height', () => patched(png, at.height, 0, 0, 0, 0)],
    ['a width over 31 bits', () => patched(png, at.width, 0x80)],
    ['a header of another length', () => patched(png, at.length + 3, 12)],
    ['another first chunk', () => inserted(png, 8, chunk('tIME'))],
    ['an unknown compression', () => patched(png, at.compression, 1)],
    ['an unknown filter', () => patched(png, at.filter, 1)],
    ['an unknown interlacing', () => patched(png, at.interlace, 2)],
    ['a chunk past the end', () => inserted(png, afterHeader, Buffer.from('\x7f\xff\xff\xfftEXt', 'latin1'))],
    ['no pixels', () => png.subarray(0, afterHeader)],
    ['over ten thousand chunks', () => inserted(png, afterHeader, ...Array(10_001).fill(chunk('eXIf')))],
  ])('finds a PNG broken with %s', (_, bytes) => {
    expect(() => readPng(bytes())).toThrow(expect.objectContaining({ code: 'BROKEN_IMAGE' }));
  });
});

import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { readAvif } from '../../../src/transform/probe/avif.ts';
import { find, inserted, patched, picture } from './pictures.ts';

let avif: Buffer;
let translucent: Buffer;
/** Turned by 90° and mirrored. */
let turned: Buffer;

beforeAll(async () => {
  avif = await picture().avif().toBuffer();
  translucent = await picture(40, 24, 4).withIccProfile('srgb').avif().toBuffer();
  turned = await picture().withMetadata({ orientation: 5 }).avif({ lossless: true }).toBuffer();
});

const letters = (text: string) => [...text].map((letter) => letter.charCodeAt(0));
const refused = (code: string) => expect.objectContaining({ code });
const box = (name: string, payload = Buffer.alloc(0)) =>
  Buffer.concat([Buffer.from([0, 0, 0, 8 + payload.length, ...letters(name)]), payload]);

/** The file with the first box of a name renamed, so that readers miss it. */
const without = (bytes: Uint8Array, name: string) => patched(bytes, find(bytes, name), ...letters('skip'));

describe('readAvif', () => {
  const turns = [0, 1, 2, 3].flatMap((turn) => [0, 1].map((axis) => [turn, axis] as const));
  it.each(turns)('gives %i quarter turns and a mirroring on axis %i as an orientation', async (turn, axis) => {
    const bytes = patched(turned, find(turned, 'irot') + 4, turn);
    bytes[find(bytes, 'imir') + 4] = axis;
    const image = readAvif(bytes);
    expect(image).toMatchObject({ width: 40, height: 24 });

    const upright = await picture().png().withMetadata({ orientation: image.orientation }).toBuffer();
    const wanted = await sharp(upright).autoOrient().raw().toBuffer({ resolveWithObject: true });
    const shown = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
    expect([shown.info.width, shown.info.height]).toEqual([wanted.info.width, wanted.info.height]);
    const farthest = shown.data.reduce(
      (most, value, index) => Math.max(most, Math.abs(value - (wanted.data[index] ?? 0))),
      0,
    );
    expect(farthest).toBeLessThan(40);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('gives back orientation %i', async (orientation) => {
    const bytes = await picture().withMetadata({ orientation }).avif().toBuffer();
    expect(readAvif(bytes)).toMatchObject({ orientation, width: 40, height: 24 });
  });

  it('takes a file under the brand mif1 that lists avif', async () => {
    const bytes = patched(avif, 8, ...letters('mif1'));
    expect(readAvif(bytes)).toMatchObject({ width: 40, height: 24 });
    expect(await sharp(bytes).metadata()).toMatchObject({ width: 40, height: 24 });
  });

  it.each<readonly [string, () => Uint8Array]>([
    ['a sequence', () => patched(avif, 8, ...letters('avis'))],
    ['HEIC', () => patched(avif, 8, ...letters('heic'))],
    ['MP4', () => patched(avif, 8, ...letters('mp42'))],
    ['mif1 that lists no avif', () => Buffer.from(avif.toString('latin1').replaceAll('avif', 'mif1'), 'latin1')],
    [
      'avif as a version number',
      () => Buffer.concat([box('ftyp', Buffer.from('mif1avifmif1heic')), avif.subarray(28)]),
    ],
    ['an endless list of brands', () => Buffer.concat([Buffer.from([0, 0, 8, 4]), avif.subarray(4)])],
    ['a list of brands of odd length', () => patched(avif, 3, 0x1d)],
    ['a primary item that is a grid', () => patched(avif, find(avif, 'infe') + 12, ...letters('grid'))],
    ['a primary item coded in HEVC', () => patched(avif, find(avif, 'infe') + 12, ...letters('hvc1'))],
    ['a crop', () => patched(turned, find(turned, 'irot'), ...letters('clap'))],
    ['a low-overhead file beside the boxes', () => Buffer.concat([avif, box('mini')])],
  ])('does not support %s', (_, bytes) => {
    expect(() => readAvif(bytes())).toThrow(refused('UNSUPPORTED_IMAGE'));
  });

  it('agrees with the decoder that a sequence is not to be decoded', async () => {
    await expect(sharp(patched(avif, 8, ...letters('avis'))).metadata()).rejects.toThrow('unsupported image format');
  });

  it.each(['meta', 'pitm', 'iinf', 'iprp', 'ipco', 'ipma', 'ispe'])('finds an AVIF broken without %s', (name) => {
    expect(() => readAvif(without(avif, name))).toThrow(refused('BROKEN_IMAGE'));
  });

  it.each<readonly [string, () => Uint8Array]>([
    ['no width', () => patched(avif, find(avif, 'ispe') + 8, 0, 0, 0, 0)],
    ['no height', () => patched(avif, find(avif, 'ispe') + 12, 0, 0, 0, 0)],
    ['a primary item that does not exist', () => patched(avif, find(avif, 'pitm') + 8, 0, 77)],
    ['two meta boxes', () => Buffer.concat([avif, avif.subarray(28, 28 + avif.readUInt32BE(28))])],
    ['a box smaller than its header', () => inserted(avif, 28, Buffer.from('\0\0\0\x04\0\0\0\x08free', 'latin1'))],
    ['a box past the end', () => inserted(avif, 28, Buffer.from('\0\xff\xff\xfffree', 'latin1'))],
    [
      'a large box past the end',
      () => inserted(avif, 28, Buffer.from('\0\0\0\x01free\xff\xff\xff\xff\0\0\0\0', 'latin1')),
    ],
    ['a thousand boxes and more', () => Buffer.concat([avif, ...Array.from({ length: 1000 }, () => box('free'))])],
    ['associations past the end', () => patched(avif, find(avif, 'ipma') + 8, 0xff)],
    ['a cut file', () => avif.subarray(0, -1)],
  ])('finds an AVIF broken with %s', (_, bytes) => {
    expect(() => readAvif(bytes())).toThrow(refused('BROKEN_IMAGE'));
  });

  it('reads past boxes with a long size and one that reaches to the end', () => {
    const long = Buffer.from('\0\0\0\x01free\0\0\0\0\0\0\0\x12hi', 'latin1');
    const rest = Buffer.from('\0\0\0\0freewhatever', 'latin1');
    expect(readAvif(Buffer.concat([avif.subarray(0, 28), long, avif.subarray(28), rest]))).toMatchObject({ width: 40 });
  });

  it('does not believe two sizes of one item', () => {
    expect(() => readAvif(twoSizes(translucent, [40, 24], false))).toThrow(refused('BROKEN_IMAGE'));
  });

  it('finds an alpha plane broken that is larger than the picture', async () => {
    const smuggled = twoSizes(translucent, [8, 8], true);
    expect(await sharp(smuggled).metadata()).toMatchObject({ width: 8, height: 8, hasAlpha: true });
    expect(() => readAvif(smuggled)).toThrow(refused('BROKEN_IMAGE'));
    expect(readAvif(twoSizes(translucent, [80, 48], true))).toMatchObject({ width: 80, height: 48, alpha: true });
  });
});

/**
 * The file with its colour profile, property 2, overwritten by another size. The primary item has that one beside its
 * own, or alone; the alpha plane keeps property 3, the size that both had.
 */
function twoSizes(bytes: Uint8Array, [width, height]: readonly [number, number], replaced: boolean): Buffer {
  const other = Buffer.alloc(16);
  other.write('ispe', 0, 'latin1');
  other.writeUInt32BE(width, 8);
  other.writeUInt32BE(height, 12);
  const changed = patched(bytes, find(bytes, 'colr'), ...other);
  const list = find(changed, 'ipma') + 15;
  const mine = changed.subarray(list, list + (changed[list - 1] ?? 0));
  return replaced ? patched(changed, list + mine.indexOf(3), 4) : changed;
}

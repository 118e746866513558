import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { box, codedSquare, heif, sizeProperty } from '../../../../test/support/hostile/heif.ts';
import { before, jpegSegment, profileSegments } from '../../../../test/support/hostile/jpeg.ts';
import { png, pngChunk } from '../../../../test/support/hostile/png.ts';
import { manySteps, plainTags, profileOf } from '../../../../test/support/hostile/profile.ts';
import { canvas, pixelsOf, webp, webpChunk } from '../../../../test/support/hostile/webp.ts';
import type { SourceFormat } from '../../src/transform/image.ts';
import { defaultLimits } from '../../src/transform/limits.ts';
import { createOpener } from '../../src/transform/open.ts';
import { hasCostlyProfile } from '../../src/transform/profile.ts';
import { picture } from './probe/pictures.ts';

const jpegWith = async (segments: Buffer): Promise<Buffer> => before(await picture().jpeg().toBuffer(), 0xdb, segments);
const row = [0, ...Array(4).fill([90, 60, 200]).flat()];
const pngWith = (...payloads: readonly Buffer[]): Buffer =>
  png(
    { width: 4, height: 4 },
    payloads.map((payload) => pngChunk('iCCP', Buffer.concat([Buffer.from('p\0\0'), payload]))),
    [],
    pngChunk('IDAT', deflateSync(Buffer.alloc(4 * row.length, Buffer.from(row)))),
  );

/** A picture of each type with a profile of ours. */
const makers: readonly (readonly [SourceFormat, (profile: Buffer) => Promise<Buffer>])[] = [
  ['jpeg', (profile) => jpegWith(profileSegments(profile))],
  ['png', async (profile) => pngWith(deflateSync(profile))],
  ['webp', async (profile) => webp(canvas(0x20, 4, 4), webpChunk('ICCP', profile), await pixelsOf(4, 4))],
  [
    'avif',
    async (profile) => {
      const { bytes, properties } = await codedSquare(16);
      const colour = box('colr', Buffer.from('prof'), profile);
      return heif([{ type: 'av01', bytes, properties: [1, 2, 3, 4] }], [sizeProperty(16, 16), ...properties, colour]);
    },
  ],
];

const plain = profileOf(plainTags);
const stepped = profileOf({ ...plainTags, D2B0: manySteps(1) });

describe('hasCostlyProfile', () => {
  it.each(makers)('finds steps in the profile of a %s, and none in a plain one', async (format, make) => {
    expect(hasCostlyProfile(await make(stepped), format)).toBe(true);
    expect(hasCostlyProfile(await make(plain), format)).toBe(false);
  });

  it.each(makers)('has the pixels of a %s taken as if a profile of steps were none', async (format, make) => {
    const open = createOpener(defaultLimits, 30);
    const pixelsWith = async (profile: Buffer) =>
      open
        .encoded(await make(profile), format, 0)
        .toColourspace('srgb')
        .raw()
        .toBuffer();
    const untouched = await pixelsWith(Buffer.from('no profile'));
    expect(await pixelsWith(stepped)).toEqual(untouched);
    expect(await pixelsWith(plain)).not.toEqual(untouched);
  });

  it.each(['jpeg', 'png', 'webp', 'avif'] as const)('finds nothing in what sharp makes of a %s', async (format) => {
    for (const made of [picture(), picture().withIccProfile('p3')]) {
      expect(hasCostlyProfile(await made.toFormat(format).toBuffer(), format)).toBe(false);
    }
  });

  it('finds nothing in types that have no profiles', async () => {
    expect(hasCostlyProfile(await picture().gif().toBuffer(), 'gif')).toBe(false);
    expect(hasCostlyProfile(Buffer.from('<svg/>'), 'svg')).toBe(false);
  });

  const part = (number: number, count: number, profile = plain): Buffer =>
    jpegSegment(0xe2, Buffer.concat([Buffer.from('ICC_PROFILE\0'), Buffer.from([number, count]), profile]));

  it.each<readonly [string, () => Promise<Buffer>, SourceFormat]>([
    ['parts out of order', () => jpegWith(Buffer.concat([part(2, 2), part(1, 2)])), 'jpeg'],
    ['parts that are missing', () => jpegWith(part(1, 2)), 'jpeg'],
    ['parts that are there twice', () => jpegWith(Buffer.concat([part(1, 1), part(1, 1)])), 'jpeg'],
    ['a count that changes', () => jpegWith(Buffer.concat([part(1, 2), part(2, 3)])), 'jpeg'],
    ['no deflated stream', async () => pngWith(Buffer.from('nothing')), 'png'],
    ['more than anybody needs', async () => pngWith(deflateSync(Buffer.alloc(5_000_000))), 'png'],
    ['steps in the second of two', async () => pngWith(deflateSync(plain), deflateSync(stepped)), 'png'],
  ])('takes no profile of %s', async (_, make, format) => {
    expect(hasCostlyProfile(await make(), format)).toBe(true);
  });

  it.each<readonly [string, Buffer]>([
    ['that is cut short in its table', plain.subarray(0, 140)],
    ['that is cut short before it', plain.subarray(0, 100)],
    ['whose tags lie outside', Buffer.concat([plain.subarray(0, 132), Buffer.alloc(200, 0xff)])],
    ['of more tags than are read', Buffer.concat([plain.subarray(0, 128), Buffer.alloc(9000, 0xff)])],
  ])('leaves a profile %s to the colour engine', async (_, profile) => {
    expect(hasCostlyProfile(await jpegWith(profileSegments(profile)), 'jpeg')).toBe(false);
  });
});

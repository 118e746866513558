import fc from 'fast-check';
import sharp, { type Sharp } from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { TintypeError } from '../../../src/errors.ts';
import type { ImageInfo } from '../../../src/transform/image.ts';
import { probe } from '../../../src/transform/probe/probe.ts';
import { animation, flood, picture } from './pictures.ts';

/** The error that `probe` throws, or undefined. */
function failure(bytes: Uint8Array): unknown {
  try {
    probe(bytes);
    return undefined;
  } catch (error) {
    return error;
  }
}

/** What sharp says of the same bytes, in our words. An AVIF comes out of the decoder turned already. */
async function decoded(bytes: Uint8Array): Promise<Partial<ImageInfo>> {
  const metadata = await sharp(bytes).metadata();
  return {
    format: metadata.format === 'heif' ? 'avif' : (metadata.format as ImageInfo['format']),
    width: metadata.width,
    height: metadata.height,
    orientation: metadata.orientation ?? 1,
    frames: metadata.pages ?? 1,
    alpha: metadata.hasAlpha,
    interlaced: metadata.isProgressive,
  };
}

const kinds: readonly (readonly [string, () => Sharp])[] = [
  ['baseline JPEG', () => picture().jpeg()],
  ['progressive JPEG', () => picture().jpeg({ progressive: true })],
  ['JPEG with optimised scans', () => picture().jpeg({ mozjpeg: true })],
  ['grey JPEG', () => picture().greyscale().jpeg()],
  ['CMYK JPEG', () => picture().toColourspace('cmyk').jpeg()],
  ['PNG', () => picture().png()],
  ['interlaced PNG', () => picture().png({ progressive: true })],
  ['PNG with alpha', () => picture(7, 5, 4).png()],
  ['grey PNG', () => picture().greyscale().png()],
  ['16-bit PNG', () => picture().toColourspace('rgb16').png()],
  ['PNG with a palette', () => picture().png({ palette: true })],
  ['PNG with a transparent palette', () => picture(7, 5, 4).png({ palette: true })],
  ['lossy WebP', () => picture(41, 25).webp()],
  ['lossy WebP with alpha', () => picture(41, 25, 4).webp()],
  ['lossless WebP', () => picture(41, 25).webp({ lossless: true })],
  ['lossless WebP with alpha', () => picture(41, 25, 4).webp({ lossless: true })],
  ['WebP with a colour profile', () => picture(41, 25).withIccProfile('p3').webp()],
  ['animated WebP', () => animation(12, 10, 4).webp()],
  ['AVIF', () => picture(41, 25).avif()],
  ['AVIF with alpha', () => picture(41, 25, 4).avif()],
  ['10-bit AVIF', () => picture().avif({ bitdepth: 10 })],
  ['GIF', () => picture().gif()],
  ['animated GIF', () => animation(12, 10, 5).gif()],
];

describe('probe', () => {
  it.each(kinds)('reads a %s as the decoder does', async (_kind, make) => {
    const bytes = await make().toBuffer();
    // Which the decoder does not tell.
    const { scans: _, heldBytes: __, ...image } = probe(bytes);
    expect(image).toEqual(await decoded(bytes));
  });

  it('tells frames from the height of the strip', async () => {
    expect(probe(await animation(12, 10, 4).webp().toBuffer())).toMatchObject({ width: 12, height: 10, frames: 4 });
    expect(probe(await animation(12, 10, 5).gif().toBuffer())).toMatchObject({ width: 12, height: 10, frames: 5 });
  });

  it.each([
    ['nothing', ''],
    ['text', 'hello'],
    ['HTML', '<!doctype html><html></html>'],
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'],
    ['PDF', '%PDF-1.7\n'],
    ['BMP', 'BM\x46\0\0\0\0\0\0\0\x36\0\0\0'],
    ['TIFF, little end first', 'II*\0\x08\0\0\0'],
    ['TIFF, big end first', 'MM\0*\0\0\0\x08'],
    ['ICO', '\0\0\x01\0\x01\0'],
    ['JPEG 2000', '\0\0\0\x0cjP  \r\n\x87\n'],
    ['JPEG XL', '\xff\x0a\xfa\x1f\x01'],
    ['a sound in RIFF', 'RIFF\x24\0\0\0WAVEfmt '],
    ['half a PNG signature', '\x89PNG\r\n'],
    ['PNG damaged by a text transfer', '\x89PNG\n\x1a\n\0\0\0\x0dIHDR'],
    ['GIF of an unknown version', 'GIF88a\x01\0\x01\0'],
  ])('does not support %s', (_, text) => {
    expect(failure(Buffer.from(text, 'latin1'))).toMatchObject({ code: 'UNSUPPORTED_IMAGE' });
  });

  it('does not support a TIFF that sharp made', async () => {
    expect(failure(await picture().tiff().toBuffer())).toMatchObject({ code: 'UNSUPPORTED_IMAGE' });
  });

  it.each([
    ['JPEG', '\xff\xd8\xff'],
    ['PNG', '\x89PNG\r\n\x1a\n'],
    ['GIF', 'GIF89a'],
    ['WebP', 'RIFF\0\0\0\0WEBP'],
    ['AVIF', '\0\0\0\x18ftypavif\0\0\0\0mif1avif'],
  ])('finds a %s broken that ends after its signature', (_, text) => {
    expect(failure(Buffer.from(text, 'latin1'))).toMatchObject({ code: 'BROKEN_IMAGE', status: 422 });
  });

  it('says the reason to operators and not to clients', () => {
    const error = failure(Buffer.from('GIF89a')) as TintypeError;
    expect(error.message).toBe('The original image is damaged.');
    expect(error.cause).toMatchObject({ message: expect.stringContaining('ends early') });
  });

  it('reads bytes that start inside a larger buffer', async () => {
    const bytes = await picture()
      .withExif({ IFD0: { Orientation: '6' } })
      .webp()
      .toBuffer();
    const inside = Buffer.concat([Buffer.alloc(3), bytes, Buffer.alloc(3)]).subarray(3, 3 + bytes.length);
    expect(probe(inside)).toEqual(probe(Uint8Array.from(bytes)));
  });
});

describe('probe on hostile bytes', () => {
  const screen = Buffer.from('GIF89a\x0a\0\x0a\0\0\0\0', 'latin1');
  const canvas = Buffer.from('RIFF\xff\xff\xff\xffWEBPVP8X\x0a\0\0\0\x02\0\0\0\x09\0\0\x09\0\0', 'latin1');
  const brands = Buffer.from('\0\0\0\x10ftypavif\0\0\0\0', 'latin1');
  it.each<readonly [string, Uint8Array, string]>([
    ['JPEG of empty segments', Buffer.from([0xff, 0xd8]), '\xff\xe0\0\x02'],
    ['JPEG of EXIF segments', Buffer.from([0xff, 0xd8]), '\xff\xe1\0\x08Exif\0\0'],
    ['JPEG of fill bytes', Buffer.from([0xff, 0xd8]), '\xff'],
    ['JPEG of stuffed bytes', Buffer.from([0xff, 0xd8, 0xff]), '\xff\0'],
    ['PNG of empty chunks', pngStart(), '\0\0\0\0eXIfcrc!'],
    ['GIF of comments', screen, '!\xfe\0'],
    ['GIF of tiny frames', screen, ',\0\0\0\0\x01\0\x01\0\0\x02\x01\0\0'],
    ['WebP of empty frames', canvas, 'ANMF\0\0\0\0'],
    ['AVIF of free boxes', brands, '\0\0\0\x08free'],
    ['AVIF of nested boxes', Buffer.concat([brands, Buffer.from('\0\0\0\0meta\0\0\0\0', 'latin1')]), '\0\0\0\x08free'],
  ])('takes linear time over 25 MB: %s', (_, head, unit) => {
    const bytes = flood(head, unit);
    const started = performance.now();
    const error = failure(bytes);
    expect(performance.now() - started).toBeLessThan(5000);
    expect(error === undefined || error instanceof TintypeError).toBe(true);
  });

  let originals: readonly Buffer[];
  beforeAll(async () => {
    const upright = kinds.map(([, make]) => make().toBuffer());
    const turned = (['jpeg', 'png', 'webp', 'avif'] as const).map((format) =>
      picture().withMetadata({ orientation: 5 }).toFormat(format).toBuffer(),
    );
    originals = await Promise.all([...upright, ...turned]);
  });

  /** A sound answer, or one of the two refusals. */
  function expectSound(bytes: Uint8Array): void {
    let image: ImageInfo;
    try {
      image = probe(bytes);
    } catch (error) {
      expect(error).toBeInstanceOf(TintypeError);
      expect(['UNSUPPORTED_IMAGE', 'BROKEN_IMAGE']).toContain((error as TintypeError).code);
      return;
    }
    const { format, alpha, interlaced, orientation, ...numbers } = image;
    expect(['jpeg', 'png', 'webp', 'avif', 'gif']).toContain(format);
    expect([typeof alpha, typeof interlaced]).toEqual(['boolean', 'boolean']);
    expect([1, 2, 3, 4, 5, 6, 7, 8]).toContain(orientation);
    for (const value of [numbers.width, numbers.height, numbers.frames]) {
      expect(Number.isSafeInteger(value) && value > 0).toBe(true);
    }
  }

  it('gives a sound answer or one of two errors for any bytes', () => {
    const signatures = [
      '',
      '\xff\xd8\xff',
      '\x89PNG\r\n\x1a\n',
      'GIF89a',
      'RIFF\xff\0\0\0WEBP',
      '\0\0\0\x10ftypavif\0\0\0\0',
    ];
    fc.assert(
      fc.property(fc.constantFrom(...signatures), fc.uint8Array({ maxLength: 200 }), (signature, rest) => {
        expectSound(Buffer.concat([Buffer.from(signature, 'latin1'), rest]));
      }),
      { numRuns: 3000 },
    );
  });

  it('gives a sound answer or one of two errors for any damage to a picture', () => {
    const byte = fc.oneof(fc.constantFrom(0, 1, 0x7f, 0x80, 0xff), fc.nat(255));
    const damage = fc.record({
      original: fc.nat(),
      writes: fc.array(fc.tuple(fc.nat(1200), byte), { maxLength: 6 }),
      length: fc.option(fc.nat(1500), { nil: undefined }),
    });
    fc.assert(
      fc.property(damage, ({ original, writes, length }) => {
        const bytes = Buffer.from(originals[original % originals.length] ?? []).subarray(0, length);
        for (const [at, value] of writes) {
          bytes[at % Math.max(1, bytes.length)] = value;
        }
        expectSound(bytes);
      }),
      { numRuns: 10_000 },
    );
  });

  it('gives a sound answer or one of two errors for a picture cut anywhere', () => {
    for (const original of originals) {
      for (let length = 0; length < Math.min(original.length, 1500); length += 1) {
        expectSound(original.subarray(0, length));
      }
    }
  });
});

/** A PNG up to the end of its header. */
function pngStart(): Buffer {
  const header = '\0\0\0\x04\0\0\0\x04\x08\x02\0\0\0';
  return Buffer.from(`\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR${header}crc!`, 'latin1');
}

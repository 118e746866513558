import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { type EncoderOptions, type Encoding, encodingOf } from '../../src/transform/encoding.ts';
import type { ImageFormat } from '../../src/transform/image.ts';
import type { Output } from '../../src/transform/transformation.ts';

describe('encodingOf', () => {
  it.each<readonly [ImageFormat, Output, Encoding]>([
    ['jpeg', {}, { quality: 80, chromaSubsampling: '4:2:0' }],
    ['jpeg', { quality: 1 }, { quality: 1, chromaSubsampling: '4:2:0' }],
    ['jpeg', { quality: 100, lossless: true }, { quality: 100, chromaSubsampling: '4:2:0' }],
    ['jpeg', { progressive: true }, { quality: 80, chromaSubsampling: '4:2:0', progressive: true }],
    ['jpeg', { progressive: 'jpeg' }, { quality: 80, chromaSubsampling: '4:2:0', progressive: true }],
    ['png', { progressive: 'jpeg' }, { compressionLevel: 6 }],
    ['jpeg', { progressive: false }, { quality: 80, chromaSubsampling: '4:2:0' }],
    ['png', {}, { compressionLevel: 6 }],
    ['png', { quality: 7, lossless: true }, { compressionLevel: 6 }],
    ['png', { progressive: true }, { compressionLevel: 6, progressive: true }],
    ['webp', {}, { quality: 82, effort: 2 }],
    ['webp', { quality: 40, progressive: true }, { quality: 50, effort: 2 }],
    ['webp', { quality: 40, lossless: true }, { lossless: true, effort: 2 }],
    ['avif', {}, { quality: 67, effort: 0, chromaSubsampling: '4:2:0' }],
    ['avif', { progressive: true }, { quality: 67, effort: 0, chromaSubsampling: '4:2:0' }],
    ['avif', { quality: 40, lossless: true }, { lossless: true, effort: 0, chromaSubsampling: '4:4:4' }],
    ['gif', {}, { effort: 4, keepDuplicateFrames: true }],
    ['gif', { quality: 7, lossless: true, progressive: true }, { effort: 4, keepDuplicateFrames: true }],
  ])('of a %s with %o is %o', (format, output, expected) => {
    expect(encodingOf(format, output)).toStrictEqual(expected);
  });

  it.each<readonly [ImageFormat, Output, EncoderOptions, Encoding]>([
    ['jpeg', {}, { jpeg: { mozjpeg: true } }, { quality: 80, chromaSubsampling: '4:2:0', mozjpeg: true }],
    ['jpeg', {}, { jpeg: { mozjpeg: false } }, { quality: 80, chromaSubsampling: '4:2:0' }],
    ['jpeg', {}, { jpeg: { chroma: '4:4:4' } }, { quality: 80, chromaSubsampling: '4:4:4' }],
    ['png', {}, { png: { compressionLevel: 9 } }, { compressionLevel: 9 }],
    ['png', {}, { png: { compressionLevel: 0 } }, { compressionLevel: 0 }],
    ['webp', {}, { webp: { effort: 6 } }, { quality: 82, effort: 6 }],
    ['webp', { lossless: true }, { webp: { effort: 0 } }, { lossless: true, effort: 0 }],
    ['avif', {}, { avif: { effort: 9, chroma: '4:4:4' } }, { quality: 67, effort: 9, chromaSubsampling: '4:4:4' }],
    [
      'avif',
      { lossless: true },
      { avif: { chroma: '4:2:0', effort: 3 } },
      { lossless: true, effort: 3, chromaSubsampling: '4:4:4' },
    ],
    ['gif', {}, { gif: { effort: 10 } }, { effort: 10, keepDuplicateFrames: true }],
    ['gif', {}, { jpeg: {}, png: {}, webp: {}, avif: {}, gif: {} }, { effort: 4, keepDuplicateFrames: true }],
    ['jpeg', {}, { webp: { effort: 6 }, gif: { effort: 1 } }, { quality: 80, chromaSubsampling: '4:2:0' }],
  ])('of a %s with %o and the options %o is %o', (format, output, options, expected) => {
    expect(encodingOf(format, output, options)).toStrictEqual(expected);
  });

  const page =
    readFileSync(`${import.meta.dirname}/../../../../docs/formats.md`, 'utf8').split('## What q means')[1] ?? '';

  /** A row of the table of qualities that look alike. */
  function documented(name: string): readonly number[] {
    const [, cells = ''] = new RegExp(`^\\| ${name} +\\|(.*)\\|$`, 'm').exec(page) ?? [];
    return cells.split('|').map(Number);
  }

  it.each([
    ['webp', 'WebP'],
    ['avif', 'AVIF'],
  ] as const)('gives %s the quality that looks like the one of a JPEG, as docs/formats.md has it', (format, name) => {
    const asked = documented('`q`');
    expect(asked.length).toBeGreaterThan(5);
    expect(asked.map((quality) => encodingOf(format, { quality }).quality)).toEqual(documented(name));
    const qualities = Array.from({ length: 100 }, (_, index) =>
      Number(encodingOf(format, { quality: index + 1 }).quality),
    );
    for (const [index, quality] of qualities.entries()) {
      expect(Number.isInteger(quality)).toBe(true);
      expect(quality).toBeGreaterThanOrEqual(qualities[index - 1] ?? 1);
      expect(quality).toBeLessThanOrEqual(100);
    }
  });

  const outputs: readonly Output[] = [{}, { quality: 1 }, { quality: 100 }, { lossless: true }, { progressive: true }];
  const options: readonly EncoderOptions[] = [
    {},
    {
      jpeg: { mozjpeg: true, chroma: '4:4:4' },
      png: { compressionLevel: 9 },
      webp: { effort: 6 },
      avif: { effort: 1, chroma: '4:4:4' },
      gif: { effort: 10 },
    },
  ];

  it.each(['jpeg', 'png', 'webp', 'avif', 'gif'] as const)('of a %s is taken by sharp, and shows', async (format) => {
    const raw = new Uint8Array(16 * 16 * 3).map((_, index) => (index * index * 31) % 251);
    const picture = () => sharp(raw, { raw: { width: 16, height: 16, channels: 3 } });
    for (const output of outputs) {
      for (const option of options) {
        const made = await picture()
          .toFormat(format, encodingOf(format, output, option))
          .toBuffer();
        const metadata = await sharp(made).metadata();
        expect(metadata).toMatchObject({ width: 16, height: 16 });
        const isProgressive = output.progressive && (format === 'jpeg' || format === 'png');
        if (format === 'jpeg' || format === 'png') {
          // mozjpeg makes every JPEG progressive.
          expect(metadata.isProgressive).toBe(isProgressive || (format === 'jpeg' && option.jpeg?.mozjpeg === true));
        }
        if (format === 'png' || (output.lossless && format !== 'jpeg' && format !== 'gif')) {
          expect(Buffer.from(raw).equals(await sharp(made).removeAlpha().raw().toBuffer())).toBe(true);
        }
      }
    }
  });
});

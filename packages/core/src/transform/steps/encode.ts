import type { Sharp } from 'sharp';
import type { ImageFormat } from '../image.ts';
import { defaultQuality } from '../transformation.ts';
import type { Step } from './step.ts';

/** AVIF reaches the likeness of JPEG q80 at q65 (docs/decisions/encoders.md); other values go in proportion. */
const avifQuality = (quality: number): number => Math.max(1, Math.round((quality * 65) / 80));

type Encoder = (picture: Sharp, quality: number) => Sharp;

// Settings by measured cost for equal likeness: docs/decisions/encoders.md.
const encoders: Readonly<Record<ImageFormat, Encoder>> = {
  jpeg: (picture, quality) => picture.jpeg({ quality }),
  png: (picture) => picture.png(),
  webp: (picture, quality) => picture.webp({ quality, effort: 2 }),
  avif: (picture, quality) => picture.avif({ quality: avifQuality(quality), effort: 0, chromaSubsampling: '4:2:0' }),
  gif: (picture) => picture.gif({ effort: 4 }),
};

/** Encodes the result. Between two stages nothing may be lost. */
export const encode: Step = (picture, { plan, isLast }) => {
  if (isLast) return encoders[plan.format](picture, plan.quality ?? defaultQuality);
  // A PNG holds one frame.
  return plan.animated ? picture.webp({ lossless: true, effort: 0 }) : picture.png({ compressionLevel: 0 });
};

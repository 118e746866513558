// The settings that are compared. The first three are the defaults; the others are compared with them.

import sharp from 'sharp';

export const defaults = {
  JPEG: (picture, quality) => picture.jpeg({ quality }),
  'WebP effort 2': (picture, quality) => picture.webp({ quality, effort: 2 }),
  'AVIF effort 0': (picture, quality) => picture.avif({ quality, effort: 0, chromaSubsampling: '4:2:0' }),
};

/** Each is compared at qualities about the mapped one of the default named with it. */
export const variants = {
  'JPEG mozjpeg': ['JPEG', (picture, quality) => picture.jpeg({ quality, mozjpeg: true })],
  'JPEG 4:4:4': ['JPEG', (picture, quality) => picture.jpeg({ quality, chromaSubsampling: '4:4:4' })],
  'WebP effort 4': ['WebP effort 2', (picture, quality) => picture.webp({ quality, effort: 4 })],
  'AVIF effort 2': [
    'AVIF effort 0',
    (picture, quality) => picture.avif({ quality, effort: 2, chromaSubsampling: '4:2:0' }),
  ],
  'AVIF effort 0, 4:4:4': ['AVIF effort 0', (picture, quality) => picture.avif({ quality, effort: 0 })],
  'AVIF effort 4, 4:4:4': ['AVIF effort 0', (picture, quality) => picture.avif({ quality, effort: 4 })],
};

export const exact = {
  'PNG compressionLevel 6': (picture) => picture.png(),
  'PNG compressionLevel 9': (picture) => picture.png({ compressionLevel: 9 }),
  'WebP lossless, effort 0': (picture) => picture.webp({ lossless: true, effort: 0 }),
  'WebP lossless, effort 2': (picture) => picture.webp({ lossless: true, effort: 2 }),
  'WebP lossless, effort 4': (picture) => picture.webp({ lossless: true, effort: 4 }),
};

export const animated = {
  'GIF effort 2': (picture) => picture.gif({ effort: 2 }),
  'GIF effort 4': (picture) => picture.gif({ effort: 4 }),
  'GIF effort 7': (picture) => picture.gif({ effort: 7 }),
  'WebP quality 80, effort 2': (picture) => picture.webp({ quality: 80, effort: 2 }),
};

/** A sharp picture of raw pixels, so that no decoder is measured. */
export const pictureOf = ({ data, width, height, channels }) => sharp(data, { raw: { width, height, channels } });

/** Milliseconds of CPU for one encoding, of all threads: the least of up to five. */
export async function cpuOf(encode) {
  let least = Number.POSITIVE_INFINITY;
  let spent = 0;
  for (let round = 0; round < 5 && spent < 5000; round++) {
    const before = process.cpuUsage();
    await encode();
    const { user, system } = process.cpuUsage(before);
    const milliseconds = (user + system) / 1000;
    least = Math.min(least, milliseconds);
    spent += milliseconds;
  }
  return least;
}

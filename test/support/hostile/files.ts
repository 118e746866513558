import { deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { gif, gifFrame, gifHeader } from './gif.ts';
import { alphaProperty, avifOf, box, codedSquare, heif, sizeProperty } from './heif.ts';
import { before, jpegSegment, manyScans, profileSegments, withFrameSize } from './jpeg.ts';
import { png, pngChunk, pngPixels, textBomb } from './png.ts';
import { stepBomb } from './profile.ts';
import { tiffs } from './tiffs.ts';
import { canvas, pixelsOf, webp, webpAnimation, webpChunk, webpFrame } from './webp.ts';

/** A file that somebody made to do harm, and what is answered to it. */
export interface HostileFile {
  readonly name: string;
  readonly make: () => Buffer | Promise<Buffer>;
  readonly status: number;
  /** @default 'w=60&format=webp' */
  readonly query?: string;
  /** Whether SVGs are drawn. */
  readonly drawn?: boolean;
}

const full = 24_000_000;
const small = { width: 10, height: 10 };
const square = (side: number): Sharp =>
  sharp({ create: { width: side, height: side, channels: 3, background: '#456' } });
const jpeg = (side = 64): Promise<Buffer> => square(side).jpeg().toBuffer();
const progressive = (side = 64): Promise<Buffer> =>
  square(side).jpeg({ progressive: true, chromaSubsampling: '4:4:4' }).toBuffer();
const filled = (length: number, text: string): Buffer => Buffer.alloc(length, text, 'latin1');
const tiffHeader = 'II*\0\x08\0\0\0';

/** An EXIF block whose first directory names itself as its next, and as the directory below it. */
const exifLoop = Buffer.from('Exif\0\0II*\0\x08\0\0\0\x01\0\x69\x87\x04\0\x01\0\0\0\x08\0\0\0\x08\0\0\0', 'latin1');

const jpegs: readonly HostileFile[] = [
  {
    name: 'JPEG of 6 million empty segments',
    make: async () => before(await jpeg(), 0xdb, filled(full, '\xff\xe1\0\x02')),
    status: 422,
  },
  {
    name: 'JPEG with as many between its scans',
    make: async () => before(await progressive(), 0xda, filled(full, '\xff\xe1\0\x02'), 'last'),
    status: 422,
  },
  { name: 'JPEG of 880 scans', make: () => manyScans(4992, 4992, 880), status: 413 },
  { name: 'JPEG of 100 scans', make: () => manyScans(4992, 4992, 100), status: 200 },
  {
    name: 'JPEG with a profile of 16 MB',
    make: async () => {
      const part = (index: number) =>
        jpegSegment(
          0xe2,
          Buffer.concat([Buffer.from(`ICC_PROFILE\0`), Buffer.from([index, 255]), filled(65_500, 'x')]),
        );
      return before(await jpeg(), 0xdb, Buffer.concat(Array.from({ length: 255 }, (_, index) => part(index + 1))));
    },
    status: 200,
  },
  {
    name: 'JPEG with a profile of endless steps',
    make: async () => before(await jpeg(), 0xdb, profileSegments(stepBomb())),
    status: 200,
  },
  {
    name: 'JPEG of 24 MB of EXIF',
    make: async () => {
      const part = jpegSegment(0xe1, Buffer.concat([Buffer.from('Exif\0\0'), filled(65_500, tiffHeader)]));
      return before(await jpeg(), 0xdb, Buffer.alloc(part.length * 360, part));
    },
    status: 200,
  },
  {
    name: 'JPEG with an EXIF loop',
    make: async () => before(await jpeg(), 0xdb, jpegSegment(0xe1, exifLoop)),
    status: 200,
  },
  {
    name: 'JPEG that claims 65535 × 65535',
    make: async () => withFrameSize(await jpeg(), 65_535, 65_535),
    status: 413,
  },
  { name: 'JPEG that claims 16000 × 3100', make: async () => withFrameSize(await jpeg(), 16_000, 3100), status: 422 },
  { name: 'JPEG without a height', make: async () => withFrameSize(await jpeg(), 64, 0), status: 422 },
  {
    name: 'JPEG with a second frame header behind its pixels',
    make: async () => {
      const bytes = await jpeg();
      const frame = bytes.subarray(bytes.indexOf(Buffer.from([0xff, 0xc0])));
      return before(bytes, 0xd9, frame.subarray(0, 19), 'last');
    },
    status: 200,
  },
  { name: 'progressive JPEG at the limit', make: () => progressive(5000), status: 200 },
];

const pngs: readonly HostileFile[] = [
  { name: 'PNG of 2 million EXIF chunks', make: () => png(small, [filledWith(pngChunk('eXIf'))]), status: 422 },
  { name: 'PNG of 2 million unknown chunks', make: () => png(small, [filledWith(pngChunk('prVt'))]), status: 422 },
  {
    name: 'PNG of 2 million empty chunks of pixels',
    make: () => png(small, [filledWith(pngChunk('IDAT'))]),
    status: 422,
  },
  { name: 'PNG with text bombs', make: () => png(small, texts()), status: 200 },
  { name: 'PNG with text bombs behind its pixels', make: () => png(small, [], texts()), status: 200 },
  { name: 'PNG with its end before text bombs', make: () => png(small, [pngChunk('IEND'), ...texts()]), status: 422 },
  { name: 'PNG with a profile of 300 MB', make: () => png(small, [profile(Buffer.alloc(300_000_000))]), status: 200 },
  { name: 'PNG with a profile of endless steps', make: () => png(small, [profile(stepBomb())]), status: 200 },
  {
    name: 'PNG with 24 MB of palettes',
    make: () =>
      png(
        small,
        [1, 2, 3].map((key) => pngChunk('sPLT', Buffer.concat([Buffer.from(`k${key}\0\x08`), filled(7_999_998, 'x')]))),
      ),
    status: 200,
  },
  { name: 'PNG with 24 MB of EXIF', make: () => png(small, [pngChunk('eXIf', filled(full, tiffHeader))]), status: 200 },
  {
    name: 'PNG that claims 2³¹ pixels a side',
    make: () => png({ width: 2 ** 31 - 1, height: 2 ** 31 - 1 }, [], [], pngPixels(small)),
    status: 413,
  },
  {
    name: 'PNG that claims 7000 × 7000',
    make: () => png({ width: 7000, height: 7000 }, [], [], pngPixels(small)),
    status: 422,
  },
  {
    name: 'PNG of 20000 × 20000',
    make: () => png({ width: 20_000, height: 20_000, depth: 1, colour: 0 }),
    status: 413,
  },
  {
    name: 'interlaced PNG over the limit',
    make: () => png({ width: 6000, height: 6000, colour: 6, interlaced: true }),
    status: 413,
  },
  {
    name: 'interlaced PNG at the limit, of 16 bits',
    make: () => png({ width: 5000, height: 5000, depth: 16, colour: 6, interlaced: true }),
    status: 200,
  },
  {
    name: 'PNG that claims to be animated',
    make: () =>
      png(
        small,
        [pngChunk('acTL', Buffer.from([0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0]))],
        [pngChunk('fcTL', Buffer.alloc(26)), pngChunk('fdAT', Buffer.alloc(30))],
      ),
    status: 200,
  },
  {
    name: 'PNG with a page and an archive behind it',
    make: () => Buffer.concat([png(small), Buffer.from('PK\x03\x04<script>alert(1)</script>')]),
    status: 200,
  },
];

const webps: readonly HostileFile[] = [
  {
    name: 'WebP at its limit',
    make: () =>
      sharp({ create: { width: 5000, height: 5000, channels: 4, background: '#4567' } })
        .webp()
        .toBuffer(),
    query: 'crop=0,0,100,100&format=webp',
    status: 200,
  },
  {
    name: 'WebP whose canvas is smaller than its picture',
    make: async () => webp(canvas(0, 10, 10), await pixelsOf(5000, 5000)),
    status: 422,
  },
  {
    name: 'WebP whose canvas is larger than its picture',
    make: async () => webp(canvas(0, 5000, 5000), await pixelsOf(10, 10)),
    status: 422,
  },
  {
    name: 'WebP with frames and no animation',
    make: async () => {
      const frame = webpFrame(10, 10, await pixelsOf(10, 10));
      return webp(canvas(0, 10, 10), frame, frame);
    },
    status: 422,
  },
  {
    name: 'WebP with a frame larger than its canvas',
    make: async () => webpAnimation(10, 10, webpFrame(5000, 5000, await pixelsOf(5000, 5000)), 2),
    status: 422,
  },
  {
    name: 'WebP with a frame that lies',
    make: async () => webpAnimation(10, 10, webpFrame(10, 10, await pixelsOf(5000, 5000)), 2),
    status: 422,
  },
  {
    name: 'WebP of 100,000 frames',
    make: async () => webpAnimation(10, 10, webpFrame(1, 1, await pixelsOf(1, 1)), 100_000),
    status: 413,
  },
  {
    name: 'WebP of 200 specks on a huge canvas',
    make: async () => webpAnimation(5000, 5000, webpFrame(1, 1, await pixelsOf(1, 1)), 200),
    status: 200,
  },
  {
    name: 'WebP of one speck on a canvas over the limit',
    make: async () => webpAnimation(7000, 7000, webpFrame(1, 1, await pixelsOf(1, 1)), 1),
    status: 413,
  },
  {
    name: 'WebP, the last frame of a huge canvas',
    make: async () => webpAnimation(5000, 5000, webpFrame(1, 1, await pixelsOf(1, 1)), 200),
    query: 'w=60&frame=200',
    status: 413,
  },
  {
    name: 'WebP of 2 million unknown chunks',
    make: async () => webp(canvas(0, 10, 10), await pixelsOf(10, 10), Buffer.alloc(16_000_000, webpChunk('ABCD'))),
    status: 422,
  },
  {
    name: 'WebP with a profile of endless steps',
    make: async () => webp(canvas(0x20, 10, 10), webpChunk('ICCP', stepBomb()), await pixelsOf(10, 10)),
    status: 200,
  },
  {
    name: 'WebP with 24 MB of metadata',
    make: async () =>
      webp(
        canvas(0x2c, 10, 10),
        webpChunk('ICCP', filled(full / 3, 'x')),
        await pixelsOf(10, 10),
        webpChunk('EXIF', filled(full / 3, tiffHeader)),
        webpChunk('XMP ', filled(full / 3, 'x')),
      ),
    status: 200,
  },
];

const gifs: readonly HostileFile[] = [
  {
    name: 'GIF animation at the limit',
    make: () => gif(577, 577, ...Array(300).fill(gifFrame(577, 577))),
    status: 200,
  },
  {
    name: 'GIF animation at the limit, as large as it is',
    make: () => gif(577, 577, ...Array(300).fill(gifFrame(577, 577))),
    query: 'format=webp',
    status: 200,
  },
  {
    name: 'GIF animation at the limit, frame by frame',
    make: () => gif(288, 288, ...Array(300).fill(gifFrame(288, 288))),
    query: 'format=webp&radius=9',
    status: 200,
  },
  { name: 'GIF without a frame', make: () => gif(10, 10), status: 422 },
  { name: 'GIF without an end', make: () => Buffer.concat([gifHeader(10, 10), gifFrame(10, 10)]), status: 200 },
  { name: 'GIF at the limit', make: () => gif(7000, 7000, gifFrame(7000, 7000)), status: 200 },
  {
    name: 'GIF, the last of 100 huge frames',
    make: () => gif(7000, 7000, ...Array(100).fill(gifFrame(7000, 7000))),
    query: 'w=60&frame=100',
    status: 413,
  },
  {
    name: 'GIF of 1.5 million frames',
    make: () => gif(10, 10, Buffer.alloc(22_500_000, Buffer.from([0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0]))),
    status: 413,
  },
  {
    name: 'GIF of 8 million comments',
    make: () => gif(10, 10, filled(full, '!\xfe\0'), gifFrame(10, 10)),
    status: 200,
  },
  {
    name: 'GIF whose second frame is huge',
    make: () => gif(10, 10, gifFrame(10, 10), gifFrame(60_000, 60_000, 10_000)),
    status: 200,
  },
  { name: 'GIF with too many pixels', make: () => gif(10, 10, gifFrame(10, 10, 10_000_000)), status: 200 },
];

const avifs: readonly HostileFile[] = [
  {
    name: 'AVIF at its limit, of 12 bits, with alpha',
    make: () =>
      sharp({ create: { width: 4000, height: 4000, channels: 4, background: { r: 9, g: 200, b: 3, alpha: 0.5 } } })
        .avif({ effort: 0, quality: 30, chromaSubsampling: '4:4:4', bitdepth: 12 })
        .toBuffer(),
    status: 200,
  },
  {
    name: 'AVIF at its limit, of 10 bits, with alpha, that becomes an AVIF',
    make: () =>
      sharp({ create: { width: 4000, height: 4000, channels: 4, background: { r: 9, g: 200, b: 3, alpha: 0.5 } } })
        .avif({ effort: 0, quality: 30, chromaSubsampling: '4:4:4', bitdepth: 10 })
        .toBuffer(),
    query: 'format=avif',
    status: 200,
  },
  { name: 'AVIF as it should be', make: async () => avifOf(await codedSquare(100), 100), status: 200 },
  {
    name: 'AVIF that says 16 pixels and holds 4000',
    make: async () => avifOf(await codedSquare(4000), 16),
    status: 422,
  },
  {
    name: 'AVIF that says 4000 pixels and holds 16',
    make: async () => avifOf(await codedSquare(16), 4000),
    status: 422,
  },
  {
    name: 'AVIF whose configuration is of another picture',
    make: async () => {
      const [large, tiny] = [await codedSquare(4000), await codedSquare(16)];
      return avifOf({ bytes: large.bytes, properties: tiny.properties }, 16);
    },
    status: 422,
  },
  {
    name: 'AVIF of 20 frames in one',
    make: async () => {
      const coded = await codedSquare(2000);
      return avifOf({ ...coded, bytes: Buffer.alloc(coded.bytes.length * 20, coded.bytes) }, 2000);
    },
    status: 415,
  },
  {
    name: 'AVIF whose bytes are named 30 times',
    make: async () => {
      const coded = await codedSquare(2000);
      return avifOf(coded, 2000, { parts: Array(30).fill([0, coded.bytes.length]) });
    },
    status: 422,
  },
  {
    name: 'AVIF with 600 MB of EXIF in 20',
    make: async () => {
      const { bytes, properties } = await codedSquare(16);
      const exif = {
        type: 'Exif',
        bytes: filled(20_000_000, tiffHeader),
        parts: Array(30).fill([0, 20_000_000]),
        link: 'cdsc',
      };
      return heif([{ type: 'av01', bytes, properties: [1, 2, 3] }, exif], [sizeProperty(16, 16), ...properties]);
    },
    status: 422,
  },
  {
    name: 'AVIF with packed metadata',
    make: async () => {
      const { bytes, properties } = await codedSquare(16);
      const packed = {
        type: 'mime',
        about: 'application/rdf+xml\0deflate\0',
        bytes: deflateSync(Buffer.alloc(500_000_000)),
        link: 'cdsc',
      };
      return heif([{ type: 'av01', bytes, properties: [1, 2, 3] }, packed], [sizeProperty(16, 16), ...properties]);
    },
    status: 200,
  },
  {
    name: 'AVIF with a profile of endless steps',
    make: async () => {
      const { bytes, properties } = await codedSquare(16);
      const colour = box('colr', Buffer.from('prof'), stepBomb());
      return heif([{ type: 'av01', bytes, properties: [1, 2, 3, 4] }], [sizeProperty(16, 16), ...properties, colour]);
    },
    status: 200,
  },
  {
    name: 'AVIF whose alpha plane is huge',
    make: async () => {
      const [tiny, large] = [await codedSquare(16), await codedSquare(4000)];
      const alpha = { type: 'av01', bytes: large.bytes, properties: [1, 2, 3, 4], link: 'auxl' };
      return heif(
        [{ type: 'av01', bytes: tiny.bytes, properties: [1, 2, 3] }, alpha],
        [sizeProperty(16, 16), ...tiny.properties, alphaProperty],
      );
    },
    status: 422,
  },
  {
    name: 'AVIF whose miniature is huge',
    make: async () => {
      const [tiny, large] = [await codedSquare(16), await codedSquare(4000)];
      const miniature = { type: 'av01', bytes: large.bytes, properties: [4, 5, 6], link: 'thmb' };
      const own = [sizeProperty(16, 16), ...tiny.properties];
      return heif(
        [{ type: 'av01', bytes: tiny.bytes, properties: [1, 2, 3] }, miniature],
        [...own, sizeProperty(4000, 4000), ...large.properties],
      );
    },
    status: 200,
  },
  { name: 'AVIF over its limit', make: async () => avifOf(await codedSquare(16), 5000), status: 413 },
  { name: 'AVIF that is a grid', make: async () => avifOf(await codedSquare(16), 16, { type: 'grid' }), status: 415 },
  {
    name: 'AVIF that is a sequence',
    make: async () => Buffer.concat([box('ftyp', Buffer.from('avis\0\0\0\0avisavif')), box('moov')]),
    status: 415,
  },
  {
    name: 'HEIC',
    make: async () =>
      heif([{ type: 'hvc1', bytes: filled(100, 'x'), properties: [1] }], [sizeProperty(16, 16)], 'heic'),
    status: 415,
  },
  {
    name: 'AVIF whose box has no end',
    make: async () => Buffer.concat([box('ftyp', Buffer.from('avif\0\0\0\0avif')), filled(8, '\0\0\0\0meta')]),
    status: 422,
  },
];

const drawings: readonly HostileFile[] = [
  {
    name: 'SVG of a reference that begins with white space alone',
    make: () => Buffer.from(drawing(`<rect style="url(${' '.repeat(1_000_000)}"/>`)),
    drawn: true,
    status: 200,
  },
];

const others: readonly (readonly [name: string, bytes: string])[] = [
  ['nothing', ''],
  ['one byte', '\xff'],
  ['a page under the name of a picture', '<!doctype html><script>alert(1)</script>'],
  ['a page that begins as a PNG does not', '\x89PNG<html>'],
  ['a drawing', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>'],
  ['BMP', `BM${'\0'.repeat(60)}`],
  ['PSD', `8BPS\0\x01${'\0'.repeat(60)}`],
  ['ICO', `\0\0\x01\0\x01\0${'\0'.repeat(60)}`],
  ['PDF', '%PDF-1.7\n1 0 obj'],
  ['JPEG XL', '\xff\x0a\xfa\x1f\x01'],
  ['JPEG XL in boxes', '\0\0\0\x0cJXL \r\n\x87\n'],
  ['JPEG 2000', '\0\0\0\x0cjP  \r\n\x87\n'],
  ['a file of libvips', '\x08\xf2\xa6\xb6'],
  ['PostScript', '%!PS-Adobe-3.0'],
  ['an archive', 'PK\x03\x04'],
  ['a film', '\0\0\0\x18ftypmp42\0\0\0\0mp42isom'],
  ['a script of ImageMagick', "push graphic-context\nfill 'url(https://example.com/\"|ls)'"],
];

/** All of them. */
export const hostileFiles: readonly HostileFile[] = [
  ...jpegs,
  ...pngs,
  ...webps,
  ...gifs,
  ...avifs,
  ...drawings,
  ...tiffs,
  ...others.map(([name, text]) => ({ name, make: () => Buffer.from(text, 'latin1'), status: 415 })),
];

function drawing(content: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">${content}</svg>`;
}

function texts(): readonly Buffer[] {
  return Array.from({ length: 50 }, (_, key) => textBomb(key));
}

function profile(bytes: Buffer): Buffer {
  return pngChunk('iCCP', Buffer.concat([Buffer.from('p\0\0'), deflateSync(bytes)]));
}

/** As many of a chunk as go into a file. */
function filledWith(chunk: Buffer): Buffer {
  return Buffer.alloc(Math.floor(full / chunk.length) * chunk.length, chunk);
}

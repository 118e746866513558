import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import type { HostileFile } from './files.ts';
import { manyScans } from './jpeg.ts';
import { type TiffEntry, type TiffPage, tiffOf } from './tiff.ts';

const deflate: TiffEntry = [259, 3, [8]];
const packed = (bytes: number): Buffer => deflateSync(Buffer.alloc(bytes, 90), { level: 1 });
const one: TiffPage = { width: 1, height: 1 };

interface Sheet {
  readonly width: number;
  readonly height: number;
  readonly samples?: number;
  /** Bytes of each sample. */
  readonly depth?: number;
  readonly entries?: readonly TiffEntry[];
}

/** A page in strips of so many rows, all of which say the same. */
function inStrips(rows: number, { width, height, samples = 3, depth = 1, entries = [] }: Sheet): TiffPage {
  const parts = Array(Math.ceil(height / rows)).fill(packed(width * rows * samples * depth));
  const bits = Array<number>(samples).fill(depth * 8);
  return { width, height, samples, parts, entries: [[258, 3, bits], deflate, [278, 4, [rows]], ...entries] };
}

/** A page in square tiles, all of which say the same. */
function inTiles(side: number, { width, height, samples = 3, depth = 1, entries = [] }: Sheet): TiffPage {
  const count = Math.ceil(width / side) * Math.ceil(height / side);
  const part = packed(side * side * samples * depth);
  const instead: readonly TiffEntry[] = [273, 278, 279].map((tag) => [tag, 4, []]);
  const places: readonly TiffEntry[] = [
    [322, 4, [side]],
    [323, 4, [side]],
    [324, 4, Array<number>(count).fill(0)],
    [325, 4, Array<number>(count).fill(part.length)],
  ];
  const bits: TiffEntry = [258, 3, Array<number>(samples).fill(depth * 8)];
  const parts = Array(count).fill(part);
  return { width, height, samples, parts, entries: [bits, deflate, ...instead, ...places, ...entries] };
}

/** A page whose samples lie apart, those of each in one strip. */
function inPlanes({ width, height, samples = 3, depth = 1 }: Sheet): TiffPage {
  const bits: TiffEntry = [258, 3, Array<number>(samples).fill(depth * 8)];
  const parts = Array(samples).fill(packed(width * height * depth));
  return { width, height, samples, parts, entries: [bits, deflate, [284, 3, [2]]] };
}

const jpegOf = (width: number, height: number): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 3, background: '#456' } })
    .jpeg({ chromaSubsampling: '4:4:4' })
    .toBuffer();

/** A TIFF of one page that says it has that size, and is one JPEG. */
function inJpeg(jpeg: Buffer, width: number, height: number): Buffer {
  const entries: readonly TiffEntry[] = [
    [259, 3, [7]],
    [262, 3, [6]],
    [530, 3, [1, 1]],
  ];
  return tiffOf([{ width, height, parts: [jpeg], entries }]);
}

/** A page with a tag of 20 MB, a text but for the last byte. */
const withBytes = (tag: number, type: number): TiffPage => ({
  entries: [[tag, type, Buffer.concat([Buffer.alloc(19_999_999, 'A'), Buffer.alloc(1)])]],
});

/** Two million strips of one row each, of which eight are looked at. */
const manyStrips: TiffPage = {
  entries: [
    [273, 4, Buffer.alloc(8_000_000, Buffer.from([8, 0, 0, 0]))],
    [278, 4, [1]],
    [279, 4, Buffer.alloc(8_000_000, Buffer.from([24, 0, 0, 0]))],
  ],
};

const wide = { width: 16_000, height: 3000 };
const turned: TiffEntry = [274, 3, [6]];

/** TIFFs that somebody made to do harm. */
export const tiffs: readonly HostileFile[] = [
  { name: 'TIFF of an empty directory', make: () => Buffer.from('II*\0\x08\0\0\0\0\0\0\0', 'latin1'), status: 422 },
  { name: 'TIFF whose pages are a loop', make: () => tiffOf([one, one], { loopTo: 0 }), status: 422 },
  { name: 'TIFF whose page is its own next', make: () => tiffOf([one], { loopTo: 0 }), status: 422 },
  { name: 'TIFF of 60,000 pages', make: () => tiffOf(Array(60_000).fill(one)), status: 413 },
  { name: 'TIFF of 10,000 pages', make: () => tiffOf(Array(10_000).fill(one)), status: 200 },
  {
    name: 'the last page of a TIFF that can be picked',
    make: () => tiffOf(Array(10_000).fill(one)),
    query: 'frame=300&w=60&format=webp',
    status: 200,
  },
  {
    name: 'a huge page behind a small one',
    make: () => tiffOf([one, inStrips(8, { width: 16_000, height: 16_000 })]),
    query: 'frame=2&w=60&format=webp',
    status: 413,
  },
  { name: 'TIFF of 48 megapixels', make: () => tiffOf([inStrips(8, wide)]), status: 200 },
  { name: 'TIFF of 48 megapixels in one strip', make: () => tiffOf([inStrips(3000, wide)]), status: 200 },
  {
    name: 'TIFF of 48 megapixels, turned',
    make: () => tiffOf([inStrips(8, { ...wide, entries: [turned] })]),
    status: 200,
  },
  {
    name: 'TIFF of 48 megapixels of 64 bits in one strip',
    make: () => tiffOf([inStrips(3000, { ...wide, samples: 4, depth: 2 })]),
    status: 200,
  },
  {
    name: 'TIFF of 24 megapixels of 64 bits in planes of one strip',
    make: () => tiffOf([inPlanes({ width: 16_000, height: 1500, samples: 4, depth: 2 })]),
    status: 200,
  },
  { name: 'TIFF of 48 megapixels in planes of one strip', make: () => tiffOf([inPlanes(wide)]), status: 413 },
  {
    name: 'TIFF of 48 megapixels of 64 bits in tiles',
    make: () => tiffOf([inTiles(512, { width: 8000, height: 6000, samples: 4, depth: 2 })]),
    status: 200,
  },
  {
    name: 'TIFF of 24 megapixels of 64 bits in one row of tiles',
    make: () => tiffOf([inTiles(512, { width: 16_000, height: 1500, samples: 4, depth: 2 })]),
    status: 200,
  },
  {
    name: 'TIFF of 48 megapixels in wide rows of tiles',
    make: () => tiffOf([inTiles(512, wide)]),
    status: 413,
  },
  {
    name: 'TIFF of a million tiles',
    make: () => tiffOf([inTiles(16, { width: 16_000, height: 3000 })]),
    status: 200,
  },
  {
    name: 'TIFF of 24 megapixels in one JPEG',
    make: async () => inJpeg(await jpegOf(16_000, 1500), 16_000, 1500),
    status: 200,
  },
  {
    name: 'TIFF of 48 megapixels in one JPEG',
    make: async () => inJpeg(await jpegOf(16_000, 3000), 16_000, 3000),
    status: 413,
  },
  {
    name: 'TIFF of a JPEG larger than itself',
    make: async () => inJpeg(await jpegOf(16_000, 3000), 16, 16),
    status: 422,
  },
  {
    name: 'TIFF of a JPEG of 880 scans',
    make: async () => inJpeg(await manyScans(4992, 4992, 880), 4992, 4992),
    status: 422,
  },
  {
    name: 'TIFF of a tile larger than itself',
    make: () => tiffOf([inTiles(8192, { width: 10, height: 10 })]),
    status: 415,
  },
  {
    name: 'TIFF that claims 16000 × 3000 and has a byte',
    make: () => tiffOf([{ ...wide, parts: [Buffer.alloc(1)], entries: [[278, 4, [1]], deflate] }]),
    status: 422,
  },
  {
    name: 'TIFF whose strip is cut short',
    make: () => tiffOf([{ width: 400, height: 400, parts: [packed(400 * 100 * 3)], entries: [deflate] }]),
    status: 422,
  },
  {
    name: 'TIFF whose strips are past its end',
    make: () => tiffOf([{ entries: [[273, 4, [0xffff_0000]]] }]),
    status: 422,
  },
  {
    name: 'TIFF whose strip claims 4 GB',
    make: () => tiffOf([{ entries: [[279, 4, [0xffff_ffff]], deflate] }]),
    status: 422,
  },
  { name: 'TIFF of 20 MB of text', make: () => tiffOf([withBytes(270, 2)]), status: 200 },
  { name: 'TIFF of 20 MB of XMP', make: () => tiffOf([withBytes(700, 1)]), status: 200 },
  { name: 'TIFF with a profile of 20 MB', make: () => tiffOf([withBytes(34_675, 7)]), status: 200 },
  { name: 'TIFF of two million strips', make: () => tiffOf([manyStrips]), status: 200 },
];

import { crc32, deflateSync } from 'node:zlib';

const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

/** What stands in the header of a PNG. */
export interface PngHeader {
  readonly width: number;
  readonly height: number;
  /** @default 8 */
  readonly depth?: number;
  /** Colour type. @default 2 */
  readonly colour?: number;
  readonly interlaced?: boolean;
}

/** One chunk, its checksum right. */
export function pngChunk(type: string, payload: Uint8Array = new Uint8Array()): Buffer {
  const bytes = Buffer.alloc(12 + payload.length);
  bytes.writeUInt32BE(payload.length, 0);
  bytes.write(type, 4, 'latin1');
  bytes.set(payload, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, -4)), bytes.length - 4);
  return bytes;
}

/** Black pixels, as many as the header says. */
export function pngPixels(header: PngHeader): Buffer {
  return pngChunk('IDAT', deflateSync(Buffer.alloc(bytesOf(header)), { level: 9 }));
}

/** A PNG of black pixels with chunks before and after them. */
export function png(
  header: PngHeader,
  before: readonly Buffer[] = [],
  after: readonly Buffer[] = [],
  pixels: Buffer = pngPixels(header),
): Buffer {
  return Buffer.concat([signature, headerChunk(header), ...before, pixels, ...after, pngChunk('IEND')]);
}

/** A text of megabytes in kilobytes. */
export function textBomb(key: number): Buffer {
  return pngChunk('zTXt', Buffer.concat([Buffer.from(`k${key}\0\0`), deflateSync(Buffer.alloc(7_900_000))]));
}

function headerChunk({ width, height, depth = 8, colour = 2, interlaced = false }: PngHeader): Buffer {
  const bytes = Buffer.alloc(13);
  bytes.writeUInt32BE(width, 0);
  bytes.writeUInt32BE(height, 4);
  bytes.set([depth, colour, 0, 0, interlaced ? 1 : 0], 8);
  return pngChunk('IHDR', bytes);
}

const channelsOf: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
/** Where each pass of an interlaced PNG begins, and its steps. */
const passes = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

function bytesOf({ width, height, depth = 8, colour = 2, interlaced = false }: PngHeader): number {
  const rows = (across: number, down: number): number =>
    down * (1 + Math.ceil((across * depth * (channelsOf[colour] ?? 1)) / 8));
  if (!interlaced) return rows(width, height);
  return passes.reduce(
    (sum, [x, y, dx, dy]) => sum + rows(Math.ceil((width - x) / dx), Math.ceil((height - y) / dy)),
    0,
  );
}

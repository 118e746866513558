import sharp from 'sharp';

const number = (value: number, bytes: number): Buffer => {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntBE(value, 0, bytes);
  return buffer;
};
/** Two bytes each. */
const shorts = (...values: readonly number[]): Buffer => Buffer.concat(values.map((value) => number(value, 2)));
/** Four bytes each. */
const longs = (...values: readonly number[]): Buffer => Buffer.concat(values.map((value) => number(value, 4)));

/** One box. */
export function box(type: string, ...parts: readonly Uint8Array[]): Buffer {
  const payload = Buffer.concat(parts);
  return Buffer.concat([number(8 + payload.length, 4), Buffer.from(type), payload]);
}

const fullBox = (type: string, version: number, ...parts: readonly Uint8Array[]): Buffer =>
  box(type, Buffer.from([version, 0, 0, 0]), ...parts);

/** One item of a file. */
export interface HeifItem {
  readonly type: string;
  readonly bytes: Uint8Array;
  /** Offset and length of each part, counted from where its bytes begin. All of them, where nothing is said. */
  readonly parts?: readonly (readonly [offset: number, length: number])[];
  /** By their numbers, from 1. */
  readonly properties?: readonly number[];
  /** What follows the name in its entry. */
  readonly about?: string;
  /** How it belongs to the first item. */
  readonly link?: string;
}

/** An AVIF of items, the first of which is shown; or a HEIF of other brands. */
export function heif(items: readonly HeifItem[], properties: readonly Buffer[], brand = 'avif'): Buffer {
  const brands = box('ftyp', Buffer.from(brand), longs(0), Buffer.from(`${brand}mif1miaf`));
  const length = metaOf(items, properties, 0).length;
  const pixels = box('mdat', ...items.map(({ bytes }) => bytes));
  return Buffer.concat([brands, metaOf(items, properties, brands.length + length + 8), pixels]);
}

function metaOf(items: readonly HeifItem[], properties: readonly Buffer[], from: number): Buffer {
  let at = from;
  const places = items.map(({ bytes, parts = [[0, bytes.length]] }, index) => {
    const entry = [shorts(index + 1, 0, 0, parts.length), ...parts.map(([offset, size]) => longs(at + offset, size))];
    at += bytes.length;
    return Buffer.concat(entry);
  });
  const entries = items.map(({ type, about = '' }, index) =>
    fullBox('infe', 2, shorts(index + 1, 0), Buffer.from(`${type}\0${about}`)),
  );
  const owned = items.map(({ properties: own = [] }, index) =>
    Buffer.concat([shorts(index + 1), Buffer.from([own.length, ...own])]),
  );
  const links = items.flatMap(({ link }, index) => (link === undefined ? [] : [box(link, shorts(index + 1, 1, 1))]));
  return fullBox(
    'meta',
    0,
    fullBox('hdlr', 0, longs(0), Buffer.from('pict'), Buffer.alloc(13)),
    fullBox('pitm', 0, shorts(1)),
    fullBox('iloc', 1, Buffer.from([0x44, 0]), shorts(items.length), ...places),
    fullBox('iinf', 0, shorts(items.length), ...entries),
    ...(links.length === 0 ? [] : [fullBox('iref', 0, ...links)]),
    box('iprp', box('ipco', ...properties), fullBox('ipma', 0, longs(items.length), ...owned)),
  );
}

/** The property that tells a size. */
export const sizeProperty = (width: number, height: number): Buffer => fullBox('ispe', 0, longs(width, height));

/** The property that makes an alpha plane of an item. */
export const alphaProperty: Buffer = fullBox('auxC', 0, Buffer.from('urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0'));

/** A picture of one colour, coded in AV1. */
export interface Coded {
  readonly bytes: Buffer;
  /** Its `av1C` and `pixi`. */
  readonly properties: readonly Buffer[];
}

/** Codes a square of one colour. */
export async function codedSquare(side: number): Promise<Coded> {
  const create = { width: side, height: side, channels: 3, background: '#456' } as const;
  const file = await sharp({ create }).avif({ effort: 0, quality: 30 }).toBuffer();
  const at = file.indexOf('av1C') - 4;
  const configuration = file.subarray(at, at + file.readUInt32BE(at));
  const depths = fullBox('pixi', 0, Buffer.from([3, 8, 8, 8]));
  return { bytes: file.subarray(file.indexOf('mdat') + 4), properties: [configuration, depths] };
}

/** An AVIF that says one size and holds another. */
export function avifOf({ bytes, properties }: Coded, side: number, changes: Partial<HeifItem> = {}): Buffer {
  const item = { type: 'av01', bytes, properties: [1, 2, 3], ...changes };
  return heif([item], [sizeProperty(side, side), ...properties]);
}

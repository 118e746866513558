import sharp, { type Sharp } from 'sharp';

/** Two colours side by side, so that a turn or a mirroring shows. */
export function picture(width = 40, height = 24, channels: 3 | 4 = 3): Sharp {
  const pixels = new Uint8Array(width * height * channels);
  for (let index = 0; index < width * height; index += 1) {
    const isRight = index % width >= width / 2;
    const isLow = index >= (width * height) / 2;
    pixels.set([isRight ? 240 : 10, isLow ? 240 : 10, 90, 128].slice(0, channels), index * channels);
  }
  return sharp(pixels, { raw: { width, height, channels } });
}

/** An animation. Its frames differ, so that an encoder cannot merge them, and their upper halves are transparent. */
export function animation(width: number, height: number, frames: number): Sharp {
  const pixels = new Uint8Array(width * height * frames * 4);
  for (let index = 0; index < width * height * frames; index += 1) {
    const frame = Math.floor(index / (width * height));
    const isLow = index % (width * height) >= (width * height) / 2;
    pixels.set([40 * frame, 200 - 40 * frame, 90, isLow ? 255 : 0], index * 4);
  }
  return sharp(pixels, { raw: { width, height: height * frames, channels: 4, pageHeight: height } });
}

/** One JPEG segment. */
export function segment(marker: number, payload: Uint8Array): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(payload.length + 2, 2);
  return Buffer.concat([head, payload]);
}

/** One PNG chunk, its checksum left at zero. */
export function chunk(type: string, payload: Uint8Array = new Uint8Array()): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(payload.length, 0);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, payload, Buffer.alloc(4)]);
}

/** A TIFF block with one entry in its first directory. */
export function tiff(tag: number, type: number, value: number, littleEndian = true): Buffer {
  const view = new DataView(new ArrayBuffer(26));
  view.setUint16(0, littleEndian ? 0x4949 : 0x4d4d);
  view.setUint16(2, 42, littleEndian);
  view.setUint32(4, 8, littleEndian);
  view.setUint16(8, 1, littleEndian);
  view.setUint16(10, tag, littleEndian);
  view.setUint16(12, type, littleEndian);
  view.setUint32(14, 1, littleEndian);
  if (type === 1) {
    view.setUint8(18, value);
  } else if (type === 3) {
    view.setUint16(18, value, littleEndian);
  } else {
    view.setUint32(18, value, littleEndian);
  }
  return Buffer.from(view.buffer);
}

/** Bytes with other bytes put in at an offset. */
export function inserted(bytes: Uint8Array, at: number, ...parts: readonly Uint8Array[]): Buffer {
  return Buffer.concat([bytes.subarray(0, at), ...parts, bytes.subarray(at)]);
}

/** Bytes with some of them overwritten. */
export function patched(bytes: Uint8Array, at: number, ...values: readonly number[]): Buffer {
  const copy = Buffer.from(bytes);
  copy.set(values, at);
  return copy;
}

/** Where the letters of a name start. */
export function find(bytes: Uint8Array, name: string): number {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).indexOf(name, 0, 'latin1');
}

/** The bytes up to an offset, padded to 25 MB with a unit repeated. */
export function flood(head: Uint8Array, unit: string): Buffer {
  const bytes = Buffer.alloc(25 * 1024 * 1024);
  bytes.fill(Buffer.from(unit, 'latin1'));
  bytes.set(head);
  return bytes;
}
